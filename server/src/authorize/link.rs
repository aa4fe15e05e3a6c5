//! The sign-in link of an email, and, as Auth0's clients call it, a code that was typed elsewhere.
//!
//! Opening a link spends nothing, because scanners of mail open links too: the button on its page does. Where a link leads is what its
//! request said when it was asked for, and what its application allows now; nothing in its address counts.

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use backend::passwordless::{LinkSeen, LinkState, Purpose, Verdict};
use backend::sign_in::{ByLink, CodeAnswer, Refusal};
use domain::Secret;
use domain::application::Application;
use domain::connection::Method;
use domain::otp::OtpLength;
use domain::recipient::Recipient;

use super::LINK_PATH;
use super::asked::{fault_answer, find, ways};
use super::code::trouble_of;
use super::finish::finish;
use super::page::{Look, document, said};
use super::parameters::Parameters;
use super::request::{AuthorizationRequest, ErrorCode, Fault, Source, Told};
use super::visit::{Visit, form_page};
use crate::refusal::escape;

/// `GET`: asks before anything is spent.
pub async fn open(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, Response> {
    let query = query.unwrap_or_default();
    let parameters = Parameters::parse(query.as_bytes());
    if let Some(code) = typed_code(&parameters) {
        let typed = Typed::read(&visit, &query, &parameters, code).await?;
        let redirect_uri = &typed.request.back.redirect_uri;
        let words = format!("You entered a code for {}. It works once.", escape(&typed.recipient.masked()));
        return Ok(question(&typed.look, &words, parameters.pairs(), Some(redirect_uri)));
    }
    let link = Link::find(&visit, &parameters).await?;
    let redirect_uri = link.request.as_ref().ok().map(|request| request.back.redirect_uri.as_str());
    let token = [("verification_code", link.token.expose())];
    let whose = link.recipient.as_ref().map(|recipient| [" for ", &recipient.masked()].concat()).unwrap_or_default();
    let words = format!("You opened a sign-in link{}. It works once.", escape(&whose));
    Ok(question(&link.look, &words, token.into_iter(), redirect_uri))
}

/// `POST`: judges the link or the code and uses it up.
pub async fn verify(visit: Visit, body: Bytes) -> Result<Response, Response> {
    let parameters = Parameters::parse(&body);
    if let Some(code) = typed_code(&parameters) {
        return Typed::read(&visit, "", &parameters, code).await?.judge(&visit).await;
    }
    Link::find(&visit, &parameters).await?.judge(&visit).await
}

/// A link that can be used.
struct Link {
    token: Secret,
    purpose: Purpose,
    recipient: Option<Recipient>,
    application: Application,
    look: Look,
    request: Result<AuthorizationRequest, Fault>,
}

impl Link {
    /// The link of a token; one that leads nowhere is answered.
    async fn find(visit: &Visit, parameters: &Parameters) -> Result<Self, Response> {
        let failed = |error| visit.failed(error);
        let token = Secret::new(parameters.only("verification_code").unwrap_or_default());
        if token.is_empty() {
            let words = "Open it as it stands in the message, or ask for a new one.";
            return Err(told(visit, "This link is not complete", words).await);
        }
        let seen = visit.state.backend.passwordless().look_at_link(&token).await.map_err(failed)?;
        let Some(LinkSeen { client_id, recipient, context, purpose, state }) = seen else {
            return Err(not_valid(visit).await);
        };
        match state {
            LinkState::Open => {}
            LinkState::Used => return Err(used(visit).await),
            LinkState::Expired => return Err(expired(visit).await),
        }
        let application = visit.state.backend.applications().find(&client_id).await.map_err(failed)?;
        let Some(application) = application else { return Err(not_valid(visit).await) };
        let look = Look::load(&visit.state, &visit.caller, Some(&application)).await.map_err(failed)?;
        let request = AuthorizationRequest::read(&Parameters::of_object(&context), &application, Source::Link);
        match (purpose, &request) {
            // Without a callback the sign-in still works, and says so.
            (Purpose::SignIn, Err(fault @ (Fault::Told(Told::RedirectUri) | Fault::Returned(_)))) => {
                Err(fault_answer(visit, &look, fault))
            }
            _ => Ok(Self { token, purpose, recipient, application, look, request }),
        }
    }

    async fn judge(self, visit: &Visit) -> Result<Response, Response> {
        if self.purpose == Purpose::Trial {
            return self.judge_trial(visit).await;
        }
        // What cannot be answered is not spent.
        let back = match &self.request {
            Err(_) => None,
            Ok(request) => Some(&request.back),
        };
        if let Err((error, words)) = ways(visit, &self.application, Some(Method::Email)).await? {
            return Err(match back {
                Some(back) => fault_answer(visit, &self.look, &back.refuse(error, words)),
                None => said(&self.look, StatusCode::OK, "This way in is closed", &[escape(&words)]),
            });
        }
        let judged = visit.state.backend.sign_in().by_link(&self.token).await.map_err(|error| visit.failed(error))?;
        match (judged, &self.request) {
            (Ok(ByLink { signed_in, .. }), Ok(request)) => {
                finish(visit, &self.look, &self.application, request, &signed_in).await
            }
            (Ok(_), Err(_)) => {
                let application = escape(&self.application.settings.name);
                let words = format!(
                    "{application} has no Allowed Callback URL, so there is nowhere to go on to. Whoever runs {application} can \
                     add one to its settings."
                );
                Ok(said(&self.look, StatusCode::OK, "Your sign-in worked", &[words]))
            }
            (Err(Refusal::Expired), _) => Ok(expired(visit).await),
            (Err(refusal @ (Refusal::BlockedUser | Refusal::SignUpsDisabled | Refusal::Closed)), _) => {
                let words = trouble_of(refusal).words(Method::Email, "");
                Ok(said(&self.look, StatusCode::FORBIDDEN, "You are not signed in", &[words]))
            }
            (Err(_), _) => Ok(used(visit).await),
        }
    }

    /// A link that an administrator tries.
    async fn judge_trial(self, visit: &Visit) -> Result<Response, Response> {
        let judged = visit.state.backend.passwordless().verify_link(Purpose::Trial, &self.token).await;
        Ok(match judged.map_err(|error| visit.failed(error))? {
            Verdict::Accepted(_) => {
                let words =
                    "It came from a test message of Doorcode’s console and is used up now. A user would be signed in.";
                said(&self.look, StatusCode::OK, "This link works", &[words.to_owned()])
            }
            Verdict::Expired => expired(visit).await,
            Verdict::Used | Verdict::Spent => used(visit).await,
            Verdict::Wrong { .. } | Verdict::Nothing => not_valid(visit).await,
        })
    }
}

/// A code that was typed into a page of the application, which sends the browser here to have it judged.
struct Typed {
    code: Secret,
    recipient: Recipient,
    application: Application,
    look: Look,
    request: AuthorizationRequest,
}

impl Typed {
    async fn read(visit: &Visit, query: &str, parameters: &Parameters, code: Secret) -> Result<Self, Response> {
        let (application, look) = find(visit, query, parameters).await?;
        let request = AuthorizationRequest::read(parameters, &application, Source::Browser)
            .map_err(|fault| fault_answer(visit, &look, &fault))?;
        let refuse = |error, words: String| fault_answer(visit, &look, &request.back.refuse(error, words));
        let Some(method) = request.connection else {
            return Err(refuse(ErrorCode::InvalidRequest, "connection is missing.".to_owned()));
        };
        if let Err((error, words)) = ways(visit, &application, Some(method)).await? {
            return Err(refuse(error, words));
        }
        let name = recipient_of(method);
        match Recipient::parse(method, parameters.only(name).unwrap_or_default()) {
            Ok(recipient) => Ok(Self { code, recipient, application, look, request }),
            Err(_) => Err(refuse(ErrorCode::InvalidRequest, format!("{name} is missing or not valid."))),
        }
    }

    async fn judge(self, visit: &Visit) -> Result<Response, Response> {
        let refuse = |words: &'static str| {
            fault_answer(visit, &self.look, &self.request.back.refuse(ErrorCode::AccessDenied, words))
        };
        if visit.throttled("code").await?.is_some() {
            return Err(refuse("Too many tries. Try again in a minute."));
        }
        let given = CodeAnswer {
            client_id: &self.application.client_id,
            recipient: &self.recipient,
            code: &self.code,
            address: &visit.caller.address,
        };
        let judged = visit.state.backend.sign_in().by_code(&given).await.map_err(|error| visit.failed(error))?;
        match judged {
            Ok(signed_in) => finish(visit, &self.look, &self.application, &self.request, &signed_in).await,
            // The words that Auth0's clients know.
            Err(refusal) => Err(refuse(match (refusal, self.recipient.method()) {
                (Refusal::Wrong, Method::Sms) => "Wrong phone number or verification code.",
                (Refusal::Wrong, Method::Email) => "Wrong email or verification code.",
                (Refusal::TooManyAttempts, _) => {
                    "You've reached the maximum number of attempts. Please try to login again."
                }
                (Refusal::Expired, _) => "The verification code has expired. Please try to login again.",
                (Refusal::BlockedAddress, _) => {
                    "Your account has been blocked after multiple consecutive login attempts."
                }
                (Refusal::BlockedUser, _) => "user is blocked",
                (Refusal::SignUpsDisabled, _) => "Public signup is disabled",
                (Refusal::Closed, _) => "The connection is disabled, or not enabled for this application.",
            })),
        }
    }
}

