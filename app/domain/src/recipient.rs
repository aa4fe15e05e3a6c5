//! Who gets a message: a phone number or an address, in the one form that it is compared, stored and masked in.

use std::fmt;

use crate::Problem;
use crate::connection::Method;
use crate::email::check_address;

/// A phone number in E.164 (`+`, 7 to 15 digits, the first not 0), or an address in lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    method: Method,
    address: String,
}

/// Prints the mask, because whole recipients must not reach a log.
impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl Recipient {
    /// Reads what was typed or sent. Spaces, hyphens, dots and parentheses of a phone number are left out.
    pub fn parse(method: Method, text: &str) -> Result<Self, Problem> {
        if text.trim().is_empty() {
            return Err(Problem::Required);
        }
        let address = match method {
            Method::Sms => {
                let number: String = text
                    .trim()
                    .chars()
                    .filter(|letter| !matches!(letter, ' ' | '\u{a0}' | '-' | '.' | '(' | ')'))
                    .collect();
                let digits = number.strip_prefix('+').unwrap_or_default();
                let fits = (7..=15).contains(&digits.len())
                    && digits.bytes().all(|byte| byte.is_ascii_digit())
                    && !digits.starts_with('0');
                if !fits {
                    return Err(Problem::NotAPhoneNumber);
                }
                number
            }
            // The part before the @ may be case-sensitive (RFC 5321, section 2.4); nobody's users expect that.
            Method::Email => check_address(text.trim())?.to_lowercase(),
        };
        Ok(Self { method, address })
    }

    /// Reads what somebody looks for: an address has an @, and a number that lost its plus in a URL's query gets it back.
    pub fn looked_for(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        match text.bytes().next() {
            _ if text.contains('@') => Self::parse(Method::Email, text),
            Some(b'0'..=b'9') => Self::parse(Method::Sms, &["+", text].concat()),
            _ => Self::parse(Method::Sms, text),
        }
    }

    /// What [`Recipient::expose`] answered when it was stored: a rule that is stricter by now makes nobody disappear.
    pub fn stored(method: Method, address: &str) -> Self {
        Self { method, address: address.to_owned() }
    }

    /// Which method reaches it.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The whole number or address; it must not reach a log.
    pub fn expose(&self) -> &str {
        &self.address
    }

    /// What may be shown and logged: the start and the end of a number, the first letter and the domain of an address.
    pub fn masked(&self) -> String {
        match self.method {
            Method::Sms => {
                let tail = self.address.len().saturating_sub(4);
                let hidden = "•".repeat(tail.saturating_sub(2));
                [self.address.get(..2).unwrap_or_default(), &hidden, self.address.get(tail..).unwrap_or_default()]
                    .concat()
            }
            Method::Email => {
                let (name, domain) = self.address.rsplit_once('@').unwrap_or_default();
                let first: String = name.chars().take(1).collect();
                [&first, "•••@", domain].concat()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_have_one_form() {
        for (method, text, wanted) in [
            (Method::Sms, " +1 (555) 010-0123 ", Ok("+15550100123")),
            (Method::Sms, "+44 20.7946.0958", Ok("+442079460958")),
            (Method::Sms, "15550100123", Err(Problem::NotAPhoneNumber)),
            (Method::Sms, "+0555010012", Err(Problem::NotAPhoneNumber)),
            (Method::Sms, "+155501", Err(Problem::NotAPhoneNumber)),
            (Method::Sms, "+1234567890123456", Err(Problem::NotAPhoneNumber)),
            (Method::Sms, " ", Err(Problem::Required)),
            (Method::Email, " Ines@Acme.Example ", Ok("ines@acme.example")),
            (Method::Email, "ines", Err(Problem::NotAnAddress)),
        ] {
            let read = Recipient::parse(method, text);
            assert_eq!(read.as_ref().map(Recipient::expose), wanted.as_ref().copied(), "{text}");
        }
    }

    #[test]
    fn a_recipient_is_found_by_what_people_type() {
        for (text, wanted) in [
            (" Ines@Acme.Example ", "ines@acme.example"),
            (" 15550100123", "+15550100123"),
            ("+1 555 010 0123", "+15550100123"),
        ] {
            assert_eq!(Recipient::looked_for(text).expect("a recipient").expose(), wanted);
        }
        assert_eq!(Recipient::looked_for("ines"), Err(Problem::NotAPhoneNumber));
    }

    #[test]
    fn a_mask_says_enough_to_recognise_and_too_little_to_use() {
        for (method, text, mask) in [
            (Method::Sms, "+15550100123", "+1••••••0123"),
            (Method::Sms, "+1555010", "+1••5010"),
            (Method::Email, "ines@acme.example", "i•••@acme.example"),
        ] {
            let recipient = Recipient::parse(method, text).expect("a recipient");
            assert_eq!(recipient.masked(), mask);
            assert_eq!(format!("{recipient:?}"), mask);
        }
    }
}
