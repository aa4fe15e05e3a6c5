//! What the view *Try* does on the server: which settings a test message is made from, and what is said of what became of it.

use std::time::Duration;

use backend::delivery::{Delivered, SmsCredentials};
use backend::messages::{Ask, Channel, Message, Sent};
use backend::passwordless::Verdict;
use backend::{Admin, Backend};
use domain::admin::Role;
use domain::connection::Method;
use domain::delivery::{Outcome, provider_label};
use domain::email::EmailForm;
use domain::segments::count;
use domain::sms::{SmsContext, SmsForm};
use domain::trial::{Trial, TryForm};
use domain::wire::{self, Wire};
use domain::{Field, FieldErrors, Problem, Secret, SecretChange};
use serde::Serialize;

use crate::error::AppError;
use crate::outcome::{Checked, FormOutcome, Report, Tried, TryPage};
use crate::request;

/// How long Twilio is asked what has become of a message.
const PATIENCE: Duration = Duration::from_secs(15);
/// What a plain post leaves for the page it leads to, sealed: the message holds the code.
const TRIED: &str = "tried";
/// The message that a page without JavaScript shows, sealed too.
const SHOWN: &str = "tried-shown";
/// What a plain post that looked at the configuration leaves.
const EXAMINED: &str = "examined";

/// Who may send test messages, and the backend.
pub fn editor() -> Result<(Admin, Backend), AppError> {
    Ok((request::admin_as(Role::Editor)?, request::backend()?))
}

/// What a plain post left for this page.
pub async fn shown(method: Method) -> TryPage {
    let kept: Option<(Method, TryPage)> =
        request::take_sealed(TRIED).await.and_then(|text| serde_json::from_str(&text).ok());
    match kept {
        Some((of, page)) if of == method => {
            if let Some(tried) = &page.tried {
                // For the page that follows when its code is entered; whether it can be kept decides nothing here.
                let _ = request::flash_sealed(SHOWN, &json(tried)).await;
            }
            page
        }
        _ => TryPage::default(),
    }
}

/// Sends a test message.
pub async fn send(
    backend: &Backend,
    admin: &Admin,
    method: Method,
    form: &TryForm,
    settings: Option<&str>,
) -> Result<FormOutcome<Tried>, AppError> {
    let (trial, (client_id, application_name)) = match checked(backend, method, form).await? {
        Ok(checked) => checked,
        Err(errors) => return Ok(FormOutcome::Refused(errors.into())),
    };
    let (channel, revision) = match channel(backend, method, settings).await? {
        Ok(channel) => channel,
        Err(errors) => return Ok(FormOutcome::Done(unfit(&errors))),
    };
    if let Some(retry_after) = backend.messages().admit_trial(admin, &trial.recipient, &client_id).await? {
        return Err(request::refuse(AppError::TooMany { retry_after }));
    }
    let enabled = backend.applications().find(&client_id).await?.is_some_and(|application| match method {
        Method::Sms => application.sms,
        Method::Email => application.email,
    });
    let ask = Ask {
        public_url: request::public_url(),
        client_id,
        application_name,
        recipient: trial.recipient,
        send: form.send,
        language: trial.language,
        caller: caller(),
        actor: Some(admin.email().to_owned()),
        revision,
        context: r#"{"test":true}"#.to_owned(),
    };
    let sent = backend.messages().send(channel.clone(), ask).await?;
    let mut tried = tried(sent);
    if !enabled {
        let words = format!("Not enabled for {method}: its users cannot sign in this way yet");
        tried.report.facts.push(("Application".to_owned(), words));
    }
    // Without JavaScript nobody asks later.
    if request::is_plain_post()
        && tried.report.open
        && let Some(news) = news(backend, &channel, &tried.delivery).await?
    {
        tried.report.hears(news);
    }
    Ok(FormOutcome::Done(tried))
}

/// Waits for what becomes of a message that Twilio took; `None` where there is no news.
pub async fn follow(
    backend: &Backend,
    method: Method,
    delivery: &str,
    settings: Option<&str>,
) -> Result<Option<Report>, AppError> {
    let Ok((channel, _)) = channel(backend, method, settings).await? else {
        return Ok(None);
    };
    news(backend, &channel, delivery).await
}

/// Says, item by item, whether settings are fit to send with.
pub async fn examine(backend: &Backend, method: Method, settings: Option<&str>) -> Result<Vec<Checked>, AppError> {
    let found: Vec<Checked> = match channel(backend, method, settings).await? {
        Ok((channel, _)) => {
            let findings = backend.messages().examine(&channel).await?;
            findings.into_iter().map(|finding| Checked { fit: finding.fit, words: finding.words }).collect()
        }
        Err(errors) => {
            let unfit = |words| Checked { fit: false, words };
            errors.iter().map(|error| unfit(format!("{}: {}", error.field.label(), error.problem))).collect()
        }
    };
    if request::is_plain_post() {
        request::flash(EXAMINED, &(method, &found)).await?;
        request::see_other(&format!("/connections/passwordless/{}#configuration", method.as_str()));
    }
    Ok(found)
}

