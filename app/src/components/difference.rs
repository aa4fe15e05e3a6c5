//! The difference between two texts: lines that went and lines that came, said in words and not by colour alone.

use domain::difference::{Change, Difference, Piece, Row};
use leptos::prelude::*;

/// The rows of a difference, or that there is none.
#[component]
pub fn DifferenceView(
    /// The difference.
    difference: Difference,
    /// The language of its texts, if it is known.
    #[prop(optional)]
    language: String,
) -> impl IntoView {
    if difference.is_empty() {
        return view! { <p class="help">"No difference."</p> }.into_any();
    }
    let summary = changed_lines(&difference);
    let rows = difference.rows.into_iter().map(|line| row(line, &language)).collect_view();
    view! {
        <div class="difference">
            <p class="difference-summary">{summary}</p>
            <ol>{rows}</ol>
        </div>
    }
    .into_any()
}

/// How many lines went and came, in words.
pub fn changed_lines(difference: &Difference) -> String {
    let count = |count: u32, word: &str| {
        [count.to_string().as_str(), if count == 1 { " line " } else { " lines " }, word].concat()
    };
    [count(difference.removed, "removed"), count(difference.added, "added")].join(", ")
}

fn row(row: Row, language: &str) -> AnyView {
    let (change, number, pieces) = match row {
        Row::Skipped { lines } => {
            let words =
                [lines.to_string().as_str(), if lines == 1 { " unchanged line" } else { " unchanged lines" }].concat();
            return view! { <li data-change="skipped">{words}</li> }.into_any();
        }
        Row::Line { change, number, pieces } => (change, number, pieces),
    };
    let (name, word) = match change {
        Change::Same => ("same", ""),
        Change::Removed => ("removed", "Removed"),
        Change::Added => ("added", "Added"),
    };
    let pieces = pieces.into_iter().map(|piece| part(change, piece)).collect_view();
    view! {
        <li data-change=name>
            <span class="difference-word">{word}</span>
            <span class="difference-number" aria-hidden="true">{number}</span>
            <span class="difference-text" lang=lang_of(language) dir="auto">{pieces}</span>
        </li>
    }
    .into_any()
}

/// The value of `lang` for texts in a language, if it is known.
pub fn lang_of(language: &str) -> Option<String> {
    (!language.is_empty()).then(|| language.to_owned())
}

/// A part of a line. Few screen readers tell an insertion from the text around it, so its ends are words too.
fn part(change: Change, Piece { changed, text }: Piece) -> AnyView {
    if !changed {
        return text.into_any();
    }
    let word = |word: &'static str| view! { <span class="visually-hidden" lang="en">{word}</span> };
    let end = word(" ] ");
    if change == Change::Removed {
        view! { <del>{word(" [ removed: ")}{text}{end}</del> }.into_any()
    } else {
        view! { <ins>{word(" [ added: ")}{text}{end}</ins> }.into_any()
    }
}
