//! The document that shows a posted form's message: what would be sent, with sample values, and what is wrong with it.

mod parts;

use domain::email::split_from;
use domain::field_errors::unix_lines;
use domain::installation::Installation;
use domain::otp::{OtpExpiry, OtpLength};
use domain::segments::{count, extended, foreign};
use domain::template::{About, Diagnostic, Part, Send, Syntax, Template, Values, at_most, diagnose, plain_text};

use crate::refusal::escape;
use parts::{characters, line, marked, problems, text_of, title};

const CSS: &str = include_str!("message.css");

/// The fields of a posted form; those that are not known are ignored.
struct Posted<'a>(&'a [(String, String)]);

impl<'a> Posted<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str) -> &'a str {
        self.get(name).unwrap_or_default()
    }

    fn otp_length(&self) -> u32 {
        OtpLength::parse(self.text("form[otp_length]")).unwrap_or_default().digits()
    }

    /// What is wrong with a template of this form.
    fn findings(&self, source: &str, part: Part, syntax: Syntax) -> Vec<Diagnostic> {
        let otp_expiry = OtpExpiry::parse(self.text("form[otp_expiry]")).unwrap_or_default().seconds();
        diagnose(source, About { part, syntax, otp_expiry, otp_length: self.otp_length() })
    }
}

/// The message of the fields `form[…]` as a page; `costly_names` are the applications' names that make an SMS longest.
pub fn document(fields: &[(String, String)], installation: &Installation, costly_names: &[String]) -> String {
    let posted = Posted(fields);
    match (posted.get("form[body]"), posted.get("form[message]")) {
        (Some(body), _) => email(&posted, body, installation),
        (None, Some(message)) => sms(&posted, message, installation, costly_names),
        (None, None) => own_page(
            "Preview",
            &(title("h1", "Preview") + &line("There is nothing to show: the form holds no message.")),
        ),
    }
}

fn sms(posted: &Posted<'_>, message: &str, installation: &Installation, costly_names: &[String]) -> String {
    let syntax = match posted.text("form[syntax]") {
        name if name == Syntax::Liquid.as_str() => Syntax::Liquid,
        _ => Syntax::Markdown,
    };
    let message = unix_lines(message);
    let values = Values::of_installation(false, Send::Code, installation);
    let template = Template::parse(&message, syntax);
    let pieces = template.preview(Part::Message, &values);
    let text = text_of(&pieces);
    let findings = posted.findings(&message, Part::Message, syntax);
    let most = at_most(&template, &values, posted.otp_length(), costly_names);
    let most = most.map(|most| line(&["At most: ", &most.in_words()].concat())).unwrap_or_default();
    let bubble = format!(
        "<p class=\"dc-text\" lang=\"{}\" dir=\"auto\">{}</p>",
        escape(&installation.default_language),
        marked(&pieces)
    );
    let parts = [
        title("h1", "Message preview"),
        bubble,
        line(&count(&text).in_words()),
        most,
        characters("Not in GSM-7, so each message costs more: ", &foreign(&text)),
        characters("Count as two characters: ", &extended(&text)),
        problems(&[("", findings)]),
    ];
    own_page("Message preview", &parts.concat())
}

/// The email after all that is said about it, because what it leaves open would swallow that.
fn email(posted: &Posted<'_>, body: &str, installation: &Installation) -> String {
    let link = posted.get("send_as").is_some_and(|send| send.eq_ignore_ascii_case("link"));
    let send = if link { Send::Link } else { Send::Code };
    let values = Values::of_installation(true, send, installation);
    let preview = |source: &str, part: Part| Template::parse(source, Syntax::Liquid).preview(part, &values);
    let from = unix_lines(posted.text("form[from]"));
    let (name, address) = split_from(&from);
    let sender = match (name, address) {
        (_, "") => "no sender yet".to_owned(),
        ("", address) => escape(address),
        (name, address) => format!("{} &lt;{}&gt;", marked(&preview(name, Part::From)), escape(address)),
    };
    let (subject, body) = (unix_lines(posted.text("form[subject]")), unix_lines(body));
    let html = Template::parse(&body, Syntax::Liquid).preview_html(&values);
    let findings =
        [("From", name, Part::From), ("Subject", subject.as_str(), Part::Subject), ("Body", body.as_str(), Part::Body)]
            .map(|(field, source, part)| (field, posted.findings(source, part, Syntax::Liquid)));
    let envelope = format!(
        "<p class=\"dc-line\" dir=\"auto\"><b>From:</b> {sender}</p>\
         <p class=\"dc-line\" dir=\"auto\"><b>Subject:</b> {}</p>",
        marked(&preview(&subject, Part::Subject))
    );
    let language = escape(&installation.default_language);
    let content = format!(
        "<div class=\"dc-page\">\
         <header class=\"dc-part\">{heading}{envelope}{sent_as}{problems}</header>\
         <section class=\"dc-part dc-plain\">{plain_heading}\
         <pre class=\"dc-mono\" lang=\"{language}\" dir=\"auto\">\n{plain}</pre></section>\
         <div class=\"dc-email\" lang=\"{language}\">{html}</div></div>",
        heading = title("h1", "Email preview"),
        sent_as = line(if link { "Sent as a link" } else { "Sent as a code" }),
        problems = problems(&findings),
        plain_heading = title("h2", "Plain text"),
        plain = escape(&plain_text(&html)),
    );
    // The email says itself whether it has a dark look.
    page("Email preview", "", &content)
}

