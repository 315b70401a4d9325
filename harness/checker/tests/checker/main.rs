//! The kernels held to the native code, and the checker itself to kernels that are broken.

mod broken;
mod operations;
mod work;
