//! The entities of HTML that messages use.

const ENTITIES: [(&str, &str); 28] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("zwnj", ""),
    ("zwj", ""),
    ("shy", ""),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("middot", "·"),
    ("bull", "•"),
    ("rarr", "→"),
    ("euro", "€"),
];

/// Replaces entities; an unknown one stays as written.
pub(super) fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        rest = after;
        let end = after.bytes().take(10).position(|byte| byte == b';').unwrap_or(0);
        let name = after.get(..end).unwrap_or_default();
        let number = name.strip_prefix('#').and_then(|digits| {
            match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            }
            .ok()
            .and_then(char::from_u32)
        });
        if let Some(letter) = number {
            out.push(letter);
        } else if let Some((_, text)) = ENTITIES.iter().find(|(known, _)| *known == name) {
            out.push_str(text);
        } else {
            out.push('&');
            continue;
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