/// A page with nothing on it but what the console says.
fn own_page(title: &str, content: &str) -> String {
    let content = ["<main class=\"dc-part\">", content, "</main>"].concat();
    page(title, "<meta name=\"color-scheme\" content=\"light dark\">", &content)
}

fn page(title: &str, meta: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">{meta}<title>{title}</title><style>{CSS}</style></head>\
         <body>{content}</body></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document_of(fields: &[(&str, &str)]) -> String {
        let fields: Vec<_> = fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        document(&fields, &Installation::default(), &["Łódź Transit".to_owned(), "Acme".to_owned()])
    }

    #[track_caller]
    fn assert_holds(page: &str, parts: &[&str]) {
        for part in parts {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn an_email_shows_sender_subject_html_and_plain_text_with_values() {
        let page = document_of(&[
            ("form[from]", "{{ application.name }} <no-reply@acme.example>"),
            ("form[subject]", "Code <{{ code }}>"),
            ("form[body]", "<h1>{{ code }}</h1>\r\n<p>for {{ application.name }} <a href=\"{{ link }}\">here</a></p>"),
            ("form[otp_length]", "6"),
        ]);
        assert_holds(
            &page,
            &[
                "Example &lt;no-reply@acme.example&gt;",
                "Code &lt;<b>123456</b>&gt;",
                "Sent as a code",
                "<h1>123456</h1>",
                "Plain text</h2>",
                "\n123456\n\nfor Example here</pre>",
            ],
        );
        assert!(!page.contains("https://example.com/passwordless"), "{page}");
    }

    #[test]
    fn an_email_is_sent_as_the_link_that_was_chosen() {
        let fields = [("form[body]", "{{ code }} <a href=\"{{ link }}\">{{ send }}</a>"), ("send_as", "link")];
        assert_holds(
            &document_of(&fields),
            &["Sent as a link", "verify_redirect?verification_code=123456\">link</a>", "no sender yet"],
        );
    }

    #[test]
    fn an_email_cannot_swallow_what_is_said_about_it() {
        for body in ["<plaintext>{{ code }}", "{{ code }}<!-- open", "</div></div></body>{{ code }}<style>"] {
            let page = document_of(&[("form[subject]", "{{ cod }}"), ("form[body]", body)]);
            let email = page.find("<div class=\"dc-email\"").expect("the email");
            for part in ["Subject: Line 1, column 4: There is no parameter named “cod”", "Plain text</h2>"] {
                assert!(page.find(part).is_some_and(|at| at < email), "{part} in {page}");
            }
        }
    }

    #[test]
    fn a_message_is_text_and_not_html() {
        let page = document_of(&[("form[message]", "<b>@@password@@</b>"), ("form[syntax]", "md_with_macros")]);
        assert_holds(&page, &["&lt;b&gt;<b>123456</b>&lt;/b&gt;", "GSM-7, 13 characters, 1 segment"]);
    }

    #[test]
    fn a_message_says_what_it_takes_now_and_at_most() {
        let page = document_of(&[
            ("form[message]", "{{ application.name }}:\r\n{{ code }} [{{ request_language }}] “ok”"),
            ("form[syntax]", "liquid"),
            ("form[otp_length]", "8"),
        ]);
        assert_holds(
            &page,
            &[
                "Example:\n<b>123456</b> [en] “ok”",
                "UCS-2, 25 characters, 1 segment",
                "At most: UCS-2, 33 characters, 1 segment",
                "Not in GSM-7, so each message costs more: <code>“ ”</code>",
                "<b>Warning</b> Line 2, column 37: The message is sent in UCS-2",
            ],
        );
        assert!(!page.contains("Count as two"), "{page}");
        assert_holds(
            &document_of(&[("form[message]", "@@application.name@@: @@code@@ [€]")]),
            &["Count as two characters: <code>[ € ]</code>", "No problems found"],
        );
    }

    #[test]
    fn a_message_that_is_far_too_long_is_shown_all_the_same() {
        let page = document_of(&[
            ("form[message]", "{% for i in (1..9000) %}{{ application.name }}{% endfor %}{{ code }}"),
            ("form[syntax]", "liquid"),
        ]);
        assert_holds(&page, &["GSM-7, 63,006 characters", "At most: ", "at most 1600 can be sent"]);
    }

    #[test]
    fn a_faulty_template_is_shown_with_its_holes_and_problems() {
        assert_holds(
            &document_of(&[("form[body]", "<p>Hello</p>\r\n<p>{{ code </p>"), ("form[from]", "{% x <a@b.example>")]),
            &[
                "<p>Hello</p>",
                "<b>Error</b> Body: Line 2, column 4: This output is not closed",
                "<b>Error</b> From: Line 1",
            ],
        );
        assert_holds(
            &document_of(&[("form[message]", "Hello {{ code | "), ("form[syntax]", "liquid")]),
            &["Hello <mark>{{ code | </mark>", "<b>Error</b> Line 1, column 7"],
        );
        let long = "<".repeat(70_000);
        for name in ["form[body]", "form[message]"] {
            assert_holds(&document_of(&[(name, &long)]), &["longer than 64 KiB", "…"]);
        }
        assert_holds(&document_of(&[("form[message]", "")]), &["Whole text: "]);
        assert_holds(&document_of(&[]), &["nothing to show"]);
    }
}
