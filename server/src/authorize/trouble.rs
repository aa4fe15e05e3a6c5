//! What a user ran into, in one closed list, and the words for it.

use domain::connection::Method;
use domain::otp::duration_in_words;
use domain::recipient::Recipient;
use serde::{Deserialize, Serialize};

/// Why the last step has to be done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// What was typed is no recipient.
    Recipient,
    /// The code could not be sent.
    NotSent,
    /// Nobody signs in here with that for the first time.
    SignUpsDisabled,
    /// The user is blocked.
    Blocked,
    /// No code was typed.
    NoCode,
    /// The code is wrong.
    Wrong,
    /// It was wrong too often, was used, or a newer one was asked for elsewhere.
    Spent,
    /// It came too late.
    Expired,
    /// There were too many wrong codes from this network.
    TooManyWrongCodes,
    /// Too much was asked; how many seconds to wait.
    Throttled(u32),
}

impl Trouble {
    /// What to do about it; `typed` is what was typed as the recipient.
    pub fn words(self, method: Method, typed: &str) -> String {
        let (account, recipient) = match method {
            Method::Sms => ("this phone number", "number"),
            Method::Email => ("this email address", "address"),
        };
        match self {
            Self::Recipient => match Recipient::parse(method, typed) {
                Err(problem) => problem.to_string(),
                Ok(_) => format!("Enter your {recipient} again."),
            },
            Self::NotSent => {
                format!("The code could not be sent. Check the {recipient}, or try again in a few minutes.")
            }
            Self::SignUpsDisabled => format!("There is no account for {account}, and new ones are not taken."),
            Self::Blocked => format!("The account of {account} is blocked."),
            Self::NoCode => "Enter the code.".to_owned(),
            Self::Wrong => "This code is wrong. Compare it with the newest message.".to_owned(),
            Self::Spent => {
                "This code is no longer valid: it was used, or answered wrongly three times. Send a new code."
                    .to_owned()
            }
            Self::Expired => "This code has expired. Send a new code.".to_owned(),
            Self::TooManyWrongCodes => {
                format!("There were too many wrong codes for {account} from your network. Ask for help to go on.")
            }
            Self::Throttled(seconds) => format!("Too many tries. Wait {}, then try again.", duration_in_words(seconds)),
        }
    }
}
