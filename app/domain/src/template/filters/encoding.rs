//! Texts in the clothes of other languages: form values, and texts in quotes.

use crate::template::RenderError;
use crate::template::data::push;

/// Encodes a text as a form value.
pub(super) fn url_encode(text: &str) -> Result<String, RenderError> {
    let mut out = String::new();
    let mut buffer = [0; 4];
    for letter in text.chars() {
        let bytes = letter.encode_utf8(&mut buffer);
        if letter == ' ' {
            push(&mut out, "+")?;
        } else if letter.is_ascii_alphanumeric() || "-_.!~*'()".contains(letter) {
            push(&mut out, bytes)?;
        } else {
            for byte in bytes.bytes() {
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
                }
            }
            push(&mut out, "")?;
        }
    }
    Ok(out)
}

/// Decodes a form value; one that is malformed stays as it is.
pub(super) fn url_decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                match (digit(), digit()) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => return text.to_owned(),
                }
            }
            byte => byte,
        });
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Reads a text in quotes as JavaScript does.
pub(in crate::template) fn unquote(quoted: &str) -> String {
    let mut letters = quoted.chars();
    letters.next();
    letters.next_back();
    let inner = letters.as_str();
    if !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut out = String::with_capacity(inner.len());
    let mut letters = inner.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let radix = match letters.peek() {
            Some('u') => 16,
            Some('0'..='7') => 8,
            _ => {
                out.push(match letters.next() {
                    Some('b') => '\u{8}',
                    Some('f') => '\u{c}',
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some('v') => '\u{b}',
                    Some(other) => other,
                    None => break,
                });
                continue;
            }
        };
        let mut left = 3;
        if radix == 16 {
            letters.next();
            left = 4;
        }
        let mut code = 0;
        while left > 0 {
            let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(radix)) else {
                break;
            };
            code = code * radix + digit;
            letters.next();
            left -= 1;
        }
        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    out
}
