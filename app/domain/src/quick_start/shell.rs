//! A request as a command for a POSIX shell.
//!
//! No comments: an interactive zsh takes them for commands.

use super::call::{Body, Call, Value, Variable};

/// A part of a word: as it stands, or the value of a variable.
enum Part<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// The request as a curl command, after the variables that the reader fills in.
pub(super) fn curl(call: &Call) -> String {
    let mut text = String::new();
    for Variable { shell, sample, .. } in call.variables() {
        text.push_str(shell);
        text.push('=');
        text.push_str(&quoted(&sample));
        text.push('\n');
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str("curl ");
    text.push_str(&quoted(&call.url));
    if let Some(client_id) = &call.basic {
        let user = [client_id, ":"].concat();
        option("--user", &[Part::Text(&user), Part::Variable("CLIENT_SECRET")], &mut text);
    }
    match &call.body {
        Body::Json(fields) => {
            option("--header", &[Part::Text("Content-Type: application/json")], &mut text);
            let mut json = Vec::new();
            object(fields, 1, &mut json);
            let parts: Vec<Part<'_>> = json
                .iter()
                .map(|(text, variable)| if *variable { Part::Variable(text) } else { Part::Text(text) })
                .collect();
            option("--data", &parts, &mut text);
        }
        Body::Form(fields) => {
            for (name, value) in fields {
                let name = [*name, "="].concat();
                match value {
                    Value::Text(value) => {
                        option("--data-urlencode", &[Part::Text(&[&name, value.as_str()].concat())], &mut text);
                    }
                    Value::Fill(variable) => {
                        let parts = [Part::Text(&name), Part::Variable(variable.shell)];
                        option("--data-urlencode", &parts, &mut text);
                    }
                    // A form has no objects.
                    Value::Object(_) => {}
                }
            }
        }
    }
    text
}

fn option(name: &str, parts: &[Part<'_>], text: &mut String) {
    text.push_str(" \\\n  ");
    text.push_str(name);
    text.push(' ');
    text.push_str(&word(parts));
}

/// An object as JSON, in parts: text, or the name of a variable.
fn object(fields: &[(&'static str, Value)], depth: usize, json: &mut Vec<(String, bool)>) {
    json.push(("{".to_owned(), false));
    for (index, (name, value)) in fields.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        json.push((format!("{comma}\n{}\"{name}\": ", "  ".repeat(depth)), false));
        match value {
            Value::Text(text) => json.push((json_string(text), false)),
            Value::Fill(variable) => {
                json.push(("\"".to_owned(), false));
                json.push((variable.shell.to_owned(), true));
                json.push(("\"".to_owned(), false));
            }
            Value::Object(fields) => object(fields, depth + 1, json),
        }
    }
    json.push((format!("\n{}}}", "  ".repeat(depth - 1)), false));
}

fn json_string(text: &str) -> String {
    let mut json = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                json.push('\\');
                json.push(letter);
            }
            letter if letter.is_control() => json.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => json.push(letter),
        }
    }
    json.push('"');
    json
}

/// A text as one word of a shell: between single quotes, where nothing but a single quote means anything.
pub(super) fn quoted(text: &str) -> String {
    ["'", &text.replace('\'', r"'\''"), "'"].concat()
}

/// A word of several parts. Plain text goes between the double quotes of the variables, which reads best.
fn word(parts: &[Part<'_>]) -> String {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:=/@+ ".contains(&byte));
    let bare = |part: &Part<'_>| match part {
        Part::Text(text) => plain(text),
        Part::Variable(_) => true,
    };
    let followed = |at: usize| matches!(parts.get(at + 1), Some(Part::Text(text)) if text.starts_with(identifier));
    if parts.iter().any(|part| matches!(part, Part::Variable(_))) && parts.iter().all(bare) {
        let mut word = String::from("\"");
        for (at, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) => word.push_str(text),
                Part::Variable(name) if followed(at) => word.push_str(&format!("${{{name}}}")),
                Part::Variable(name) => word.push_str(&format!("${name}")),
            }
        }
        word.push('"');
        return word;
    }
    let mut word = String::new();
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(more) => text.push_str(more),
            Part::Variable(name) => {
                if !text.is_empty() {
                    word.push_str(&quoted(&std::mem::take(&mut text)));
                }
                word.push_str("\"$");
                word.push_str(name);
                word.push('"');
            }
        }
    }
    if !text.is_empty() || word.is_empty() {
        word.push_str(&quoted(&text));
    }
    word
}

fn identifier(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::arguments;
    use super::*;

    #[test]
    fn a_shell_reads_a_quoted_text_as_it_was() {
        for text in ["", "'", "it's $HOME", "`id`", "$(id)", "a\"b", "\\", "\\'", "!x", "*", "~", "a\nb", "-x", "é ‘"]
        {
            assert_eq!(arguments(&format!("curl {}", quoted(text))), [text], "{text:?}");
        }
    }

    #[test]
    fn text_and_variables_are_one_word() {
        for (text, value) in [("otp=", "12 34"), ("a'$b\"=", "$x `y` ' \" \\"), ("", "*"), ("${", "}")] {
            let word = word(&[Part::Text(text), Part::Variable("CODE"), Part::Text(text)]);
            let script = format!("CODE={}\ncurl {word}", quoted(value));
            assert_eq!(arguments(&script), [format!("{text}{value}{text}")], "{word}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_survives_a_shell(texts in proptest::collection::vec("[^\0]{0,40}", 1..8)) {
            let words: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            prop_assert_eq!(arguments(&format!("curl {}", words.join(" "))), texts);
        }

        #[test]
        fn any_url_and_value_reaches_curl(url in "[^\0]{1,40}", value in "[^\0]{0,40}", id in "[^\0]{1,40}") {
            let call = Call {
                url: url.clone(),
                body: Body::Json(vec![
                    ("client_id", Value::text(&id)),
                    ("nested", Value::Object(vec![("redirect_uri", Value::text(&value))])),
                    ("otp", Value::Fill(Variable::sample("CODE", "code", "1"))),
                ]),
                basic: Some(id.clone()),
            };
            let arguments = arguments(&curl(&call));
            prop_assert_eq!(&arguments[0], &url);
            prop_assert_eq!(&arguments[1..3], ["--user".to_owned(), format!("{id}:…")]);
            let body: serde_json::Value = serde_json::from_str(&arguments[6]).expect("JSON");
            prop_assert_eq!(body, serde_json::json!({ "client_id": id, "nested": { "redirect_uri": value }, "otp": "1" }));
        }
    }
}