/// What a plain post that asked for it found.
pub async fn examined(method: Method) -> Vec<Checked> {
    match request::take_flash::<(Method, Vec<Checked>)>(EXAMINED).await {
        Some((of, found)) if of == method => found,
        _ => Vec::new(),
    }
}

/// Says what a code is worth.
pub async fn verify(backend: &Backend, method: Method, form: &TryForm) -> Result<FormOutcome<Checked>, AppError> {
    let (trial, (client_id, _)) = match checked(backend, method, form).await? {
        Ok(checked) => checked,
        Err(errors) => return Ok(FormOutcome::Refused(errors.into())),
    };
    if form.code.is_empty() {
        return Ok(FormOutcome::Refused(FieldErrors::one(Field::TryCode, Problem::Required).into()));
    }
    let verdict = backend.passwordless().verify_code(&client_id, &trial.recipient, &form.code).await?;
    let words = match &verdict {
        Verdict::Accepted(_) => "Right: this code signs its user in. It is used up now.".to_owned(),
        Verdict::Wrong { left: 1 } => "Wrong. One more try counts.".to_owned(),
        Verdict::Wrong { left } => format!("Wrong. {left} more tries count."),
        Verdict::Spent => "Used up: entered before, or wrong three times. Send a new test message.".to_owned(),
        Verdict::Expired => "Expired. Send a new test message.".to_owned(),
        Verdict::Nothing => "No code was sent to this recipient for this application.".to_owned(),
    };
    Ok(FormOutcome::Done(Checked { fit: matches!(verdict, Verdict::Accepted(_)), words }))
}

/// Answers a test message, and leads a plain post to the page that shows what became of it.
pub async fn lead_back(
    method: Method,
    form: &TryForm,
    outcome: FormOutcome<Tried>,
) -> Result<FormOutcome<Tried>, AppError> {
    if request::is_plain_post() {
        let mut page = TryPage { form: without_code(form), ..TryPage::default() };
        match &outcome {
            FormOutcome::Done(tried) => page.tried = Some(tried.clone()),
            FormOutcome::Refused(errors) => page.errors = errors.clone(),
        }
        keep(method, &page).await?;
    }
    Ok(outcome)
}

/// The same for a code that was entered.
pub async fn lead_back_verified(
    method: Method,
    form: &TryForm,
    outcome: FormOutcome<Checked>,
) -> Result<FormOutcome<Checked>, AppError> {
    if request::is_plain_post() {
        let tried = request::take_sealed(SHOWN).await.and_then(|text| serde_json::from_str(&text).ok());
        let mut page = TryPage { form: without_code(form), tried, ..TryPage::default() };
        match &outcome {
            FormOutcome::Done(checked) => page.verified = Some(checked.clone()),
            FormOutcome::Refused(errors) => page.errors = errors.clone(),
        }
        keep(method, &page).await?;
    }
    Ok(outcome)
}

fn without_code(form: &TryForm) -> TryForm {
    TryForm { code: Secret::default(), ..form.clone() }
}

async fn keep(method: Method, page: &TryPage) -> Result<(), AppError> {
    request::flash_sealed(TRIED, &json(&(method, page))).await?;
    request::see_other(&format!("/connections/passwordless/{}/try", method.as_str()));
    Ok(())
}

fn json<T: Serialize>(value: &T) -> String {
    // Texts and flags always have JSON; an empty one would only show nothing.
    serde_json::to_string(value).unwrap_or_default()
}

type Application = (String, String);

/// The checked form with its application, by client id or name.
async fn checked(
    backend: &Backend,
    method: Method,
    form: &TryForm,
) -> Result<Result<(Trial, Application), FieldErrors>, AppError> {
    Ok(form.check(method, application(backend, form.application.trim()).await?))
}

/// The application of a client id or a name.
async fn application(backend: &Backend, typed: &str) -> Result<Result<Application, Problem>, AppError> {
    if typed.is_empty() {
        return Ok(Err(Problem::Required));
    }
    if let Some(found) = backend.applications().find(typed).await? {
        return Ok(Ok((found.client_id, found.settings.name)));
    }
    let mut named = backend.applications().named(typed).await?;
    Ok(match (named.pop(), named.is_empty()) {
        (Some(application), true) => Ok(application),
        (Some(_), false) => Err(Problem::SeveralApplications),
        (None, _) => Err(Problem::NoSuchApplication),
    })
}

