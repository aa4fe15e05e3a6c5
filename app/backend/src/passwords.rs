//! Passwords: Argon2id on a blocking thread, a few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{Error as HashError, PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use domain::Secret;
use tokio::sync::Semaphore;

use crate::{Error, random};

/// How many hashes are computed at once; each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// What is verified for an account that does not exist, so that it takes as long: no password belongs to it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes and verifies passwords.
pub(crate) struct Passwords(Arc<Semaphore>);

impl Passwords {
    /// Ready to hash.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// The hash to store, in PHC format.
    pub(crate) async fn hash(&self, password: &Secret) -> Result<String, Error> {
        let password = password.clone();
        self.run(move || {
            let salt = SaltString::encode_b64(&random::bytes::<16>())?;
            Ok(Argon2::default().hash_password(password.expose().as_bytes(), &salt)?.to_string())
        })
        .await
    }

    /// Whether the password is the one that was hashed; without a hash it never is, after the same time.
    pub(crate) async fn verify(&self, password: &Secret, hash: Option<String>) -> Result<bool, Error> {
        let password = password.clone();
        self.run(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            match Argon2::default().verify_password(password.expose().as_bytes(), &PasswordHash::new(&hash)?) {
                Ok(()) => Ok(known),
                Err(HashError::Password) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, Error> {
        // The permit moves into the task: a caller that goes away does not let another hash begin early.
        let permit = Arc::clone(&self.0).acquire_owned().await.expect("the semaphore is never closed");
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await?.map_err(Error::Password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only() {
        let passwords = Passwords::new();
        let right = Secret::new("correct horse battery");
        let hash = passwords.hash(&right).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(&right, Some(hash.clone())).await.expect("verified"));
        assert!(!passwords.verify(&Secret::new("wrong"), Some(hash)).await.expect("verified"));
        assert!(!passwords.verify(&right, None).await.expect("verified"));
    }
}
