//! How large an SMS can get: the worst case over languages and the names of applications.

use super::fuel::MAX_WORK;
use super::{Part, Template, Values};
use crate::segments::{Count, count};

const MAX_LANGUAGES: usize = 18;
const MAX_NAMES: usize = 20;
const OTHER_LANGUAGE: &str = "qqx";

/// The most that a message takes with a code of `otp_length` digits, in the values' language, each that the template
/// mentions and one that it does not, for the values' application and one of each name (the first 20 count).
///
/// There is none if nothing renders. All renderings together do no more than two may: a template that costs more than any
/// message needs gets the worst of those that were tried.
pub fn at_most(template: &Template, values: &Values, otp_length: u32, names: &[String]) -> Option<Count> {
    let mut values = values.clone();
    values.code = "9".repeat(otp_length as usize);
    let own = values.application_name.clone();
    let mut languages = vec![values.request_language.clone(), OTHER_LANGUAGE.to_owned()];
    languages.extend(template.languages().into_iter().take(MAX_LANGUAGES));
    // Most templates that name no application come out the same for all.
    let names = if template.mentions("application") { names } else { &[] };
    let size = |count: &Count| (count.segments, count.units, count.characters);
    let mut most: Option<Count> = None;
    let mut work = 0;
    // Each language once before any is tried with further names.
    for name in std::iter::once(&own).chain(names.iter().take(MAX_NAMES)) {
        values.application_name.clone_from(name);
        for language in &languages {
            values.request_language.clone_from(language);
            if work > MAX_WORK {
                return most;
            }
            if let Ok(text) = template.rendered(Part::Message, &values, &mut work) {
                let next = count(&text);
                if most.as_ref().is_none_or(|most| size(most) < size(&next)) {
                    most = Some(next);
                }
            }
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::super::Syntax;
    use super::*;

    fn words(source: &str, otp_length: u32, names: &[&str]) -> Option<String> {
        let template = Template::parse(source, Syntax::Liquid);
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        at_most(&template, &Values::sample(false), otp_length, &names).map(|count| count.in_words())
    }

    #[test]
    fn the_worst_case_covers_code_names_and_languages() {
        let greeting = "{{ application.name }}: {{ code }}";
        let french = "{% if request_language contains 'fr' %}{{ application.name }}, votre code est {{ code }}\
            {% else %}{{ code }}{% endif %}";
        let other = "{% if request_language == 'en' %}{{ code }}{% else %}code {{ code }}{% endif %}";
        for (source, length, names, wanted) in [
            ("{{ code }}", 6, &["Long name of an application"][..], "GSM-7, 6 characters, 1 segment"),
            (greeting, 40, &[], "GSM-7, 49 characters, 1 segment"),
            (greeting, 6, &["A", "Acme, Inc."], "GSM-7, 18 characters, 1 segment"),
            // A segment more outweighs more characters.
            (greeting, 70, &["Café “Ç”", "Long name of an application"], "UCS-2, 80 characters, 2 segments"),
            (french, 6, &["Acme, Inc."], "GSM-7, 33 characters, 1 segment"),
            (other, 6, &[], "GSM-7, 11 characters, 1 segment"),
        ] {
            assert_eq!(words(source, length, names).as_deref(), Some(wanted), "{source}");
        }
    }

    #[test]
    fn a_template_that_never_renders_has_no_worst_case() {
        assert_eq!(words("{{ code", 6, &[]), None);
        assert_eq!(words("{% raw %}{{ code }}{% endraw %}", 6, &["Acme"]), None);
        let only_english =
            "{% if request_language != 'en' %}{% for i in (1..99999) %}{% endfor %}{% endif %}{{ code }}";
        assert_eq!(words(only_english, 6, &[]).as_deref(), Some("GSM-7, 6 characters, 1 segment"));
    }
}
