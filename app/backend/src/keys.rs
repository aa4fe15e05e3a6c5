//! The keys that encrypt secrets: how they are written down, and the cipher.
//!
//! A sealed value is a version byte, the four-byte id of its key, a nonce and the ciphertext; where it is stored is
//! authenticated with it, so that a value moved to another place cannot be opened.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::error::SecretError;
use crate::random;

const VERSION: u8 = 1;
const NONCE: usize = 24;
const HEADER: usize = 5;

/// What names a key without giving it away.
pub(crate) type KeyId = [u8; 4];

/// One key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key([u8; 32]);

/// All keys at hand, the one for new values first; never empty.
#[derive(Clone)]
pub(crate) struct Keyring(Vec<Key>);

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keyring").field(&self.0.len()).finish()
    }
}

impl Key {
    /// A new key.
    pub(crate) fn random() -> Self {
        Self(random::bytes())
    }

    /// The start of the key's SHA-256.
    pub(crate) fn id(&self) -> KeyId {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(self.0));
        [a, b, c, d]
    }

    /// The key as it is written down.
    pub(crate) fn to_text(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Encrypts a value for one place.
    pub(crate) fn seal(&self, place: &str, plain: &str) -> Result<Vec<u8>, SecretError> {
        let nonce: [u8; NONCE] = random::bytes();
        let payload = Payload { msg: plain.as_bytes(), aad: place.as_bytes() };
        let ciphertext =
            self.cipher().encrypt(XNonce::from_slice(&nonce), payload).map_err(|_| SecretError::Altered)?;
        Ok([&[VERSION][..], &self.id(), &nonce, &ciphertext].concat())
    }

    fn open(&self, place: &str, sealed: &[u8]) -> Result<String, SecretError> {
        let (nonce, ciphertext) =
            sealed.get(HEADER..).and_then(|body| body.split_at_checked(NONCE)).ok_or(SecretError::Altered)?;
        let payload = Payload { msg: ciphertext, aad: place.as_bytes() };
        let plain = self.cipher().decrypt(XNonce::from_slice(nonce), payload).map_err(|_| SecretError::Altered)?;
        String::from_utf8(plain).map_err(|_| SecretError::Altered)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }

    /// A key for another purpose.
    fn derived(&self, label: &str) -> [u8; 32] {
        let mut derived = [0; 32];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(label.as_bytes(), &mut derived)
            .expect("32 bytes are a length that HKDF gives");
        derived
    }
}

/// The id of the key that sealed a value.
pub(crate) fn key_id(sealed: &[u8]) -> Result<KeyId, SecretError> {
    match sealed {
        [VERSION, a, b, c, d, ..] => Ok([*a, *b, *c, *d]),
        _ => Err(SecretError::Altered),
    }
}

impl Keyring {
    /// A ring of these keys.
    pub(crate) fn of(current: Key, older: impl IntoIterator<Item = Key>) -> Self {
        Self(std::iter::once(current).chain(older).collect())
    }

    /// Reads keys written one a line or separated by commas.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let keys: Vec<Key> = text
            .split(['\n', ','])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(parse_key)
            .collect::<Result<_, _>>()?;
        if keys.is_empty() { Err("it is empty") } else { Ok(Self(keys)) }
    }

    /// The keys as they are written down, one a line.
    pub(crate) fn to_text(&self) -> String {
        self.0.iter().map(|key| key.to_text() + "\n").collect()
    }

    /// The first key.
    pub(crate) fn current(&self) -> &Key {
        &self.0[0]
    }

    /// Every key.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.0
    }

    /// The key with this id.
    pub(crate) fn find(&self, id: KeyId) -> Option<&Key> {
        self.0.iter().find(|key| key.id() == id)
    }

    /// Decrypts a value that was sealed for this place.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Result<String, SecretError> {
        self.find(key_id(sealed)?).ok_or(SecretError::UnknownKey)?.open(place, sealed)
    }

    /// A keyed hash of a text in url-safe characters, under a key of its own for each label.
    pub(crate) fn mark(&self, label: &str, text: &str) -> String {
        let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.current().derived(label))
            .expect("HMAC takes a key of any length");
        mac.update(text.as_bytes());
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

fn parse_key(text: &str) -> Result<Key, &'static str> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(&alphabet::STANDARD, config)
        .decode(text)
        .or_else(|_| GeneralPurpose::new(&alphabet::URL_SAFE, config).decode(text))
        .map_err(|_| "it is not base64")?;
    bytes.try_into().map(Key).map_err(|_| "it has not 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_only_in_its_place_and_unaltered() {
        let ring = Keyring::of(Key::random(), []);
        let sealed = ring.current().seal("secrets/sms/twilio_token", "hunter2").expect("seals");
        assert_eq!(ring.open("secrets/sms/twilio_token", &sealed), Ok("hunter2".to_owned()));
        assert_eq!(ring.open("secrets/sms/gateway_secret", &sealed), Err(SecretError::Altered));
        for index in [0, 10, sealed.len() - 1] {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert_eq!(ring.open("secrets/sms/twilio_token", &altered), Err(SecretError::Altered), "{index}");
        }
        assert_eq!(ring.open("secrets/sms/twilio_token", &sealed[..20]), Err(SecretError::Altered));
        assert_eq!(Keyring::of(Key::random(), []).open("x", &sealed), Err(SecretError::UnknownKey));
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let ring = Keyring::of(Key::random(), [Key::random()]);
        let read = Keyring::parse(&ring.to_text()).expect("two keys");
        assert!(read.keys() == ring.keys());
        assert!(Keyring::parse(&ring.to_text().replace('\n', ",")).is_ok());
        for text in ["", " \n", "abc", "!!!!", "aGVsbG8="] {
            assert!(Keyring::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let key = Key::random();
        assert_ne!(key.seal("x", "y"), key.seal("x", "y"));
    }

    #[test]
    fn marks_depend_on_key_label_and_text() {
        let ring = Keyring::of(Key::random(), []);
        assert_eq!(ring.mark("a", "x"), ring.mark("a", "x"));
        assert_ne!(ring.mark("a", "x"), ring.mark("b", "x"));
        assert_ne!(ring.mark("a", "x"), ring.mark("a", "y"));
        assert_ne!(ring.mark("a", "x"), Keyring::of(Key::random(), []).mark("a", "x"));
    }
}
