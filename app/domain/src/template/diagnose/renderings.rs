//! What comes out for every language and kind of message: the code, the link, the application's name, or nothing.

use super::links::place_of_link;
use super::mending::{insert_code, insert_link};
use super::{Findings, MAX_FINDINGS, encoding, find, find_last};
use crate::segments::{self, Encoding, MAX_CHARACTERS};
use crate::template::diagnostics::{Fix, Severity, Span};
use crate::template::fault::Fault;
use crate::template::fuel::MAX_WORK;
use crate::template::tree::{Node, NodeKind};
use crate::template::values::{Send, Values};
use crate::template::{Part, RenderError, Syntax, Template};

// What nobody writes into a template, so finding it means that the parameter was used.
const DIGITS: &str = "9073184265";
const LINK: &str = "https://sign-in.invalid/q7x3k9w2";
const LINK_MARK: &str = "q7x3k9w2";
const NAME: &str = "Zq7vk4x";
const OTHER_LANGUAGE: &str = "qqx";
// More languages than anybody writes into one template.
const MAX_LANGUAGES: usize = 40;
// Each try reads the template again.
const MAX_TRIES: usize = 5;

/// Which languages lack something.
type Lacking = Vec<String>;

/// Renders for every language that the template mentions and one that it does not.
pub(super) fn check(findings: &mut Findings<'_>) {
    let template = findings.template;
    let part = findings.about.part;
    let (mut languages, blocks) = template.by_language();
    languages.truncate(MAX_LANGUAGES);
    languages.push(OTHER_LANGUAGE.to_owned());
    let place = blocks.first().map_or(Span::default(), |block| opening(template.source(), block));
    let kinds: &[Send] = if part == Part::Message { &[Send::Code] } else { &[Send::Code, Send::Link] };
    let code: String = DIGITS.chars().cycle().take(findings.about.otp_length as usize).collect();

    let mut without_code = Lacking::new();
    let mut without_link = Lacking::new();
    let mut unnamed = Lacking::new();
    let mut link_stands_alone = false;
    let mut work = 0;
    // The message that takes the most segments of those in UCS-2.
    let mut longest = (0, String::new());
    for send in kinds {
        for language in &languages {
            let values = values(part, *send, language, &code);
            let text = match template.rendered(part, &values, &mut work) {
                // Each alone may pass the bound; all together must not take a hundred times as long.
                Ok(_) if work > MAX_WORK => {
                    return findings.error(Span::default(), Fault::DoesNotRender(RenderError::TooMuchWork), None);
                }
                Ok(text) => text,
                Err(error) => return findings.error(Span::default(), Fault::DoesNotRender(error), None),
            };
            if matches!(part, Part::From) || part == Part::Subject && !text.trim().is_empty() {
                continue;
            }
            if text.trim().is_empty() {
                if languages.len() == 1 {
                    return findings.error(Span::default(), Fault::RendersEmpty, None);
                }
                let fix = blocks.iter().take(MAX_TRIES).find_map(|block| fill(template, block, part, &values));
                return findings.error(place, Fault::RendersEmptyFor { language: spoken(language) }, fix);
            }
            let characters = text.chars().count();
            if part == Part::Message && characters > MAX_CHARACTERS {
                let fault = Fault::RendersTooLong { characters: characters as u32 };
                return findings.error(Span::default(), fault, None);
            }
            let has_code = carries_code(&text, &code);
            match send {
                Send::Code if !has_code => without_code.push(spoken(language)),
                Send::Code => {}
                Send::Link if !text.contains(LINK_MARK) => without_link.push(spoken(language)),
                Send::Link => link_stands_alone |= !has_code,
            }
            let language = spoken(language);
            if find(&text, NAME).is_none() && !unnamed.contains(&language) {
                unnamed.push(language);
            }
            if part == Part::Message {
                let count = segments::count(&text);
                if count.encoding == Encoding::Ucs2 && count.segments > longest.0 {
                    longest = (count.segments, text);
                }
            }
        }
    }

    if longest.0 > 0 {
        encoding::check(findings, &longest.1);
    }
    let everywhere = languages.len();
    let code_fix = insert_code(template, part, findings.about.syntax);
    let whole = Span::default();
    if without_code.len() == everywhere {
        findings.error(whole, Fault::CodeMissing, Some(code_fix));
    } else {
        if link_stands_alone {
            findings.warning(place_of_link(template), Fault::LinkAlone, Some(code_fix));
        }
        each(findings, place, without_code, |language| Fault::CodeMissingFor { language });
    }
    if without_link.len() == everywhere {
        findings.error(whole, Fault::LinkMissing, Some(insert_link(template)));
    } else {
        each(findings, place, without_link, |language| Fault::LinkMissingFor { language });
    }
    if unnamed.len() == everywhere {
        findings.warning(whole, Fault::NotNamed, None);
    } else {
        each(findings, place, unnamed, |language| Fault::NotNamedFor { language });
    }
}

