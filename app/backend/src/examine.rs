//! Whether a connection is fit to send, item by item: what is missing, what its provider says, what is unwise in its templates.
//! Nothing is sent.

use domain::audit::AuditKind;
use domain::connection::Method;
use domain::email::{EmailForm, EmailSettings};
use domain::mail::{EmailProvider, EmailProviderSettings, SmtpSecurity};
use domain::sms::{GatewayAuthentication, SmsForm, SmsProvider, SmsSettings, SmsSource};
use domain::template::{About, Part, diagnose};
use domain::{Field, Secret};
use serde_json::json;

use crate::delivery::{Failure, Mail, Sms, SmsCredentials};
use crate::messages::{Channel, Messages};
use crate::{Admin, Backend, Error, audit};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is fit.
    pub fit: bool,
    /// What was found, and what to do about it.
    pub words: String,
}

fn fit(words: impl Into<String>) -> Finding {
    Finding { fit: true, words: words.into() }
}

fn unfit(words: impl Into<String>) -> Finding {
    Finding { fit: false, words: words.into() }
}

impl Messages<'_> {
    /// Looks at everything that sending through a channel needs, for an administrator; that is written down first, because
    /// credentials that are only typed may be shown to a provider.
    pub async fn examine_for(&self, admin: &Admin, method: Method, channel: &Channel) -> Result<Vec<Finding>, Error> {
        let mut tx = self.0.database().begin().await?;
        let actor = admin.actor();
        audit::record(&mut tx, self.0.now(), &actor, AuditKind::ConnectionChecked, method.as_str(), &json!({})).await?;
        tx.commit().await?;
        self.examine(channel).await
    }

    /// Looks at everything that sending through a channel needs.
    pub async fn examine(&self, channel: &Channel) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        let method = match channel {
            Channel::Sms(settings, secrets) => {
                sms_provider(self.0, settings, secrets, &mut findings).await;
                let about = SmsForm::from_settings(settings).about();
                template(Field::Message, &settings.message, about, &mut findings);
                Method::Sms
            }
            Channel::Email(settings, provider, password) => {
                sender(settings, &mut findings);
                mail_provider(self.0, provider, password.as_ref(), &mut findings).await;
                let form = EmailForm::from_settings(settings);
                for (field, source, part) in [
                    (Field::EmailFrom, &settings.from, Part::From),
                    (Field::Subject, &settings.subject, Part::Subject),
                    (Field::Body, &settings.body, Part::Body),
                ] {
                    template(field, source, form.about(part), &mut findings);
                }
                Method::Email
            }
        };
        let summaries = self.0.connections().summaries().await?;
        let enabled =
            summaries.iter().find(|summary| summary.method == method).map_or(0, |summary| summary.applications);
        findings.push(match enabled {
            0 => unfit(format!("Applications: {method} is switched on for none, so nobody can sign in with it yet.")),
            1 => fit("Applications: switched on for 1."),
            count => fit(format!("Applications: switched on for {count}.")),
        });
        Ok(findings)
    }
}

async fn sms_provider(
    backend: &Backend,
    settings: &SmsSettings,
    secrets: &SmsCredentials,
    findings: &mut Vec<Finding>,
) {
    let missing = settings.missing(secrets.twilio_token.is_some(), secrets.gateway_secret.is_some());
    findings.extend(missing.iter().map(|field| lacking(*field)));
    match settings.provider {
        SmsProvider::Twilio => {
            if let Some(twilio) = backend.providers().twilio(settings, secrets) {
                findings.push(said(
                    "Twilio",
                    "accepts Account SID and Auth Token, and the account is active.",
                    twilio.check().await,
                ));
            }
            if !missing.contains(&Field::SmsFrom) && !missing.contains(&Field::MessagingServiceSid) {
                findings.push(fit(match settings.source {
                    SmsSource::From => format!("From: users see {} as the sender.", settings.from),
                    SmsSource::MessagingService => {
                        format!("Messaging Service: {} picks the sender.", settings.messaging_service_sid)
                    }
                }));
            }
        }
        SmsProvider::Gateway if missing.is_empty() => {
            let proof = match settings.gateway_authentication {
                GatewayAuthentication::None => "without authentication: anybody who knows its address can use it",
                GatewayAuthentication::Bearer => "with a token that it can verify",
            };
            if let Ok(Sms::Gateway(gateway)) = backend.providers().sms(backend, settings, secrets) {
                let well = format!("may be reached at {}, {proof}.", settings.gateway_url);
                findings.push(said("Custom gateway", &well, gateway.check().await));
            }
        }
        SmsProvider::Gateway => {}
        SmsProvider::Outbox => findings.push(fit("Provider: messages stay in the outbox, and reach no phone.")),
    }
}

fn sender(settings: &EmailSettings, findings: &mut Vec<Finding>) {
    findings.extend(settings.missing().into_iter().map(lacking));
}

async fn mail_provider(
    backend: &Backend,
    provider: &EmailProviderSettings,
    password: Option<&Secret>,
    findings: &mut Vec<Finding>,
) {
    let missing = provider.missing(password.is_some());
    findings.extend(missing.into_iter().map(|field| unfit(format!("Email provider: {} is missing.", field.label()))));
    match backend.providers().mail(backend, provider, password) {
        Ok(Mail::Smtp(smtp)) => {
            findings.push(said("Mail server", "answers and takes mail.", smtp.check().await));
            findings.push(match provider.security {
                SmtpSecurity::None => unfit("Security: codes travel to the mail server in clear."),
                SmtpSecurity::Starttls | SmtpSecurity::Tls => fit("Security: the way to the mail server is encrypted."),
            });
        }
        Ok(Mail::Outbox(_)) => findings.push(fit("Email provider: messages stay in the outbox, and reach no mailbox.")),
        Err(_) => debug_assert!(provider.provider == EmailProvider::Smtp, "the outbox lacks nothing"),
    }
}

fn lacking(field: Field) -> Finding {
    unfit(format!("{} is missing.", field.label()))
}

fn said(who: &str, all_is_well: &str, answer: Result<(), Failure>) -> Finding {
    match answer {
        Ok(()) => fit(format!("{who} {all_is_well}")),
        Err(failure) => match &failure.provider_code {
            Some(code) => unfit(format!("{who}: {failure} Its code is {code}.")),
            None => unfit(format!("{who}: {failure}")),
        },
    }
}

/// Every warning of a template; one that has errors is never stored.
fn template(field: Field, source: &str, about: About, findings: &mut Vec<Finding>) {
    if source.is_empty() {
        return;
    }
    let label = field.label();
    let found = diagnose(source, about);
    if found.is_empty() {
        findings.push(fit(format!("{label}: nothing is wrong with the template.")));
    }
    findings.extend(found.iter().map(|diagnostic| unfit(format!("{label}: {}", diagnostic.fault))));
}
