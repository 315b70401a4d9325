//! Checksums that tokens carry.

/// The letters of base 62, as GitHub and npm order them.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Six letters of base 62 for the CRC-32 of a text, most significant first.
pub(super) fn crc32_in_base62(text: &[u8]) -> [u8; 6] {
    let mut rest = crc32fast::hash(text) as usize;
    let mut letters = [b'0'; 6];
    for letter in letters.iter_mut().rev() {
        *letter = BASE62[rest % 62];
        rest /= 62;
    }
    letters
}

/// The last six of 36 letters are the CRC-32 of the 30 before them, as in tokens of GitHub and npm.
pub(super) fn crc32(token: &[u8]) -> bool {
    let Some((head, sum)) = token.split_last_chunk::<6>() else {
        return false;
    };
    let body = head
        .iter()
        .position(|byte| *byte == b'_')
        .map_or(head, |mark| &head[mark + 1..]);
    crc32_in_base62(body) == *sum
}

/// The letters of Bech32.
const BECH32: &[u8; 32] = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";

/// The keys of age are Bech32 (BIP 173), in upper case, with a checksum of six letters.
pub(super) fn bech32(token: &[u8]) -> bool {
    let Some(mark) = token.iter().rposition(|byte| *byte == b'1') else {
        return false;
    };
    let (name, data) = (&token[..mark], &token[mark + 1..]);
    let step = |sum: u32, value: u32| {
        let top = sum >> 25;
        let shifted = (sum & 0x01ff_ffff) << 5 ^ value;
        let generator = [
            0x3b6a_57b2,
            0x2650_8e6d,
            0x1ea1_19fa,
            0x3d42_33dd,
            0x2a14_62b3,
        ];
        let bits = generator.into_iter().enumerate();
        bits.fold(
            shifted,
            |sum, (bit, word)| if top >> bit & 1 == 1 { sum ^ word } else { sum },
        )
    };
    // The name is summed in lower case: its upper bits, a zero, its lower bits.
    let lower = || name.iter().map(|byte| u32::from(byte.to_ascii_lowercase()));
    let mut sum = lower().fold(1, |sum, letter| step(sum, letter >> 5));
    sum = step(sum, 0);
    sum = lower().fold(sum, |sum, letter| step(sum, letter & 31));
    for letter in data {
        let Some(value) = BECH32.iter().position(|known| known == letter) else {
            return false;
        };
        sum = step(sum, value as u32);
    }
    data.len() >= 6 && sum == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From BIP 173: the sums of names without data, and one that is wrong.
    #[test]
    fn bech32_as_its_specification_has_it() {
        for valid in [
            "A12UEL5L",
            "?1EZYFCL",
            "ABCDEF1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LMQQQXW",
        ] {
            assert!(bech32(valid.as_bytes()), "{valid}");
        }
        for wrong in ["A12UEL5Q", "A1G7SGD8", "", "1", "A1", "A1b2c3d4"] {
            assert!(!bech32(wrong.as_bytes()), "{wrong}");
        }
    }

    #[test]
    fn the_sum_of_a_text_in_base_62() {
        // The CRC-32 of "123456789" is 0xcbf43926.
        let mut value = 0_u64;
        for letter in crc32_in_base62(b"123456789") {
            let digit = BASE62.iter().position(|known| *known == letter).unwrap();
            value = value * 62 + digit as u64;
        }
        assert_eq!(value, 0xcbf4_3926);
    }
}
