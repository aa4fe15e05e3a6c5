//! What browsers load beside pages: the site's files, in memory, compressed, under a path that changes with their content.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};
use thiserror::Error;

#[cfg(feature = "embed-site")]
include!(concat!(env!("OUT_DIR"), "/site.rs"));

const PKG: &str = "pkg/";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
const SHORT: &str = "public, max-age=3600";
/// Where a site's directory keeps its files compressed, each named by the hash of its content.
const COMPRESSED: &str = ".compressed";

/// The site cannot be served.
#[derive(Debug, Error)]
pub enum AssetsError {
    /// There is no built site.
    #[error("there is no built site in {} (DOORCODE_SITE_DIR); `make run` builds one", .0.display())]
    Missing(PathBuf),
    /// A file of the site cannot be read.
    #[error("cannot read the site: {}: {source}", .path.display())]
    Unreadable {
        /// Which file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The site's files; cheap to clone.
#[derive(Clone, Debug)]
pub struct Assets(Arc<Site>);

#[derive(Debug)]
struct Site {
    /// Hash of everything under `pkg`; part of its URL.
    hash: String,
    /// By path within the site, without a leading slash.
    files: BTreeMap<String, File>,
    /// Where they are kept compressed, unless they came so.
    kept: Option<PathBuf>,
}

#[derive(Debug)]
struct File {
    kind: &'static str,
    tag: String,
    identity: Bytes,
    /// Empty until compressed.
    gzip: OnceLock<Bytes>,
    /// Empty until compressed.
    brotli: OnceLock<Bytes>,
}

impl Assets {
    /// Finds the site: a directory that was named, else the one inside the binary, else the one beside its sources.
    pub fn find(named: Option<&Path>) -> Result<Self, AssetsError> {
        match named {
            Some(directory) => Self::load(directory),
            None => Self::built_in(),
        }
    }

    #[cfg(feature = "embed-site")]
    fn built_in() -> Result<Self, AssetsError> {
        let files = EMBEDDED.iter().map(|file| {
            let (gzip, brotli) = (OnceLock::new(), OnceLock::new());
            let _ = gzip.set(Bytes::from_static(file.gzip));
            let _ = brotli.set(Bytes::from_static(file.brotli));
            (file.path.to_owned(), File { gzip, brotli, ..File::new(file.path, Bytes::from_static(file.identity)) })
        });
        Ok(Self::new(files.collect(), None))
    }

    #[cfg(not(feature = "embed-site"))]
    fn built_in() -> Result<Self, AssetsError> {
        Self::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site"))
    }

    /// Reads a directory.
    pub fn load(directory: &Path) -> Result<Self, AssetsError> {
        if !directory.join(PKG).is_dir() {
            return Err(AssetsError::Missing(directory.to_owned()));
        }
        let mut files = BTreeMap::new();
        read_directory(directory, "", &mut files)?;
        Ok(Self::new(files, Some(directory.join(COMPRESSED))))
    }

    /// Compresses in the background what was read from a directory, so that the server is ready at once; keeps it in that directory,
    /// so that the next start need not do it again.
    pub fn compress(&self) {
        let site = self.0.clone();
        std::thread::spawn(move || {
            let Some(kept) = &site.kept else { return };
            // A directory that may not be written costs the same work at the next start, and no more.
            let _ = std::fs::create_dir(kept);
            site.files.values().for_each(|file| file.compress(kept));
        });
    }

    fn new(files: BTreeMap<String, File>, kept: Option<PathBuf>) -> Self {
        let mut hasher = Sha256::new();
        for (path, file) in files.range(PKG.to_owned()..).take_while(|(path, _)| path.starts_with(PKG)) {
            hasher.update(path.as_bytes());
            hasher.update([0]);
            hasher.update(file.tag.as_bytes());
        }
        Self(Arc::new(Site { hash: short_hex(&hasher.finalize()), files, kept }))
    }

    /// Where the browser finds `pkg`, without a leading slash: `pkg/<hash of its content>`.
    pub fn pkg_dir(&self) -> String {
        format!("{PKG}{}", self.0.hash)
    }

    /// The routes of every file.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let site = self.0.clone();
        let hashed = move |extract::Path((hash, path)): extract::Path<(String, String)>, headers: HeaderMap| async move {
            match site.files.get(&format!("{PKG}{path}")) {
                Some(file) if hash == site.hash => file.answer(&headers, IMMUTABLE),
                _ => (
                    StatusCode::NOT_FOUND,
                    [(CACHE_CONTROL, "no-store")],
                    "Not found: the page that asks is of another version. Reload it.\n",
                )
                    .into_response(),
            }
        };
        let mut router = Router::new().route("/pkg/{hash}/{*path}", get(hashed));
        for path in self.0.files.keys().filter(|path| !path.contains('/')) {
            let (site, path) = (self.0.clone(), path.clone());
            let route = format!("/{path}");
            router = router.route(
                &route,
                get(move |headers: HeaderMap| async move {
                    match site.files.get(&path) {
                        Some(file) => file.answer(&headers, SHORT),
                        None => StatusCode::NOT_FOUND.into_response(),
                    }
                }),
            );
        }
        router
    }
}

impl File {
    fn new(path: &str, identity: Bytes) -> Self {
        Self {
            kind: kind(path),
            tag: short_hex(&Sha256::digest(&identity)),
            identity,
            gzip: OnceLock::new(),
            brotli: OnceLock::new(),
        }
    }

