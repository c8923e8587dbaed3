//! 256 bits in base 62.

/// Writes 256 bits as digits, the most significant first.
pub(super) fn encode(bits: [u8; 32]) -> String {
    let mut number = bits;
    let mut digits = [0; N_DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[usize::from(divide(&mut number))];
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// Writes a smaller number with exactly this many digits.
pub(super) fn encode_u32(mut number: u32, n_digits: usize) -> String {
    let mut digits = vec![0; n_digits];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

/// Divides a number by 62 and gives what is left over.
fn divide(number: &mut [u8; 32]) -> u8 {
    let mut rest = 0_u16;
    for byte in number {
        let dividend = rest << 8 | u16::from(*byte);
        // INVARIANT: `rest` is below 62, so the dividend is below 62 * 256 and its quotient below
        // 256.
        *byte = u8::try_from(dividend / 62).expect("a quotient of one byte");
        rest = dividend % 62;
    }
    // INVARIANT: a remainder of a division by 62 is below 62.
    u8::try_from(rest).expect("a remainder of one byte")
}

/// The digits that 256 bits need: 62^43 is more than 2^256.
pub(super) const N_DIGITS: usize = 43;

const DIGITS: [u8; 62] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
