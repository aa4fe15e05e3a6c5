//! What Doorcode is told when it starts: flags, environment variables, and files that hold secrets.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use domain::Secret;
use domain::admin::Role;
use ipnet::IpNet;
use thiserror::Error;
use url::Url;

/// A self-hosted console for passwordless connections.
#[derive(Debug, Parser)]
#[command(name = "doorcode", version, about, after_help = ENVIRONMENT)]
pub struct Cli {
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What would else come from the environment.
    #[command(flatten)]
    pub flags: Flags,
}

/// Flags that stand in for environment variables and win over them.
#[derive(Debug, Default, Args)]
pub struct Flags {
    /// Where to listen; DOORCODE_ADDR [default: 127.0.0.1:3000].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    pub addr: Option<String>,
    /// Where the database and the key are kept; DOORCODE_DATA_DIR [default: ./data].
    #[arg(long, global = true, value_name = "DIRECTORY")]
    pub data_dir: Option<String>,
    /// The URL that people and applications reach Doorcode by; DOORCODE_PUBLIC_URL [default: http:// and the address].
    #[arg(long, global = true, value_name = "URL")]
    pub public_url: Option<String>,
}

/// The commands of the binary.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the console (the default).
    Serve,
    /// Manage administrators without the console.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Say whether configuration, database, key and providers are fit; changes nothing.
    Check,
    /// Write a copy of the database to a file while it is in use (SQLite only).
    Backup {
        /// The file to write; it must not exist yet.
        file: PathBuf,
    },
    /// Make a new key and encrypt every stored secret anew.
    RotateKey,
    /// Make a new key for signing tokens; it signs in ten minutes' time, and tokens of the old one stay valid.
    RotateSigningKey {
        /// Sign with it from now on, and make every token that was signed before invalid.
        #[arg(long)]
        at_once: bool,
    },
}

/// What the command line can do to administrators.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Create an administrator.
    Create {
        /// The address to sign in with.
        #[arg(long)]
        email: String,
        /// What the administrator may do: owner, editor or viewer.
        #[arg(long)]
        role: Role,
        /// Read the password, one line of 12 to 128 characters, from standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List the administrators.
    List,
    /// Keep an administrator out; ends their sessions.
    Disable {
        /// Whom.
        #[arg(long)]
        email: String,
    },
    /// Print a link with which an administrator chooses a new password; ends their sessions.
    Reset {
        /// Whom.
        #[arg(long)]
        email: String,
    },
}

const RETENTION_DAYS: &str = "DOORCODE_RETENTION_DAYS";
const AUDIT_RETENTION_DAYS: &str = "DOORCODE_AUDIT_RETENTION_DAYS";
const STARTS_PER_HOUR: &str = "DOORCODE_STARTS_PER_HOUR";

const ENVIRONMENT: &str = "\
Environment:
  DOORCODE_ADDR                 where to listen (127.0.0.1:3000)
  DOORCODE_DATA_DIR             directory of doorcode.db and secret.key (./data)
  DOORCODE_DATABASE_URL         sqlite:… or postgres://… (doorcode.db in the data directory)
  DOORCODE_PUBLIC_URL           what links, issuers and origins are made of (http:// and the address)
  DOORCODE_SECRET_KEY           the key, 32 bytes in base64; older keys follow after commas (secret.key in the data directory)
  DOORCODE_TRUSTED_PROXIES      CIDRs whose X-Forwarded-For counts, separated by commas (none)
  DOORCODE_ALLOW_PRIVATE_HOSTS  hosts that may be reached over http or at a private address, separated by commas (none)
  DOORCODE_RETENTION_DAYS       how many days deliveries are kept, 1 to 3650 (90)
  DOORCODE_AUDIT_RETENTION_DAYS how many days the audit trail is kept, 1 to 3650 (for ever)
  DOORCODE_STARTS_PER_HOUR      how many sign-ins an address may start in an hour, 1 to 1000000 (50)
  DOORCODE_TWILIO_API_URL       where Twilio’s API is, for another region or a test; may be private (https://api.twilio.com)
  DOORCODE_METRICS_ADDR         where to serve Prometheus metrics (nowhere)
  DOORCODE_LOG                  text or json, and after a comma what to log, such as json,info,sqlx=warn (text,info)
  DOORCODE_SITE_DIR             the built site (the one that was built with this binary)

DOORCODE_DATABASE_URL and DOORCODE_SECRET_KEY can also be read from the files that DOORCODE_DATABASE_URL_FILE and
DOORCODE_SECRET_KEY_FILE name.";

/// A variable that says something Doorcode cannot use.
#[derive(Debug, Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    name: String,
    problem: String,
}

impl ConfigError {
    fn new(name: &str, problem: impl Into<String>) -> Self {
        Self { name: name.to_owned(), problem: problem.into() }
    }
}

/// Everything that can be configured, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub addr: SocketAddr,
    /// The directory of the database file and the key.
    pub data_dir: PathBuf,
    /// Another database than the file in that directory; holds a password.
    pub database_url: Option<Secret>,
    /// Where people reach Doorcode; `None` until the port is known when none is set.
    pub public_url: Option<PublicUrl>,
    /// The key, when it is not kept in a file.
    pub secret_key: Option<Secret>,
    /// Whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// Hosts that outbound requests may reach though they are private, and that plain http is allowed for.
    pub private_hosts: Vec<String>,
    /// How many days deliveries are kept.
    pub retention_days: u32,
    /// How many days the audit trail is kept; without a number, for ever.
    pub audit_retention_days: Option<u32>,
    /// How many sign-ins may be started in an hour from one network address.
    pub starts_per_hour: u32,
    /// Where Twilio's API is, when it is not at its usual address.
    pub twilio_api_url: Option<String>,
    /// Where metrics are served.
    pub metrics_addr: Option<SocketAddr>,
    /// How and what to log.
    pub log: LogConfig,
    /// The built site, when it is not the default one.
    pub site_dir: Option<PathBuf>,
}

