//! A request as JavaScript: fetch, which browsers and servers have alike.

use super::call::{Body, Call, Value, Variable};

/// Takes the tokens out of an answer.
pub(super) const TOKENS: &str = "const { access_token, id_token, refresh_token } = answer;\n";

/// The request, after `before`, with `after` at its end.
pub(super) fn fetch(call: &Call, before: &str, after: &str) -> String {
    let mut text = String::from(before);
    let declared: Vec<Variable> = call.variables().into_iter().filter(|variable| variable.declared).collect();
    for Variable { script, sample, .. } in &declared {
        text.push_str(&format!("const {script} = {};\n", quoted(sample)));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("const response = await fetch({}, {{\n  method: 'POST',\n", quoted(&call.url)));
    match &call.body {
        Body::Json(fields) => {
            text.push_str("  headers: { 'Content-Type': 'application/json' },\n  body: JSON.stringify({\n");
            object(fields, 2, &mut text);
        }
        Body::Form(fields) => {
            if let Some(client_id) = &call.basic {
                let (user, secret) = (quoted(&[client_id, ":"].concat()), Variable::secret().script);
                text.push_str(&format!("  headers: {{ Authorization: 'Basic ' + btoa({user} + {secret}) }},\n"));
            }
            text.push_str("  body: new URLSearchParams({\n");
            object(fields, 2, &mut text);
        }
    }
    text.push_str("  }),\n});\n");
    text.push_str("const answer = await response.json();\n");
    text.push_str("if (!response.ok) throw new Error(answer.error_description ?? answer.error);\n");
    text.push_str(after);
    text
}

/// The challenge that [`begin`] makes.
pub(super) const CHALLENGE: &str = "base64url(digest)";

/// Makes a state and a PKCE pair, and keeps them in a page's store where there is one.
pub(super) fn begin(store: Option<&str>) -> String {
    let mut text = String::from(
        "const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

const state = random();
const verifier = random();
const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
",
    );
    match store {
        Some(store) => text.push_str(&format!("{store}.setItem('sign-in', JSON.stringify({{ state, verifier }}));\n")),
        None => {
            text.push_str("// Keep state and verifier until the person comes back, in a session that only they have.\n")
        }
    }
    text
}

/// The request to the hosted page with a state and a PKCE pair of its own.
pub(super) fn authorize(url: &str, pairs: &[(&'static str, &str)], store: Option<&str>) -> String {
    let mut text = begin(store);
    text.push_str("\nconst query = new URLSearchParams({\n");
    for (name, value) in pairs {
        text.push_str(&format!("  {name}: {},\n", quoted(value)));
    }
    text.push_str(&format!("  state,\n  code_challenge: {CHALLENGE},\n  code_challenge_method: 'S256',\n}});\n"));
    let address = format!("{} + query", quoted(&[url, "?"].concat()));
    text.push_str(&match store {
        Some(_) => format!("location.assign({address});\n"),
        None => format!("// Send the person’s browser there.\nconst signIn = {address};\n"),
    });
    text
}

/// Takes the authorization code out of the address that the person came back to.
pub(super) fn way_back(store: Option<&str>) -> String {
    let kept = match store {
        Some(store) => format!(
            "const {{ state, verifier }} = JSON.parse({store}.getItem('sign-in'));
const back = new URL(location).searchParams;
"
        ),
        None => "// state and verifier as they were kept; address is the one that the person came back to.
const back = new URL(address).searchParams;
"
        .to_owned(),
    };
    kept + "if (back.get('state') !== state) throw new Error('Not the sign-in that was begun here.');
if (back.has('error')) throw new Error(back.get('error_description') ?? back.get('error'));
const code = back.get('code');
"
}

fn object(fields: &[(&'static str, Value)], depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for (name, value) in fields {
        match value {
            Value::Text(value) => text.push_str(&format!("{indent}{name}: {},\n", quoted(value))),
            Value::Fill(variable) if variable.script == *name => text.push_str(&format!("{indent}{name},\n")),
            Value::Fill(variable) => text.push_str(&format!("{indent}{name}: {},\n", variable.script)),
            Value::Object(fields) => {
                text.push_str(&format!("{indent}{name}: {{\n"));
                object(fields, depth + 1, text);
                text.push_str(&format!("{indent}}},\n"));
            }
        }
    }
}

/// A text as a string of JavaScript.
fn quoted(text: &str) -> String {
    let mut string = String::from("'");
    for letter in text.chars() {
        match letter {
            '\'' | '\\' => {
                string.push('\\');
                string.push(letter);
            }
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                string.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => string.push(letter),
        }
    }
    string.push('\'');
    string
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_strings_that_end_where_they_should() {
        for (text, string) in [
            ("it's", r"'it\'s'"),
            ("\\", r"'\\'"),
            ("a\nb\u{2028}", r"'a\u000ab\u2028'"),
            ("${x}`\"", "'${x}`\"'"),
            ("é", "'é'"),
        ] {
            assert_eq!(quoted(text), string);
        }
    }
}
