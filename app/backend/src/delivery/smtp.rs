//! Mail servers. The conversation is held step by step, so that it is known which step was refused.

mod connections;
mod lines;

use std::error::Error as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use domain::Secret;
use domain::delivery::{Outcome, Reason};
use domain::mail::{EmailProviderSettings, SmtpSecurity};
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;

use super::message::{Email, build};
use super::{Envelope, Failure, Taken};
use crate::Clock;
use crate::outbound::{Obstacle, Outbound, obstacle};
use lines::Lines;

pub use connections::MailConnections;

/// How long a server that answered a moment ago may take to show that it is still there.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// A mail server and how Doorcode signs in there.
pub struct Smtp {
    outbound: Outbound,
    connections: MailConnections,
    clock: Clock,
    host: String,
    port: u16,
    security: SmtpSecurity,
    user_name: String,
    password: Secret,
}

impl Smtp {
    pub(super) fn new(
        outbound: Outbound,
        connections: MailConnections,
        clock: Clock,
        settings: &EmailProviderSettings,
        password: Option<Secret>,
    ) -> Self {
        Self {
            outbound,
            connections,
            clock,
            host: settings.host.clone(),
            port: settings.port,
            security: settings.security,
            user_name: settings.user_name.clone(),
            password: password.unwrap_or_default(),
        }
    }

    pub(super) async fn send(&self, envelope: &Envelope<'_>, email: &Email<'_>) -> Result<Taken, Failure> {
        let message = build(email, envelope.to, self.clock.now())?;
        Outbound::until(self.outbound.deadline(), self.deliver(&message)).await??;
        let id = message.headers().get_raw("Message-ID").map(str::to_owned);
        Ok(Taken { outcome: Outcome::Accepted, provider_id: id })
    }

    /// Connects, upgrades and signs in, and sends nothing.
    pub async fn check(&self) -> Result<(), Failure> {
        let checked = async {
            part(self.connect().await?);
            Ok(())
        };
        Outbound::until(self.outbound.deadline(), checked).await?
    }

    async fn deliver(&self, message: &Message) -> Result<(), Failure> {
        let _place = self.connections.place().await;
        let key = self.key();
        let mut connection = self.begun(&key, message).await?;
        match hand_over(&mut connection, message).await {
            Ok(()) => self.connections.give_back(key, connection),
            Err(failure) => {
                part(connection);
                return Err(failure);
            }
        }
        Ok(())
    }

