//! What people take for one character: the grapheme clusters of Unicode 10, which Twilio counts by.
//!
//! The tables hold what breaks in an odd way: each range is two numbers, how many characters lie between it and the
//! range before, and how many it has beyond its first. A number is written in base 76 from `#` on; the letters from `o` on
//! come before it and count its higher digits, in base 16.

// Combining marks, variation selectors and the like, which belong to the character before them.
static MARKS: &str = "y+pFrR)rFO$#$$$$$#k-S73#p<)%(%$$&F#A=p2-]+E&$+$%$'N%pO0$BZ#$#'*'#&)-$@#]#$#%&+#,#-$@$\\#'$'$%%&#A$&#.$\\#''$$'#7\
     $9($#]#$$$&+#+$-$A#^#$#/#,#K#`%(%$&*$.$@#]#%#%#&#($*$.$?$\\$$#%&+#,#-$p=#'#%%$#+#p(#%)/*p9#%($$.(m$>#$#$#Z0$'$$\
     (-$F,#p=&$($$%$<$'%3&0#%$)#2#x6%{E%@%@$A$c$$)+#%-,#P%pN$E#pM%'$,#)%qf$%#]#$)$#$#%*),%#S1d&S#$'$#(#K+/$C&%$$%[#\
     $$&#$%]*%$q#%$/$)'#)#&$qQ\\$'ug#qNCqwA%pd#p7Bv9(p@$pw{g&$,C$p'$rO#&#'#<$q($=4W*<-Q%S#%&%#K#f(%$%$/#+#R#V#$%%$($\
     $#M$+#r-#%#'#poy[#xX232sa$vl#qm#pl'ptm%$$(&K%'#q0$pp1#Y1[%T&%$h%G'$*a#/$W+.%p9%%#$$)#q+#&*8$]#$#$#9#1)&'qN*%%$\
     #p@#%($#%#$$$$r*#%&)$$$>$p,*%#$$pA#$#%($#p<%%&$'xL(%$K(%&+#,(%%Q/$$t=)$($#p)8%)$$$$pQ(&#$$$)$#potO'^)}S&porI$s\
     tm#$%''+*%)A&pk%py&Y'T+#1#9'$1ppg)$3%)$$$'p|,)pD)qwzwXp6pWr.";
// Vowel signs that take room of their own and belong to the letter before them.
static VOWEL_SIGNS: &str = "p}>#Z#%%+&$$U$^$)$%$Y#]%e#]%+#$$X$_#)$%$pI#$$&%$%W%`&`$]#$$$$%$$$Y$^$(%$%X$p#$))6$b#pV#pa$b#q<#,$<$O#pw4#**$$s\
     M&%%'$$(qk$]#$#8(ph#S#(#$'$$`#A#'$%#_#%%$#&$S*+$q6#3$&#p|s^$%#p/$U2pe$R#S$'$$&pE$%$;#q(#%$(#r,$$$$$$#ptp*#$#pV\
     #P%'$pJ#p,#S%,$pB%&$$#q5%B$^#$&%$%%7$q\\%+$&#pB$)#$$$#%#r-$)&%#pH%+$$#pD#$$)#p@$'#xW$S#@$a#t>#1#pA#*#%#ppu7Ppsx\
     ^#)#";
// Control and format characters from U+0300 on, which stand alone.
static CONTROLS: &str = "psO#r{D#pyg#%$;)T2q}|V#r/.qvzC&su**qxowHBp7pVr/q~>";
// Signs that belong to the letter after them.
static PREPENDED: &str = "ps3(qb#T#u-#}f#ruxe#rC$p{I#n&x3#";
// Emoji that take a skin tone.
static BASES: &str = "wo@#qf#3&uo~&#_%%#%%pL$%-@#$+&#'%$%E#qT$'#8#'$q9%&'p*#3%,#.#vZ'$$)#,,&$pi/";
// Emoji that join another one after a zero-width joiner.
static GLUED: &str = "woc#$#p)$pH#p2#uo{6#X#W#B#3#&#e#$#q(#R$pA#'#qF#pn#4#";

/// What a character does beside others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Other,
    Control,
    Mark,
    VowelSign,
    Joiner,
    Prepended,
    Flag,
    /// An emoji that takes a skin tone.
    Base,
    /// One that also joins another after a zero-width joiner.
    GluedBase,
    Glued,
    Tone,
    // The parts of Hangul syllables, and syllables without and with a final consonant.
    Leading,
    Vowel,
    Trailing,
    Open,
    Closed,
}

/// Splits a text into what people take for characters.
pub(super) struct Graphemes<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Graphemes<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'t> Iterator for Graphemes<'t> {
    /// Where it begins, in bytes, and the characters that make it up.
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..)?;
        let length = first_length(rest);
        let found = (self.at, rest.get(..length)?);
        self.at += length;
        (length > 0).then_some(found)
    }
}

