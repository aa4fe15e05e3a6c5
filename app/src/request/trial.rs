//! What the view *Try* does on the server: which settings a test message is made from, and what is said of what became of it.

use std::time::Duration;

use backend::messages::{Ask, Channel};
use backend::passwordless::{Purpose, Verdict};
use backend::{Admin, Backend, Meant};
use domain::activity::SETTINGS_NOT_SAVED;
use domain::admin::Role;
use domain::connection::Method;
use domain::trial::{Trial, TryForm};
use domain::{Field, FieldErrors, Problem, Secret};

use super::channel::channel;
use super::drafts::json;
use super::report::{self, news_of};
use crate::error::AppError;
use crate::outcome::{Checked, FormOutcome, Report, Tried, TryPage};
use crate::request;

/// How long Twilio is asked what has become of a message.
const PATIENCE: Duration = Duration::from_secs(15);
/// What a plain post leaves for the page it leads to, sealed: the message holds the code.
const TRIED: &str = "tried";
/// The message that a page without JavaScript shows, sealed too.
const SHOWN: &str = "tried-shown";

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
        Err(errors) => return Ok(FormOutcome::Done(report::unfit(&errors))),
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
        revision: revision.unwrap_or(SETTINGS_NOT_SAVED),
        purpose: Purpose::Trial,
        auth_params: Vec::new(),
    };
    let (recipient, client_id) = (ask.recipient.expose().to_owned(), ask.client_id.clone());
    let sent = backend.messages().send(channel.clone(), ask).await?;
    let mut tried = report::tried(sent, recipient, client_id);
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
        Verdict::Wrong { left: 0 } => "Wrong, for the third time. Send a new test message.".to_owned(),
        Verdict::Wrong { left: 1 } => "Wrong. One more try counts.".to_owned(),
        Verdict::Wrong { left } => format!("Wrong. {left} more tries count."),
        Verdict::Used => "Used up: it was entered before. Send a new test message.".to_owned(),
        Verdict::Spent => "Used up: it was wrong three times. Send a new test message.".to_owned(),
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

type Application = (String, String);

/// The checked form with its application, by client id or name.
async fn checked(
    backend: &Backend,
    method: Method,
    form: &TryForm,
) -> Result<Result<(Trial, Application), FieldErrors>, AppError> {
    Ok(form.check(method, application(backend, form.application.trim()).await?))
}

/// The application that was typed.
async fn application(backend: &Backend, typed: &str) -> Result<Result<Application, Problem>, AppError> {
    if typed.is_empty() {
        return Ok(Err(Problem::Required));
    }
    Ok(match backend.applications().meant(typed).await? {
        Meant::One { client_id, name } => Ok((client_id, name)),
        Meant::Several => Err(Problem::SeveralApplications),
        Meant::None => Err(Problem::NoSuchApplication),
    })
}

fn caller() -> Option<backend::delivery::Caller> {
    let user_agent = request::header("user-agent").unwrap_or_default().chars().take(512).collect();
    request::caller().map(|caller| backend::delivery::Caller { ip: caller.address, user_agent })
}

/// What Twilio says later.
async fn news(backend: &Backend, channel: &Channel, delivery: &str) -> Option<Report> {
    let Channel::Sms(settings, secrets) = channel else {
        return None;
    };
    match backend.messages().follow_for(settings, secrets, delivery, PATIENCE).await {
        Ok(news) => news.map(|delivered| news_of(&delivered)),
        // The message is on its way; what was said of it first stands.
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "what became of a test message was not heard");
            None
        }
    }
}