    /// A connection on which the server has taken the sender: one that was kept, if it still serves, or a new one.
    async fn begun(&self, key: &[u8; 32], message: &Message) -> Result<AsyncSmtpConnection, Failure> {
        let kept = match self.connections.take(key) {
            Some(mut kept) => {
                tokio::time::timeout(SIGN_OF_LIFE, kept.test_connected()).await.is_ok_and(|is| is).then_some(kept)
            }
            None => None,
        };
        if let Some(mut kept) = kept {
            match begin(&mut kept, message).await {
                Ok(()) => return Ok(kept),
                // A server may have enough of a connection; of the message it knows nothing yet.
                Err(error) if is_farewell(&error) => part(kept),
                Err(error) => {
                    part(kept);
                    return Err(failure(Reason::MailSender, &error));
                }
            }
        }
        let mut connection = self.connect().await?;
        match begin(&mut connection, message).await {
            Ok(()) => Ok(connection),
            Err(error) => {
                part(connection);
                Err(failure(Reason::MailSender, &error))
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let listed = self.outbound.is_listed(&self.host);
        let signs_in = !self.user_name.is_empty();
        if signs_in && self.security == SmtpSecurity::None && !listed {
            return Err(Failure::failed(Reason::PasswordInClear));
        }
        let found = self.outbound.look_up(&self.host).await?;
        let addresses: Vec<SocketAddr> = found.into_iter().map(|ip| SocketAddr::new(ip, self.port)).collect();
        // What this machine is called inside its own network is nobody's business.
        let name = ClientId::Ipv4(Ipv4Addr::LOCALHOST);
        let connected = if self.security == SmtpSecurity::Tls {
            AsyncSmtpConnection::connect_tokio1(addresses.as_slice(), None, &name, Some(self.tls()?), None).await
        } else {
            let stream = TcpStream::connect(addresses.as_slice()).await;
            let stream = stream.map_err(|error| obstacle(&error).unwrap_or(Obstacle::CannotConnect))?;
            AsyncSmtpConnection::connect_with_transport(Box::new(Lines::new(stream)), &name).await
        };
        let mut connection = connected.map_err(|error| failure(Reason::MailServerBusy, &error))?;
        if self.security == SmtpSecurity::Starttls {
            if !connection.can_starttls() {
                part(connection);
                return Err(Failure::failed(Reason::NoStarttls));
            }
            let upgraded = connection.starttls(self.tls()?, &name).await;
            upgraded.map_err(|error| failure(Reason::NoStarttls, &error))?;
        }
        if signs_in {
            let credentials = Credentials::new(self.user_name.clone(), self.password.expose().to_owned());
            if let Err(error) = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await {
                part(connection);
                let reason = if error.is_client() { Reason::NoSignIn } else { Reason::MailCredentials };
                return Err(failure(reason, &error));
            }
        }
        Ok(connection)
    }

    fn tls(&self) -> Result<TlsParameters, Failure> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let mut tls = TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::None);
        for root in self.outbound.roots() {
            let root = Certificate::from_der(root.to_vec()).map_err(|_| Failure::failed(Reason::Encryption))?;
            tls = tls.add_root_certificate(root);
        }
        tls.build_rustls().map_err(|_| Failure::failed(Reason::Encryption))
    }

    /// What connections are told apart by: one that was signed in as somebody else is of no use.
    fn key(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let port = self.port.to_string();
        for part in [&self.host, &port, self.security.as_str(), &self.user_name, self.password.expose()] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// Opens the delivery of a message, which names its sender.
async fn begin(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Error> {
    connection.command(Mail::new(message.envelope().from().cloned(), Vec::new())).await.map(drop)
}

/// The rest of the delivery: recipient and text.
async fn hand_over(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Failure> {
    for recipient in message.envelope().to() {
        let taken = connection.command(Rcpt::new(recipient.clone(), Vec::new())).await;
        taken.map_err(|error| failure(Reason::MailRecipient, &error))?;
    }
    let taken = connection.command(Data).await;
    taken.map_err(|error| failure(Reason::MailMessage, &error))?;
    let taken = connection.message(&message.formatted()).await;
    taken.map_err(|error| failure(Reason::MailMessage, &error))?;
    Ok(())
}

/// Says farewell; nobody waits for what the server says to it.
fn part(mut connection: AsyncSmtpConnection) {
    tokio::spawn(async move {
        let _ = tokio::time::timeout(SIGN_OF_LIFE, connection.abort()).await;
    });
}

/// Whether a server closed the connection, in words or without.
fn is_farewell(error: &Error) -> bool {
    error.status().is_none_or(|code| code.to_string() == "421")
}

/// What an error at a step means, where `reason` is what a refusal of that step means.
fn failure(reason: Reason, error: &Error) -> Failure {
    if let Some(obstacle) = obstacle(error) {
        return obstacle.into();
    }
    // The server's words may repeat the recipient or the text; its code does not.
    let code = error.status().map(|code| code.to_string());
    if error.is_transient() {
        Failure::refused(Reason::MailServerBusy, code)
    } else if error.is_permanent() {
        Failure::refused(reason, code)
    } else if error.is_client() {
        Failure::failed(reason)
    } else if error.is_response() && error.source().is_none_or(|cause| cause.to_string() != "incomplete response") {
        Failure::failed(Reason::Unintelligible)
    } else {
        Obstacle::Lost.into()
    }
}
