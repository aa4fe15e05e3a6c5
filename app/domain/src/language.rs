//! The languages of messages: BCP 47 tags as far as Doorcode needs them.

use crate::field_errors::Problem;

/// Checks a default language: one to eight letters, then further parts of letters and digits joined by hyphens
/// (the shape of RFC 5646, section 2.1), at most 35 characters.
pub fn check_language(text: &str) -> Result<String, Problem> {
    let tag = text.trim();
    if tag.is_empty() {
        return Err(Problem::Required);
    }
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let shaped = (2..=8).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if shaped && tag.len() <= 35 { Ok(tag.to_owned()) } else { Err(Problem::NotALanguage) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_are_checked_by_shape() {
        for (text, passes) in [
            ("en", true),
            ("fr-CA", true),
            ("zh-Hant-TW", true),
            ("", false),
            ("*", false),
            ("english please", false),
            ("en_US", false),
        ] {
            assert_eq!(check_language(text).is_ok(), passes, "{text:?}");
        }
    }
}
