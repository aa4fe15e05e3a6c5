//! Answers questions about templates, so that scripts can compare the engine with others' work and with itself elsewhere.
//!
//! A question is a JSON object whose `ask` says what is asked; so is the answer.

use domain::segments;
use domain::template::{self, About, FILTERS, Part, PieceKind, Send, Syntax, Template, Values};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Answers one question.
#[wasm_bindgen]
pub fn answer(question: &str) -> String {
    let answer = match serde_json::from_str::<Value>(question) {
        Ok(question) => answer_to(&question),
        Err(error) => json!({ "unclear": error.to_string() }),
    };
    answer.to_string()
}

fn answer_to(question: &Value) -> Value {
    let source = text(question, "source");
    let syntax = match text(question, "syntax").as_str() {
        "md_with_macros" => Syntax::Markdown,
        _ => Syntax::Liquid,
    };
    let part = match text(question, "part").as_str() {
        "from" => Part::From,
        "subject" => Part::Subject,
        "body" => Part::Body,
        _ => Part::Message,
    };
    let values = values(question.get("values").unwrap_or(&Value::Null));
    let about = About { part, syntax, otp_expiry: 180, otp_length: 6 };
    match text(question, "ask").as_str() {
        "count" => count(&text(question, "text")),
        "render" => match Template::parse(&source, syntax).render(part, &values) {
            Ok(text) => json!({ "text": text }),
            Err(error) => json!({ "error": error.to_string() }),
        },
        "preview" => preview(&Template::parse(&source, syntax), part, &values),
        "diagnose" => diagnose(&source, about),
        "plain_text" => json!(template::plain_text(&source)),
        "names" => {
            let template = Template::parse(&source, syntax);
            json!({
                "languages": template.languages(),
                "completions": format!("{:?}", template::completions(&source, source.len() as u32, about)),
                "marks": format!("{:?}", template::marks(&source, syntax)),
                "most": template::at_most(&template, &values, 40, &[]).map(|count| count.in_words()),
            })
        }
        "filters" => FILTERS.iter().map(|(name, ..)| *name).collect(),
        other => json!({ "unclear": other }),
    }
}

fn count(text: &str) -> Value {
    let count = segments::count(text);
    json!({
        "encoding": count.encoding.label(),
        "characters": count.characters,
        "segments": count.segments,
        "words": count.in_words(),
        "foreign": segments::foreign(text),
        "extended": segments::extended(text),
        "cost": segments::cost(text),
        "stand_ins": segments::foreign(text).into_iter().map(|(_, one)| segments::stand_in(one)).collect::<Value>(),
    })
}

fn preview(template: &Template, part: Part, values: &Values) -> Value {
    let pieces = template.preview(part, values).into_iter().map(|piece| {
        let kind = match piece.kind {
            PieceKind::Text => "text",
            PieceKind::Code => "code",
            PieceKind::Value => "value",
            PieceKind::Hole => "hole",
        };
        json!([kind, piece.text])
    });
    pieces.collect()
}

/// The findings with their words, and what their fixes make of the source.
fn diagnose(source: &str, about: About) -> Value {
    let findings = template::diagnose(source, about).into_iter().map(|finding| {
        let mended = finding.fix.as_ref().map(|fix| fix.apply(source));
        json!({ "words": finding.fault.to_string(), "mended": mended, "finding": finding })
    });
    findings.collect()
}

/// Reads values; what is left out is empty.
fn values(given: &Value) -> Values {
    let metadata = given.get("client_metadata").and_then(Value::as_object);
    Values {
        code: text(given, "code"),
        link: text(given, "link"),
        phone_number: text(given, "phone_number"),
        email: text(given, "email"),
        application_name: text(given, "application_name"),
        client_id: text(given, "client_id"),
        client_metadata: metadata
            .into_iter()
            .flatten()
            .map(|(key, _)| (key.clone(), text(&given["client_metadata"], key)))
            .collect(),
        request_language: text(given, "request_language"),
        operation: text(given, "operation"),
        send: if text(given, "send") == "link" { Send::Link } else { Send::Code },
        connection: text(given, "connection"),
        tenant: text(given, "tenant"),
        friendly_name: text(given, "friendly_name"),
        support_email: text(given, "support_email"),
        support_url: text(given, "support_url"),
    }
}

fn text(object: &Value, name: &str) -> String {
    object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
