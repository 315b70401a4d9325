//! LZ4 frames both ways with the `lz4` tool (Debian's package of that name).

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;

use kilowat::Runtime;
use kilowat::lz4::{BlockSize, FrameOptions, FrameReader, FrameWriter};
use kilowat_operations::generator::Generator;

use crate::common::tool_is_there;

fn lz4(folder: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("lz4")
        .args(["-q", "-f"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("lz4 {arguments:?}: {words}"))
    }
}

/// Nothing, little, blocks that are stored, and many blocks, also of the longest.
fn contents() -> Vec<Vec<u8>> {
    let mut generator = Generator::new(41, &[]);
    let mut contents = vec![
        Vec::new(),
        b"w".to_vec(),
        generator.source_text(1_000),
        generator.source_text(65_537),
        generator.random_bytes(200_000),
        generator.bytes(1 << 20),
    ];
    let mut long = generator.source_text(3 << 20);
    long.extend(generator.random_bytes(1 << 20));
    long.extend_from_within(..);
    long.extend_from_within(..1_234_567);
    contents.push(long);
    contents
}

const VARIANTS: [&[&str]; 13] = [
    &["-1"],
    &["-9"],
    &["-1", "-BD"],
    &["-9", "-BD", "-B4"],
    &["-B4"],
    &["-B5"],
    &["-B6"],
    &["-B7"],
    &["-BX", "-B4"],
    &["-BX", "-BD", "-B5"],
    &["--content-size"],
    &["--no-frame-crc"],
    &["-l"],
];

#[test]
fn we_read_what_the_tool_writes() {
    if !tool_is_there("lz4", "lz4") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new();
    for content in contents() {
        fs::write(folder.path().join("plain"), &content).unwrap();
        for variant in VARIANTS {
            lz4(folder.path(), &[variant, &["plain", "packed"]].concat()).unwrap();
            let frame = fs::read(folder.path().join("packed")).unwrap();
            let what = format!("{} bytes, {variant:?}", content.len());

            let read = runtime.lz4_frame_decompress(&frame, content.len());
            assert!(read.unwrap() == content, "{what}");
            let mut read = Vec::new();
            let mut reader = FrameReader::new(&runtime, &frame[..]);
            reader.read_to_end(&mut read).unwrap();
            assert!(read == content, "{what}");

            // To the tool, a size of 0 is none.
            let has_size = variant.contains(&"--content-size") && !content.is_empty();
            let size = runtime.lz4_frame_content_size(&frame).unwrap();
            assert_eq!(size, has_size.then_some(content.len() as u64), "{what}");
        }
    }
}

#[test]
fn the_tool_reads_what_we_write() {
    if !tool_is_there("lz4", "lz4") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (packed, plain) = (folder.path().join("packed"), folder.path().join("plain"));
    let runtime = Runtime::new();
    let sizes = [
        BlockSize::KiB64,
        BlockSize::KiB256,
        BlockSize::MiB1,
        BlockSize::MiB4,
    ];
    for content in contents() {
        for (number, block_size) in sizes.into_iter().enumerate() {
            for linked in [false, true] {
                let is_even = number % 2 == 0;
                let options = FrameOptions::new()
                    .block_size(block_size)
                    .linked(linked)
                    .block_checksums(is_even == linked)
                    .content_checksum(linked)
                    .content_size(is_even.then_some(content.len() as u64))
                    .level(if linked { 12 } else { number as u32 });
                let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
                std::io::copy(&mut &content[..], &mut writer).unwrap();
                fs::write(&packed, writer.finish().unwrap()).unwrap();
                lz4(folder.path(), &["-d", "packed", "plain"]).unwrap();
                let read = fs::read(&plain).unwrap();
                assert!(read == content, "{} bytes, {options:?}", content.len());
            }
        }
    }
}

