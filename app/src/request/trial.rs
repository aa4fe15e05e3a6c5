//! What the view *Try* does on the server: which settings a test message is made from, and what is said of what became of it.

use std::time::Duration;

use backend::delivery::{Delivered, SmsCredentials};
use backend::messages::{Ask, Channel, Message, Sent};
use backend::passwordless::{Purpose, Verdict};
use backend::{Admin, Backend};
use domain::admin::Role;
use domain::connection::{Method, Revision};
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
                let _ = request::flash_sealed(SHOWN, &json(&(method, tried))).await;
            }
            page
        }
        _ => {
            // The page was left: what it showed is kept no longer.
            let _ = request::take_sealed(SHOWN).await;
            TryPage::default()
        }
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
        if request::is_plain_post() {
            keep(method, &TryPage { form: without_code(form), ..TryPage::default() }).await?;
        }
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
        purpose: Purpose::Trial,
        context: "{}".to_owned(),
    };
    let (recipient, client_id) = (ask.recipient.expose().to_owned(), ask.client_id.clone());
    let sent = backend.messages().send(channel.clone(), ask).await?;
    let mut tried = tried(sent, recipient, client_id);
    if !enabled {
        let words = format!("Not enabled for {method}: its users cannot sign in this way yet");
        tried.report.facts.push(("Application".to_owned(), words));
    }
    // Without JavaScript nobody asks later.
    if request::is_plain_post()
        && tried.report.open
        && let Some(news) = news(backend, &channel, &tried.delivery).await
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
    Ok(news(backend, &channel, delivery).await)
}

/// Says, item by item, whether settings are fit to send with.
pub async fn examine(
    backend: &Backend,
    admin: &Admin,
    method: Method,
    channel: Result<(Channel, i64), FieldErrors>,
) -> Result<Vec<Checked>, AppError> {
    Ok(match channel {
        Ok((channel, _)) => {
            let findings = backend.messages().examine_for(admin, method, &channel).await?;
            findings.into_iter().map(|finding| Checked { fit: finding.fit, words: finding.words }).collect()
        }
        Err(errors) => {
            let unfit = |words| Checked { fit: false, words };
            errors.iter().map(|error| unfit(format!("{}: {}", error.field.label(), error.problem))).collect()
        }
    })
}