    /// Compresses the file, or takes what an earlier start kept.
    fn compress(&self, kept: &Path) {
        let fill = |cell: &OnceLock<Bytes>, ending: &str, encode: fn(&[u8]) -> io::Result<Bytes>| {
            let path = kept.join(format!("{}.{ending}", self.tag));
            let known = std::fs::read(&path).ok().filter(|known| !known.is_empty());
            let encoded = known.map_or_else(
                || {
                    let encoded = encode(&self.identity)?;
                    let _ = keep(&path, &encoded);
                    Ok(encoded)
                },
                |known| Ok::<_, io::Error>(known.into()),
            );
            // What cannot be compressed is served as it is.
            if let Ok(encoded) = encoded {
                let _ = cell.set(encoded);
            }
        };
        fill(&self.brotli, "br", brotli);
        fill(&self.gzip, "gz", gzip);
    }

    fn answer(&self, headers: &HeaderMap, caching: &'static str) -> Response {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let smaller = |encoded: &&Bytes| encoded.len() < self.identity.len();
        let (encoding, bytes) = [("br", &self.brotli), ("gzip", &self.gzip)]
            .into_iter()
            .filter(|(name, _)| accepts(accepted, name))
            .find_map(|(name, cell)| cell.get().filter(smaller).map(|bytes| (Some(name), bytes)))
            .unwrap_or((None, &self.identity));
        let tag = format!("\"{}-{}\"", self.tag, encoding.unwrap_or("id"));

        let known = headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        let unchanged =
            known.map(|known| known.trim().trim_start_matches("W/")).any(|known| known == tag || known == "*");
        let mut response = match unchanged {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => Body::from(bytes.clone()).into_response(),
        };
        let answered = response.headers_mut();
        answered.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
        answered.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            answered.insert(ETAG, tag);
        }
        if !unchanged {
            answered.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
            if let Some(encoding) = encoding {
                answered.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        }
        response
    }
}

fn read_directory(directory: &Path, prefix: &str, files: &mut BTreeMap<String, File>) -> Result<(), AssetsError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| AssetsError::Unreadable { path, source }
    };
    for entry in std::fs::read_dir(directory).map_err(unreadable(directory))? {
        let path = entry.map_err(unreadable(directory))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let within = format!("{prefix}{name}");
        if path.is_dir() {
            read_directory(&path, &format!("{within}/"), files)?;
        } else {
            let bytes = std::fs::read(&path).map_err(unreadable(&path))?;
            let file = File::new(&within, bytes.into());
            files.insert(within, file);
        }
    }
    Ok(())
}

/// Writes a whole file or none, whoever else may write the same one.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}.new", std::process::id()));
    let mut file = std::fs::File::create_new(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Whether an `Accept-Encoding` names an encoding, or `*`, with a weight above nought.
fn accepts(header: &str, encoding: &str) -> bool {
    let weight = |wanted: &str| {
        header.split(',').find_map(|item| {
            let mut parts = item.split(';').map(str::trim);
            parts.next().filter(|name| name.eq_ignore_ascii_case(wanted))?;
            Some(
                parts
                    .find_map(|part| part.strip_prefix("q="))
                    .and_then(|q| q.trim().parse::<f32>().ok())
                    .unwrap_or(1.0),
            )
        })
    };
    weight(encoding).or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

fn brotli(bytes: &[u8]) -> io::Result<Bytes> {
    let mut out = Vec::new();
    let mut writer = ::brotli::CompressorWriter::new(&mut out, 4096, 9, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(out.into())
}

fn gzip(bytes: &[u8]) -> io::Result<Bytes> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    writer.write_all(bytes)?;
    writer.finish().map(Bytes::from)
}

fn short_hex(digest: &[u8]) -> String {
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_earlier_start_compressed_is_taken_unless_it_is_empty() {
        let kept = tempfile::tempdir().expect("a directory");
        let compressed = || {
            let file = File::new("console.js", Bytes::from_static(b"export default 1;"));
            file.compress(kept.path());
            (file.brotli.get().cloned().expect("compressed"), file.gzip.get().cloned().expect("compressed"))
        };
        let (brotli, gzip) = compressed();
        let mut names: Vec<PathBuf> =
            std::fs::read_dir(kept.path()).expect("read").map(|entry| entry.expect("read").path()).collect();
        names.sort();
        assert_eq!(
            [std::fs::read(&names[0]).expect("read"), std::fs::read(&names[1]).expect("read")],
            [&brotli[..], &gzip[..]]
        );
        assert_eq!(names.len(), 2, "nothing unfinished is left: {names:?}");

        std::fs::write(&names[0], "kept").expect("written");
        assert_eq!(compressed(), (Bytes::from_static(b"kept"), gzip.clone()));
        std::fs::write(&names[0], "").expect("written");
        assert_eq!(compressed(), (brotli, gzip));
    }

    #[test]
    fn an_encoding_is_accepted_by_name_star_or_not_at_all() {
        for (header, accepted) in [
            ("gzip, deflate, br", true),
            ("br;q=0.5", true),
            ("br;q=0, gzip", false),
            ("*", true),
            ("*;q=0", false),
            ("BR", true),
            ("brotli", false),
            ("", false),
        ] {
            assert_eq!(accepts(header, "br"), accepted, "{header:?}");
        }
    }
}
