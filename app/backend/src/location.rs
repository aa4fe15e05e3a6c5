//! Where the database is, as configured.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::OpenError;

/// Where the database is; `Display` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// A URL.
    Postgres(String),
}

impl Location {
    /// Reads `DOORCODE_DATABASE_URL`; without one the database is a file in the data directory.
    pub(crate) fn of(database_url: Option<&str>, data_dir: &Path) -> Result<Self, OpenError> {
        let Some(url) = database_url.map(str::trim).filter(|url| !url.is_empty()) else {
            return Self::file(&data_dir.join("doorcode.db"));
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let Some(rest) = url.strip_prefix("sqlite:") else {
            return Err(OpenError::DatabaseUrl("not a database URL".to_owned()));
        };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let path = match rest.split_once('?') {
            None | Some((_, "mode=rwc" | "mode=rw" | "")) => rest.split('?').next().unwrap_or_default(),
            Some(_) => {
                return Err(OpenError::DatabaseUrl("sqlite:PATH takes no parameters".to_owned()));
            }
        };
        if path.is_empty() || path == ":memory:" {
            return Err(OpenError::DatabaseUrl("sqlite: needs the path of a file".to_owned()));
        }
        Self::file(Path::new(path))
    }

    /// The URL as the driver reads it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(_) => format!("{}?mode=rw", self.bare_url()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// The URL without parameters of ours.
    pub(crate) fn bare_url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", encoded(path)),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// The file with links and dots resolved as far as its directory exists: the driver's URL cannot hold dots.
    fn file(path: &Path) -> Result<Self, OpenError> {
        let unusable = |source| OpenError::DataDir { path: path.to_owned(), source };
        let absolute = std::path::absolute(path).map_err(unusable)?;
        let (Some(dir), Some(name)) = (absolute.parent(), absolute.file_name()) else {
            return Err(OpenError::DatabaseUrl(format!("{} is not a file", path.display())));
        };
        let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let path = dir.join(name);
        if path.to_str().is_none() {
            return Err(OpenError::DatabaseUrl(format!("{} is not UTF-8", path.display())));
        }
        Ok(Self::Sqlite(path))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => {
                // User, password and parameters, which may hold a password, are left out.
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let place = rest.split('?').next().unwrap_or_default();
                write!(f, "postgres://{}", place.rsplit_once('@').map_or(place, |(_, host)| host))
            }
        }
    }
}

fn encoded(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_file_or_a_server() {
        let of = |url: &str| Location::of(Some(url), Path::new("/data"));
        assert_eq!(
            Location::of(None, Path::new("/data")).expect("a file"),
            Location::Sqlite("/data/doorcode.db".into())
        );
        for url in ["sqlite:/x y/a.db", "sqlite:///x y/a.db", "sqlite:/x y/a.db?mode=rwc"] {
            let location = of(url).expect("a file");
            assert_eq!(location, Location::Sqlite("/x y/a.db".into()), "{url}");
            assert_eq!(location.url(), "sqlite:///x%20y/a.db?mode=rw");
        }
        for url in ["mysql://host/db", "sqlite::memory:", "sqlite:", "doorcode.db", "sqlite:a.db?vfs=x"] {
            assert!(matches!(of(url), Err(OpenError::DatabaseUrl(_))), "{url}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        let location =
            Location::of(Some("postgres://me:pass@word@db.example:5432/doorcode?password=x"), Path::new("/"))
                .expect("a URL");
        assert_eq!(location.to_string(), "postgres://db.example:5432/doorcode");
    }
}
