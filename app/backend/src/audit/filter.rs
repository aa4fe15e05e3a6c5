//! Which lines somebody wants, read from what was typed.

use domain::activity::FilterProblem;
use domain::admin::AdminEmail;
use domain::audit::{AuditFilterForm, NOBODY};
use domain::connection::Method;
use domain::recipient::Recipient;
use domain::user::user_id;

use super::Audit;
use crate::moments::span;
use crate::sessions::storable;
use crate::{Error, Meant};

/// Which lines are wanted; an empty filter wants all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those of one person, by name; an empty name means those who did not sign in.
    pub person: Option<String>,
    /// Those of one action.
    pub action: Option<String>,
    /// Those that were done to one object.
    pub target: Option<String>,
    /// Those from this moment on, in milliseconds since the Unix epoch.
    pub from: Option<i64>,
    /// Those before this moment.
    pub until: Option<i64>,
}

impl Audit<'_> {
    /// The filter that was typed, or everything that is wrong with it.
    pub async fn filter(&self, form: &AuditFilterForm) -> Result<Result<AuditFilter, Vec<FilterProblem>>, Error> {
        let mut problems = Vec::new();
        let target = match form.object.trim() {
            "" => None,
            text => self.target(storable(text), &mut problems).await?,
        };
        let (from, until) = span(&form.from, &form.until, &mut problems);
        let given = |text: &str| Some(storable(text.trim()).to_owned()).filter(|text| !text.is_empty());
        let person = given(&form.person).map(|name| if name == NOBODY { String::new() } else { name });
        let filter = AuditFilter { person, action: given(&form.kind), target, from, until };
        Ok(if problems.is_empty() { Ok(filter) } else { Err(problems) })
    }

    /// The object that a text means: a connection, a user by id, an administrator or user by the whole address or number, or an
    /// application; anything else stands for itself, because what was deleted has its lines still.
    async fn target(&self, text: &str, problems: &mut Vec<FilterProblem>) -> Result<Option<String>, Error> {
        if let Some(method) = Method::ALL.into_iter().find(|method| method.label().eq_ignore_ascii_case(text)) {
            return Ok(Some(method.as_str().to_owned()));
        }
        if let Some(id) = user_id(text) {
            return self.user(id, text).await.map(Some);
        }
        if let Ok(email) = AdminEmail::parse(text)
            && let Some(admin) = self.0.admins().find_by_email(&email).await?
        {
            return Ok(Some(admin.id));
        }
        if let Ok(recipient) = Recipient::looked_for(text)
            && let Some(user) = self.0.users().by_recipient(&recipient).await?
        {
            return Ok(Some(user.subject()));
        }
        Ok(match self.0.applications().meant(text).await? {
            Meant::One { client_id, .. } => Some(client_id),
            Meant::None => Some(text.to_owned()),
            Meant::Several => {
                problems.push(FilterProblem::SeveralObjects);
                None
            }
        })
    }

    /// What lines call a user, also one who was deleted; `text` is the id as it was typed, perhaps with its connection.
    async fn user(&self, id: &str, text: &str) -> Result<String, Error> {
        if text.len() > id.len() {
            return Ok(text.to_owned());
        }
        let [sms, email] = Method::ALL.map(|method| [method.as_str(), "|", id].concat());
        let by_email: i64 =
            sqlx::query_scalar("select count(*) from (select id from audit where target = $1 limit 1) as one")
                .bind(email.as_str())
                .fetch_one(self.0.database().reader())
                .await?;
        Ok(if by_email > 0 { email } else { sms })
    }
}