/// The shape of log lines and which of them are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// One JSON object a line instead of text.
    pub json: bool,
    /// Which events, in the syntax of `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

/// The URL that people and applications reach Doorcode by: an origin, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Reads an http or https URL that has no user, path, query or fragment.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text.trim()).map_err(|_| "is not a URL, such as https://doorcode.example.com")?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err("must begin with https:// or http://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or password");
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("must be an origin without a path, such as https://doorcode.example.com");
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// The URL of a server that is reached where it listens.
    pub fn of_address(address: SocketAddr) -> Self {
        let text = format!("http://{address}");
        Self::parse(&text).unwrap_or(Self(text))
    }

    /// The origin, without a slash at its end.
    pub fn origin(&self) -> &str {
        &self.0
    }

    /// Whether browsers reach Doorcode over TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// What is logged unless something else is asked for: every request, and warnings of the libraries.
const DEFAULT_FILTER: &str = "info,sqlx=warn,tower_sessions=error,tower_sessions_core=error";

impl Config {
    /// Reads flags and environment; `lookup` answers for one variable.
    pub fn read(flags: &Flags, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let text = |flag: Option<&String>, name: &str| {
            flag.cloned().or_else(|| lookup(name)).filter(|text| !text.trim().is_empty())
        };

        let addr = text(flags.addr.as_ref(), "DOORCODE_ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let public_url = text(flags.public_url.as_ref(), "DOORCODE_PUBLIC_URL")
            .map(|url| {
                PublicUrl::parse(&url)
                    .map_err(|problem| ConfigError::new("DOORCODE_PUBLIC_URL", format!("{url:?} {problem}")))
            })
            .transpose()?;
        let database_url = secret("DOORCODE_DATABASE_URL", &lookup)?;
        if let Some(url) = &database_url {
            check_database_url(url)?;
        }

        Ok(Self {
            addr: address("DOORCODE_ADDR", &addr)?,
            data_dir: text(flags.data_dir.as_ref(), "DOORCODE_DATA_DIR").unwrap_or_else(|| "./data".to_owned()).into(),
            database_url,
            public_url,
            secret_key: secret("DOORCODE_SECRET_KEY", &lookup)?,
            trusted_proxies: list(text(None, "DOORCODE_TRUSTED_PROXIES"))
                .map(|cidr| network(&cidr))
                .collect::<Result<_, _>>()?,
            private_hosts: list(text(None, "DOORCODE_ALLOW_PRIVATE_HOSTS"))
                .map(|host| private_host(&host))
                .collect::<Result<_, _>>()?,
            retention_days: text(None, RETENTION_DAYS)
                .map_or(Ok(backend::RETENTION_DAYS), |days| number(RETENTION_DAYS, &days, 1..=3650, "days"))?,
            audit_retention_days: text(None, AUDIT_RETENTION_DAYS)
                .map(|days| number(AUDIT_RETENTION_DAYS, &days, 1..=3650, "days"))
                .transpose()?,
            starts_per_hour: text(None, STARTS_PER_HOUR).map_or(Ok(backend::STARTS_PER_HOUR), |starts| {
                number(STARTS_PER_HOUR, &starts, 1..=1_000_000, "sign-ins")
            })?,
            twilio_api_url: text(None, "DOORCODE_TWILIO_API_URL").map(|url| api_url(&url)).transpose()?,
            metrics_addr: text(None, "DOORCODE_METRICS_ADDR")
                .map(|addr| address("DOORCODE_METRICS_ADDR", &addr))
                .transpose()?,
            log: LogConfig::parse(&text(None, "DOORCODE_LOG").unwrap_or_default())?,
            site_dir: text(None, "DOORCODE_SITE_DIR").map(PathBuf::from),
        })
    }

    /// What the backend is opened with.
    pub fn backend_options(&self) -> backend::Options {
        backend::Options {
            database_url: self.database_url.as_ref().map(|url| url.expose().to_owned()),
            data_dir: self.data_dir.clone(),
            secret_key: self.secret_key.clone(),
            private_hosts: self.private_hosts.clone(),
            retention_days: self.retention_days,
            audit_retention_days: self.audit_retention_days,
            starts_per_hour: self.starts_per_hour,
            twilio_api_url: self.twilio_api_url.clone(),
            clock: backend::Clock::system(),
        }
    }

    /// The public URL, given where the server really listens.
    pub fn public_url_at(&self, address: SocketAddr) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| PublicUrl::of_address(address))
    }
}

