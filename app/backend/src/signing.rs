//! The keys that sign tokens (RS256: RFC 7515, RFC 7518 section 3.3), and what they sign.
//!
//! Keys are made when one is first needed, kept sealed, and take turns: a new one is published a day before it signs, so that
//! whoever keeps the published keys knows it by then, and stays published for as long as a token of it can be valid. Only one
//! algorithm is ever read, and the kind of a token is part of what is signed, so that an ID token is no access token.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::audit::AuditKind;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use sqlx::AnyConnection;
use tokio::sync::Mutex;

use crate::keys::Keyring;
use crate::{Actor, Backend, Error, SecretError, audit, random};

/// The public exponent of every key, 65537, as a key set writes it.
pub const EXPONENT: &str = "AQAB";
/// How long a token is valid that is signed with these keys, at most: 24 hours.
pub const LONGEST_TOKEN: i64 = 24 * HOUR;

const HOUR: i64 = 3_600_000;
const BITS: usize = 2048;
/// How long a key signs before the next one takes its turn.
const TURN: i64 = 90 * 24 * HOUR;
/// How long a key is published before it signs.
const AHEAD: i64 = 24 * HOUR;
/// How long a key stays published once another one signs: a token's life, and an hour for clocks that differ.
const OVERLAP: i64 = LONGEST_TOKEN + HOUR;
/// How long the keys of another instance may go unnoticed.
const FRESH: Duration = Duration::from_secs(60);
/// After which a key that was made by hand signs: by then every instance publishes it, and nobody keeps the published keys for longer.
const SOON: i64 = 10 * 60_000;

/// What a signed token is for; its `typ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// For the APIs that its audience names (RFC 9068).
    Access,
    /// For the application itself (OpenID Connect).
    Id,
}

/// A key that others check signatures with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Its name in tokens.
    pub id: String,
    /// The modulus, base64url.
    pub modulus: String,
}

/// The keys as one process has them at hand.
#[derive(Default)]
pub(crate) struct LoadedKeys {
    at_hand: RwLock<Option<(Instant, Arc<Vec<SigningKey>>)>>,
    /// Held while a key is made, so that a process makes one at a time.
    making: Mutex<()>,
}

struct SigningKey {
    public: PublicKey,
    active_from: i64,
    pair: RsaKeyPair,
}

type Row = (String, Vec<u8>, String, i64);

/// Why a key is made; what makes sure that two instances make one.
#[derive(Clone, Copy)]
enum Why<'k> {
    NoneSigns,
    Next { after: &'k str },
    ByHand { at_once: bool },
}

/// The keys.
pub struct Signing<'a>(pub(crate) &'a Backend);

impl TokenKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Id => "JWT",
        }
    }
}

