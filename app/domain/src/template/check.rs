//! What refuses a save, and what warns: syntax, and what comes out for every language and kind of message.

use super::diagnostics::{Diagnostic, Fault, Severity, Span};
use super::tree::{self, Item};
use super::values::{Send, Values};
use super::{Part, Syntax, Template, macros, parser};

// What nobody writes into a template, so finding it means that the parameter was used.
const CODE: &str = "907318";
const LINK: &str = "https://sign-in.invalid/q7x3k9w2";
const LINK_MARK: &str = "q7x3k9w2";
const OTHER_LANGUAGE: &str = "qqx";
// More languages than anybody writes into one template.
const MAX_LANGUAGES: usize = 40;
const MAX_CHARACTERS: usize = 1600;

/// Checks the text of an SMS; errors refuse a save.
pub fn check_message(source: &str, syntax: Syntax) -> Vec<Diagnostic> {
    let (template, mut found) = syntax_of(source, syntax);
    if found.is_empty() {
        renderings(&template, Part::Message, &[Send::Code], &mut found);
    }
    found
}

/// Checks the subject of an email; errors refuse a save.
pub fn check_subject(source: &str) -> Vec<Diagnostic> {
    let (template, mut found) = syntax_of(source, Syntax::Liquid);
    if let Some(at) = source.find(['\r', '\n']) {
        found.push(Diagnostic::error(source, Span::new(at, at + 1), Fault::LineBreak));
    }
    if found.is_empty() {
        renderings(&template, Part::Subject, &[Send::Code, Send::Link], &mut found);
    }
    found
}

/// Checks the HTML of an email; errors refuse a save.
pub fn check_body(source: &str) -> Vec<Diagnostic> {
    let (template, mut found) = syntax_of(source, Syntax::Liquid);
    if found.is_empty() {
        renderings(&template, Part::Body, &[Send::Code, Send::Link], &mut found);
    }
    found
}

/// Checks the display name of a sender; errors refuse a save.
pub fn check_from_name(source: &str) -> Vec<Diagnostic> {
    syntax_of(source, Syntax::Liquid).1
}

/// The faults of the syntax, and what belongs to the other one.
fn syntax_of(source: &str, syntax: Syntax) -> (Template, Vec<Diagnostic>) {
    let template = Template::parse(source, syntax);
    let mut found = template.errors().to_vec();
    if found.first().is_some_and(|first| first.fault == Fault::SourceTooLong) {
        return (template, found);
    }
    match syntax {
        Syntax::Markdown => {
            for span in parser::liquid_in_markdown(source) {
                found.push(Diagnostic::error(source, span, Fault::LiquidInMarkdown));
            }
        }
        Syntax::Liquid => tree::visit(template.tree(), &mut |item| {
            let Item::Text(mut span) = item else { return };
            while let Some(foreign) = macros::find(source, span) {
                span.start = foreign.span.end;
                let name = foreign.name.text(source).to_owned();
                found.push(Diagnostic::error(source, foreign.span, Fault::MacroInLiquid { name }));
            }
        }),
    }
    (template, found)
}

