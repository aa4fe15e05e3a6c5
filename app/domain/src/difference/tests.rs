use proptest::prelude::*;

use super::*;

/// A difference as a page might print it: a sign, the line, changed words in brackets.
fn printed(before: &str, after: &str) -> Vec<String> {
    let sign = |change| match change {
        Change::Same => ' ',
        Change::Removed => '-',
        Change::Added => '+',
    };
    let print = |row: Row| match row {
        Row::Skipped { lines } => format!("… {lines}"),
        Row::Line { change, number, pieces } => {
            let text: String = pieces
                .into_iter()
                .map(|piece| if piece.changed { format!("[{}]", piece.text) } else { piece.text })
                .collect();
            format!("{}{number} {text}", sign(change))
        }
    };
    difference(before, after).rows.into_iter().map(print).collect()
}

#[test]
fn a_changed_word_is_marked_on_both_sides() {
    assert_eq!(
        printed("Your code is {{ code }}", "Your sign-in code is {{ code }}"),
        ["-1 Your code is {{ code }}", "+1 Your [sign-in ]code is {{ code }}"]
    );
    assert_eq!(
        printed("Use @@password@@ within 3 minutes", "Use @@code@@ within 5 minutes"),
        ["-1 Use @@[password]@@ within [3] minutes", "+1 Use @@[code]@@ within [5] minutes"]
    );
}

#[test]
fn words_with_a_blank_between_them_are_one_change() {
    assert_eq!(
        printed("It is valid for three long minutes.", "It is valid for a short hour."),
        ["-1 It is valid for [three long minutes].", "+1 It is valid for [a short hour]."]
    );
}

#[test]
fn a_text_with_little_in_common_is_replaced_without_marks() {
    assert_eq!(printed("Votre code\nmerci", "Ihr Kode"), ["-1 Votre code", "-2 merci", "+1 Ihr Kode"]);
}

#[test]
fn far_lines_are_counted_and_near_ones_shown() {
    let before: String = (1..=20).map(|line| format!("line {line}\n")).collect();
    let after = before.replace("line 10\n", "line ten\n");
    assert_eq!(
        printed(&before, &after),
        ["… 7", " 8 line 8", " 9 line 9", "-10 line [10]", "+10 line [ten]", " 11 line 11", " 12 line 12", "… 9"]
    );
}

#[test]
fn added_and_removed_lines_are_counted() {
    let found = difference("a\nb\nc", "a\nc\nd\ne");
    assert_eq!((found.removed, found.added), (1, 2));
    assert!(difference("a\n", "a\n").is_empty());
}

#[test]
fn an_end_of_line_counts() {
    assert_eq!(printed("a", "a\n"), [" 1 a", "+2 "]);
    assert_eq!(printed("", "a"), ["+1 a"]);
}

#[test]
fn the_middle_of_a_long_line_is_left_out() {
    let long = "word ".repeat(200);
    let shown = printed(&format!("{long}old"), &format!("{long}new"));
    assert!(shown.iter().all(|line| line.contains("[…]") && line.len() < 300), "{shown:?}");
}

#[test]
fn the_largest_templates_are_compared_in_no_time() {
    let line_by_line = |word: &str| (0..5_000).map(|line| format!("{word}{line}\n")).collect::<String>();
    let words = |word: &str| (0..2_900).map(|at| format!("{word}{at} ")).collect::<String>();
    let begun = std::time::Instant::now();
    assert!(!difference(&line_by_line("a"), &line_by_line("b")).is_empty());
    assert!(!difference(&words("a"), &words("b")).is_empty());
    let hunks = |word: &str| {
        (0..40).map(|hunk| format!("same {hunk}\n{}\n", words(word).get(..500).unwrap_or(""))).collect::<String>()
    };
    assert!(!difference(&hunks("a"), &hunks("b")).is_empty());
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}

/// Texts that share lines and words, so that differences are found and not only replacements.
fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["code", "{{", "}}", " ", "  ", "ü", "is", "\n", "\n", "valid", "5", "\t"]);
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

/// One side of a difference, where nothing was skipped or shortened.
fn side(found: &Difference, other: Change) -> String {
    let line = |row: &Row| match row {
        Row::Line { change, pieces, .. } if *change != other => {
            Some(pieces.iter().map(|piece| piece.text.as_str()).collect::<String>())
        }
        _ => None,
    };
    found.rows.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

proptest! {
    #[test]
    fn both_texts_can_be_read_off_their_difference(before in text(), after in text()) {
        let found = difference(&before, &after);
        prop_assert_eq!(found.is_empty(), before == after);
        let skips = found.rows.iter().any(|row| matches!(row, Row::Skipped { .. }));
        if !skips && !found.is_empty() {
            prop_assert_eq!(side(&found, Change::Added), before);
            prop_assert_eq!(side(&found, Change::Removed), after);
        }
    }

    #[test]
    fn what_is_skipped_and_shown_makes_up_the_text(before in text(), after in text()) {
        let found = difference(&before, &after);
        if !found.is_empty() {
            let of = |row: &Row| match row {
                Row::Skipped { lines } => *lines,
                Row::Line { change: Change::Removed, .. } => 0,
                Row::Line { .. } => 1,
            };
            prop_assert_eq!(found.rows.iter().map(of).sum::<u32>(), count_of(lines(&after).len()));
        }
    }
}
