//! The steps of a guide: which requests there are, and what each carries for an application.

use super::call::{Body, Call, Value, Variable};
use super::{ConnectionFacts, Note, Sample, Step, note, notes, script, shell, url};
use crate::application::{Application, ApplicationType, TokenEndpointAuthentication};
use crate::connection::Method;
use crate::oauth::PASSWORDLESS_OTP;
use crate::otp::{GUESSES, OtpLength, duration_in_words};

/// What stands in for an Allowed Callback URL while there is none.
const SAMPLE_CALLBACK: &str = "https://app.example.com/callback";
/// A verifier and its S256 challenge (RFC 7636, appendix B): a request to try by hand needs a pair that fits.
pub(super) const SAMPLE_VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const SAMPLE_CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(super) const SAMPLE_STATE: &str = "af0ifjsldkj";
/// The steps for an application and a method, at a public URL.
pub(super) fn steps(url: &str, application: &Application, method: Method, facts: &ConnectionFacts) -> Vec<Step> {
    let writer = Writer { url, application, method };
    let mut steps = vec![writer.start_with_code(facts)];
    if method == Method::Email {
        steps.push(writer.start_with_link(facts));
    }
    steps.extend([writer.token(facts), writer.authorize(), writer.exchange()]);
    steps
}

/// The scopes that a sign-in with a method asks for.
const fn scope(method: Method, offline: bool) -> &'static str {
    match (method, offline) {
        (Method::Sms, true) => "openid profile phone offline_access",
        (Method::Sms, false) => "openid profile phone",
        (Method::Email, true) => "openid profile email offline_access",
        (Method::Email, false) => "openid profile email",
    }
}

/// A code that could be one.
fn digits(length: OtpLength) -> String {
    "1234567890".chars().cycle().take(usize::try_from(length.digits()).unwrap_or_default()).collect()
}

struct Writer<'a> {
    url: &'a str,
    application: &'a Application,
    method: Method,
}