/// Renders for every language that the template mentions and one that it does not.
fn renderings(template: &Template, part: Part, kinds: &[Send], found: &mut Vec<Diagnostic>) {
    let mut languages = template.languages();
    languages.truncate(MAX_LANGUAGES);
    languages.push(OTHER_LANGUAGE.to_owned());
    for send in kinds {
        let mut missing = Vec::new();
        for language in &languages {
            let mut values = Values::sample(part != Part::Message);
            values.code = CODE.to_owned();
            values.send = *send;
            values.request_language.clone_from(language);
            if *send == Send::Link {
                values.link = LINK.to_owned();
            }
            let text = match template.render(part, &values) {
                Ok(text) => text,
                Err(error) => {
                    note(template, Severity::Error, Fault::DoesNotRender(error), found);
                    return;
                }
            };
            if part == Part::Subject {
                continue;
            }
            if text.trim().is_empty() {
                let fault = if languages.len() == 1 {
                    Fault::RendersEmpty
                } else {
                    Fault::RendersEmptyFor { language: spoken(language) }
                };
                note(template, Severity::Error, fault, found);
                return;
            }
            let characters = text.chars().count();
            if part == Part::Message && characters > MAX_CHARACTERS {
                let fault = Fault::RendersTooLong { characters: characters as u32 };
                note(template, Severity::Error, fault, found);
                return;
            }
            let carries = match send {
                Send::Code => carries_code(&text),
                Send::Link => text.contains(LINK_MARK),
            };
            if !carries {
                missing.push(language);
            }
        }
        if missing.len() == languages.len() {
            let fault = match send {
                Send::Code => Fault::CodeMissing,
                Send::Link => Fault::LinkMissing,
            };
            note(template, Severity::Error, fault, found);
            continue;
        }
        for language in missing {
            let language = spoken(language);
            let fault = match send {
                Send::Code => Fault::CodeMissingFor { language },
                Send::Link => Fault::LinkMissingFor { language },
            };
            note(template, Severity::Warning, fault, found);
        }
    }
}

fn note(template: &Template, severity: Severity, fault: Fault, found: &mut Vec<Diagnostic>) {
    let diagnostic = Diagnostic::new(template.source(), severity, Span::default(), fault);
    // Code and link messages often fail alike.
    if !found.contains(&diagnostic) {
        found.push(diagnostic);
    }
}

fn spoken(language: &str) -> String {
    let name = if language == OTHER_LANGUAGE { "any other" } else { language };
    name.to_owned()
}