/// The code in a request that names who typed it. A link's token is longer than any code, so the two cannot be mistaken.
fn typed_code(parameters: &Parameters) -> Option<Secret> {
    let code = parameters.only("verification_code")?;
    let digits = code.chars().filter(|letter| !letter.is_whitespace());
    let is_code =
        digits.clone().all(|letter| letter.is_ascii_digit()) && (1..=OtpLength::MAX as usize).contains(&digits.count());
    let method = parameters.only("connection").and_then(|name| name.parse().ok())?;
    (is_code && parameters.value(recipient_of(method)).is_some()).then(|| Secret::new(code))
}

const fn recipient_of(method: Method) -> &'static str {
    match method {
        Method::Sms => "phone_number",
        Method::Email => "email",
    }
}

fn question<'a>(
    look: &Look,
    words: &str,
    inputs: impl Iterator<Item = (&'a str, &'a str)>,
    redirect_uri: Option<&str>,
) -> Response {
    let inputs: String = inputs
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)))
        .collect();
    let main = format!(
        "<p class=\"entry-lede\">{words}</p><form class=\"entry-form\" method=\"post\" action=\"{LINK_PATH}\">{inputs}\
         <button class=\"button\" type=\"submit\" autofocus>Sign in</button></form>"
    );
    form_page(document(look, &["Sign in to ", &look.application].concat(), false, &main), redirect_uri)
}

async fn not_valid(visit: &Visit) -> Response {
    let words = "A newer one may have been sent since; only the newest is valid. Ask for a new one where you sign in.";
    told(visit, "This link is not valid", words).await
}

async fn used(visit: &Visit) -> Response {
    told(visit, "This link was used already", "Ask for a new one where you sign in.").await
}

async fn expired(visit: &Visit) -> Response {
    told(visit, "This link has expired", "Ask for a new one where you sign in.").await
}

async fn told(visit: &Visit, h1: &str, words: &str) -> Response {
    match Look::load(&visit.state, &visit.caller, None).await {
        Ok(look) => said(&look, StatusCode::OK, h1, &[words.to_owned()]),
        Err(error) => visit.failed(error),
    }
}
