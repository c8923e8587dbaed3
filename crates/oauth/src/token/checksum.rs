//! The checksum of a token, which tells a slip of the hand from a wrong token.

use super::base62;

/// The CRC-32 of a text, in six digits of base 62.
pub(super) fn of(text: &str) -> String {
    base62::encode_u32(crc32(text.as_bytes()), N_DIGITS)
}

/// CRC-32 as in ISO/IEC 13239 and zlib.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            let polynomial = if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
            crc >> 1 ^ polynomial
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// The digits that 32 bits need.
const N_DIGITS: usize = 6;

#[cfg(test)]
mod tests {
    use super::crc32;

    #[test]
    fn the_check_value_of_the_catalogue_of_crcs() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
