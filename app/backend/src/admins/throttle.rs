//! How often a wrong password may be tried. Attempts are counted in the database, so that all instances count together.
//!
//! An attempt counts as a failure from its start: a hundred at once are not a hundred free guesses.

use std::time::Duration;

use crate::{Backend, Error, random};

/// How long a failure counts: 15 minutes.
pub(crate) const WINDOW: i64 = 15 * 60_000;
/// How many failures an account may have from one network address.
const PER_ACCOUNT_AND_ADDRESS: usize = 10;
/// How many failures one network address may have over all accounts.
const PER_ADDRESS: usize = 50;
/// The longest that an attempt is delayed: nobody can lock somebody else out for longer than that.
const MAX_DELAY: Duration = Duration::from_secs(4);

/// An attempt that may go on.
pub(super) struct Attempt {
    /// The account as it is counted: a keyed hash, for people also type passwords into the wrong field.
    account: String,
    address: String,
    /// How long to wait before the password is looked at.
    pub(super) delay: Duration,
}

/// Counts an attempt, or answers how many seconds to stay away.
pub(super) async fn begin(backend: &Backend, email: &str, address: &str) -> Result<Result<Attempt, u64>, Error> {
    let now = backend.now();
    let since = now - WINDOW;
    let account = backend.vault().ring().mark("sign-in account", &email.trim().to_lowercase());
    let mut tx = backend.database().begin_alone("sign_in_failures").await?;

    let of_pair: Vec<i64> = sqlx::query_scalar(
        "select at from sign_in_failures where account = $1 and address = $2 and at > $3 order by at desc limit 10",
    )
    .bind(account.as_str())
    .bind(address)
    .bind(since)
    .fetch_all(&mut *tx)
    .await?;
    let of_address: Vec<i64> =
        sqlx::query_scalar("select at from sign_in_failures where address = $1 and at > $2 order by at desc limit 50")
            .bind(address)
            .bind(since)
            .fetch_all(&mut *tx)
            .await?;
    let wait = wait(&of_pair, PER_ACCOUNT_AND_ADDRESS, now).max(wait(&of_address, PER_ADDRESS, now));
    if let Some(seconds) = wait {
        return Ok(Err(seconds));
    }

    let of_account: i64 = sqlx::query_scalar("select count(*) from sign_in_failures where account = $1 and at > $2")
        .bind(account.as_str())
        .bind(since)
        .fetch_one(&mut *tx)
        .await?;
    sqlx::query("insert into sign_in_failures (id, account, address, at) values ($1, $2, $3, $4)")
        .bind(random::id())
        .bind(account.as_str())
        .bind(address)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Ok(Attempt { account, address: address.to_owned(), delay: delay(of_account) }))
}

impl Attempt {
    /// Forgets the failures of this account from this address: the right password was given.
    pub(super) async fn succeed(&self, tx: &mut sqlx::AnyConnection) -> Result<(), Error> {
        sqlx::query("delete from sign_in_failures where account = $1 and address = $2")
            .bind(self.account.as_str())
            .bind(self.address.as_str())
            .execute(tx)
            .await?;
        Ok(())
    }
}

/// The seconds until fewer than `limit` failures count, given the newest ones.
fn wait(newest_first: &[i64], limit: usize, now: i64) -> Option<u64> {
    let deciding = newest_first.get(limit - 1)?;
    let ms = u64::try_from(deciding + WINDOW - now).unwrap_or(0);
    Some(ms.div_ceil(1_000).max(1))
}

/// Past what a single address may fail, every further failure of the account doubles the delay.
fn delay(failures: i64) -> Duration {
    match failures {
        ..10 => Duration::ZERO,
        10..14 => Duration::from_millis(250 << (failures - 10)),
        _ => MAX_DELAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_and_stays_bearable() {
        let delays: Vec<u128> = [0, 9, 10, 11, 12, 13, 14, 1_000_000].map(|count| delay(count).as_millis()).into();
        assert_eq!(delays, [0, 0, 250, 500, 1_000, 2_000, 4_000, 4_000]);
    }

    #[test]
    fn the_wait_ends_when_the_deciding_failure_no_longer_counts() {
        assert_eq!(wait(&[5_000, 4_000], 3, 6_000), None);
        assert_eq!(wait(&[5_000, 4_000], 2, 6_000), Some(898));
    }
}
