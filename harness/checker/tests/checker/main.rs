//! The kernels held to the native code and to what they cost, and the checker itself to kernels that are broken.

mod beyond_operations;
mod broken;
mod codecs;
mod constant_time;
mod coverage;
mod fuel;
mod operations;
mod state;
mod work;
