//! LZ4 frames: the checker on every operation and engine.

use kilowat_harness::checker::assert_sound;
use kilowat_harness::ops::{
    Lz4FrameCompress, Lz4FrameContentSize, Lz4FrameDecode, Lz4FrameDecompress, Lz4FrameEncode,
};

#[test]
fn lz4_frame_compress() {
    assert_sound::<Lz4FrameCompress>();
}

#[test]
fn lz4_frame_decompress() {
    assert_sound::<Lz4FrameDecompress>();
}

#[test]
fn lz4_frame_content_size() {
    assert_sound::<Lz4FrameContentSize>();
}

#[test]
fn lz4_frame_encode() {
    assert_sound::<Lz4FrameEncode>();
}

#[test]
fn lz4_frame_decode() {
    assert_sound::<Lz4FrameDecode>();
}
