//! What is said of a test message, in words. Server-only.

use backend::delivery::Delivered;
use backend::messages::{Message, Sent};
use domain::FieldErrors;
use domain::delivery::{Outcome, provider_label};
use domain::segments::count;
use domain::sms::SmsProvider;

use crate::outcome::{Report, Tried};

const TWILIO: &str = SmsProvider::Twilio.as_str();
const OUTBOX: &str = SmsProvider::Outbox.as_str();

/// Why nothing was tried: the settings themselves are not fit.
pub fn unfit(errors: &FieldErrors) -> Tried {
    let problems: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.field.label(), error.problem)).collect();
    Tried {
        report: Report {
            outcome: "Not sent".to_owned(),
            fit: false,
            words: format!("The settings have a problem. {}", problems.join(" ")),
            ..Report::default()
        },
        ..Tried::default()
    }
}

/// A message that was handed over, or could not be.
pub fn tried(sent: Sent, recipient: String, client_id: String) -> Tried {
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

/// What came of a message.
pub fn report_of(delivered: &Delivered, provider: &str) -> Report {
    let label = provider_label(provider);
    let words = match delivered.outcome {
        Outcome::Accepted if provider == TWILIO => {
            "Twilio took the message; it has not said yet that it arrived.".to_owned()
        }
        Outcome::Accepted => format!("{label} took the message; whether it arrives, the recipient knows."),
        Outcome::Delivered if provider == OUTBOX => "The message is in the outbox, and goes no further.".to_owned(),
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
        open: provider == TWILIO && delivered.outcome == Outcome::Accepted,
        // After a time-out, say, a message may have gone out all the same.
        code_went_out: !matches!(delivered.outcome, Outcome::Refused(_)),
    }
}

/// What Twilio says later of a message that it took; of the facts only its code is new.
pub fn news_of(delivered: &Delivered) -> Report {
    Report { facts: code_of(delivered), ..report_of(delivered, TWILIO) }
}

fn code_of(delivered: &Delivered) -> Vec<(String, String)> {
    delivered.provider_code.iter().map(|code| ("Provider’s code".to_owned(), code.clone())).collect()
}