/// What a message is made from: the form as it is shown, or what is stored; with the secrets that were typed, or those stored for
/// the same destination. The second value is the revision that it began from.
async fn channel(
    backend: &Backend,
    method: Method,
    settings: Option<&str>,
) -> Result<Result<(Channel, i64), FieldErrors>, AppError> {
    let connections = backend.connections();
    match method {
        Method::Sms => {
            let state = connections.sms().await?;
            let form = read(settings)?.unwrap_or_else(|| SmsForm::from_settings(&state.settings)).normalized();
            let context = SmsContext { secrets: state.secrets(), private_hosts: backend.private_hosts() };
            let change = match form.check(&context) {
                Ok(change) => change,
                Err(errors) => return Ok(Err(errors)),
            };
            let stored = connections.sms_credentials(&change.settings).await?;
            let secrets = SmsCredentials {
                twilio_token: applied(change.twilio_token, stored.twilio_token),
                gateway_secret: applied(change.gateway_secret, stored.gateway_secret),
            };
            Ok(Ok((Channel::Sms(change.settings, secrets), state.revision.version)))
        }
        Method::Email => {
            let state = connections.email().await?;
            let form = read(settings)?.unwrap_or_else(|| EmailForm::from_settings(&state.settings)).normalized();
            let settings = match form.check() {
                Ok(settings) => settings,
                Err(errors) => return Ok(Err(errors)),
            };
            let (provider, password) = backend.email_provider().credentials().await?;
            Ok(Ok((Channel::Email(settings, provider, password), state.revision.version)))
        }
    }
}

fn read<F: Wire>(settings: Option<&str>) -> Result<Option<F>, AppError> {
    match settings {
        None | Some("") => Ok(None),
        Some(text) => wire::read(text).map(Some).ok_or_else(|| request::refuse(AppError::BadRequest)),
    }
}

fn applied(change: SecretChange, stored: Option<Secret>) -> Option<Secret> {
    match change {
        SecretChange::Keep => stored,
        SecretChange::Set(typed) => Some(typed),
        SecretChange::Clear => None,
    }
}

fn caller() -> Option<backend::delivery::Caller> {
    let user_agent = request::header("user-agent").unwrap_or_default().chars().take(512).collect();
    request::caller().map(|caller| backend::delivery::Caller { ip: caller.address, user_agent })
}

/// What Twilio says later; of the facts only its code is new.
async fn news(backend: &Backend, channel: &Channel, delivery: &str) -> Result<Option<Report>, AppError> {
    let Channel::Sms(settings, secrets) = channel else {
        return Ok(None);
    };
    let news = backend.messages().follow_for(settings, secrets, delivery, PATIENCE).await?;
    Ok(news.map(|delivered| Report { facts: code_of(&delivered), ..report_of(&delivered, "twilio") }))
}

fn code_of(delivered: &Delivered) -> Vec<(String, String)> {
    delivered.provider_code.iter().map(|code| ("Provider’s code".to_owned(), code.clone())).collect()
}

/// Why nothing was tried: the settings themselves are not fit.
fn unfit(errors: &FieldErrors) -> Tried {
    let problems: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.field.label(), error.problem)).collect();
    Tried {
        delivery: String::new(),
        report: Report {
            outcome: "Not sent".to_owned(),
            fit: false,
            words: format!("The settings have a problem. {}", problems.join(" ")),
            facts: Vec::new(),
            open: false,
        },
        from: String::new(),
        subject: String::new(),
        text: String::new(),
        html: String::new(),
    }
}

fn tried(sent: Sent) -> Tried {
    let mut report = report_of(&sent.delivered, sent.provider);
    let (from, subject, text, html) = match sent.message {
        Some(Message::Sms(text)) => {
            report.facts.insert(0, ("Length".to_owned(), count(&text).in_words()));
            (String::new(), String::new(), text, String::new())
        }
        Some(Message::Email(email)) => (email.from, email.subject, email.text, email.html),
        None => <(String, String, String, String)>::default(),
    };
    Tried { delivery: sent.delivery, report, from, subject, text, html }
}

fn report_of(delivered: &Delivered, provider: &str) -> Report {
    let label = provider_label(provider);
    let words = match delivered.outcome {
        Outcome::Accepted if provider == "twilio" => {
            "Twilio took the message; it has not said yet that it arrived.".to_owned()
        }
        Outcome::Accepted => format!("{label} took the message; whether it arrives, the recipient knows."),
        Outcome::Delivered if provider == "outbox" => "The message is in the outbox, and goes no further.".to_owned(),
        Outcome::Delivered => format!("{label} says that the message arrived."),
        Outcome::Refused(reason) | Outcome::Failed(reason) => reason.to_string(),
    };
    let mut facts = vec![("Provider".to_owned(), label.to_owned())];
    facts.extend(code_of(delivered));
    if let Some(id) = &delivered.provider_id {
        facts.push(("Message ID".to_owned(), id.clone()));
    }
    facts.push(("Time".to_owned(), format!("{} ms", delivered.took.as_millis())));
    Report {
        outcome: delivered.outcome.to_string(),
        fit: delivered.outcome.went_out(),
        words,
        facts,
        open: provider == "twilio" && delivered.outcome == Outcome::Accepted,
    }
}