/// Whether a text carries the code, also when signs or tags stand between its digits.
fn carries_code(text: &str) -> bool {
    let (first, others) = CODE.split_at(1);
    let mut from = 0;
    while let Some(found) = text[from..].find(first) {
        from += found + 1;
        // Digits that belong together are close to each other.
        let near = text[from..].char_indices().nth(2000).map_or(text.len(), |(at, _)| from + at);
        let mut rest = &text[from..near];
        let mut wanted = others.chars().peekable();
        while let (Some(digit), Some(letter)) = (wanted.peek(), rest.chars().next()) {
            let after = &rest[letter.len_utf8()..];
            rest = after;
            if letter == *digit {
                wanted.next();
            } else if letter == '<' {
                rest = after.split_once('>').map_or(after, |(_, outside)| outside);
            } else if letter.is_ascii_alphanumeric() {
                break;
            }
        }
        if wanted.peek().is_none() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{DEFAULT_BODY, DEFAULT_MESSAGE, DEFAULT_SUBJECT, RenderError};
    use super::*;

    fn faults(found: Vec<Diagnostic>) -> Vec<(Severity, Fault)> {
        found.into_iter().map(|diagnostic| (diagnostic.severity, diagnostic.fault)).collect()
    }

    #[test]
    fn the_defaults_are_free_of_any_finding() {
        assert_eq!(check_message(DEFAULT_MESSAGE, Syntax::Markdown), []);
        assert_eq!(check_subject(DEFAULT_SUBJECT), []);
        assert_eq!(check_body(DEFAULT_BODY), []);
        assert_eq!(check_from_name("{{ application.name }}"), []);
    }

    #[test]
    fn a_message_must_carry_the_code() {
        for (source, fault) in [
            ("Hello", Fault::CodeMissing),
            ("Hello @@tenant@@", Fault::CodeMissing),
            (" @@operation@@ ", Fault::RendersEmpty),
            ("", Fault::RendersEmpty),
            ("@@code@@ {{ tenant }}", Fault::LiquidInMarkdown),
            ("@@code@@ {% if x %}", Fault::LiquidInMarkdown),
        ] {
            let found = faults(check_message(source, Syntax::Markdown));
            assert_eq!(found.first(), Some(&(Severity::Error, fault)), "{source}");
        }
        for source in ["@@code@@", "@@ password @@", "@@code@@ {{ }} {%}"] {
            assert_eq!(check_message(source, Syntax::Markdown), [], "{source}");
        }
    }

    #[test]
    fn a_liquid_message_is_checked_for_every_language() {
        let two_branches = "{% if request_language contains 'fr-FR' %}Votre code: {{ code }}\
            {% elsif request_language contains 'dutch' %}Uw code: @@password@@{% endif %}";
        let any_other = "any other".to_owned();
        assert_eq!(
            faults(check_message(two_branches, Syntax::Liquid)),
            [(Severity::Error, Fault::RendersEmptyFor { language: any_other.clone() })]
        );
        let one_lacks = "{% assign l = request_language | slice: 0, 2 %}\
            {% case l %}{% when 'fr' %}{{ code }}{% else %}Hello{% endcase %}";
        assert_eq!(
            faults(check_message(one_lacks, Syntax::Liquid)),
            [(Severity::Warning, Fault::CodeMissingFor { language: any_other })]
        );
        let unknown_macro = "{{ code }} @@tenant@@";
        assert_eq!(
            faults(check_message(unknown_macro, Syntax::Liquid)),
            [(Severity::Error, Fault::MacroInLiquid { name: "tenant".to_owned() })]
        );
        let split = "{{ code | slice: 0, 3 }} - {{ code | slice: 3, 3 }}";
        assert_eq!(check_message(split, Syntax::Liquid), []);
    }

    #[test]
    fn a_message_is_at_most_1600_characters_long() {
        let message = |count: usize| "a".repeat(count) + "@@code@@";
        assert_eq!(check_message(&message(1594), Syntax::Markdown), []);
        assert_eq!(
            faults(check_message(&message(1595), Syntax::Markdown)),
            [(Severity::Error, Fault::RendersTooLong { characters: 1601 })]
        );
    }

    #[test]
    fn a_body_must_carry_what_is_sent() {
        for (source, wanted) in [
            ("<p>Hello", vec![Fault::CodeMissing, Fault::LinkMissing]),
            ("<p>{{ code }}", vec![Fault::LinkMissing]),
            ("<a href=\"{{ link }}\">a</a>", vec![Fault::CodeMissing]),
            ("{% if send == 'link' %}{{ link }}{% else %}{{ code }}{% endif %}", vec![]),
            ("{{ link }} <b>{{ code | slice: 0 }}</b>{{ code | slice: 1, 5 }}", vec![]),
            ("{% if send == 'code' %}{{ code }}", vec![Fault::BlockNotClosed { tag: "if".to_owned() }]),
        ] {
            let found: Vec<Fault> = check_body(source).into_iter().map(|one| one.fault).collect();
            assert_eq!(found, wanted, "{source}");
        }
    }

    #[test]
    fn a_subject_is_one_line() {
        let found = check_subject("Hi\nyou");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].span, &found[0].fault), (Span::new(2, 3), &Fault::LineBreak));
        assert_eq!(
            faults(check_subject("{{ 'a,b' | replace: ',', '\\n' }}")),
            [(Severity::Error, Fault::DoesNotRender(RenderError::LineBreak))]
        );
    }

    #[test]
    fn an_endless_loop_is_an_error_at_once() {
        let source = "{% for i in (1..1000000000) %}{{ code }}{% endfor %}";
        assert_eq!(
            faults(check_message(source, Syntax::Liquid)),
            [(Severity::Error, Fault::DoesNotRender(RenderError::TooManyIterations))]
        );
    }

    #[test]
    fn a_range_points_at_its_place() {
        let found = check_body("<p>\nüber {{ code | }}\n{{ link }}");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, found[0].column), (2, 16));
        assert_eq!(found[0].fault, Fault::FilterNameExpected);
    }
}
