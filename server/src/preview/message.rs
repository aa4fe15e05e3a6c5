//! The document that shows a posted form's message: what would be sent, with sample values.

use domain::email::split_from;
use domain::installation::Installation;
use domain::template::{Part, Send, Syntax, Template, Values};

use crate::refusal::escape;

/// The message of the fields `form[…]` as a page; fields that it does not know are ignored.
pub fn document(fields: &[(String, String)], installation: &Installation) -> String {
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (field("form[body]"), field("form[message]")) {
        (Some(body), _) => {
            let link = field("send_as").is_some_and(|send| send.eq_ignore_ascii_case("link"));
            let values = values(true, link, installation);
            email(field("form[from]").unwrap_or_default(), field("form[subject]").unwrap_or_default(), body, &values)
        }
        (None, Some(message)) => {
            let syntax = match field("form[syntax]") {
                Some(name) if name == Syntax::Liquid.as_str() => Syntax::Liquid,
                _ => Syntax::Markdown,
            };
            let text = shown(message, syntax, Part::Message, &values(false, false, installation));
            page("Message preview", &format!("<pre style=\"white-space:pre-wrap\">{}</pre>", escape(&text)))
        }
        (None, None) => page("Preview", "<p>There is nothing to show: the form holds no message.</p>"),
    }
}

fn email(from: &str, subject: &str, body: &str, values: &Values) -> String {
    let (name, address) = split_from(from);
    let name = shown(name, Syntax::Liquid, Part::From, values);
    let from = if name.is_empty() { address.to_owned() } else { format!("{name} <{address}>") };
    let head = format!(
        "<p style=\"font:14px/1.5 system-ui,sans-serif;margin:0;padding:8px;border-bottom:1px solid\"><b>From:</b> {}<br><b>Subject:</b> {}</p>",
        escape(&from),
        escape(&shown(subject, Syntax::Liquid, Part::Subject, values))
    );
    page("Email preview", &(head + &shown(body, Syntax::Liquid, Part::Body, values)))
}

/// What a template makes, with its holes as they are written.
fn shown(source: &str, syntax: Syntax, part: Part, values: &Values) -> String {
    let source = domain::field_errors::unix_lines(source);
    Template::parse(&source, syntax).preview(part, values).into_iter().map(|piece| piece.text).collect()
}

fn values(is_email: bool, link: bool, installation: &Installation) -> Values {
    let mut values = Values {
        friendly_name: installation.name.clone(),
        tenant: installation.name.clone(),
        ..Values::sample(is_email)
    };
    if !installation.support_email.is_empty() {
        values.support_email = installation.support_email.clone();
    }
    if !installation.support_url.is_empty() {
        values.support_url = installation.support_url.clone();
    }
    values.request_language = installation.default_language.clone();
    if link {
        values.send = Send::Link;
        values.link = "https://example.com/passwordless/verify_redirect?verification_code=123456".to_owned();
    }
    values
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body>{body}</body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document_of(fields: &[(&str, &str)]) -> String {
        let fields: Vec<_> = fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        document(&fields, &Installation::default())
    }

    #[test]
    fn an_email_shows_sender_subject_and_html_with_values() {
        let page = document_of(&[
            ("form[from]", "{{ application.name }} <no-reply@acme.example>"),
            ("form[subject]", "Code <{{ code }}>"),
            ("form[body]", "<h1>{{ code }}</h1>"),
            ("form[otp_length]", "6"),
        ]);
        for part in ["Example &lt;no-reply@acme.example&gt;", "Code &lt;123456&gt;", "<h1>123456</h1>"] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn a_message_is_text_and_not_html() {
        let page = document_of(&[("form[message]", "<b>@@password@@</b>"), ("form[syntax]", "md_with_macros")]);
        assert!(page.contains("&lt;b&gt;123456&lt;/b&gt;"), "{page}");
    }

    #[test]
    fn a_faulty_template_is_shown_all_the_same() {
        assert!(document_of(&[("form[body]", "<p>Hello {{ code </p>")]).contains("Hello"));
        assert!(document_of(&[]).contains("nothing to show"));
    }
}
