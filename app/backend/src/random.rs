//! Random ids, tokens and secrets, all from the operating system.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use rand::rngs::OsRng;
use sha2::{Digest as _, Sha256};

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// An id of 22 characters that nobody can guess.
pub(crate) fn id() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<16>())
}

/// An id of 24 hex digits, as applications know users by.
pub(crate) fn user_id() -> String {
    bytes::<12>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An id that keeps the order of what one process stores in one millisecond.
pub(crate) fn ordered_id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{:08x}{}", NEXT.fetch_add(1, Ordering::Relaxed), id())
}

/// A token of 43 characters, for links.
pub(crate) fn token() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}

/// A client secret of 64 characters.
pub(crate) fn client_secret() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<48>())
}

/// A client id: 32 letters and digits.
pub(crate) fn client_id() -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut id = String::with_capacity(32);
    while id.len() < 32 {
        // Bytes from 248 up are left out: with them some letters would come more often than others.
        for byte in bytes::<32>().into_iter().filter(|byte| *byte < 248).take(32 - id.len()) {
            id.push(char::from(LETTERS[usize::from(byte % 62)]));
        }
    }
    id
}

/// So many decimal digits, each as likely as any other.
pub(crate) fn digits(count: usize) -> String {
    let mut digits = String::with_capacity(count);
    while digits.len() < count {
        // Bytes from 250 up are left out: with them the digits 0 to 5 would come more often than the others.
        for byte in bytes::<64>().into_iter().filter(|byte| *byte < 250).take(count - digits.len()) {
            digits.push(char::from(b'0' + byte % 10));
        }
    }
    digits
}

/// What is stored instead of a token or session key: its SHA-256, which is enough for values that nobody can guess.
pub(crate) fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_lengths_and_alphabets() {
        let url_safe =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        for (text, length) in [(id(), 22), (token(), 43), (client_secret(), 64), (digest("x"), 43)] {
            assert!(text.len() == length && url_safe(&text), "{text}");
        }
        let client = client_id();
        assert!(client.len() == 32 && client.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{client}");
        let user = user_id();
        assert!(user.len() == 24 && user.bytes().all(|byte| byte.is_ascii_hexdigit()), "{user}");
        assert_ne!(id(), id());
    }

    #[test]
    fn every_digit_is_as_likely_as_any_other() {
        const COUNT: usize = 100_000;
        let mut counts = [0_usize; 10];
        for digit in digits(COUNT).bytes() {
            counts[usize::from(digit - b'0')] += 1;
        }
        assert_eq!(counts.iter().sum::<usize>(), COUNT);
        // Six standard deviations of a fair draw: it fails once in a hundred million runs, and a bias of modulo 256 always.
        assert!(counts.iter().all(|count| count.abs_diff(COUNT / 10) < 570), "{counts:?}");
        for length in [4, 6, 40] {
            assert_eq!(digits(length).len(), length);
        }
    }
}