impl LogConfig {
    /// Reads `text` or `json`, then what to log; both may be missing.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let (format, rest) = text.trim().split_once(',').unwrap_or((text.trim(), ""));
        let (json, filter) = match format.trim() {
            "" | "text" => (false, rest),
            "json" => (true, rest),
            _ => (false, text),
        };
        let filter = match filter.trim() {
            "" => DEFAULT_FILTER,
            filter => filter,
        };
        match tracing_subscriber::EnvFilter::try_new(filter) {
            Ok(_) => Ok(Self { json, filter: filter.to_owned() }),
            Err(_) => Err(ConfigError::new(
                "DOORCODE_LOG",
                format!("{text:?} is neither text nor json nor a filter such as info,sqlx=warn"),
            )),
        }
    }
}

fn address(name: &str, text: &str) -> Result<SocketAddr, ConfigError> {
    text.trim()
        .parse()
        .map_err(|_| ConfigError::new(name, format!("{text:?} is not an address and port, such as 127.0.0.1:3000")))
}

fn secret(name: &str, lookup: &impl Fn(&str) -> Option<String>) -> Result<Option<Secret>, ConfigError> {
    let present = |name: &str| lookup(name).filter(|text| !text.trim().is_empty());
    let file_name = format!("{name}_FILE");
    match (present(name), present(&file_name)) {
        (Some(_), Some(_)) => Err(ConfigError::new(name, format!("is set, and so is {file_name}; keep one of them"))),
        (Some(text), None) => Ok(Some(Secret::new(text.trim()))),
        (None, Some(path)) => match std::fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => Err(ConfigError::new(&file_name, format!("{path} is empty"))),
            Ok(text) => Ok(Some(Secret::new(text.trim()))),
            Err(error) => Err(ConfigError::new(&file_name, format!("cannot read {path}: {error}"))),
        },
        (None, None) => Ok(None),
    }
}

/// The URL may hold a password, so it is not repeated.
fn check_database_url(url: &Secret) -> Result<(), ConfigError> {
    let text = url.expose();
    if text.starts_with("sqlite:")
        || ((text.starts_with("postgres://") || text.starts_with("postgresql://")) && Url::parse(text).is_ok())
    {
        return Ok(());
    }
    Err(ConfigError::new("DOORCODE_DATABASE_URL", "must begin with sqlite: or be a URL that begins with postgres://"))
}

fn list(text: Option<String>) -> impl Iterator<Item = String> {
    let text = text.unwrap_or_default();
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}

fn network(text: &str) -> Result<IpNet, ConfigError> {
    text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from)).map_err(|_| {
        ConfigError::new("DOORCODE_TRUSTED_PROXIES", format!("{text:?} is not a CIDR, such as 10.0.0.0/8"))
    })
}

fn private_host(text: &str) -> Result<String, ConfigError> {
    let shaped = domain::web_url::WebUrl::parse(&format!("http://{text}"))
        .is_some_and(|url| url.rest.is_empty() && url.port.is_none());
    if shaped {
        return Ok(text.to_ascii_lowercase());
    }
    Err(ConfigError::new(
        "DOORCODE_ALLOW_PRIVATE_HOSTS",
        format!("{text:?} is not a host name or address without scheme and port"),
    ))
}

