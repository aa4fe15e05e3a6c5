//! The known name that a wrong one was meant to be.

/// Finds the name that the fewest slips make into the one written; a swap of neighbours is one slip.
pub(super) fn nearest<'n>(written: &str, names: &[&'n str], slips: usize) -> Option<&'n str> {
    let mut best = None;
    let mut fewest = slips + 1;
    for name in names {
        if name.len().abs_diff(written.len()) >= fewest {
            continue;
        }
        let slips = distance(written.as_bytes(), name.as_bytes());
        if slips < fewest {
            fewest = slips;
            best = Some(*name);
        }
    }
    best
}

/// How many slips may lie between a name and what was written.
pub(super) fn slips(written: &str) -> usize {
    (written.len() / 3).max(1)
}

/// The distance of Damerau and Levenshtein, where no letter is changed twice; capitals count as small letters.
fn distance(written: &[u8], name: &[u8]) -> usize {
    let mut two_above: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=name.len()).collect();
    let mut before = None;
    for (index, letter) in written.iter().enumerate() {
        let mut left = index + 1;
        let mut row = Vec::with_capacity(above.len());
        row.push(left);
        let mut previous = None;
        let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
        for (at, other) in name.iter().enumerate() {
            let same = letter.eq_ignore_ascii_case(other);
            let mut slips = (cell(&above, at) + usize::from(!same)).min(left + 1).min(cell(&above, at + 1) + 1);
            if before == Some(other.to_ascii_lowercase()) && previous == Some(letter.to_ascii_lowercase()) {
                slips = slips.min(cell(&two_above, at.saturating_sub(1)) + 1);
            }
            previous = Some(other.to_ascii_lowercase());
            left = slips;
            row.push(slips);
        }
        before = Some(letter.to_ascii_lowercase());
        two_above = above;
        above = row;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (written, name, slips) in [
            ("", "", 0),
            ("", "abc", 3),
            ("code", "code", 0),
            ("CODE", "code", 0),
            ("ocde", "code", 1),
            ("cod", "code", 1),
            ("codes", "code", 1),
            ("cole", "code", 1),
            ("kitten", "sitting", 3),
            ("abc", "", 3),
            ("ca", "abc", 3),
            ("abcd", "badc", 2),
        ] {
            assert_eq!(distance(written.as_bytes(), name.as_bytes()), slips, "{written} {name}");
        }
    }

    #[test]
    fn the_nearest_name_is_found_within_the_bound() {
        let names = ["code", "link", "email"];
        assert_eq!(nearest("emial", &names, 1), Some("email"));
        assert_eq!(nearest("lonk", &names, 1), Some("link"));
        assert_eq!(nearest("nothing", &names, 2), None);
    }
}
