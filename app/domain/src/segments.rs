//! How many segments an SMS takes: its encoding and length, counted as Twilio counts.

use crate::otp::grouped;

mod graphemes;
mod stand_in;

use graphemes::Graphemes;
pub use stand_in::stand_in;

/// The most characters that an SMS may have: what Twilio takes (its error 21617).
pub const MAX_CHARACTERS: usize = 1_600;

// Beside ASCII, what one unit of GSM-7 can hold; then what takes two units.
static BASIC: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
static EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// How the characters of a message are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 7 bits a character, for the characters of the GSM alphabet.
    Gsm7,
    /// 16 bits a character, for all others; one such character makes the whole message UCS-2.
    Ucs2,
}

impl Encoding {
    /// The name on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        }
    }

    /// How many units a message of one segment holds, and how many each segment of a longer one.
    const fn room(self) -> (u32, u32) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }
}

/// What a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How it is written.
    pub encoding: Encoding,
    /// How long it is: in GSM-7 some characters count twice, in UCS-2 each counts once.
    pub characters: u32,
    /// How many segments are sent and paid for.
    pub segments: u32,
    /// How many units of the encoding it takes, which decide the segments.
    pub units: u32,
}

impl Count {
    /// The count as it is shown: `GSM-7, 62 characters, 1 segment`.
    pub fn in_words(&self) -> String {
        let plural = |number: u32| if number == 1 { "" } else { "s" };
        let characters = grouped(u64::from(self.characters));
        let segments = grouped(u64::from(self.segments));
        [
            self.encoding.label(),
            ", ",
            &characters,
            " character",
            plural(self.characters),
            ", ",
            &segments,
            " segment",
            plural(self.segments),
        ]
        .concat()
    }
}

/// Counts a message as Twilio does, without its Smart Encoding.
pub fn count(text: &str) -> Count {
    let mut filling = Filling::new(Encoding::Gsm7);
    for letter in text.chars() {
        match width(letter) {
            0 => return count_ucs2(text),
            width => filling.add(width),
        }
    }
    Count { characters: filling.units, ..filling.count() }
}

fn count_ucs2(text: &str) -> Count {
    let mut filling = Filling::new(Encoding::Ucs2);
    let mut characters = 0;
    for (_, grapheme) in Graphemes::of(text) {
        characters += 1;
        filling.add(grapheme.chars().map(|letter| letter.len_utf16() as u32).sum());
    }
    Count { characters, ..filling.count() }
}

/// How much the name of an application can add to a message: names that make it UCS-2 cost most, then those that take
/// most units.
pub fn cost(name: &str) -> u32 {
    let Count { encoding, units, .. } = count(name);
    let units = units.min(0xffff);
    match encoding {
        Encoding::Gsm7 => units,
        Encoding::Ucs2 => 0x1_0000 + units,
    }
}

/// The characters that make a message UCS-2, each with its place in bytes.
pub fn foreign(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, grapheme) in Graphemes::of(text) {
        let mut letters = grapheme.chars();
        if letters.next().is_some_and(|letter| width(letter) == 0) || letters.next().is_some() {
            found.push((at, grapheme));
        }
    }
    found
}

/// The characters that count twice in GSM-7, each with its place in bytes; none in a UCS-2 message, where they count once.
pub fn extended(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        match width(letter) {
            0 => return Vec::new(),
            1 => {}
            _ => found.extend(text.get(at..at + letter.len_utf8()).map(|text| (at, text))),
        }
    }
    found
}

/// How many units of GSM-7 a character takes; 0 if it is not in the alphabet.
fn width(letter: char) -> u32 {
    if EXTENDED.contains(letter) {
        2
    } else {
        u32::from(matches!(letter, '\n' | '\r' | ' '..='_' | 'a'..='z') || BASIC.contains(letter))
    }
}

/// Fills segments with characters, none of which is split.
struct Filling {
    encoding: Encoding,
    segments: u32,
    /// Units in the last segment.
    used: u32,
    /// Units that stay in the first segment once it needs a header; the others move to the second.
    kept: u32,
    units: u32,
}

impl Filling {
    const fn new(encoding: Encoding) -> Self {
        Self { encoding, segments: 1, used: 0, kept: 0, units: 0 }
    }

    fn add(&mut self, units: u32) {
        let (alone, joined) = self.encoding.room();
        self.units += units;
        if self.segments == 1 {
            if self.used + units <= alone {
                self.used += units;
                if self.used <= joined {
                    self.kept = self.used;
                }
                return;
            }
            self.segments = 2;
            self.used -= self.kept;
        }
        if self.used > 0 && self.used + units > joined {
            self.segments += 1;
            self.used = 0;
        }
        self.used += units;
    }

    const fn count(&self) -> Count {
        Count { encoding: self.encoding, characters: 0, segments: self.segments, units: self.units }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (&'static str, u32, u32) {
        let count = count(text);
        (count.encoding.label(), count.characters, count.segments)
    }

    #[test]
    fn the_encoding_follows_the_characters() {
        for (text, wanted) in [
            ("", ("GSM-7", 0, 1)),
            ("Your code: 123456\r\n", ("GSM-7", 19, 1)),
            ("àéÇß_@", ("GSM-7", 6, 1)),
            ("{€}", ("GSM-7", 6, 1)),
            ("{€}`", ("UCS-2", 4, 1)),
            ("ç", ("UCS-2", 1, 1)),
            ("e\u{301}", ("UCS-2", 1, 1)),
            ("👨‍👩‍👧‍👦!", ("UCS-2", 2, 1)),
            ("\t", ("UCS-2", 1, 1)),
        ] {
            assert_eq!(counted(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn long_messages_lose_room_to_headers() {
        for (text, length, segments) in [
            ("a", 160, 1),
            ("a", 161, 2),
            ("a", 306, 2),
            ("a", 307, 3),
            ("я", 70, 1),
            ("я", 71, 2),
            ("я", 134, 2),
            ("я", 135, 3),
            // Neither an extension character nor an emoji is split.
            ("€", 80, 1),
            ("€", 152, 2),
            ("€", 153, 3),
            ("😀", 66, 2),
            ("😀", 67, 3),
        ] {
            assert_eq!(count(&text.repeat(length)).segments, segments, "{length} × {text}");
        }
        // What the header pushes out of the first segment and what follows need not fit together.
        let marks = |count| "е".to_owned() + &"\u{301}".repeat(count);
        assert_eq!(count(&("я".repeat(60) + &marks(9) + &marks(59))).segments, 3);
    }

    #[test]
    fn a_count_is_said_in_words() {
        for (text, words) in [
            ("a".to_owned(), "GSM-7, 1 character, 1 segment"),
            ("a".repeat(62), "GSM-7, 62 characters, 1 segment"),
            ("я".repeat(1600), "UCS-2, 1,600 characters, 24 segments"),
        ] {
            assert_eq!(count(&text).in_words(), words);
        }
    }

    #[test]
    fn names_that_make_a_message_ucs_2_cost_most() {
        let costs = ["", "Acme", "{€}", "Acme, Incorporated", "я", "ящик"].map(cost);
        assert!(costs.is_sorted_by(|a, b| a < b), "{costs:?}");
    }

    #[test]
    fn costly_characters_are_named_with_their_place() {
        assert_eq!(foreign("é’e\u{301}a👍🏽"), [(2, "’"), (5, "e\u{301}"), (9, "👍🏽")]);
        assert_eq!(extended("a{b€"), [(1, "{"), (3, "€")]);
        assert_eq!(extended("a{b’"), []);
    }
}
