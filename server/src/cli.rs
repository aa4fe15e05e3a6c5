//! The commands beside `serve`: they print what they did and end.

use std::io::{self, Read};
use std::path::Path;

use backend::{Actor, Backend, OpenError};
use domain::admin::{AdminEmail, AdminState, NewPassword, Role};
use domain::{Problem, Secret};
use thiserror::Error;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::assets::{Assets, AssetsError};
use crate::config::{AdminCommand, Config};

/// Why a command failed.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The database or the key is not fit.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The site is missing.
    #[error(transparent)]
    Assets(#[from] AssetsError),
    /// What was asked for cannot be done.
    #[error("{0}")]
    Refused(String),
    /// The backend failed at it.
    #[error("{error}{}", cause(.error))]
    Backend {
        /// How.
        #[from]
        error: backend::Error,
    },
    /// Standard input cannot be read.
    #[error("cannot read the password from standard input: {0}")]
    Input(io::Error),
}

impl CommandError {
    /// 2 when Doorcode cannot start as it is configured, 1 when the command itself failed.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Open(_) | Self::Assets(_) => 2,
            _ => 1,
        }
    }
}

fn cause(error: &backend::Error) -> String {
    std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default()
}

fn refused(words: impl Into<String>) -> CommandError {
    CommandError::Refused(words.into())
}

/// `doorcode admin …`.
pub async fn admin(config: &Config, command: AdminCommand) -> Result<(), CommandError> {
    // Before the database is opened, so that a mistake leaves no trace of it.
    let create = match &command {
        AdminCommand::Create { email, role, .. } => Some((address(email)?, *role, read_password()?)),
        _ => None,
    };
    let backend = Backend::open(config.backend_options()).await?;
    let done = match command {
        AdminCommand::Create { .. } => match create {
            Some((email, role, password)) => self::create(&backend, email, role, password).await,
            None => Ok(()),
        },
        AdminCommand::List => list(&backend).await,
        AdminCommand::Disable { email } => disable(&backend, &email).await,
        AdminCommand::Reset { email } => reset(&backend, config, &email).await,
    };
    backend.close().await;
    done
}

async fn create(backend: &Backend, email: AdminEmail, role: Role, password: NewPassword) -> Result<(), CommandError> {
    let name = email.as_str().to_owned();
    match backend.admins().create(email, role, password, &Actor::command_line()).await? {
        Ok(_) => println!("Created {name} ({role}).", role = role.as_str()),
        Err(_) => return Err(refused(format!("{name} exists already"))),
    }
    Ok(())
}

async fn list(backend: &Backend) -> Result<(), CommandError> {
    let admins = backend.admins().list().await?;
    let width = admins.iter().map(|admin| admin.email.chars().count()).max().unwrap_or_default().max("EMAIL".len());
    println!("{:width$}  {:6}  {:8}  LAST SIGN-IN (UTC)", "EMAIL", "ROLE", "STATE");
    for admin in admins {
        let state = match admin.state {
            AdminState::Active => "active",
            AdminState::Invited => "invited",
            AdminState::Disabled => "disabled",
        };
        let seen = admin.last_sign_in.map_or_else(|| "never".to_owned(), moment);
        println!("{:width$}  {:6}  {state:8}  {seen}", admin.email, admin.role.as_str());
    }
    Ok(())
}

async fn disable(backend: &Backend, email: &str) -> Result<(), CommandError> {
    let email = address(email)?;
    let name = email.as_str();
    let admin = backend
        .admins()
        .find_by_email(&email)
        .await?
        .ok_or_else(|| refused(format!("there is no administrator {name}")))?;
    match backend.admins().disable(&Actor::command_line(), &admin.id).await? {
        Ok(_) => println!("Disabled {name}."),
        Err(_) => return Err(refused(format!("{name} is the last owner; make another administrator owner first"))),
    }
    Ok(())
}

async fn reset(backend: &Backend, config: &Config, email: &str) -> Result<(), CommandError> {
    let email = address(email)?;
    let name = email.as_str();
    let invite = backend
        .admins()
        .reset(&Actor::command_line(), name)
        .await?
        .ok_or_else(|| refused(format!("there is no administrator {name}")))?;
    let public_url = config.public_url_at(config.addr);
    println!("{}/invite/{}", public_url.origin(), invite.token);
    Ok(())
}

/// `doorcode check`.
pub async fn check(config: &Config) -> Result<(), CommandError> {
    println!("Public URL: {}", config.public_url_at(config.addr).origin());
    Assets::find(config.site_dir.as_deref())?;
    println!("Site: found");
    println!("Deliveries: kept for {} days", config.retention_days);
    match config.audit_retention_days {
        Some(days) => println!("Audit trail: kept for {days} days"),
        None => println!("Audit trail: kept for ever"),
    }
    for fact in Backend::inspect(config.backend_options()).await? {
        println!("{fact}");
    }
    println!("Doorcode can start.");
    Ok(())
}

/// `doorcode backup FILE`.
pub async fn backup(config: &Config, file: &Path) -> Result<(), CommandError> {
    let backend = Backend::open(config.backend_options()).await?;
    let done = backend.backup(file).await;
    backend.close().await;
    done?;
    println!("Wrote {}. The key is not in it: keep a copy of secret.key elsewhere.", file.display());
    Ok(())
}

/// `doorcode rotate-key`.
pub async fn rotate_key(config: &Config) -> Result<(), CommandError> {
    match Backend::rotate_key(config.backend_options()).await? {
        1 => println!("1 secret is encrypted under the new key."),
        count => println!("{count} secrets are encrypted under the new key."),
    }
    Ok(())
}

/// `doorcode rotate-signing-key`.
pub async fn rotate_signing_key(config: &Config, at_once: bool) -> Result<(), CommandError> {
    let backend = Backend::open(config.backend_options()).await?;
    let rotated = backend.signing().rotate(at_once).await;
    backend.close().await;
    let id = rotated?;
    if at_once {
        println!(
            "The key {id} signs from now on. Every token that was signed before is invalid; servers that run follow within a minute."
        );
    } else {
        println!("The key {id} signs in ten minutes' time. Tokens of the key before it stay valid until they expire.");
    }
    Ok(())
}

fn address(text: &str) -> Result<AdminEmail, CommandError> {
    AdminEmail::parse(text).map_err(|_| refused(format!("--email: {text:?} is not an email address")))
}

/// One line of standard input, without its end.
fn read_password() -> Result<NewPassword, CommandError> {
    let mut text = String::new();
    io::stdin().take(4096).read_to_string(&mut text).map_err(CommandError::Input)?;
    let line = Secret::new(text.lines().next().unwrap_or_default());
    NewPassword::parse(&line).map_err(|problem: Problem| refused(format!("the password on standard input: {problem}")))
}

fn moment(ms: i64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]");
    OffsetDateTime::from_unix_timestamp(ms / 1000).ok().and_then(|time| time.format(format).ok()).unwrap_or_default()
}
