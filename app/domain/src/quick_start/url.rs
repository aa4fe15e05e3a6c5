//! The query of a URL, written and read.

/// The pairs as a query.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

fn encode(value: &str, text: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// The pairs of a URL or of a query, decoded; a line break within it, as of a pasted text, is none of it.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let text: String = text.trim().chars().filter(|letter| !letter.is_control()).collect();
    let text = text.split('#').next().unwrap_or_default();
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name.trim()), decode(value.trim()))
    };
    query.split('&').filter(|part| !part.trim().is_empty()).map(pair).collect()
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let code = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(code) => {
                decoded.push(code);
                at += 3;
            }
            None => {
                decoded.push(if *byte == b'+' { b' ' } else { *byte });
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_it_was_written() {
        let written = [("redirect_uri", "https://a.example/?x='$&y=1"), ("scope", "openid  é"), ("state", "+%")];
        let read = pairs(&format!("https://d.example/authorize?{}#top", query(&written)));
        let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, written);
    }

    #[test]
    fn a_query_that_people_wrote_is_read_too() {
        for (text, wanted) in [
            ("a=1+2&&b", vec![("a", "1 2"), ("b", "")]),
            ("GET /authorize\n  ?a=1\n  &b=x y", vec![("a", "1"), ("b", "x y")]),
            ("?a=%zz%4", vec![("a", "%zz%4")]),
            ("a=%ff", vec![("a", "\u{fffd}")]),
            ("", vec![]),
        ] {
            let read = pairs(text);
            let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(read, wanted, "{text:?}");
        }
    }
}
