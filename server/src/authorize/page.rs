//! The pages that an application's users see: server-rendered, on the console's stylesheet, with no script that they need.

use std::fmt::Write as _;

use app::request::Caller;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use domain::admin::Appearance;
use domain::application::Application;
use domain::connection::Method;
use domain::otp::{OtpExpiry, OtpLength, duration_in_words};

use super::request::Told;
use super::trouble::Trouble;
use crate::AppState;
use crate::refusal::escape;

const MARK: &str = r#"<svg class="mark" viewBox="0 0 28 28" aria-hidden="true"><rect x="1" y="1" width="26" height="26" rx="7"/><path d="M9 9h.01M19 9h.01M9 14h.01M19 14h.01" opacity=".4"/><path d="M14 9h.01M14 14h.01M9 19h.01M14 19h.01M19 19h.01"/></svg>"#;

/// What every page shows or needs: whose it is, and how it looks.
#[derive(Clone, Debug)]
pub struct Look {
    /// Where the stylesheet is.
    pub stylesheet: String,
    /// The theme, where the browser's own is not wanted.
    pub theme: Option<&'static str>,
    /// What the installation is called.
    pub installation: String,
    /// Where users find help, as HTML, or empty.
    pub support: String,
    /// What the application is called; empty where there is none.
    pub application: String,
    /// Who answers applications: the public URL with a slash.
    pub issuer: String,
}

impl Look {
    /// The look for users of this application.
    pub async fn load(
        state: &AppState,
        caller: &Caller,
        application: Option<&Application>,
    ) -> Result<Self, backend::Error> {
        let installation = state.backend.installation().load().await?;
        let theme = match caller.appearance {
            Appearance::System => None,
            chosen => Some(chosen.as_str()),
        };
        Ok(Self {
            stylesheet: format!("/{}/console.css", state.options.site_pkg_dir),
            theme,
            support: support(&installation.support_email, &installation.support_url),
            installation: installation.name,
            application: application.map(|application| application.settings.name.clone()).unwrap_or_default(),
            issuer: [state.settings.public_url.origin(), "/"].concat(),
        })
    }
}

/// A whole page; `main` is HTML.
pub fn document(look: &Look, h1: &str, refused: bool, main: &str) -> String {
    document_with(look, "", h1, refused, main)
}

/// A whole page with more in its head; that and `main` are HTML.
pub fn document_with(look: &Look, head: &str, h1: &str, refused: bool, main: &str) -> String {
    let theme = look.theme.map(|theme| format!(" data-theme=\"{theme}\"")).unwrap_or_default();
    let error = if refused { "Error: " } else { "" };
    let (h1, installation) = (escape(h1), escape(&look.installation));
    format!(
        "<!DOCTYPE html><html lang=\"en\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">{head}\
         <title>{error}{h1} · {installation}</title><link rel=\"icon\" type=\"image/svg+xml\" href=\"/favicon.svg\">\
         <link rel=\"stylesheet\" href=\"{}\"></head><body><main id=\"main\" class=\"entry hosted\">\
         <div class=\"entry-brand\">{MARK}<span>{installation}</span></div>\
         <div class=\"entry-card card\"><h1>{h1}</h1>{main}</div>{}</main></body></html>",
        look.stylesheet, look.support,
    )
}

/// A page that says something and asks for nothing.
pub fn said(look: &Look, status: StatusCode, h1: &str, paragraphs: &[String]) -> Response {
    let main: String = paragraphs.iter().map(|words| format!("<p class=\"entry-lede\">{words}</p>")).collect();
    (status, Html(document(look, h1, false, &main))).into_response()
}

/// Tells why a request is not followed, to a user who cannot mend it and to a developer who can.
pub fn told(look: &Look, told: Told) -> Response {
    let application = escape(&look.application);
    let (h1, words) = match told {
        Told::UnknownApplication => (
            "Unknown application",
            "No application has the <code>client_id</code> of this request. Go back to where you came from; whoever runs it can \
             mend the link."
                .to_owned(),
        ),
        Told::RedirectUri => (
            "Callback URL not allowed",
            format!(
                "The <code>redirect_uri</code> of this request is not one of the Allowed Callback URLs of {application}. Whoever \
                 runs {application} can add it to its settings, letter for letter."
            ),
        ),
        Told::NoCallback => (
            "No callback URL",
            format!(
                "{application} has no Allowed Callback URL, so there is nowhere to go back to. Whoever runs {application} can add \
                 one to its settings."
            ),
        ),
        Told::TooLong => (
            "Request too long",
            "This request is longer than any that makes sense. Go back to where you came from and try again.".to_owned(),
        ),
    };
    said(look, StatusCode::BAD_REQUEST, h1, &[words])
}

/// The first step as it is shown.
pub struct RecipientStep<'a> {
    /// Which way in.
    pub method: Method,
    /// What is in the field.
    pub typed: &'a str,
    /// What was wrong with it.
    pub trouble: Option<Trouble>,
    /// Where the form goes.
    pub action: &'a str,
    /// Where the other way in is, if there is one.
    pub other: Option<&'a str>,
}

