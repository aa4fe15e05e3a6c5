//! Brute-force protection: who has answered wrongly too often, for one recipient from one network address, is let in no more.

use domain::audit::AuditKind;
use domain::recipient::Recipient;

use crate::{Admin, Backend, Error, audit, marks};

/// How many wrong codes an address has for one recipient before it is blocked.
pub const WRONG_CODES: u32 = 10;

/// How long a block lasts after the last wrong code: 30 days.
pub(crate) const BLOCKED: i64 = 30 * 24 * 3_600_000;

/// The wrong codes.
pub struct WrongCodes<'a>(pub(crate) &'a Backend);

impl WrongCodes<'_> {
    /// Whether this address is blocked for this recipient.
    pub(crate) async fn is_blocked(&self, recipient: &Recipient, address: &str) -> Result<bool, Error> {
        let count: Option<i64> = sqlx::query_scalar(
            "select count from wrong_codes where recipient_hash = $1 and address = $2 and last_at > $3",
        )
        .bind(self.mark(recipient).await?)
        .bind(address)
        .bind(self.0.now() - BLOCKED)
        .fetch_optional(self.0.database().reader())
        .await?;
        Ok(count.is_some_and(|count| count >= i64::from(WRONG_CODES)))
    }

    /// Counts a wrong code.
    pub(crate) async fn count(&self, recipient: &Recipient, address: &str) -> Result<(), Error> {
        let now = self.0.now();
        sqlx::query(
            "insert into wrong_codes (recipient_hash, address, count, last_at) values ($1, $2, 1, $3)
             on conflict (recipient_hash, address) do update set
                count = case when wrong_codes.last_at > $4 then wrong_codes.count + 1 else 1 end, last_at = excluded.last_at",
        )
        .bind(self.mark(recipient).await?)
        .bind(address)
        .bind(now)
        .bind(now - BLOCKED)
        .execute(self.0.database().writer())
        .await?;
        Ok(())
    }

    /// Forgets the wrong codes of this recipient from this address: the right one was given.
    pub(crate) async fn forget(
        &self,
        tx: &mut sqlx::AnyConnection,
        recipient: &Recipient,
        address: &str,
    ) -> Result<(), Error> {
        sqlx::query("delete from wrong_codes where recipient_hash = $1 and address = $2")
            .bind(self.mark(recipient).await?)
            .bind(address)
            .execute(tx)
            .await?;
        Ok(())
    }

    /// From how many addresses sign-in is blocked, for each of these recipients, in their order.
    pub async fn blocks(&self, recipients: &[Recipient]) -> Result<Vec<u32>, Error> {
        let mut marks = Vec::with_capacity(recipients.len());
        for recipient in recipients {
            marks.push(self.mark(recipient).await?);
        }
        let places: Vec<String> = (0..marks.len()).map(|index| format!("${}", index + 3)).collect();
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let statement = format!(
            "select recipient_hash, count(*) from wrong_codes
             where count >= $1 and last_at > $2 and recipient_hash in ({}) group by recipient_hash",
            places.join(", ")
        );
        let mut query =
            sqlx::query_as::<_, (String, i64)>(&statement).bind(i64::from(WRONG_CODES)).bind(self.0.now() - BLOCKED);
        for mark in &marks {
            query = query.bind(mark.as_str());
        }
        let found = query.fetch_all(self.0.database().reader()).await?;
        let blocks_of = |mark: &String| {
            let of_mark = found.iter().find(|(recipient_hash, _)| recipient_hash == mark);
            of_mark.map_or(0, |(_, blocks)| u32::try_from(*blocks).unwrap_or(u32::MAX))
        };
        Ok(marks.iter().map(blocks_of).collect())
    }

    /// Lets everybody who was blocked for this recipient try again; `subject` names the user in the audit trail.
    pub async fn lift(&self, admin: &Admin, recipient: &Recipient, subject: &str) -> Result<bool, Error> {
        let mark = self.mark(recipient).await?;
        let mut tx = self.0.database().begin().await?;
        let lifted =
            sqlx::query("delete from wrong_codes where recipient_hash = $1").bind(mark).execute(&mut *tx).await?;
        if lifted.rows_affected() == 0 {
            return Ok(false);
        }
        let details = serde_json::json!({ "recipient": recipient.masked() });
        audit::record(&mut tx, self.0.now(), &admin.actor(), AuditKind::SignInBlockLifted, subject, &details).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn mark(&self, recipient: &Recipient) -> Result<String, Error> {
        marks::mark(self.0, "wrong codes", recipient.expose()).await
    }
}
