//! What holds kernels against the native code, and times them against it: the [checker], the [codecs] as
//! fuzzers see them, and the [contest] that sets all that answer side by side.

pub mod checker;
pub mod codecs;
pub mod constant_time;
pub mod contest;
pub mod peers;
pub mod recording;
