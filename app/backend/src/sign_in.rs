//! Users sign in: a code or a link is judged, and its user comes to be or comes back. Whoever asks, the API, the hosted page or a link,
//! comes through here.

use domain::Secret;
use domain::connection::Method;
use domain::delivery::Reason;
use domain::recipient::Recipient;
use domain::template::Send;
use domain::user::User;

use crate::delivery::Caller;
use crate::limits::network_of;
use crate::messages::{Ask, Sent};
use crate::passwordless::{Purpose, Verdict};
use crate::users::Arrival;
use crate::{Backend, Error, marks};

/// A sign-in that is asked for.
#[derive(Clone, Debug)]
pub struct Start {
    /// The application.
    pub client_id: String,
    /// What it is called.
    pub application_name: String,
    /// Who gets the code or link; says by which connection too.
    pub recipient: Recipient,
    /// A code, or a link with a code.
    pub send: Send,
    /// The public URL of the installation.
    pub public_url: String,
    /// The language; `None` for the installation's own.
    pub language: Option<String>,
    /// Who asks: a gateway may want to know, and whoever is blocked from there gets nothing.
    pub caller: Caller,
    /// What whoever opens a link needs to go on, over the Authentication Parameters of the settings.
    pub auth_params: Vec<(String, String)>,
}

/// What came of asking for a sign-in.
#[derive(Clone, Debug)]
pub enum Started {
    /// The message was handed over, or could not be: its delivery says which.
    Sent(Box<Sent>),
    /// The user is blocked and gets nothing; whoever asks is told what everybody is told.
    Withheld,
}

/// Why no code or link is sent at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartRefusal {
    /// The connection is switched off.
    ConnectionOff,
    /// The connection is not switched on for the application.
    NotEnabled,
    /// There is no such user, and none can come to be.
    SignUpsDisabled,
    /// Too many wrong codes from this network for this recipient: a code would open nothing.
    BlockedAddress,
}

/// An answer to a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeAnswer<'a> {
    /// The application that asks.
    pub client_id: &'a str,
    /// Who answers; says by which connection too.
    pub recipient: &'a Recipient,
    /// The answer.
    pub code: &'a Secret,
    /// The network address of whoever answers.
    pub address: &'a str,
}

/// Who is signed in now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The user.
    pub user: User,
    /// When, in milliseconds since the Unix epoch.
    pub auth_time: i64,
}

/// Who came by a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByLink {
    /// For which application.
    pub client_id: String,
    /// What the request said whoever opens the link needs.
    pub context: String,
    /// Who.
    pub signed_in: SignedIn,
}

/// Why nobody is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The code or link is wrong, was used, or there is none.
    Wrong,
    /// Three wrong codes: a new one must be asked for.
    TooManyAttempts,
    /// It came too late.
    Expired,
    /// Too many wrong codes from this network address for this recipient.
    BlockedAddress,
    /// An administrator has blocked the user.
    BlockedUser,
    /// There is no such user, and none can come to be.
    SignUpsDisabled,
    /// The connection is switched off, for everybody or for this application.
    Closed,
}

/// The rules of a connection for one application, as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Whether the connection is switched on.
    pub on: bool,
    /// Whether it is switched on for the application.
    pub enabled: bool,
    /// Whether people who are not users yet may become users.
    pub sign_ups: bool,
    /// Whether wrong codes are counted by network address.
    pub brute_force_protection: bool,
}

/// Signing in.
pub struct SignIns<'a>(pub(crate) &'a Backend);

