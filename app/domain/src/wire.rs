//! How the server tells the console's own pages what they show: the values of a type's fields, one after another, without names.
//!
//! The same build writes and reads, so names would say nothing new; a decoder by names is several times the size in the browser.
//! Each value is a text with its length in front, as in `3:sms`. Reading never panics: what does not fit is refused as a whole.

use crate::Secret;
use crate::activity::{DeliveryFilterForm, DeliveryPage, DeliverySummary, OutboxMessage, OutboxPage, OutboxSummary};
use crate::admin::{AdminState, AdminSummary, Appearance, Role, SessionSummary};
use crate::api_token::{ApiScope, ApiTokenForm, ApiTokenSummary};
use crate::application::{
    Application, ApplicationForm, ApplicationPage, ApplicationSettings, ApplicationSummary, ApplicationType, Grants,
    RegistrationForm, TokenEndpointAuthentication,
};
use crate::audit::{AuditChoices, AuditFilterForm, AuditLine, AuditLines};
use crate::connection::{Method, MethodSummary, Revision};
use crate::delivery::{Outcome, Reason};
use crate::difference::{Change, Difference, Piece, Row};
use crate::email::{AuthParam, EmailForm, EmailSettings, EmailState};
use crate::history::{HistoryFilterForm, HistoryPage, RevisionSummary};
use crate::installation::{Installation, InstallationForm};
use crate::mail::{EmailProvider, EmailProviderForm, EmailProviderSettings, EmailProviderState, SmtpSecurity};
use crate::otp::{OtpExpiry, OtpLength};
use crate::quick_start::{ConnectionFacts, InstallationFacts};
use crate::recipient::Recipient;
use crate::renditions::{RenderedDifference, Rendition};
use crate::secret::SecretNote;
use crate::sms::{GatewayAuthentication, SmsForm, SmsProvider, SmsSettings, SmsSource, SmsState};
use crate::template::{Send, Syntax};
use crate::trial::TryForm;
use crate::user::{NewUserForm, User, UserFilterForm, UserPage};

/// A value that travels between the server and the console's own pages.
pub trait Wire {
    /// Appends the value.
    fn put(&self, wire: &mut String);

    /// Takes the value; anything at all once the reader has failed.
    fn take(reader: &mut Reader<'_>) -> Self;
}

/// A value as it travels.
pub fn write<T: Wire>(value: &T) -> String {
    let mut wire = String::new();
    value.put(&mut wire);
    wire
}

/// The value that a text holds; `None` when it holds something else.
pub fn read<T: Wire>(wire: &str) -> Option<T> {
    let mut reader = Reader { rest: wire, failed: false };
    let value = T::take(&mut reader);
    (!reader.failed && reader.rest.is_empty()).then_some(value)
}

/// What is still to be read.
pub struct Reader<'a> {
    rest: &'a str,
    failed: bool,
}

impl<'a> Reader<'a> {
    /// The next text; empty once something did not fit.
    pub fn text(&mut self) -> &'a str {
        let next = self.rest.split_once(':').and_then(|(length, rest)| rest.split_at_checked(length.parse().ok()?));
        match next {
            Some((text, rest)) if !self.failed => {
                self.rest = rest;
                text
            }
            _ => {
                self.fail();
                ""
            }
        }
    }

    /// The next whole number.
    pub fn number(&mut self) -> i64 {
        self.text().parse().unwrap_or_else(|_| {
            self.fail();
            0
        })
    }

    /// Notes that something did not fit.
    pub fn fail(&mut self) {
        self.failed = true;
    }
}

/// Appends one text.
pub fn put_text(text: &str, wire: &mut String) {
    wire.push_str(&text.len().to_string());
    wire.push(':');
    wire.push_str(text);
}

impl Wire for String {
    fn put(&self, wire: &mut String) {
        put_text(self, wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        reader.text().to_owned()
    }
}

impl Wire for bool {
    fn put(&self, wire: &mut String) {
        put_text(if *self { "y" } else { "" }, wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        !reader.text().is_empty()
    }
}

impl Wire for i64 {
    fn put(&self, wire: &mut String) {
        put_text(&self.to_string(), wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        reader.number()
    }
}

macro_rules! smaller_numbers {
    ($($number:ty),+) => {$(
        impl Wire for $number {
            fn put(&self, wire: &mut String) {
                put_text(&self.to_string(), wire);
            }

            fn take(reader: &mut Reader<'_>) -> Self {
                Self::try_from(reader.number()).unwrap_or_else(|_| {
                    reader.fail();
                    0
                })
            }
        }
    )+};
}

smaller_numbers!(u16, u32, u64);

impl Wire for () {
    fn put(&self, _wire: &mut String) {}

