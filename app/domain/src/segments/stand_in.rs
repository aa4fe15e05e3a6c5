//! What to write instead of a character that is not in the GSM alphabet.

static LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
// The letters without their accents from À to ſ and from Ạ to ỹ; a dot where none will do or none is needed.
static ACCENTED: &str = "AAAA....E.EEIIIID.OOOO...UUU.Y...aaa...c..ee.iiid..ooo....uu.y.yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGg\
    HhHhIiIiIiIiIi..JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo..RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
static VIETNAMESE: &str = "AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy";
static ASCII: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// What to write, and instead of which characters.
static OTHERS: [(&str, &str); 38] = [
    ("'", "‘’‚‛′‹›`´ˋʹʻʼ"),
    ("\"", "“”„‟″«»〝〞"),
    ("-", "‐‑‒–—―−⁃•‣●▪◦·∙"),
    ("...", "…"),
    (
        " ",
        "\t\u{a0}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\u{200a}\u{202f}\u{205f}\u{3000}",
    ),
    ("\n", "\u{2028}\u{2029}\u{85}"),
    ("", "\u{ad}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2060}\u{fe0e}\u{fe0f}\u{feff}"),
    ("OE", "Œ"),
    ("oe", "œ"),
    ("IJ", "Ĳ"),
    ("ij", "ĳ"),
    ("Th", "Þ"),
    ("th", "þ"),
    ("SS", "ẞ"),
    ("S", "Ș"),
    ("s", "ș"),
    ("T", "Ț"),
    ("t", "ț"),
    ("O", "Ơ"),
    ("o", "ơº"),
    ("U", "Ư"),
    ("u", "ư"),
    ("a", "ª"),
    ("x", "×"),
    ("/", "÷⁄∕"),
    ("|", "¦"),
    ("(C)", "©"),
    ("(R)", "®"),
    ("TM", "™"),
    ("No.", "№"),
    ("1/2", "½"),
    ("1/4", "¼"),
    ("3/4", "¾"),
    ("2", "²"),
    ("3", "³"),
    ("1", "¹"),
    ("->", "→⇒"),
    ("<-", "←⇐"),
];

/// Letters of the alphabet that some write as a letter and a combining accent.
static COMPOSED: [(char, &str, &str); 6] = [
    ('\u{300}', "aeiou", "àèìòù"),
    ('\u{301}', "eE", "éÉ"),
    ('\u{303}', "nN", "ñÑ"),
    ('\u{308}', "aouAOU", "äöüÄÖÜ"),
    ('\u{30a}', "aA", "åÅ"),
    ('\u{327}', "C", "Ç"),
];

/// What the GSM alphabet has in place of a character: the letter without its accents, a plain quotation mark or dash.
///
/// It is empty for characters that nobody sees, and there is none for most.
pub fn stand_in(character: &str) -> Option<&'static str> {
    let mut letters = character.chars();
    let first = letters.next()?;
    let found = match first {
        // A letter with combining accents, for they alone join an ASCII letter.
        'A'..='Z' | 'a'..='z' => {
            let accent = letters.next()?;
            composed(first, accent).or_else(|| nth(LETTERS, LETTERS.find(first)?))
        }
        '\u{c0}'..='\u{17f}' => nth(ACCENTED, first as usize - 0xc0),
        '\u{1ea0}'..='\u{1ef9}' => nth(VIETNAMESE, first as usize - 0x1ea0),
        '\u{ff01}'..='\u{ff5e}' => nth(ASCII, first as usize - 0xff01),
        _ => None,
    };
    match found {
        Some("`") => Some("'"),
        Some(letter) if letter != "." || first == '\u{ff0e}' => Some(letter),
        _ => OTHERS.iter().find(|(_, characters)| characters.contains(first)).map(|(written, _)| *written),
    }
}

fn composed(letter: char, accent: char) -> Option<&'static str> {
    let (_, plain, accented) = COMPOSED.iter().find(|(mark, ..)| *mark == accent)?;
    // Each of these letters takes two bytes.
    let at = plain.find(letter)? * 2;
    accented.get(at..at + 2)
}

fn nth(letters: &'static str, at: usize) -> Option<&'static str> {
    letters.get(at..=at)
}

#[cfg(test)]
mod tests {
    use super::super::{foreign, width};
    use super::*;

    #[test]
    fn typographic_characters_and_accents_have_a_stand_in() {
        for (character, written) in [
            ("’", Some("'")),
            ("“", Some("\"")),
            ("–", Some("-")),
            ("…", Some("...")),
            ("\u{a0}", Some(" ")),
            ("\u{200b}", Some("")),
            ("•", Some("-")),
            ("`", Some("'")),
            ("ç", Some("c")),
            ("á", Some("a")),
            ("ł", Some("l")),
            ("ș", Some("s")),
            ("ễ", Some("e")),
            ("œ", Some("oe")),
            ("．", Some(".")),
            ("｀", Some("'")),
            ("Ａ", Some("A")),
            ("e\u{301}", Some("é")),
            ("N\u{303}", Some("Ñ")),
            ("s\u{327}", Some("s")),
            ("я", None),
            ("字", None),
            ("👍🏽", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(stand_in(character), written, "{character}");
        }
    }

    #[test]
    fn every_stand_in_is_in_the_alphabet_and_none_replaces_what_is() {
        for letter in '\0'..='\u{ffff}' {
            let text = letter.to_string();
            if let Some(written) = stand_in(&text) {
                assert_eq!(foreign(written), [], "{text}");
                assert_eq!(width(letter), 0, "{text}");
            }
        }
    }

    #[test]
    fn the_tables_fit_their_ranges() {
        assert_eq!(ACCENTED.len(), 0x180 - 0xc0);
        assert_eq!(VIETNAMESE.len(), 0x1efa - 0x1ea0);
        assert_eq!(ASCII.len(), 0xff5f - 0xff01);
    }
}