impl SignIns<'_> {
    /// The rules of a connection for an application.
    pub async fn rules(&self, method: Method, client_id: &str) -> Result<Rules, Error> {
        self.0.connections().rules(method, client_id).await
    }

    /// Sends a code or link by what is stored: toggles, templates, provider, rules.
    pub async fn start(&self, start: Start) -> Result<Result<Started, StartRefusal>, Error> {
        let method = start.recipient.method();
        let rules = self.rules(method, &start.client_id).await?;
        if !rules.on {
            return Ok(Err(StartRefusal::ConnectionOff));
        }
        if !rules.enabled {
            return Ok(Err(StartRefusal::NotEnabled));
        }
        let blocked = self.0.wrong_codes().is_blocked(&start.recipient, &network_of(&start.caller.ip)).await?;
        if rules.brute_force_protection && blocked {
            return Ok(Err(StartRefusal::BlockedAddress));
        }
        // Looked for whether or not it matters: with sign-ups open, users and others are answered alike and in the same time.
        let user = self.0.users().by_recipient(&start.recipient).await?;
        if user.is_none() && !rules.sign_ups {
            return Ok(Err(StartRefusal::SignUpsDisabled));
        }
        let (channel, revision) = self.0.messages().stored(method).await?;
        let ask = Ask {
            client_id: start.client_id,
            application_name: start.application_name,
            recipient: start.recipient,
            send: start.send,
            public_url: start.public_url,
            language: start.language,
            caller: Some(start.caller),
            actor: None,
            revision,
            purpose: Purpose::SignIn,
            auth_params: start.auth_params,
        };
        if user.is_some_and(|user| user.blocked_at.is_some()) {
            self.0.messages().withhold(&channel, &ask, Reason::UserBlocked).await?;
            return Ok(Ok(Started::Withheld));
        }
        Ok(Ok(Started::Sent(Box::new(self.0.messages().send(channel, ask).await?))))
    }

    /// An id for a recipient as Auth0 answers one: the same for users and for others, and of no other use.
    pub async fn reference(&self, recipient: &Recipient) -> Result<String, Error> {
        let mark = marks::mark(self.0, "sign-in reference", recipient.expose()).await?;
        Ok(mark.bytes().take(12).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Judges a code.
    pub async fn by_code(&self, answer: &CodeAnswer<'_>) -> Result<Result<SignedIn, Refusal>, Error> {
        let CodeAnswer { client_id, recipient, code, address } = *answer;
        let network = network_of(address);
        let rules = self.rules(recipient.method(), client_id).await?;
        if !rules.on || !rules.enabled {
            return Ok(Err(Refusal::Closed));
        }
        let wrong_codes = self.0.wrong_codes();
        if rules.brute_force_protection && wrong_codes.is_blocked(recipient, &network).await? {
            return Ok(Err(Refusal::BlockedAddress));
        }
        let verdict = self.0.passwordless().verify_code(Purpose::SignIn, client_id, recipient, code).await?;
        if rules.brute_force_protection && matches!(verdict, Verdict::Wrong { .. } | Verdict::Spent) {
            wrong_codes.count(recipient, &network).await?;
        }
        match judged(&verdict) {
            None => self.arrive(recipient, &rules, Some(&network)).await,
            Some(refusal) => Ok(Err(refusal)),
        }
    }

    /// Judges a link.
    pub async fn by_link(&self, token: &Secret) -> Result<Result<ByLink, Refusal>, Error> {
        let verdict = self.0.passwordless().verify_link(Purpose::SignIn, token).await?;
        if let Some(refusal) = judged(&verdict) {
            return Ok(Err(refusal));
        }
        let Verdict::Accepted(accepted) = verdict else { return Ok(Err(Refusal::Wrong)) };
        let rules = self.rules(accepted.recipient.method(), &accepted.client_id).await?;
        if !rules.on || !rules.enabled {
            return Ok(Err(Refusal::Closed));
        }
        let arrived = self.arrive(&accepted.recipient, &rules, None).await?;
        let (client_id, context) = (accepted.client_id, accepted.context);
        Ok(arrived.map(|signed_in| ByLink { client_id, context, signed_in }))
    }

    async fn arrive(
        &self,
        recipient: &Recipient,
        rules: &Rules,
        network: Option<&str>,
    ) -> Result<Result<SignedIn, Refusal>, Error> {
        let mut tx = self.0.database().begin().await?;
        let arrival = self.0.users().arrive(&mut tx, recipient, rules.sign_ups).await?;
        if let Some(network) = network {
            self.0.wrong_codes().forget(&mut tx, recipient, network).await?;
        }
        tx.commit().await?;
        Ok(match arrival {
            Arrival::Here(user) => Ok(SignedIn { user, auth_time: self.0.now() }),
            Arrival::Blocked => Err(Refusal::BlockedUser),
            Arrival::SignUpsDisabled => Err(Refusal::SignUpsDisabled),
        })
    }
}

/// Why a verdict lets nobody in; `None` where it does.
const fn judged(verdict: &Verdict) -> Option<Refusal> {
    match verdict {
        Verdict::Accepted(_) => None,
        Verdict::Wrong { .. } | Verdict::Used | Verdict::Nothing => Some(Refusal::Wrong),
        Verdict::Spent => Some(Refusal::TooManyAttempts),
        Verdict::Expired => Some(Refusal::Expired),
    }
}
