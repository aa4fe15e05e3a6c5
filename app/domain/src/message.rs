//! A message as it is sent: what the templates of the settings make of the values of one request.

use crate::delivery::Reason;
use crate::email::{EmailSettings, mailbox, split_from};
use crate::segments::MAX_CHARACTERS;
use crate::sms::SmsSettings;
use crate::template::{Part, Send, Syntax, Template, Values, carries_code, plain_text};

/// An email as its templates were rendered.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailMessage {
    /// The sender: a display name, quoted where it needs that, and an address in angle brackets, or an address.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The text as HTML.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// The text of an SMS, or why there is none that may be sent.
pub fn sms(settings: &SmsSettings, values: &Values) -> Result<String, Reason> {
    let text = rendered(&settings.message, settings.syntax, Part::Message, values)?;
    if text.chars().count() > MAX_CHARACTERS {
        return Err(Reason::MessageTooLong);
    }
    if carries_code(&text, &values.code) { Ok(text) } else { Err(Reason::WithoutCode) }
}

/// An email, or why there is none that may be sent. One that is to bring a link must hold `mark`, the part of the link that no
/// filter changes.
pub fn email(settings: &EmailSettings, values: &Values, mark: &str) -> Result<EmailMessage, Reason> {
    let (name, address) = split_from(&settings.from);
    let name = rendered(name, Syntax::Liquid, Part::From, values)?;
    let subject = rendered(&settings.subject, Syntax::Liquid, Part::Subject, values)?;
    let html = rendered(&settings.body, Syntax::Liquid, Part::Body, values)?;
    let complete = match values.send {
        Send::Code => carries_code(&html, &values.code),
        Send::Link => html.contains(mark),
    };
    if !complete {
        return Err(Reason::WithoutCode);
    }
    Ok(EmailMessage { from: mailbox(&name, address), subject, text: plain_text(&html), html })
}

fn rendered(source: &str, syntax: Syntax, part: Part, values: &Values) -> Result<String, Reason> {
    Template::parse(source, syntax).render(part, values).map_err(|_| Reason::Template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::EmailForm;
    use crate::sms::{SmsContext, SmsForm};

    fn values() -> Values {
        Values { code: "482913".to_owned(), application_name: "Acme, Inc.".to_owned(), ..Values::sample(false) }
    }

    fn of_message(message: &str, syntax: Syntax) -> SmsSettings {
        let form = SmsForm { message: message.to_owned(), syntax, ..SmsForm::from_settings(&SmsSettings::default()) };
        form.check(&SmsContext::default()).expect("passes").settings
    }

    #[test]
    fn an_sms_is_what_the_template_makes() {
        let settings = of_message("@@code@@ for @@application.name@@", Syntax::Markdown);
        assert_eq!(sms(&settings, &values()), Ok("482913 for Acme, Inc.".to_owned()));
    }

    #[test]
    fn a_language_without_the_code_sends_nothing() {
        let source = "{% if request_language == 'fr' %}Votre code : {{ code }}{% else %}Hello{% endif %}";
        let settings = of_message(source, Syntax::Liquid);
        assert_eq!(sms(&settings, &values()), Err(Reason::WithoutCode));
        let french = Values { request_language: "fr".to_owned(), ..values() };
        assert_eq!(sms(&settings, &french), Ok("Votre code : 482913".to_owned()));
    }

    #[test]
    fn a_long_name_makes_a_message_too_long() {
        let settings = of_message("@@code@@ @@application.name@@", Syntax::Markdown);
        let long = Values { application_name: "x".repeat(1_600), ..values() };
        assert_eq!(sms(&settings, &long), Err(Reason::MessageTooLong));
    }

    #[test]
    fn an_email_quotes_its_sender_and_escapes_its_values() {
        let form = EmailForm {
            from: "{{ application.name }} <no-reply@acme.example>".to_owned(),
            subject: "{{ code }} for {{ application.name }}".to_owned(),
            body: "<p>{{ code }}{{ link }} for {{ user.email }}</p>".to_owned(),
            ..EmailForm::from_settings(&EmailSettings::default())
        };
        let settings = form.check().expect("passes");
        let values = Values { email: "a&b@example.com".to_owned(), ..values() };
        let email = email(&settings, &values, "").unwrap_or_else(|reason| panic!("{reason}"));
        assert_eq!(email.from, "\"Acme, Inc.\" <no-reply@acme.example>");
        assert_eq!(email.subject, "482913 for Acme, Inc.");
        assert_eq!(email.html, "<p>482913 for a&amp;b@example.com</p>");
        assert_eq!(email.text, "482913 for a&b@example.com");
    }

    #[test]
    fn a_link_message_needs_its_link() {
        let form = EmailForm {
            body: "<p>{{ code }}{% if request_language == 'fr' %}{{ link }}{% endif %}</p>".to_owned(),
            ..EmailForm::from_settings(&EmailSettings::default())
        };
        let settings = form.check().expect("passes");
        let link = "https://doorcode.example/?t=q7x3k9w2".to_owned();
        let values = Values { link, send: Send::Link, ..values() };
        assert!(email(&settings, &values, "q7x3k9w2").is_err_and(|reason| reason == Reason::WithoutCode));
        let french = Values { request_language: "fr".to_owned(), ..values };
        assert!(email(&settings, &french, "q7x3k9w2").is_ok());
    }
}
