//! What settings make of a message, in each language: to look at a revision, and to compare two.
//!
//! The engine is the one that sends; what it refuses to send is shown with holes, as the preview does.

use crate::difference::{Difference, difference_within};
use crate::email::{EmailSettings, mailbox, split_from};
use crate::sms::SmsSettings;
use crate::template::{Part, Piece, Send, Syntax, Template, Values, html_of, is_exhausted, plain_text};

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
    /// Whether it was left out, because the messages before it took as much work as one may.
    pub left_out: bool,
}

/// A message that two settings make differently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderedDifference {
    /// Which message, as [`Rendition::title`].
    pub title: String,
    /// The language as [`Rendition::language`].
    pub language: String,
    /// What differs in it, each with its name.
    pub parts: Vec<(String, Difference)>,
}

/// How the messages of two settings differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The messages that say something else.
    pub differing: Vec<RenderedDifference>,
    /// The titles of those that say the same and look different.
    pub looks: Vec<String>,
    /// The titles of those that are the same.
    pub alike: Vec<String>,
    /// The titles of those that were not compared, because there are too many.
    pub left_out: Vec<String>,
}

/// Settings that messages are made of.
pub trait Renders {
    /// The languages that the templates name.
    fn languages(&self) -> Vec<String>;

    /// A message for each language, and one for any other; `values` are those of a request, `work` is what is added up over many calls.
    fn renditions(&self, languages: &[String], values: &Values, work: &mut usize) -> Vec<Rendition>;
}

impl Renders for SmsSettings {
    fn languages(&self) -> Vec<String> {
        Template::parse(&self.message, self.syntax).languages()
    }

