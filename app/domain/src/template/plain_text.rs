//! The plain-text alternative of an email, made from its HTML.

mod entities;

use entities::decode;

/// What the tags of an element do to the text.
#[derive(Clone, Copy, PartialEq)]
enum Effect {
    None,
    /// Its content is not text.
    Dropped,
    /// It stands on lines of its own.
    Line,
    /// An empty line stands around it.
    Paragraph,
    Cell,
}

/// Makes readable text from HTML: links as `text (url)`, blocks as lines, nothing hidden.
pub fn plain_text(html: &str) -> String {
    let mut out = Text::default();
    // The name of the dropped element that is open, and how many of its name are.
    let mut dropped: Option<(&str, u32)> = None;
    let mut link: Option<(String, usize)> = None;
    let mut rest = html;
    while !rest.is_empty() {
        let Some(open) = rest.find('<') else {
            if dropped.is_none() {
                out.words(rest);
            }
            break;
        };
        if dropped.is_none() {
            out.words(&rest[..open]);
        }
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let inner = &rest[1..];
        let closes = inner.starts_with('/');
        let named = inner.trim_start_matches('/');
        if !named.starts_with(|letter: char| letter.is_ascii_alphabetic()) && !inner.starts_with(['!', '?', '/']) {
            // A sign, not a tag.
            if dropped.is_none() {
                out.words("<");
            }
            rest = inner;
            continue;
        }
        let length = named.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(named.len());
        let (name, attributes) = named.split_at(length);
        let end = end_of_tag(attributes);
        let (attributes, after) = attributes.split_at(end);
        rest = after.strip_prefix('>').unwrap_or(after);
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if !closes && (is("script") || is("style")) {
            // Nothing inside is a tag but the end.
            rest = after_end(rest, name);
            continue;
        }
        if let Some((hidden, depth)) = dropped {
            if hidden.eq_ignore_ascii_case(name) {
                let depth = if closes { depth - 1 } else { depth + 1 };
                dropped = (depth > 0).then_some((hidden, depth));
            }
            continue;
        }
        let effect = effect(name);
        let is_hidden = !is_void(name)
            && attribute(attributes, "style").is_some_and(|style| {
                style.split(';').any(|rule| {
                    rule.split_once(':').is_some_and(|(name, value)| {
                        name.trim().eq_ignore_ascii_case("display")
                            && value.trim_start().get(..4).is_some_and(|v| v.eq_ignore_ascii_case("none"))
                    })
                })
            });
        if !closes && (effect == Effect::Dropped || is_hidden) && !attributes.ends_with('/') {
            dropped = Some((name, 1));
            continue;
        }
        match effect {
            Effect::Line => out.newlines(1),
            Effect::Paragraph => out.newlines(2),
            Effect::Cell => out.space = true,
            Effect::None | Effect::Dropped => {}
        }
        if is("br") {
            out.line_break();
        } else if is("li") && !closes {
            out.words("- ");
        } else if is("img") {
            out.words(attribute(attributes, "alt").unwrap_or_default());
        } else if is("a") {
            if let Some((url, start)) = link.take() {
                out.link(&url, start);
            }
            if !closes {
                let url = decode(attribute(attributes, "href").unwrap_or_default().trim());
                link = Some((url, out.text.len()));
            }
        }
    }
    if let Some((url, start)) = link {
        out.link(&url, start);
    }
    out.text.truncate(out.text.trim_end().len());
    out.text
}

/// The text so far, and what must come before the next word.
#[derive(Default)]
struct Text {
    text: String,
    space: bool,
    newlines: usize,
}