/// How many bytes the first grapheme takes.
fn first_length(text: &str) -> usize {
    use Class as C;
    let mut letters = text.char_indices();
    let Some((_, first)) = letters.next() else { return 0 };
    let mut previous = class(first);
    let mut before = C::Other;
    let mut has_mark = previous == C::Mark;
    let mut flag_is_second = false;
    for (count, (at, letter)) in (1..).zip(letters) {
        let next = class(letter);
        let joins = match (previous, next) {
            // After a flag Twilio's count takes one mark only.
            _ if flag_is_second && previous != C::Flag => false,
            (C::Control, _) | (_, C::Control) => false,
            (_, C::Mark | C::VowelSign | C::Joiner)
            | (C::Prepended, _)
            | (C::Leading, C::Leading | C::Vowel | C::Open | C::Closed)
            | (C::Open | C::Vowel, C::Vowel | C::Trailing)
            | (C::Closed | C::Trailing, C::Trailing)
            | (C::Joiner, C::Glued | C::GluedBase) => true,
            (_, C::Tone) => {
                let base = if has_mark { before } else { previous };
                matches!(base, C::Base | C::GluedBase) && has_mark == (previous == C::Mark)
            }
            (C::Flag, C::Flag) => count == 1,
            _ => false,
        };
        if !joins {
            return at;
        }
        flag_is_second |= count == 1 && next == C::Flag;
        has_mark |= next == C::Mark;
        before = previous;
        previous = next;
    }
    text.len()
}

fn class(letter: char) -> Class {
    let code = letter as u32;
    match code {
        0..0x20 | 0x7f..0xa0 | 0xad => Class::Control,
        // Letters and ideographs, of which there are many.
        0..0x300 | 0x3100..0xa66f => Class::Other,
        0x1100..0x1160 | 0xa960..0xa97d => Class::Leading,
        0x1160..0x11a8 | 0xd7b0..0xd7c7 => Class::Vowel,
        0x11a8..0x1200 | 0xd7cb..0xd7fc => Class::Trailing,
        0xac00..0xd7a4 if (code - 0xac00).is_multiple_of(28) => Class::Open,
        0xac00..0xd7a4 => Class::Closed,
        0x200d => Class::Joiner,
        0x1f1e6..0x1f200 => Class::Flag,
        0x1f3fb..0x1f400 => Class::Tone,
        0x1f466..0x1f46a => Class::GluedBase,
        _ if is_in(BASES, code) => Class::Base,
        _ if is_in(GLUED, code) => Class::Glued,
        0x1f000..0x20000 => Class::Other,
        _ if is_in(MARKS, code) => Class::Mark,
        _ if is_in(VOWEL_SIGNS, code) => Class::VowelSign,
        _ if is_in(CONTROLS, code) => Class::Control,
        _ if is_in(PREPENDED, code) => Class::Prepended,
        _ => Class::Other,
    }
}

fn is_in(table: &str, code: u32) -> bool {
    let mut next = 0;
    let mut number = 0;
    let mut in_range = false;
    for byte in table.bytes() {
        let digit = u32::from(byte) - u32::from(b'#');
        if digit >= 76 {
            number = number * 16 + digit - 76;
            continue;
        }
        next += number * 76 + digit;
        number = 0;
        if in_range {
            if code <= next {
                return true;
            }
            next += 1;
        } else if code < next {
            return false;
        }
        in_range = !in_range;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grapheme_is_what_people_take_for_a_character() {
        for (text, parts) in [
            ("", ""),
            ("abc", "a|b|c"),
            ("\r\n", "\r|\n"),
            ("e\u{301}\u{308}x", "e\u{301}\u{308}|x"),
            ("👨‍👩‍👧‍👦👍", "👨‍👩‍👧‍👦|👍"),
            ("🇫🇷🇧🇪🇩", "🇫🇷|🇧🇪|🇩"),
            ("👍🏽👍🏽", "👍🏽|👍🏽"),
            ("☝\u{fe0f}🏽", "☝\u{fe0f}🏽"),
            ("a🏽", "a|🏽"),
            ("한국각ᆨ", "한|국|각ᆨ"),
            ("ᄀ가", "ᄀ가"),
            ("नमस्ते", "न|म|स्|ते"),
            ("\u{600}٣", "\u{600}٣"),
            ("\u{200b}\u{301}", "\u{200b}|\u{301}"),
        ] {
            let split: Vec<&str> = Graphemes::of(text).map(|(_, part)| part).collect();
            assert_eq!(split.join("|"), parts, "{text:?}");
        }
    }
}
