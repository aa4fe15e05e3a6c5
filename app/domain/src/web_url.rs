//! Just enough of a URL to check what administrators type: scheme, host, port and the rest, all as written.

/// An absolute URL taken apart, borrowed from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebUrl<'a> {
    /// The scheme, as written.
    pub scheme: &'a str,
    /// The host, as written, with the brackets of an IPv6 address; empty where the scheme has none.
    pub host: &'a str,
    /// The port, where one is written.
    pub port: Option<u16>,
    /// Path and query: all that follows the authority.
    pub rest: &'a str,
}

impl<'a> WebUrl<'a> {
    /// Takes an absolute URL apart; `None` for anything a browser might read in two ways.
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.chars().any(|c| {
            c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^')
        }) {
            return None;
        }
        let (scheme, rest) = text.split_once(':')?;
        let mut letters = scheme.chars();
        if !letters.next()?.is_ascii_alphabetic()
            || !letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        {
            return None;
        }
        let Some(after) = rest.strip_prefix("//") else {
            return (!rest.is_empty()).then_some(Self { scheme, host: "", port: None, rest });
        };
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, rest) = after.split_at(end);
        if authority.contains('@') {
            return None;
        }
        let (host, port) = split_port(authority)?;
        let private_scheme = !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http");
        if host.is_empty() && !private_scheme || !host_is_shaped(host) {
            return None;
        }
        Some(Self { scheme, host, port, rest })
    }

    /// Whether the scheme is https.
    pub fn is_https(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("https") && !self.host.is_empty()
    }

    /// Whether the scheme is http.
    pub fn is_http(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("http") && !self.host.is_empty()
    }

    /// Whether the host is this machine by its usual names (RFC 8252, section 7.3).
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host == "[::1]"
            || self.host.strip_prefix("127.").is_some_and(|rest| {
                rest.split('.').count() == 3 && rest.split('.').all(|part| part.parse::<u8>().is_ok())
            })
    }

    /// The origin: scheme and host in lower case, and the port where it is not the scheme's own.
    pub fn origin(&self) -> String {
        let scheme = self.scheme.to_ascii_lowercase();
        let host = self.host.to_ascii_lowercase();
        match self.port {
            Some(port) if !(scheme == "https" && port == 443 || scheme == "http" && port == 80) => {
                format!("{scheme}://{host}:{port}")
            }
            _ => format!("{scheme}://{host}"),
        }
    }
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let host_end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(host_end);
    match port.strip_prefix(':') {
        None => port.is_empty().then_some((host, None)),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port > 0).map(|port| (host, Some(port)))
        }
        Some(_) => None,
    }
}

fn host_is_shaped(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    }
    host.len() <= 253
        && !host.starts_with('.')
        && !host.contains("..")
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_') || !c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart_as_written() {
        let url = WebUrl::parse("https://Example.com:8443/a?b=c").expect("a URL");
        assert_eq!((url.scheme, url.host, url.port, url.rest), ("https", "Example.com", Some(8443), "/a?b=c"));
        assert_eq!(url.origin(), "https://example.com:8443");
    }

    #[test]
    fn ambiguous_urls_are_refused() {
        for text in [
            "",
            "example.com",
            "https://",
            "https://user@example.com",
            "https://a b",
            "https:\\\\example.com",
            "https://exa*mple.com",
            "https://example.com:0",
            "https://example.com:99999",
            "https://[::g]",
        ] {
            assert_eq!(WebUrl::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn loopback_goes_by_its_usual_names_only() {
        for (text, loopback) in [
            ("http://localhost:3000/x", true),
            ("http://127.0.0.1", true),
            ("http://[::1]/", true),
            ("http://127.evil.com", false),
            ("http://localhost.evil.com", false),
        ] {
            assert_eq!(WebUrl::parse(text).expect("a URL").is_loopback(), loopback, "{text:?}");
        }
    }
}