    fn take(_reader: &mut Reader<'_>) -> Self {}
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, wire: &mut String) {
        self.0.put(wire);
        self.1.put(wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        (A::take(reader), B::take(reader))
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, wire: &mut String) {
        self.is_some().put(wire);
        if let Some(value) = self {
            value.put(wire);
        }
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        bool::take(reader).then(|| T::take(reader))
    }
}

impl<T: Wire, E: Wire> Wire for Result<T, E> {
    fn put(&self, wire: &mut String) {
        self.is_ok().put(wire);
        match self {
            Ok(value) => value.put(wire),
            Err(error) => error.put(wire),
        }
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        if bool::take(reader) { Ok(T::take(reader)) } else { Err(E::take(reader)) }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, wire: &mut String) {
        put_text(&self.len().to_string(), wire);
        for value in self {
            value.put(wire);
        }
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        let mut values = Self::new();
        for _ in 0..reader.number() {
            if reader.failed {
                break;
            }
            values.push(T::take(reader));
        }
        values
    }
}

/// Lets structs travel: all fields, in the order of the list.
#[macro_export]
macro_rules! wire_structs {
    ($($name:ident $(<$($of:ident),+>)? { $($field:ident),+ $(,)? })+) => {$(
        impl $(<$($of: $crate::wire::Wire),+>)? $crate::wire::Wire for $name $(<$($of),+>)? {
            fn put(&self, wire: &mut String) {
                $($crate::wire::Wire::put(&self.$field, wire);)+
            }

            fn take(reader: &mut $crate::wire::Reader<'_>) -> Self {
                Self { $($field: $crate::wire::Wire::take(reader)),+ }
            }
        }
    )+};
}

/// Lets enums travel: the name of the variant, then what it holds.
#[macro_export]
macro_rules! wire_enums {
    ($($name:ident $(<$($of:ident),+>)? {
        $first:ident $(($first_value:ident))? $({ $($first_field:ident),+ })?
        $(, $variant:ident $(($value:ident))? $({ $($field:ident),+ })?)* $(,)?
    })+) => {$(
        impl $(<$($of: $crate::wire::Wire),+>)? $crate::wire::Wire for $name $(<$($of),+>)? {
            fn put(&self, wire: &mut String) {
                match self {
                    Self::$first $(($first_value))? $({ $($first_field),+ })? => {
                        $crate::wire::put_text(stringify!($first), wire);
                        $($crate::wire::Wire::put($first_value, wire);)?
                        $($($crate::wire::Wire::put($first_field, wire);)+)?
                    }
                    $(Self::$variant $(($value))? $({ $($field),+ })? => {
                        $crate::wire::put_text(stringify!($variant), wire);
                        $($crate::wire::Wire::put($value, wire);)?
                        $($($crate::wire::Wire::put($field, wire);)+)?
                    })*
                }
            }

            fn take(reader: &mut $crate::wire::Reader<'_>) -> Self {
                let name = reader.text();
                $(if name == stringify!($variant) {
                    $(let $value = $crate::wire::Wire::take(reader);)?
                    $($(let $field = $crate::wire::Wire::take(reader);)+)?
                    return Self::$variant $(($value))? $({ $($field),+ })?;
                })*
                if name != stringify!($first) {
                    reader.fail();
                }
                $(let $first_value = $crate::wire::Wire::take(reader);)?
                $($(let $first_field = $crate::wire::Wire::take(reader);)+)?
                Self::$first $(($first_value))? $({ $($first_field),+ })?
            }
        }
    )+};
}

impl Wire for Secret {
    fn put(&self, wire: &mut String) {
        put_text(self.expose(), wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self::new(reader.text())
    }
}

impl Wire for OtpExpiry {
    fn put(&self, wire: &mut String) {
        self.seconds().put(wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self::parse(reader.text()).unwrap_or_default()
    }
}

impl Wire for OtpLength {
    fn put(&self, wire: &mut String) {
        self.digits().put(wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        Self::parse(reader.text()).unwrap_or_default()
    }
}

impl Wire for Recipient {
    fn put(&self, wire: &mut String) {
        self.method().put(wire);
        put_text(self.expose(), wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        let method = Method::take(reader);
        Self::stored(method, reader.text())
    }
}

impl Wire for Outcome {
    fn put(&self, wire: &mut String) {
        put_text(self.word(), wire);
        put_text(self.reason().map_or("", Reason::word), wire);
    }

