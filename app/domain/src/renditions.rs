//! What settings make of a message, in each language: to look at a revision, and to compare two.
//!
//! The engine is the one that sends; what it refuses to send is shown with holes, as the preview does.

use crate::difference::{Difference, difference};
use crate::email::{EmailSettings, mailbox, split_from};
use crate::sms::SmsSettings;
use crate::template::{Part, Piece, Send, Syntax, Template, Values, html_of, plain_text};

/// The most languages that are rendered.
const MAX_LANGUAGES: usize = 24;
/// A language that no template names.
const OTHER: &str = "und";

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendition {
    /// The language and, for an email, what it carries, such as `de, with a link`.
    pub title: String,
    /// The language as a tag; empty where no language is named.
    pub language: String,
    /// The sender and the subject of an email, else nothing.
    pub head: Vec<(String, String)>,
    /// The text of an SMS, the plain text of an email.
    pub text: String,
    /// The HTML of an email, else nothing.
    pub html: String,
}

/// A message that two settings make differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderedDifference {
    /// Which message, as [`Rendition::title`].
    pub title: String,
    /// What differs in it, each with its name.
    pub parts: Vec<(String, Difference)>,
}

/// Settings that messages are made of.
pub trait Renders {
    /// The languages that the templates name.
    fn languages(&self) -> Vec<String>;

    /// A message for each language, and one for any other; `values` are those of a request.
    fn renditions(&self, languages: &[String], values: &Values) -> Vec<Rendition>;
}

impl Renders for SmsSettings {
    fn languages(&self) -> Vec<String> {
        Template::parse(&self.message, self.syntax).languages()
    }

    fn renditions(&self, languages: &[String], values: &Values) -> Vec<Rendition> {
        let template = Template::parse(&self.message, self.syntax);
        let mut work = 0;
        all(languages)
            .into_iter()
            .map(|language| {
                let values = Values { request_language: tag(language), ..values.clone() };
                let text = text_of(&template, Part::Message, &values, &mut work);
                let title = title(language, languages, "");
                Rendition { title, language: language.to_owned(), text, ..Rendition::default() }
            })
            .collect()
    }
}

impl Renders for EmailSettings {
    fn languages(&self) -> Vec<String> {
        let mut languages = Vec::new();
        for source in [split_from(&self.from).0, &self.subject, &self.body] {
            for language in Template::parse(source, Syntax::Liquid).languages() {
                if !languages.contains(&language) {
                    languages.push(language);
                }
            }
        }
        languages
    }

    fn renditions(&self, languages: &[String], values: &Values) -> Vec<Rendition> {
        let (sender, address) = split_from(&self.from);
        let [sender, subject, body] =
            [sender, &self.subject, &self.body].map(|source| Template::parse(source, Syntax::Liquid));
        let mut work = 0;
        let mut renditions = Vec::new();
        for language in all(languages) {
            for (send, with) in [(Send::Code, "with a code"), (Send::Link, "with a link")] {
                let mut values = Values { request_language: tag(language), send, ..values.clone() };
                if send == Send::Code {
                    values.link.clear();
                }
                let name_of_sender = text_of(&sender, Part::From, &values, &mut work);
                let subject = text_of(&subject, Part::Subject, &values, &mut work);
                let html = html_of(body.preview_within(Part::Body, &values, &mut work));
                renditions.push(Rendition {
                    title: title(language, languages, with),
                    language: language.to_owned(),
                    head: vec![("From".to_owned(), mailbox(&name_of_sender, address)), ("Subject".to_owned(), subject)],
                    text: plain_text(&html),
                    html,
                });
            }
        }
        renditions
    }
}

/// How the messages of two settings differ, language by language; and for which they are the same.
pub fn compare<S: Renders>(before: &S, after: &S, values: &Values) -> (Vec<RenderedDifference>, Vec<String>) {
    let languages = languages([before, after]);
    let (mut differing, mut same) = (Vec::new(), Vec::new());
    for (old, new) in before.renditions(&languages, values).into_iter().zip(after.renditions(&languages, values)) {
        let mut parts: Vec<(String, Difference)> = Vec::new();
        for ((label, old), (_, new)) in old.head.into_iter().zip(new.head) {
            parts.push((label, difference(&old, &new)));
        }
        parts.push(("Text".to_owned(), difference(&old.text, &new.text)));
        parts.retain(|(_, difference)| !difference.is_empty());
        if parts.is_empty() {
            same.push(new.title);
        } else {
            differing.push(RenderedDifference { title: new.title, parts });
        }
    }
    (differing, same)
}

/// The languages that any of the settings names, each once.
pub fn languages<S: Renders, const N: usize>(settings: [&S; N]) -> Vec<String> {
    let mut all = Vec::new();
    for language in settings.into_iter().flat_map(S::languages) {
        if !all.contains(&language) {
            all.push(language);
        }
    }
    all
}

/// The languages that are rendered; the last one stands for any other.
fn all(languages: &[String]) -> Vec<&str> {
    languages.iter().map(String::as_str).take(MAX_LANGUAGES).chain([""]).collect()
}

fn tag(language: &str) -> String {
    if language.is_empty() { OTHER } else { language }.to_owned()
}

/// `de, with a link`; where no language is named, no other one is to be told from it.
fn title(language: &str, languages: &[String], with: &str) -> String {
    let language = match language {
        "" if languages.is_empty() => "Every language",
        "" => "Any other language",
        language => language,
    };
    if with.is_empty() { language.to_owned() } else { [language, ", ", with].concat() }
}

/// What a template makes, or as much of it as there is work left for.
fn text_of(template: &Template, part: Part, values: &Values, work: &mut usize) -> String {
    template.preview_within(part, values, work).iter().map(|Piece { text, .. }| text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sms(message: &str) -> SmsSettings {
        SmsSettings { syntax: Syntax::Liquid, message: message.to_owned(), ..SmsSettings::default() }
    }

    #[test]
    fn every_language_is_compared_for_itself() {
        let before =
            sms("{% if request_language == 'de' %}Ihr Code: {{ code }}{% else %}Your code: {{ code }}{% endif %}");
        let after = sms(
            "{% if request_language == 'de' %}Dein Code: {{ code }}{% elsif request_language == 'fr' %}Votre code : {{ code }}{% else %}Your code: {{ code }}{% endif %}",
        );
        let (differing, same) = compare(&before, &after, &Values::sample(false));
        let titles: Vec<&str> = differing.iter().map(|difference| difference.title.as_str()).collect();
        assert_eq!((titles, same), (vec!["de", "fr"], vec!["Any other language".to_owned()]));
        assert_eq!(differing[0].parts[0].0, "Text");
    }

    #[test]
    fn an_email_is_compared_with_code_and_with_link() {
        let before = EmailSettings::default();
        let mut after = before.clone();
        after.subject = "{% if link %}Sign in to{% else %}{{ code }} for{% endif %} {{ application.name }}".to_owned();
        let (differing, same) = compare(&before, &after, &Values::sample(true));
        assert!(same.is_empty(), "{same:?}");
        assert!(differing.iter().all(|difference| difference.parts.len() == 1 && difference.parts[0].0 == "Subject"));
        assert!(differing.iter().any(|difference| difference.title.ends_with("with a link")));
    }

    #[test]
    fn what_cannot_be_sent_is_still_shown() {
        let [rendition] = sms("Hello {{ nobody").renditions(&[], &Values::sample(false)).try_into().expect("one");
        assert!(rendition.text.starts_with("Hello"), "{}", rendition.text);
    }
}
