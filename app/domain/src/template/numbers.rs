//! Numbers as JavaScript reads and writes them, without the large tables of the standard library.

/// Reads a decimal number with an optional sign, point and exponent, and nothing else.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i16>().ok()?),
        None => (unsigned, 0),
    };
    let mut exponent = i32::from(exponent);
    let mut mantissa: u64 = 0;
    let mut any = false;
    let mut point = false;
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => {
                any = true;
                if mantissa < 100_000_000_000_000_000 {
                    mantissa = mantissa * 10 + u64::from(byte - b'0');
                    exponent -= i32::from(point);
                } else {
                    // Further digits cannot change the number, only its size.
                    exponent += i32::from(!point);
                }
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if !any {
        return None;
    }
    let mut number = mantissa as f64;
    // Up to 10^22 a power of ten is exact, and one operation rounds correctly.
    let mut left = exponent.unsigned_abs().min(400);
    while left > 0 {
        let step = left.min(22);
        let power = (0..step).fold(1.0, |power, _| power * 10.0);
        number = if exponent < 0 { number / power } else { number * power };
        left -= step;
    }
    Some(if text.starts_with('-') { -number } else { number })
}

/// Writes a number with the fewest digits that read back as the same number.
pub(super) fn write(number: f64) -> String {
    let size = number.abs();
    let mut out = String::new();
    if number < 0.0 {
        out.push('-');
    }
    if number.is_nan() {
        out.push_str("NaN");
    } else if number.is_infinite() {
        out.push_str("Infinity");
    } else if size >= 1e21 || (size > 0.0 && size < 1e-6) {
        write_scientific(size, &mut out);
    } else if size < 9e15 && size.trunc() == size {
        out.push_str(&(size as u64).to_string());
    } else if size >= 9e15 {
        let high = (size / 1e15).trunc();
        let low = ((size - high * 1e15).max(0.0) as u64).to_string();
        out.push_str(&(high as u64).to_string());
        zeros(15usize.saturating_sub(low.len()), &mut out);
        out.push_str(&low);
    } else {
        write_fraction(size, &mut out);
    }
    out
}

/// The remainder of a division, without the large exact one of the compiler's library.
pub(super) fn remainder(number: f64, divisor: f64) -> f64 {
    number - (number / divisor).trunc() * divisor
}

fn zeros(count: usize, out: &mut String) {
    for _ in 0..count {
        out.push('0');
    }
}

fn write_scientific(mut size: f64, out: &mut String) {
    let sign = if size > 1.0 { "e+" } else { "e-" };
    let mut power: u64 = 0;
    while size >= 10.0 {
        size /= 10.0;
        power += 1;
    }
    while size < 1.0 {
        size *= 10.0;
        power += 1;
    }
    out.push_str(&write(size));
    out.push_str(sign);
    out.push_str(&power.to_string());
}

/// Tries one decimal after the other; 128 bits hold every product for sizes from 1e-6 to 9e15.
fn write_fraction(size: f64, out: &mut String) {
    let bits = size.to_bits();
    let fraction = u128::from(bits & ((1 << 52) - 1) | (1 << 52));
    let shift = (1075 - (bits >> 52)) as u32;
    let mut ten: u128 = 1;
    for decimals in 0..=22 {
        let scaled = fraction * ten;
        let digits = (scaled + (1 << (shift - 1))) >> shift;
        if scaled.abs_diff(digits << shift) * 2 < ten || decimals == 22 {
            let digits = (digits as u64).to_string();
            let mut padded = String::new();
            zeros((decimals + 1usize).saturating_sub(digits.len()), &mut padded);
            padded.push_str(&digits);
            let (whole, part) = padded.split_at(padded.len() - decimals);
            out.push_str(whole);
            if !part.is_empty() {
                out.push('.');
                out.push_str(part);
            }
            return;
        }
        ten *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_written_as_in_javascript() {
        for (number, text) in [
            (0.0, "0"),
            (-3.0, "-3"),
            (2.5, "2.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (10.0 / 3.0, "3.3333333333333335"),
            (1.0 / 3.0, "0.3333333333333333"),
            (0.000_001, "0.000001"),
            (1e-7, "1e-7"),
            (1e21, "1e+21"),
            (1e15, "1000000000000000"),
            (12_345_678_901.5, "12345678901.5"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(write(number), text);
        }
    }

    #[test]
    fn only_numbers_are_read() {
        for (text, number) in [
            ("12", Some(12.0)),
            (" -1.5 ", Some(-1.5)),
            ("+.5", Some(0.5)),
            ("1.", Some(1.0)),
            ("1e3", Some(1000.0)),
            ("1.005e2", Some(100.5)),
            ("", None),
            ("-", None),
            ("12px", None),
            ("1.2.3", None),
        ] {
            assert_eq!(parse(text), number, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(number in -1e15..1e15f64) {
            let text = write(number);
            prop_assert_eq!(text.parse::<f64>(), Ok(number));
            prop_assert_eq!(text, number.to_string());
        }

        #[test]
        fn any_number_can_be_written_and_any_text_read(bits: u64, text: String) {
            write(f64::from_bits(bits));
            parse(&text);
        }
    }
}