fn each(findings: &mut Findings<'_>, place: Span, languages: Lacking, fault: fn(String) -> Fault) {
    for language in languages.into_iter().take(MAX_FINDINGS) {
        findings.add(Severity::Warning, place, fault(language), None);
    }
}

fn values(part: Part, send: Send, language: &str, code: &str) -> Values {
    let mut values = Values::sample(part != Part::Message);
    code.clone_into(&mut values.code);
    NAME.clone_into(&mut values.application_name);
    language.clone_into(&mut values.request_language);
    values.send = send;
    if send == Send::Link {
        LINK.clone_into(&mut values.link);
    }
    values
}

fn spoken(language: &str) -> String {
    let name = if language == OTHER_LANGUAGE { "any other" } else { language };
    name.to_owned()
}

/// The tag that opens a block.
fn opening(source: &str, block: &Node) -> Span {
    let length = block.span.text(source).find("%}").map_or(0, |at| at + 2);
    Span { start: block.span.start, end: block.span.start + length as u32 }
}

/// Gives a block that has no `else` one with the text of its last branch, if something is rendered then.
fn fill(template: &Template, block: &Node, part: Part, values: &Values) -> Option<Fix> {
    let source = template.source();
    let (body, branch) = match &block.kind {
        NodeKind::Choice { branches, otherwise } if otherwise.is_empty() => {
            branches.last().map(|branch| (&branch.body, branch.span))?
        }
        NodeKind::Case { branches, otherwise, .. } if otherwise.is_empty() => {
            branches.last().map(|branch| (&branch.body, branch.span))?
        }
        _ => return None,
    };
    let at = block.span.start + find_last(block.span.text(source), *b"{%")? as u32;
    let body_end = body.last().map_or(branch.end, |node| node.span.end);
    let text = Span { start: branch.end, end: at }.text(source);
    if !(Span { start: body_end, end: at }).text(source).trim().is_empty() {
        // There is an empty `else`.
        return None;
    }
    let fix = Fix {
        label: "add an {% else %} with the last branch’s text".to_owned(),
        span: Span { start: at, end: at },
        text: ["{% else %}", text].concat(),
    };
    let mended = Template::parse(&fix.apply(source), Syntax::Liquid);
    mended.render(part, values).is_ok_and(|text| !text.trim().is_empty()).then_some(fix)
}

/// Whether a text carries the code, also when signs or tags stand between its digits.
pub fn carries_code(text: &str, code: &str) -> bool {
    let mut letters = String::with_capacity(text.len());
    let mut within_tag = false;
    for letter in text.chars() {
        match letter {
            '<' => within_tag = true,
            '>' => within_tag = false,
            letter if !within_tag && letter.is_ascii_alphanumeric() => letters.push(letter),
            _ => {}
        }
    }
    letters.contains(code) || text.contains(code)
}