/// The base of an API: a path may follow the host, a query may not.
fn api_url(text: &str) -> Result<String, ConfigError> {
    let problem = |problem: &str| ConfigError::new("DOORCODE_TWILIO_API_URL", format!("{text:?} {problem}"));
    let url =
        Url::parse(text.trim()).map_err(|_| problem("is not a URL, such as https://api.dublin.ie1.twilio.com"))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(problem("must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(problem("must hold neither a user name nor a query"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn number(variable: &'static str, text: &str, range: RangeInclusive<u32>, of_what: &str) -> Result<u32, ConfigError> {
    let number = text.trim().parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        let (least, most) = (range.start(), range.end());
        ConfigError::new(variable, format!("{text:?} is not a number of {of_what} from {least} to {most}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(&Flags::default(), |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_gives_the_documented_defaults() {
        let config = read(&[]).expect("defaults");
        assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
        assert_eq!(config.data_dir, PathBuf::from("./data"));
        assert_eq!(config.public_url_at(config.addr).origin(), "http://127.0.0.1:3000");
        assert!(config.trusted_proxies.is_empty() && config.private_hosts.is_empty() && config.metrics_addr.is_none());
        assert_eq!((config.retention_days, config.audit_retention_days), (90, None));
    }

    #[test]
    fn a_flag_wins_over_its_variable() {
        let flags = Flags { addr: Some("127.0.0.1:4000".to_owned()), ..Flags::default() };
        let config =
            Config::read(&flags, |name| (name == "DOORCODE_ADDR").then(|| "127.0.0.1:5000".to_owned())).expect("valid");
        assert_eq!(config.addr.port(), 4000);
    }

    #[test]
    fn every_bad_value_names_its_variable_in_one_line() {
        for (name, value) in [
            ("DOORCODE_ADDR", "localhost"),
            ("DOORCODE_PUBLIC_URL", "doorcode.example.com"),
            ("DOORCODE_PUBLIC_URL", "ftp://doorcode.example.com"),
            ("DOORCODE_PUBLIC_URL", "https://doorcode.example.com/console"),
            ("DOORCODE_PUBLIC_URL", "https://user@doorcode.example.com"),
            ("DOORCODE_DATABASE_URL", "mysql://user:hunter2@db/doorcode"),
            ("DOORCODE_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
            ("DOORCODE_ALLOW_PRIVATE_HOSTS", "http://gateway"),
            ("DOORCODE_TWILIO_API_URL", "api.twilio.com"),
            ("DOORCODE_TWILIO_API_URL", "ftp://api.twilio.com"),
            ("DOORCODE_TWILIO_API_URL", "https://api.twilio.com/?region=ie1"),
            ("DOORCODE_RETENTION_DAYS", "0"),
            ("DOORCODE_RETENTION_DAYS", "a week"),
            ("DOORCODE_AUDIT_RETENTION_DAYS", "0"),
            ("DOORCODE_AUDIT_RETENTION_DAYS", "3651"),
            ("DOORCODE_STARTS_PER_HOUR", "0"),
            ("DOORCODE_METRICS_ADDR", "9090"),
            ("DOORCODE_LOG", "json,doorcode=loud"),
            ("DOORCODE_SECRET_KEY_FILE", "/nonexistent/key"),
        ] {
            let message = read(&[(name, value)]).expect_err(name).to_string();
            assert!(message.starts_with(&format!("{name}: ")) && !message.contains('\n'), "{message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn a_secret_comes_from_its_variable_or_its_file_but_not_both() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "key\n").expect("written");
        let path = file.path().to_str().expect("a path");
        assert_eq!(
            read(&[("DOORCODE_SECRET_KEY_FILE", path)]).expect("valid").secret_key.expect("a key").expose(),
            "key"
        );
        assert!(read(&[("DOORCODE_SECRET_KEY_FILE", path), ("DOORCODE_SECRET_KEY", "key")]).is_err());
    }

    #[test]
    fn the_public_url_is_an_origin() {
        for (text, origin) in [
            ("https://Doorcode.Example.com/", "https://doorcode.example.com"),
            ("https://doorcode.example.com:443", "https://doorcode.example.com"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(PublicUrl::parse(text).expect(text).origin(), origin);
        }
    }

    #[test]
    fn log_takes_a_format_a_filter_or_both() {
        for (text, json, filter) in [
            ("", false, DEFAULT_FILTER),
            ("json", true, DEFAULT_FILTER),
            ("json,debug", true, "debug"),
            ("warn,sqlx=info", false, "warn,sqlx=info"),
        ] {
            assert_eq!(LogConfig::parse(text).expect(text), LogConfig { json, filter: filter.to_owned() });
        }
    }
}
