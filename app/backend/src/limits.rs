//! How often the API may be called. Counted in the database, so that all instances count together.
//!
//! Each caller has a bucket that holds a burst and fills up steadily. It is kept as one moment, when the bucket is full again, and
//! taken from by one conditional statement: of a hundred at once no more come through than the bucket holds.

use std::net::{IpAddr, Ipv6Addr};

use crate::{Backend, Error};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// `POST /passwordless/start`, for each network address of an end user: 50 an hour unless configured otherwise.
    Start,
    /// `POST /oauth/token` and `POST /oauth/revoke`, for each network address: 30 a second.
    Token,
    /// `/userinfo`, for each user: 5 a minute, 10 at once.
    UserInfo,
    /// Codes asked for and answered on the hosted page, for each network address: 5 a minute, 5 at once, each.
    Prompt,
}

/// What a caller may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many requests there may be at once.
    pub limit: u32,
    /// How many are left now.
    pub remaining: u32,
    /// When all of them are there again, in seconds since the Unix epoch.
    pub reset: i64,
    /// Where this one was too many: in how many seconds there is one again.
    pub retry_after: Option<u64>,
}

/// The limits.
pub struct Limits<'a>(pub(crate) &'a Backend);

/// How many sign-ins may be started in an hour from one network address where nobody says otherwise.
pub const STARTS_PER_HOUR: u32 = 50;

impl Limits<'_> {
    /// Takes one request out of what `who` may do, if there is one left.
    pub async fn take(&self, limit: Limit, who: &str) -> Result<Allowance, Error> {
        let (name, interval, burst) = self.rate(limit);
        let (id, now) = ([name, ":", who].concat(), self.0.now());
        let room = interval * i64::from(burst);
        let taken: Option<i64> = sqlx::query_scalar(
            "insert into rate_limits (id, made_up_at) values ($1, $2)
             on conflict (id) do update set
                made_up_at = case when rate_limits.made_up_at > $3 then rate_limits.made_up_at else $3 end + $4
             where rate_limits.made_up_at <= $5 returning made_up_at",
        )
        .bind(id.as_str())
        .bind(now + interval)
        .bind(now)
        .bind(interval)
        .bind(now + room - interval)
        .fetch_optional(self.0.database().writer())
        .await?;
        let made_up_at = match taken {
            Some(made_up_at) => made_up_at,
            None => sqlx::query_scalar("select made_up_at from rate_limits where id = $1")
                .bind(id.as_str())
                .fetch_optional(self.0.database().writer())
                .await?
                .unwrap_or(now),
        };
        let left = (now + room - made_up_at).max(0) / interval;
        let wait = made_up_at + interval - now - room;
        Ok(Allowance {
            limit: burst,
            remaining: u32::try_from(left).unwrap_or_default(),
            reset: made_up_at.div_euclid(1_000) + i64::from(made_up_at.rem_euclid(1_000) > 0),
            retry_after: taken.is_none().then(|| u64::try_from(wait).unwrap_or_default().div_ceil(1_000).max(1)),
        })
    }

    /// The name of a limit, the milliseconds in which one request is made up for, and how many there may be at once.
    fn rate(&self, limit: Limit) -> (&'static str, i64, u32) {
        match limit {
            Limit::Start => {
                let starts = self.0.0.starts_per_hour.max(1);
                ("start", (3_600_000 / i64::from(starts)).max(1), starts)
            }
            // A thousand does not divide by 30: 33 ms is the nearest that is not slower.
            Limit::Token => ("token", 33, 30),
            Limit::UserInfo => ("userinfo", 12_000, 10),
            Limit::Prompt => ("prompt", 12_000, 5),
        }
    }
}

/// Whom a limit or a block counts: an address, or the network that a subscriber gets of IPv6 (RFC 6177: at least a /64).
pub fn network_of(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
        _ => address.to_owned(),
    }
}
