//! The kernels held to the native code and to what they cost, and the checker itself to kernels that are broken.

mod broken;
mod fuel;
mod operations;
mod work;