impl Text {
    /// Adds text with its white space collapsed.
    fn words(&mut self, source: &str) {
        let decoded = decode(source);
        for letter in decoded.chars() {
            if letter.is_whitespace() {
                self.space = true;
                continue;
            }
            // Soft hyphens and the like pad preheaders and mean nothing here.
            if matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{34f}' | '\u{feff}') {
                continue;
            }
            if self.newlines > 0 && !self.text.is_empty() {
                for _ in 0..self.newlines {
                    self.text.push('\n');
                }
            } else if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
                self.text.push(' ');
            }
            self.newlines = 0;
            self.space = false;
            self.text.push(letter);
        }
    }

    fn newlines(&mut self, count: usize) {
        self.newlines = self.newlines.max(count);
        self.space = false;
    }

    fn line_break(&mut self) {
        self.newlines = (self.newlines + 1).min(2);
        self.space = false;
    }

    /// Adds the address of a link, unless its text is the address.
    fn link(&mut self, url: &str, start: usize) {
        let shown = self.text.get(start..).unwrap_or_default().trim();
        let address = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("tel:")).unwrap_or(url);
        if url.is_empty() || url.starts_with('#') || shown == address || shown == url {
            return;
        }
        if shown.is_empty() {
            self.words(url);
            return;
        }
        self.text.push_str(" (");
        self.text.push_str(address);
        self.text.push(')');
    }
}

fn effect(name: &str) -> Effect {
    let any = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if any(&["head", "script", "style", "title", "template", "noscript", "svg", "object"]) {
        Effect::Dropped
    } else if any(&["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "hr", "table"]) {
        Effect::Paragraph
    } else if any(&[
        "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "center", "form", "body", "address",
    ]) {
        Effect::Line
    } else if any(&["td", "th"]) {
        Effect::Cell
    } else {
        Effect::None
    }
}

fn is_void(name: &str) -> bool {
    ["br", "img", "hr", "meta", "link", "input", "wbr", "area", "base", "col"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// What follows the end tag of an element that holds no tags.
fn after_end<'a>(mut rest: &'a str, name: &str) -> &'a str {
    while let Some((_, after)) = rest.split_once("</") {
        if after.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)) {
            return after.split_once('>').map_or("", |(_, after)| after);
        }
        rest = after;
    }
    ""
}

/// Where a tag ends; a `>` in quotes does not end it.
fn end_of_tag(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(mark), _) if mark == byte => quote = None,
            _ => {}
        }
    }
    // A quotation mark without its partner must not swallow the rest.
    text.find('>').unwrap_or(text.len())
}

fn attribute<'a>(mut rest: &'a str, wanted: &str) -> Option<&'a str> {
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        if rest.is_empty() {
            return None;
        }
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(_, letter)| letter.is_whitespace() || matches!(letter, '=' | '/'))
            .map_or(rest.len(), |(at, _)| at);
        let (name, after) = rest.split_at(length);
        rest = after.trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|mark| matches!(mark, '"' | '\''));
            let (inner, end) = match quote {
                Some(mark) => (&after[1..], after[1..].find(mark)),
                None => (after, after.find(char::is_whitespace)),
            };
            value = &inner[..end.unwrap_or(inner.len())];
            rest = &inner[value.len()..];
            rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
        }
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn html_becomes_readable_text() {
        for (html, text) in [
            ("<p>Hello\n  <b>you</b></p><p>Bye</p>", "Hello you\n\nBye"),
            ("a<br>b<br><br>c", "a\nb\n\nc"),
            ("<a href='https://x.example/?a=1&amp;b=2'>Sign in</a>", "Sign in (https://x.example/?a=1&b=2)"),
            ("<a href=\"https://x.example\">https://x.example</a>", "https://x.example"),
            ("<a href=mailto:a@b.example>a@b.example</a>", "a@b.example"),
            ("<a href=\"#\">top</a>", "top"),
            ("<head><title>t</title></head><style>p > a {}</style><script>if (a < b) {}</script>x", "x"),
            ("<!-- <p>no</p> -->yes", "yes"),
            ("<!--[if mso]>no<![endif]--><!--[if !mso]><!-->yes<!--<![endif]-->", "yes"),
            ("<div style=\"max-height:0; display: none\">no <div>no</div></div>yes", "yes"),
            ("<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>", "a b\nc"),
            ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
            ("5 &lt; 6 &amp;&nbsp;7 &#39;&#x41;&unknown; &", "5 < 6 & 7 'A&unknown; &"),
            ("1 < 2", "1 < 2"),
            ("<img src=x alt=\"Logo\"> text", "Logo text"),
            ("<p title='a > b'>c</p>", "c"),
            ("", ""),
        ] {
            assert_eq!(plain_text(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn no_html_panics(html in "(<|>|/|!--|-->|a|style|script|=|'|\"| |&|;|#|é|\n|display:none){0,60}") {
            plain_text(&html);
        }
    }
}