#[test]
fn the_tool_reads_what_we_flush() {
    if !tool_is_there("lz4", "lz4") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (packed, plain) = (folder.path().join("packed"), folder.path().join("plain"));
    let runtime = Runtime::new();
    let mut generator = Generator::new(61, &[]);
    let content = generator.source_text(300_000);
    for block_size in [BlockSize::KiB64, BlockSize::MiB4] {
        for linked in [false, true] {
            let options = FrameOptions::new()
                .block_size(block_size)
                .linked(linked)
                .block_checksums(true)
                .content_size(Some(content.len() as u64));
            let mut writer = FrameWriter::new(&runtime, Vec::new(), &options);
            let mut rest = &content[..];
            while !rest.is_empty() {
                let most = *generator.choose(&[10, 1_000, 100_000]);
                let (piece, behind) = rest.split_at(generator.number(0..=most).min(rest.len()));
                writer.write_all(piece).unwrap();
                writer.flush().unwrap();
                rest = behind;
            }
            fs::write(&packed, writer.finish().unwrap()).unwrap();
            lz4(folder.path(), &["-d", "packed", "plain"]).unwrap();
            assert!(fs::read(&plain).unwrap() == content, "{options:?}");
        }
    }
}

/// A level is worth its time: the frames are about as long as the tool's.
#[test]
fn frames_of_a_level_are_as_short_as_the_tools() {
    if !tool_is_there("lz4", "lz4") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let content = Generator::new(67, &[]).source_text(2 << 20);
    fs::write(folder.path().join("plain"), &content).unwrap();
    let mut longer = usize::MAX;
    for level in [1, 3, 9, 12] {
        let options = FrameOptions::new().block_size(BlockSize::MiB4).level(level);
        let ours = Runtime::new()
            .lz4_frame_compress(&content, &options)
            .unwrap();
        let variant = format!("-{level}");
        lz4(folder.path(), &[&variant, "-BD", "-B7", "plain", "packed"]).unwrap();
        let theirs = fs::read(folder.path().join("packed")).unwrap();
        assert!(
            ours.len() * 100 <= theirs.len() * 102,
            "{level}: {} of {}",
            ours.len(),
            theirs.len()
        );
        assert!(ours.len() < longer, "{level}");
        longer = ours.len();
    }
}

#[test]
fn both_read_frames_one_behind_the_other() {
    if !tool_is_there("lz4", "lz4") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new();
    let content = Generator::new(43, &[]).source_text(100_000);
    fs::write(folder.path().join("plain"), &content).unwrap();
    let mut all = Vec::new();
    for variant in [&["-B4", "-BD"][..], &["-l"], &["-9"]] {
        lz4(folder.path(), &[variant, &["plain", "packed"]].concat()).unwrap();
        all.extend(fs::read(folder.path().join("packed")).unwrap());
        let ours = runtime.lz4_frame_compress(&content, &FrameOptions::new());
        all.extend(ours.unwrap());
        all.extend(0x184d_2a50_u32.to_le_bytes());
        all.extend([3, 0, 0, 0, b'o', b'n', b'e']);
    }
    let read = runtime.lz4_frame_decompress(&all, usize::MAX).unwrap();
    assert!(read == content.repeat(6));
    fs::write(folder.path().join("all"), &all).unwrap();
    lz4(folder.path(), &["-d", "all", "plain"]).unwrap();
    assert!(fs::read(folder.path().join("plain")).unwrap() == read);
}

/// The tool refuses what we refuse.
#[test]
fn the_tool_refuses_the_same_damage() {
    if !tool_is_there("lz4", "lz4") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let runtime = Runtime::new();
    let mut generator = Generator::new(47, &[]);
    let content = generator.source_text(10_000);
    let options = FrameOptions::new().block_checksums(true);
    let frame = runtime.lz4_frame_compress(&content, &options).unwrap();
    for _ in 0..40 {
        let mut damaged = frame.clone();
        // What the tool does with a magic number of no frame is its own affair.
        let place = generator.number(4..=frame.len() - 1);
        damaged[place] ^= 1 << generator.number(0..=7);
        if generator.one_in(2) {
            damaged = frame[..place].to_vec();
        }
        fs::write(folder.path().join("damaged"), &damaged).unwrap();
        let ours = runtime.lz4_frame_decompress(&damaged, usize::MAX);
        let theirs = lz4(folder.path(), &["-d", "damaged", "plain"]);
        assert!(ours.is_err() && theirs.is_err(), "{ours:?} and {theirs:?}");
    }
}