impl Writer<'_> {
    fn start_with_code(&self, facts: &ConnectionFacts) -> Step {
        let mut fields = self.start_fields();
        if self.method == Method::Email {
            fields.push(("send", Value::text("code")));
        }
        let words = format!(
            "Sends a code of {} digits. It can be used once, for {}, and {GUESSES} wrong answers spend it.",
            facts.otp_length.digits(),
            duration_in_words(facts.otp_expiry.seconds()),
        );
        let mut notes = note::of_grant(self.application, "Passwordless OTP");
        notes.extend(note::of_script(self.application));
        Step {
            title: "Send a code",
            endpoint: "POST /passwordless/start",
            words,
            notes,
            samples: self.samples(
                &self.start_call(fields),
                ["start request as curl", "start request as JavaScript"],
                ["", ""],
            ),
        }
    }

    fn start_with_link(&self, facts: &ConnectionFacts) -> Step {
        let mut fields = self.start_fields();
        fields.push(("send", Value::text("link")));
        let params = vec![
            ("response_type", Value::text("code")),
            ("redirect_uri", Value::text(self.callback())),
            ("scope", Value::text(scope(self.method, false))),
            ("state", Value::Fill(Variable::known("STATE", "state", SAMPLE_STATE))),
            ("code_challenge", Value::Fill(Variable::known("CODE_CHALLENGE", script::CHALLENGE, SAMPLE_CHALLENGE))),
            ("code_challenge_method", Value::text("S256")),
        ];
        fields.push(("authParams", Value::Object(params)));
        let words = format!(
            "Sends a link instead, which works once, for {}. It leads through a page of Doorcode to the callback URL, with an \
             authorization code and the `state`, and has to be opened in the browser that keeps the verifier.",
            duration_in_words(facts.otp_expiry.seconds()),
        );
        let mut notes = note::of_grant(self.application, "Authorization Code");
        notes.extend(note::of_callback(self.application));
        Step {
            title: "Or send a link",
            endpoint: "POST /passwordless/start",
            words,
            notes,
            samples: self.samples(
                &self.start_call(fields),
                ["link request as curl", "link request as JavaScript"],
                [&script::begin(self.store()), ""],
            ),
        }
    }

    fn token(&self, facts: &ConnectionFacts) -> Step {
        let mut fields = vec![
            ("grant_type", Value::text(PASSWORDLESS_OTP)),
            ("realm", Value::text(self.method.as_str())),
            ("username", Value::Fill(self.recipient())),
            ("otp", Value::Fill(Variable::sample("CODE", "code", &digits(facts.otp_length)))),
            ("scope", Value::text(scope(self.method, true))),
        ];
        let basic = self.prove(&mut fields);
        let call = Call { url: self.at("/oauth/token"), body: Body::Form(fields), basic };
        let mut notes = note::of_grant(self.application, "Passwordless OTP");
        notes.extend(note::of_offline_access(self.application));
        Step {
            title: "Exchange the code for tokens",
            endpoint: "POST /oauth/token",
            words: "Takes the code that the person typed, and answers with tokens.".to_owned(),
            notes,
            samples: self.samples(
                &call,
                ["token request as curl", "token request as JavaScript"],
                ["", script::TOKENS],
            ),
        }
    }

    fn authorize(&self) -> Step {
        let fixed = self.authorize_fields();
        let mut pairs = fixed.clone();
        pairs.extend([
            ("state", SAMPLE_STATE),
            ("code_challenge", SAMPLE_CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        let url = self.at("/authorize");
        let address = format!("{url}?{}", url::query(&pairs));
        let mut found = note::of_callback(self.application);
        let no_callback = !found.is_empty();
        let of_request = notes(&address, Some(self.application)).into_iter();
        found.extend(of_request.filter(|note| !(no_callback && matches!(note, Note::OtherCallback(_)))));
        let script = script::authorize(&url, &fixed, self.store());
        Step {
            title: "Or use the hosted sign-in page",
            endpoint: "GET /authorize",
            words: "Asks for the number or address and the code by itself. Open the URL in a browser to try it; its `state` and \
                    `code_challenge` are samples, and each sign-in needs its own."
                .to_owned(),
            notes: found,
            samples: vec![
                Sample { language: "URL", name: "authorize URL", text: address },
                Sample { language: "JavaScript", name: "authorize request as JavaScript", text: script },
            ],
        }
    }

    fn exchange(&self) -> Step {
        let mut fields = vec![
            ("grant_type", Value::text("authorization_code")),
            ("redirect_uri", Value::text(self.callback())),
            ("code", Value::Fill(Variable::known("CODE", "code", "SplxlOBeZQQYbYS6WxSbIA"))),
            ("code_verifier", Value::Fill(Variable::known("CODE_VERIFIER", "verifier", SAMPLE_VERIFIER))),
        ];
        let basic = self.prove(&mut fields);
        let call = Call { url: self.at("/oauth/token"), body: Body::Form(fields), basic };
        let script = script::fetch(&call, &script::way_back(self.store()), script::TOKENS);
        Step {
            title: "When the person comes back",
            endpoint: "POST /oauth/token",
            words: "Takes the `code` in the address that the person came back to, once, within a minute.".to_owned(),
            notes: note::of_grant(self.application, "Authorization Code"),
            samples: vec![
                Sample { language: "curl", name: "code exchange as curl", text: shell::curl(&call) },
                Sample { language: "JavaScript", name: "code exchange as JavaScript", text: script },
            ],
        }
    }

    fn samples(&self, call: &Call, names: [&'static str; 2], [before, after]: [&str; 2]) -> Vec<Sample> {
        vec![
            Sample { language: "curl", name: names[0], text: shell::curl(call) },
            Sample { language: "JavaScript", name: names[1], text: script::fetch(call, before, after) },
        ]
    }

    fn start_call(&self, fields: Vec<(&'static str, Value)>) -> Call {
        Call { url: self.at("/passwordless/start"), body: Body::Json(fields), basic: None }
    }

    fn start_fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = vec![("client_id", Value::text(&self.application.client_id))];
        // This request knows one way to prove oneself, whatever is chosen for the token endpoint.
        if !self.application.is_public() {
            fields.push(("client_secret", Value::Fill(Variable::secret())));
        }
        fields.push(("connection", Value::text(self.method.as_str())));
        let recipient = match self.method {
            Method::Sms => "phone_number",
            Method::Email => "email",
        };
        fields.push((recipient, Value::Fill(self.recipient())));
        fields
    }

    /// Puts who asks into a form, or says who signs in with HTTP Basic.
    fn prove(&self, fields: &mut Vec<(&'static str, Value)>) -> Option<String> {
        let client_id = &self.application.client_id;
        let proves_itself = !self.application.is_public();
        if proves_itself
            && self.application.settings.token_endpoint_authentication == TokenEndpointAuthentication::Basic
        {
            return Some(client_id.clone());
        }
        fields.insert(1, ("client_id", Value::text(client_id)));
        if proves_itself {
            fields.insert(2, ("client_secret", Value::Fill(Variable::secret())));
        }
        None
    }

    fn recipient(&self) -> Variable {
        match self.method {
            Method::Sms => Variable::sample("PHONE_NUMBER", "phoneNumber", "+15550100123"),
            Method::Email => Variable::sample("EMAIL", "email", "ana@example.com"),
        }
    }

    fn authorize_fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("response_type", "code"),
            ("client_id", &self.application.client_id),
            ("connection", self.method.as_str()),
            ("redirect_uri", self.callback()),
            ("scope", scope(self.method, true)),
        ]
    }

    fn callback(&self) -> &str {
        self.application.settings.callbacks.first().map_or(SAMPLE_CALLBACK, String::as_str)
    }

    /// What a page keeps a sign-in in: a link is opened in a tab of its own, which another tab's session does not reach.
    fn store(&self) -> Option<&'static str> {
        let store = match self.method {
            Method::Sms => "sessionStorage",
            Method::Email => "localStorage",
        };
        (self.application.kind == ApplicationType::Spa).then_some(store)
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}