impl Signing<'_> {
    /// Signs claims as a token.
    pub async fn sign(&self, kind: TokenKind, claims: &impl Serialize) -> Result<String, Error> {
        let keys = self.usable().await?;
        let key = current(&keys, self.0.now()).ok_or(Error::NotFound)?;
        let header = json!({ "alg": "RS256", "typ": kind.as_str(), "kid": key.public.id });
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let signed = [&encode(&serde_json::to_vec(&header)?), ".", &encode(&serde_json::to_vec(claims)?)].concat();
        let mut signature = vec![0; key.pair.public().modulus_len()];
        key.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature)
            .map_err(|_| SecretError::Altered)?;
        Ok([&signed, ".", &encode(&signature)].concat())
    }

    /// The claims of a token of this kind that one of our keys signed; what they say is for the caller to judge, expiry too.
    pub async fn verify<T: DeserializeOwned>(&self, kind: TokenKind, token: &str) -> Result<Option<T>, Error> {
        #[derive(serde::Deserialize)]
        struct Header {
            alg: String,
            typ: String,
            kid: String,
        }
        let Some((signed, signature)) = token.rsplit_once('.') else { return Ok(None) };
        let Some((header, claims)) = signed.split_once('.') else { return Ok(None) };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let header = decode(header).and_then(|header| serde_json::from_slice::<Header>(&header).ok());
        let Some(header) = header.filter(|header| header.alg == "RS256" && header.typ == kind.as_str()) else {
            return Ok(None);
        };
        let Some(key) = self.published().await?.into_iter().find(|key| key.id == header.kid) else {
            return Ok(None);
        };
        let (Some(modulus), Some(exponent), Some(signature)) =
            (decode(&key.modulus), decode(EXPONENT), decode(signature))
        else {
            return Ok(None);
        };
        let fits = RsaPublicKeyComponents { n: modulus, e: exponent }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .is_ok();
        Ok(if fits { decode(claims).and_then(|claims| serde_json::from_slice(&claims).ok()) } else { None })
    }

    /// Every key that a valid token may be signed with, now or soon.
    pub async fn published(&self) -> Result<Vec<PublicKey>, Error> {
        let keys = self.usable().await?;
        let now = self.0.now();
        let published = keys.iter().enumerate().filter(|(index, _)| is_published(&keys, *index, now));
        Ok(published.map(|(_, key)| key.public.clone()).collect())
    }

    /// Makes what is due: the first key, the next one before its turn; and deletes those that no valid token is signed with.
    pub async fn take_turns(&self) -> Result<(), Error> {
        let now = self.0.now();
        let keys = self.usable().await?;
        if let Some(newest) = keys.last()
            && newest.active_from + TURN - AHEAD <= now
        {
            self.add(Why::Next { after: &newest.public.id }, now + AHEAD).await?;
        }
        let keys = self.load().await?;
        for (index, key) in keys.iter().enumerate() {
            if !is_published(&keys, index, now) {
                sqlx::query("delete from signing_keys where id = $1")
                    .bind(key.public.id.as_str())
                    .execute(self.0.database().writer())
                    .await?;
            }
        }
        self.load().await.map(drop)
    }

    /// Makes a new key that signs in ten minutes' time, and answers its id. With `at_once` it signs now and every other key is
    /// deleted: what they signed is valid no more. Other instances follow within a minute.
    pub async fn rotate(&self, at_once: bool) -> Result<String, Error> {
        let soon = if at_once { 0 } else { SOON };
        let id = self.add(Why::ByHand { at_once }, self.0.now() + soon).await?;
        self.load().await?;
        Ok(id)
    }

    /// The keys at hand, with at least one that signs.
    async fn usable(&self) -> Result<Arc<Vec<SigningKey>>, Error> {
        let now = self.0.now();
        let at_hand = {
            let keys = self.0.0.signing_keys.at_hand.read().unwrap_or_else(PoisonError::into_inner);
            keys.as_ref().filter(|(loaded, _)| loaded.elapsed() < FRESH).map(|(_, keys)| Arc::clone(keys))
        };
        if let Some(keys) = at_hand.filter(|keys| current(keys, now).is_some()) {
            return Ok(keys);
        }
        let _making = self.0.0.signing_keys.making.lock().await;
        let keys = self.load().await?;
        if current(&keys, now).is_some() {
            return Ok(keys);
        }
        self.add(Why::NoneSigns, now).await?;
        self.load().await
    }

    async fn load(&self) -> Result<Arc<Vec<SigningKey>>, Error> {
        let rows: Vec<Row> =
            sqlx::query_as("select id, private_key, modulus, active_from from signing_keys order by active_from, id")
                .fetch_all(self.0.database().reader())
                .await?;
        let mut keys = Vec::with_capacity(rows.len());
        for (id, sealed, modulus, active_from) in rows {
            let text = self.0.vault().open_value(&place(&id), &sealed)?;
            let der = STANDARD.decode(text).map_err(|_| SecretError::Altered)?;
            let pair = RsaKeyPair::from_pkcs8(&der).map_err(|_| SecretError::Altered)?;
            keys.push(SigningKey { public: PublicKey { id, modulus }, active_from, pair });
        }
        let keys = Arc::new(keys);
        *self.0.0.signing_keys.at_hand.write().unwrap_or_else(PoisonError::into_inner) =
            Some((Instant::now(), Arc::clone(&keys)));
        Ok(keys)
    }

    /// Adds a key, unless another instance was first, and answers the id of the newest.
    async fn add(&self, why: Why<'_>, active_from: i64) -> Result<String, Error> {
        let (der, modulus) = tokio::task::spawn_blocking(new_key).await??;
        let (id, now) = (random::id(), self.0.now());
        let mut tx = self.0.database().begin_alone("signing_keys").await?;
        let oldest_first: Vec<(String, i64)> =
            sqlx::query_as("select id, active_from from signing_keys order by active_from, id")
                .fetch_all(&mut *tx)
                .await?;
        let newest = oldest_first.last().map(|(id, _)| id.clone()).unwrap_or_default();
        let due = match why {
            Why::NoneSigns => oldest_first.iter().all(|(_, from)| *from > now),
            Why::Next { after } => newest == after,
            Why::ByHand { .. } => true,
        };
        if !due {
            return Ok(newest);
        }
        let (at_once, actor) = match why {
            Why::ByHand { at_once } => (at_once, Actor::command_line()),
            Why::NoneSigns | Why::Next { .. } => (false, Actor::schedule()),
        };
        if at_once {
            sqlx::query("delete from signing_keys").execute(&mut *tx).await?;
        }
        let sealed = self.0.vault().seal_value(&mut tx, &place(&id), &der).await?;
        sqlx::query("insert into signing_keys (id, private_key, modulus, active_from) values ($1, $2, $3, $4)")
            .bind(id.as_str())
            .bind(sealed)
            .bind(modulus)
            .bind(active_from)
            .execute(&mut *tx)
            .await?;
        let details = json!({ "active_from": active_from, "at_once": at_once });
        audit::record(&mut tx, now, &actor, AuditKind::SigningKeyMade, &id, &details).await?;
        tx.commit().await?;
        Ok(id)
    }
}

/// Seals every key again under the new key of a rotation, and answers how many there were.
pub(crate) async fn encrypt_again(ring: &Keyring, tx: &mut AnyConnection) -> Result<u32, Error> {
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as("select id, private_key from signing_keys order by id").fetch_all(&mut *tx).await?;
    let mut count = 0;
    for (id, sealed) in rows {
        let sealed = ring.current().seal(&place(&id), &ring.open(&place(&id), &sealed)?)?;
        sqlx::query("update signing_keys set private_key = $1 where id = $2")
            .bind(sealed)
            .bind(id)
            .execute(&mut *tx)
            .await?;
        count += 1;
    }
    Ok(count)
}

fn place(id: &str) -> String {
    format!("signing_keys/{id}/private_key")
}

/// The one that signs: the newest whose turn has come.
fn current(keys: &[SigningKey], now: i64) -> Option<&SigningKey> {
    keys.iter().rev().find(|key| key.active_from <= now)
}

fn is_published(keys: &[SigningKey], index: usize, now: i64) -> bool {
    keys.get(index + 1).is_none_or(|next| next.active_from + OVERLAP > now)
}

/// A new private key in base64 and its modulus in base64url. Takes a tenth of a second or more.
fn new_key() -> Result<(String, String), Error> {
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS).map_err(|_| SecretError::Altered)?;
    let der = key.to_pkcs8_der().map_err(|_| SecretError::Altered)?;
    Ok((STANDARD.encode(der.as_bytes()), URL_SAFE_NO_PAD.encode(key.n().to_bytes_be())))
}