/// Leads a plain post back to its form, which shows what was found; what was typed is kept as a draft.
pub async fn lead_back_examined<F: Serialize>(
    backend: &Backend,
    admin: &Admin,
    method: Method,
    (base, form): (i64, &F),
    found: Vec<Checked>,
) -> Result<Vec<Checked>, AppError> {
    if request::is_plain_post() {
        request::flash(EXAMINED, &(method, &found)).await?;
        let draft = backend.drafts().keep(admin.id(), method, base, &json(form)).await?;
        request::see_other(&format!("/connections/passwordless/{}?draft={draft}#configuration", method.as_str()));
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
    // What cannot be a code costs no try.
    let problem = match form.code.expose() {
        code if code.trim().is_empty() => Some(Problem::Required),
        code if code.chars().all(|letter| letter.is_ascii_digit() || letter.is_whitespace()) => None,
        _ => Some(Problem::NotACode),
    };
    if let Some(problem) = problem {
        return Ok(FormOutcome::Refused(FieldErrors::one(Field::TryCode, problem).into()));
    }
    let verdict = backend.passwordless().verify_code(Purpose::Trial, &client_id, &trial.recipient, &form.code).await?;
    let words = match &verdict {
        Verdict::Accepted(_) => "Right: this code signs its user in. It is used up now.".to_owned(),
        Verdict::Wrong { left: 1 } => "Wrong. One more try counts.".to_owned(),
        Verdict::Wrong { left } => format!("Wrong. {left} more tries count."),
        Verdict::Spent => "Used up: entered before, or wrong three times. Send a new test message.".to_owned(),
        Verdict::Expired => "Expired. Send a new test message.".to_owned(),
        Verdict::Nothing => "No test message was sent to this recipient for this application.".to_owned(),
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
        let shown: Option<(Method, Tried)> =
            request::take_sealed(SHOWN).await.and_then(|text| serde_json::from_str(&text).ok());
        let tried = shown.filter(|(of, _)| *of == method).map(|(_, tried)| tried);
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

/// What a message is made from: the form as it is shown, or what is stored.
async fn channel(
    backend: &Backend,
    method: Method,
    settings: Option<&str>,
) -> Result<Result<(Channel, i64), FieldErrors>, AppError> {
    match method {
        Method::Sms => match read(settings)? {
            Some(form) => sms(backend, form).await,
            None => sms(backend, SmsForm::from_settings(&backend.connections().sms().await?.settings)).await,
        },
        Method::Email => match read(settings)? {
            Some(form) => email(backend, form).await,
            None => email(backend, EmailForm::from_settings(&backend.connections().email().await?.settings)).await,
        },
    }
}

/// The channel of an SMS form, with the secrets that were typed or those stored for the same destination, and the revision.
pub async fn sms(backend: &Backend, form: SmsForm) -> Result<Result<(Channel, i64), FieldErrors>, AppError> {
    let state = backend.connections().sms().await?;
    let context = SmsContext { secrets: state.secrets(), private_hosts: backend.private_hosts() };
    let change = match form.normalized().check(&context) {
        Ok(change) => change,
        Err(errors) => return Ok(Err(errors)),
    };
    let stored = backend.connections().sms_credentials(&change.settings).await?;
    let secrets = SmsCredentials {
        twilio_token: applied(change.twilio_token, stored.twilio_token),
        gateway_secret: applied(change.gateway_secret, stored.gateway_secret),
    };
    let revision = revision(change.settings == state.settings, &state.revision);
    Ok(Ok((Channel::Sms(change.settings, secrets), revision)))
}

/// The channel of an email form, with the stored provider, and the revision.
pub async fn email(backend: &Backend, form: EmailForm) -> Result<Result<(Channel, i64), FieldErrors>, AppError> {
    let state = backend.connections().email().await?;
    let settings = match form.normalized().check() {
        Ok(settings) => settings,
        Err(errors) => return Ok(Err(errors)),
    };
    let (provider, password) = backend.email_provider().credentials().await?;
    let revision = revision(settings == state.settings, &state.revision);
    Ok(Ok((Channel::Email(settings, provider, password), revision)))
}

/// The revision of settings; 0, the one that nobody saved, for such as are only typed.
fn revision(stored: bool, revision: &Revision) -> i64 {
    if stored { revision.version } else { 0 }
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
async fn news(backend: &Backend, channel: &Channel, delivery: &str) -> Option<Report> {
    let Channel::Sms(settings, secrets) = channel else {
        return None;
    };
    match backend.messages().follow_for(settings, secrets, delivery, PATIENCE).await {
        Ok(news) => news.map(|delivered| Report { facts: code_of(&delivered), ..report_of(&delivered, "twilio") }),
        // The message is on its way; what was said of it first stands.
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "what became of a test message was not heard");
            None
        }
    }
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
            ..Report::default()
        },
        recipient: String::new(),
        client_id: String::new(),
        from: String::new(),
        subject: String::new(),
        text: String::new(),
        html: String::new(),
        link: String::new(),
    }
}

fn tried(sent: Sent, recipient: String, client_id: String) -> Tried {
    let mut report = report_of(&sent.delivered, sent.provider);
    report.code_went_out &= sent.message.is_some();
    let (from, subject, text, html) = match sent.message {
        Some(Message::Sms(text)) => {
            report.facts.insert(0, ("Length".to_owned(), count(&text).in_words()));
            (String::new(), String::new(), text, String::new())
        }
        Some(Message::Email(email)) => (email.from, email.subject, email.text, email.html),
        None => <(String, String, String, String)>::default(),
    };
    let link = sent.link.map(|link| link.expose().to_owned()).unwrap_or_default();
    Tried { delivery: sent.delivery, recipient, client_id, report, from, subject, text, html, link }
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
        // After a time-out, say, a message may have gone out all the same.
        code_went_out: !matches!(delivered.outcome, Outcome::Refused(_)),
    }
}