    fn renditions(&self, languages: &[String], values: &Values, work: &mut usize) -> Vec<Rendition> {
        let template = Template::parse(&self.message, self.syntax);
        all(languages)
            .into_iter()
            .map(|language| {
                let values = Values { request_language: tag(language), ..values.clone() };
                let left_out = is_exhausted(*work);
                let text = text_of(&template, Part::Message, &values, work);
                let title = title(language, languages, "");
                Rendition { title, language: language.to_owned(), text, left_out, ..Rendition::default() }
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

    fn renditions(&self, languages: &[String], values: &Values, work: &mut usize) -> Vec<Rendition> {
        let (sender, address) = split_from(&self.from);
        let [sender, subject, body] =
            [sender, &self.subject, &self.body].map(|source| Template::parse(source, Syntax::Liquid));
        let mut renditions = Vec::new();
        for language in all(languages) {
            for (send, with) in [(Send::Code, "with a code"), (Send::Link, "with a link")] {
                let mut values = Values { request_language: tag(language), send, ..values.clone() };
                if send == Send::Code {
                    values.link.clear();
                }
                let left_out = is_exhausted(*work);
                let name_of_sender = text_of(&sender, Part::From, &values, work);
                let subject = text_of(&subject, Part::Subject, &values, work);
                let html = html_of(body.preview_within(Part::Body, &values, work));
                renditions.push(Rendition {
                    title: title(language, languages, with),
                    language: language.to_owned(),
                    head: vec![("From".to_owned(), mailbox(&name_of_sender, address)), ("Subject".to_owned(), subject)],
                    text: plain_text(&html),
                    html,
                    left_out,
                });
            }
        }
        renditions
    }
}

/// How the messages of two settings differ, language by language.
pub fn compare<S: Renders>(before: &S, after: &S, values: &Values, work: &mut usize) -> Comparison {
    let languages = languages([before, after]);
    let mut comparison = Comparison::default();
    let mut words = 0;
    let old = before.renditions(&languages, values, work);
    for (old, new) in old.into_iter().zip(after.renditions(&languages, values, work)) {
        if old.left_out || new.left_out {
            comparison.left_out.push(new.title);
            continue;
        }
        let mut parts: Vec<(String, Difference)> = Vec::new();
        for ((label, old), (_, new)) in old.head.into_iter().zip(new.head) {
            parts.push((label, difference_within(&old, &new, &mut words)));
        }
        parts.push(("Text".to_owned(), difference_within(&old.text, &new.text, &mut words)));
        parts.retain(|(_, difference)| !difference.is_empty());
        if !parts.is_empty() {
            comparison.differing.push(RenderedDifference { title: new.title, language: new.language, parts });
        } else if old.html != new.html {
            comparison.looks.push(new.title);
        } else {
            comparison.alike.push(new.title);
        }
    }
    comparison.left_out.extend(languages.into_iter().skip(MAX_LANGUAGES));
    comparison
}

/// The messages of settings, and the titles of those that are left out because there are too many.
pub fn messages<S: Renders>(settings: &S, values: &Values, work: &mut usize) -> (Vec<Rendition>, Vec<String>) {
    let languages = settings.languages();
    let (left_out, made): (Vec<_>, Vec<_>) =
        settings.renditions(&languages, values, work).into_iter().partition(|message| message.left_out);
    let titles = left_out.into_iter().map(|message| message.title);
    (made, titles.chain(languages.iter().skip(MAX_LANGUAGES).cloned()).collect())
}

/// The languages that any of the settings names, each once.
fn languages<S: Renders, const N: usize>(settings: [&S; N]) -> Vec<String> {
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
        let Comparison { differing, alike, .. } = compare(&before, &after, &Values::sample(false), &mut 0);
        let titles: Vec<&str> = differing.iter().map(|difference| difference.title.as_str()).collect();
        assert_eq!((titles, alike), (vec!["de", "fr"], vec!["Any other language".to_owned()]));
        assert_eq!(differing[0].parts[0].0, "Text");
    }

    #[test]
    fn an_email_is_compared_with_code_and_with_link() {
        let before = EmailSettings::default();
        let mut after = before.clone();
        after.subject = "{% if link %}Sign in to{% else %}{{ code }} for{% endif %} {{ application.name }}".to_owned();
        let Comparison { differing, alike, .. } = compare(&before, &after, &Values::sample(true), &mut 0);
        assert!(alike.is_empty(), "{alike:?}");
        assert!(differing.iter().all(|difference| difference.parts.len() == 1 && difference.parts[0].0 == "Subject"));
        assert!(differing.iter().any(|difference| difference.title.ends_with("with a link")));
    }

    #[test]
    fn what_cannot_be_sent_is_still_shown() {
        let [rendition] =
            sms("Hello {{ nobody").renditions(&[], &Values::sample(false), &mut 0).try_into().expect("one");
        assert!(rendition.text.starts_with("Hello"), "{}", rendition.text);
    }

    #[test]
    fn what_only_looks_different_is_not_said_to_be_the_same() {
        let before = EmailSettings::default();
        let after = EmailSettings { body: before.body.replace("color:#12201c", "color:#ff0000"), ..before.clone() };
        assert_ne!(before.body, after.body);
        let Comparison { differing, looks, alike, .. } = compare(&before, &after, &Values::sample(true), &mut 0);
        assert!(differing.is_empty() && alike.is_empty());
        assert_eq!(looks, ["Every language, with a code", "Every language, with a link"]);
    }

    #[test]
    fn what_was_left_out_is_said_to_be() {
        let many: String =
            (0..40).map(|at| format!("{{% if request_language == 'l{at}' %}}{at}{{% endif %}}")).collect();
        let (before, after) = (sms(&format!("{many} {{{{ code }}}}")), sms(&format!("{many}{{{{ code }}}}")));
        let Comparison { left_out, .. } = compare(&before, &after, &Values::sample(false), &mut 0);
        assert_eq!(left_out.len(), 16, "{left_out:?}");
        let Comparison { left_out, differing, .. } =
            compare(&before, &after, &Values::sample(false), &mut usize::MAX.clone());
        assert_eq!((left_out.len(), differing.len()), (41, 0));

        let (made, left_out) = messages(&before, &Values::sample(false), &mut 0);
        assert_eq!((made.len(), left_out.len()), (25, 16), "{left_out:?}");
        let (made, left_out) = messages(&before, &Values::sample(false), &mut usize::MAX.clone());
        assert_eq!((made.len(), left_out.len()), (0, 41));
    }
}