impl RecipientStep<'_> {
    /// The page `Sign in to {application}`.
    pub fn render(&self, look: &Look) -> String {
        let (label, kind, complete, mode, example, other) = match self.method {
            Method::Sms => (
                "Phone number",
                "tel",
                "tel",
                "tel",
                "With the country code, such as +1 555 010 0123",
                "Use an email address instead",
            ),
            Method::Email => {
                ("Email address", "email", "email", "email", "Such as name@example.com", "Use a phone number instead")
            }
        };
        let problem = self.trouble.map(|trouble| trouble.words(self.method, self.typed));
        let field = Field {
            id: "recipient",
            label,
            // What is wrong with it says the same.
            help: if self.trouble == Some(Trouble::Recipient) { "" } else { example },
            problem: problem.as_deref(),
            attributes: &format!(
                "type=\"{kind}\" autocomplete=\"{complete}\" inputmode=\"{mode}\" spellcheck=\"false\" autocapitalize=\"none\" \
                 maxlength=\"320\" value=\"{}\"",
                escape(self.typed)
            ),
            class: "input",
        };
        // What is wrong is said by the server, in one way for all browsers.
        let mut main = format!(
            "<form class=\"entry-form\" method=\"post\" action=\"{}\" novalidate>{}\
             <button class=\"button\" type=\"submit\">Continue</button></form>",
            escape(self.action),
            field.render()
        );
        if let Some(address) = self.other {
            let _ = write!(main, "<p class=\"hosted-ways\"><a href=\"{}\">{other}</a></p>", escape(address));
        }
        document(look, &["Sign in to ", &look.application].concat(), problem.is_some(), &main)
    }
}

/// The second step as it is shown.
pub struct CodeStep<'a> {
    /// Which way in.
    pub method: Method,
    /// To whom the code went, masked.
    pub masked: &'a str,
    /// How long a code is.
    pub length: OtpLength,
    /// How long it can be used.
    pub expiry: OtpExpiry,
    /// What was wrong with the last answer.
    pub trouble: Option<Trouble>,
    /// Whether another code has just gone out.
    pub again: bool,
    /// Where the forms go.
    pub action: &'a str,
    /// Where another recipient is typed.
    pub back: &'a str,
}

impl CodeStep<'_> {
    /// The page `Enter your code`.
    pub fn render(&self, look: &Look) -> String {
        let action = escape(self.action);
        let digits = self.length.digits();
        let problem = self.trouble.map(|trouble| trouble.words(self.method, ""));
        let field = Field {
            id: "code",
            label: "Code",
            help: &format!("{digits} digits, to be used within {}", duration_in_words(self.expiry.seconds())),
            problem: problem.as_deref(),
            // Half as many characters again: people and phones put spaces into a code.
            attributes: &format!(
                "type=\"text\" autocomplete=\"one-time-code\" inputmode=\"numeric\" spellcheck=\"false\" maxlength=\"{}\"",
                digits + digits / 2
            ),
            class: if digits <= 10 { "input hosted-code" } else { "input mono" },
        };
        let (again, other) = match (self.again, self.method) {
            (true, Method::Sms) => ("We sent a new code to", "Use another number"),
            (false, Method::Sms) => ("We sent a code to", "Use another number"),
            (true, Method::Email) => ("We sent a new code to", "Use another address"),
            (false, Method::Email) => ("We sent a code to", "Use another address"),
        };
        let main = format!(
            "<p class=\"entry-lede\" role=\"status\">{again} <b>{}</b>.</p>\
             <form class=\"entry-form\" method=\"post\" action=\"{action}\" novalidate>{}\
             <button class=\"button\" type=\"submit\">Continue</button></form>\
             <form method=\"post\" action=\"{action}\"><input type=\"hidden\" name=\"again\" value=\"1\">\
             <p class=\"hosted-ways\"><button class=\"button\" data-kind=\"link\" type=\"submit\">Send a new code</button>\
             <a href=\"{}\">{other}</a></p></form>",
            escape(self.masked),
            field.render(),
            escape(self.back),
        );
        document(look, "Enter your code", problem.is_some(), &main)
    }
}

/// The only field of a page, which has the focus.
struct Field<'a> {
    id: &'a str,
    label: &'a str,
    help: &'a str,
    problem: Option<&'a str>,
    attributes: &'a str,
    class: &'a str,
}

impl Field<'_> {
    fn render(&self) -> String {
        let Self { id, label, help, attributes, class, .. } = self;
        let invalid = if self.problem.is_some() { " aria-invalid=\"true\"" } else { "" };
        format!(
            "<div class=\"field\"><label for=\"{id}\">{label}</label>\
             <input class=\"{class}\" id=\"{id}\" name=\"{id}\" {attributes} aria-describedby=\"{id}-help {id}-problem\"{invalid} autofocus>\
             <p class=\"help\" id=\"{id}-help\">{help}</p><p class=\"problem\" id=\"{id}-problem\">{}</p></div>",
            self.problem.map(escape).unwrap_or_default(),
        )
    }
}

/// Where users find help: at the foot of every page, where an administrator said so.
fn support(email: &str, url: &str) -> String {
    let href = match (url, email) {
        ("", "") => return String::new(),
        ("", email) => ["mailto:", email].concat(),
        (url, _) => url.to_owned(),
    };
    format!("<p class=\"hosted-support\"><a href=\"{}\">Get help</a></p>", escape(&href))
}