    fn take(reader: &mut Reader<'_>) -> Self {
        let outcome = reader.text();
        Self::of(outcome, reader.text()).unwrap_or_else(|| {
            reader.fail();
            Self::Accepted
        })
    }
}

wire_enums! {
    Role { Viewer, Editor, Owner }
    AdminState { Active, Invited, Disabled }
    Appearance { System, Light, Dark }
    ApiScope { OutboxRead }
    Method { Sms, Email }
    SmsProvider { Twilio, Gateway, Outbox }
    SmsSource { From, MessagingService }
    GatewayAuthentication { None, Bearer }
    Send { Code, Link }
    EmailProvider { Smtp, Outbox }
    SmtpSecurity { Starttls, Tls, None }
    Syntax { Markdown, Liquid }
    ApplicationType { RegularWeb, Spa, Native, NonInteractive }
    TokenEndpointAuthentication { None, Post, Basic }
    Change { Same, Removed, Added }
    Row { Line { change, number, pieces }, Skipped { lines } }
}

wire_structs! {
    AdminSummary { id, email, role, state, last_sign_in }
    SessionSummary { id, current, created_at, seen_at, address, user_agent }
    MethodSummary { method, enabled, needs_set_up, applications }
    Revision { version, saved_at, saved_by }
    SecretNote { set_at, set_by, ends_in, destination }
    SmsForm {
        provider, twilio_sid, twilio_token, remove_twilio_token, source, from, messaging_service_sid, gateway_url,
        gateway_authentication, gateway_subject, gateway_audience, gateway_secret, remove_gateway_secret, gateway_secret_base64url,
        forward_request_info, syntax, message, otp_expiry, otp_length, disable_sign_ups, brute_force_protection,
    }
    SmsSettings {
        provider, twilio_sid, source, from, messaging_service_sid, gateway_url, gateway_authentication, gateway_subject,
        gateway_audience, gateway_secret_base64url, forward_request_info, syntax, message, otp_expiry, otp_length, disable_sign_ups,
        brute_force_protection,
    }
    SmsState { settings, revision, twilio_token, gateway_secret }
    AuthParam { name, value }
    EmailForm { from, subject, body, auth_params, otp_expiry, otp_length, disable_sign_ups, brute_force_protection }
    EmailSettings { from, subject, body, auth_params, otp_expiry, otp_length, disable_sign_ups, brute_force_protection }
    EmailState { settings, revision }
    DeliverySummary {
        id, at, method, client_id, application_name, recipient, provider, outcome, reason, provider_id, provider_code, took_ms,
        revision, actor,
    }
    RevisionSummary { version, saved_at, saved_by, fields, restored }
    HistoryFilterForm { by, field }
    HistoryPage { revisions, older, present, people }
    Piece { changed, text }
    Difference { rows, removed, added }
    Rendition { title, language, head, text, html, left_out }
    RenderedDifference { title, language, parts }
    DeliveryFilterForm { connection, application, outcome, from, until, recipient }
    DeliveryPage { deliveries, older }
    AuditFilterForm { person, kind, object, from, until }
    AuditLine { at, who, address, what, refused, details, object, href }
    AuditLines { lines, older }
    AuditChoices { people, kinds }
    OutboxSummary { id, at, method, application_name, recipient, title }
    OutboxPage { messages, older }
    OutboxMessage { id, at, method, client_id, application_name, recipient, from, subject, text, html, code, link }
    User { id, recipient, created_at, last_sign_in, sign_ins, blocked_at, created_by }
    UserFilterForm { q, connection, status }
    UserPage { users, older }
    NewUserForm { method, recipient }
    TryForm { recipient, application, language, send, code }
    EmailProviderForm { provider, host, port, security, user_name, smtp_password, remove_smtp_password }
    EmailProviderSettings { provider, host, port, security, user_name }
    EmailProviderState { settings, revision, smtp_password }
    Installation { name, support_email, support_url, default_language }
    InstallationForm { installation_name, support_email, support_url, default_language }
    ApiTokenForm { name, outbox_read }
    ApiTokenSummary { id, name, scopes, created_by, created_at, last_used_at, revoked_at }
    RegistrationForm { name, kind }
    Grants { passwordless_otp, authorization_code, implicit, refresh_token, client_credentials }
    ApplicationForm { name, callbacks, web_origins, grant_types, token_endpoint_authentication, trust_ip_header }
    ApplicationSettings { name, callbacks, web_origins, grant_types, token_endpoint_authentication, trust_ip_header }
    ApplicationSummary { client_id, name, kind, enabled }
    ApplicationPage { applications, total, registered, page, pages }
    ConnectionFacts { on, needs_set_up, otp_expiry, otp_length, disable_sign_ups }
    InstallationFacts { public_url, sms, email }
    Application { client_id, kind, settings, has_secret, sms, email, created_at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_arrives_as_it_was_sent() {
        let form = SmsForm {
            provider: SmsProvider::Gateway,
            message: "Grüße: 3:sms\r\n".to_owned(),
            gateway_secret: Secret::new("s3cret"),
            forward_request_info: true,
            ..SmsForm::default()
        };
        assert_eq!(read(&write(&(7_i64, form.clone()))), Some((7_i64, form)));
        let pages = (vec![Some(EmailSettings::default()), None], Err::<(), u32>(7));
        assert_eq!(read(&write(&pages)), Some(pages));
    }

    #[test]
    fn what_does_not_fit_is_refused_as_a_whole() {
        let whole = write(&SmsSettings::default());
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert_eq!(read::<SmsSettings>(&whole[..end]), None, "{end}");
        }
        for wire in [&format!("{whole}0:"), "", "9", ":", "99999999999999999999:a", "-1:", "1:é", "{}"] {
            assert_eq!(read::<SmsSettings>(wire), None, "{wire:?}");
        }
        for wire in ["4:none", "0:", "3:Smsx"] {
            assert_eq!(read::<Method>(wire), None, "{wire:?}");
        }
        assert_eq!(read::<Vec<()>>("1:x"), None);
        assert_eq!(read::<Vec<String>>("10:99999999991:a"), None);
        assert_eq!(read::<u32>("2:-1"), None);
    }
}
