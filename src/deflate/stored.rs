//! What the host writes where no tier is left: blocks that store their content, and the checksums bit by bit.

/// The most bytes of a stored block (RFC 1951, section 3.2.4).
const LONGEST: usize = 0xffff;

/// The polynomial of CRC-32, its bits in reverse (RFC 1952, section 8).
const POLYNOMIAL: u32 = 0xedb8_8320;

/// The modulus of Adler-32 (RFC 1950, section 8.2).
const MODULUS: u32 = 65_521;

/// Blocks that store `bytes` and begin at a byte; without any, one that is empty.
pub(super) fn blocks(bytes: &[u8], is_last: bool) -> Vec<u8> {
    let mut stream = Vec::with_capacity(bytes.len() + 5 * (1 + bytes.len() / LONGEST));
    let mut rest = bytes;
    loop {
        let (block, behind) = rest.split_at(rest.len().min(LONGEST));
        let len = block.len() as u16;
        stream.push((is_last && behind.is_empty()).into());
        stream.extend(len.to_le_bytes());
        stream.extend((!len).to_le_bytes());
        stream.extend(block);
        if behind.is_empty() {
            return stream;
        }
        rest = behind;
    }
}

/// The CRC-32 of what `sum` is that of, and then `bytes`.
pub(super) fn crc32(sum: u32, bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!sum, |rest, byte| {
        (0..8).fold(rest ^ u32::from(*byte), |rest, _| {
            rest >> 1 ^ if rest & 1 == 1 { POLYNOMIAL } else { 0 }
        })
    })
}

/// The Adler-32 of what `sum` is that of, and then `bytes`.
pub(super) fn adler32(sum: u32, bytes: &[u8]) -> u32 {
    let start = (sum & 0xffff, sum >> 16);
    let (low, high) = bytes.iter().fold(start, |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}
