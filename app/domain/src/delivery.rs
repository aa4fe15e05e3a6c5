//! What became of a message that was handed to a provider, in words for the database and in words for people.

use std::fmt;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it; it has not said that it arrived.
    Accepted,
    /// It arrived.
    Delivered,
    /// The provider answered that it does not take it.
    Refused(Reason),
    /// It could not be handed over, or did not arrive.
    Failed(Reason),
}

impl Outcome {
    /// Every outcome in one word, as deliveries are filtered by it.
    pub const WORDS: [&'static str; 4] = ["accepted", "delivered", "refused", "failed"];

    /// The same as people read them.
    pub const LABELS: [&'static str; 4] = ["Accepted", "Delivered", "Refused", "Failed"];

    /// The outcome that two stored words stand for.
    pub fn of(outcome: &str, reason: &str) -> Option<Self> {
        match outcome {
            "accepted" => Some(Self::Accepted),
            "delivered" => Some(Self::Delivered),
            "refused" => Reason::of(reason).map(Self::Refused),
            "failed" => Reason::of(reason).map(Self::Failed),
            _ => None,
        }
    }

    /// The outcome in one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Delivered => "delivered",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
        }
    }

    /// Why, where it went wrong.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Accepted | Self::Delivered => None,
            Self::Refused(reason) | Self::Failed(reason) => Some(reason),
        }
    }

    /// Whether the provider has it, or had it and delivered it.
    pub const fn went_out(self) -> bool {
        self.reason().is_none()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [accepted, delivered, refused, failed] = Self::LABELS;
        f.write_str(match self {
            Self::Accepted => accepted,
            Self::Delivered => delivered,
            Self::Refused(_) => refused,
            Self::Failed(_) => failed,
        })
    }
}

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $sentence:literal)+) => {
        /// Why a message did not go out or did not arrive; `Display` says what to do about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Reason {
            $($(#[doc = $doc])+ $name,)+
        }

        /// Each reason, in one word, and in a sentence for people.
        static REASONS: &[(Reason, &str, &str)] = &[$((Reason::$name, $word, $sentence)),+];
    };
}

reasons! {
    /// Settings of the provider are missing.
    NotSetUp "not_set_up" "The provider’s settings are incomplete. Fill in what the settings name as missing."
    /// A template cannot be rendered for that request.
    Template "template" "The message’s templates cannot be rendered for this request, so nothing was sent. The settings list their problems."
    /// The rendered message lacks what it is for.
    WithoutCode "without_code" "The rendered message holds neither the code nor the link that it is for, so nothing was sent. Check the template’s branches for this language."
    /// The user is blocked.
    UserBlocked "user_blocked" "An administrator has blocked this user, so nothing was sent. Unblock the user to let them sign in again."
    /// The name has no address.
    HostNotFound "host_not_found" "The host name has no address. Check its spelling."
    /// The address is one that Doorcode must not connect to.
    PrivateAddress "private_address" "The host is at a private address, which Doorcode connects to only when DOORCODE_ALLOW_PRIVATE_HOSTS lists the host."
    /// Nothing listens, or nothing gets through.
    CannotConnect "cannot_connect" "No connection came about. Check host and port, and that a firewall lets Doorcode through."
    /// The connection broke off.
    ConnectionLost "connection_lost" "The connection broke off before the answer came; a message may have gone out all the same."
    /// The certificate is not one to trust for that host.
    Certificate "certificate" "The server’s certificate is not valid for this host. Check the host name, and the certificate’s issuer and dates."
    /// The encryption could not be agreed on.
    Encryption "encryption" "No encrypted connection came about. Check port and security: STARTTLS is usual on 587, TLS on 465."
    /// No answer in time.
    Timeout "timeout" "No answer came in time; a message may have gone out all the same."
    /// The answer is none that the provider's interface knows.
    Unintelligible "unintelligible" "The answer could not be read. Check that the address is the provider’s own."
    /// The provider is out of order.
    ProviderFailure "provider_failure" "The provider reports a failure of its own. Try again later."
    /// The provider wants fewer messages.
    TooManyRequests "too_many_requests" "The provider gets more messages than it allows. Try again later, or ask it for a higher limit."
    /// Refused without a reason that has words of its own.
    NotTaken "not_taken" "The provider does not take the message. Its code says more."

    /// SID and token do not fit.
    TwilioCredentials "twilio_credentials" "Twilio does not accept the Account SID with this Auth Token. Copy both again from Twilio’s console."
    /// The account cannot send.
    AccountInactive "account_inactive" "The Twilio account is suspended or closed. Its console says why."
    /// The recipient's number is none.
    InvalidRecipient "invalid_recipient" "The recipient is not a valid phone number. Check it, with its country code."
    /// The sender is none.
    InvalidSender "invalid_sender" "From is not a sender that Twilio knows. Check it, with its country code."
    /// The account may not send to that country.
    RegionNotAllowed "region_not_allowed" "The Twilio account may not send to the recipient’s country. Allow it in Twilio’s geographic permissions."
    /// The sender is not the account's, or cannot send text messages.
    SenderNotUsable "sender_not_usable" "From does not belong to the Twilio account, or cannot send text messages. Choose one of the account’s numbers."
    /// A trial account sends to verified numbers only.
    TrialAccount "trial_account" "A Twilio trial account sends to verified numbers only. Verify the recipient in Twilio’s console, or upgrade the account."
    /// The recipient said STOP.
    OptedOut "opted_out" "The recipient has opted out of messages from this sender, and can opt in again by answering START."
    /// The sender's queue is full.
    QueueFull "queue_full" "Too many messages of this sender are waiting at Twilio. Try again later, or use a Messaging Service with more numbers."
    /// The sender does not reach that recipient.
    NotReachable "not_reachable" "From cannot send to this recipient. Choose a sender that works in the recipient’s country."
    /// A number that takes no text messages.
    NotMobile "not_mobile" "The recipient’s number takes no text messages; it may be a landline."
    /// More characters than a message may have.
    MessageTooLong "message_too_long" "The message is longer than 1,600 characters. Shorten it."
    /// The messaging service is unknown, or has no number to send from.
    MessagingService "messaging_service" "The Messaging Service does not exist in this account, or has no number to send from."
    /// A carrier filtered it.
    Filtered "filtered" "The message was filtered as unwanted, by Twilio or a carrier. Word it plainly and register the sender where the country asks for it."
    /// A carrier filtered it because it carries a code.
    CodeFiltered "code_filtered" "The message was filtered because it carries a code. Ask Twilio how to send codes to this country."
    /// The sender has to be registered.
    SenderNotRegistered "sender_not_registered" "The sender is not registered for messages to this country. Register it in Twilio’s console."
    /// The phone is off or out of reach, or the number is gone.
    PhoneUnreachable "phone_unreachable" "The phone is switched off, out of reach, or blocks the message."
    /// It did not arrive, without a reason that has words of its own.
    NotDelivered "not_delivered" "The message did not arrive. The provider’s code says more."

    /// Only https is safe for a gateway.
    NotHttps "not_https" "The Gateway URL has to begin with https://, or its host be listed in DOORCODE_ALLOW_PRIVATE_HOSTS."
    /// The gateway's token is not accepted.
    GatewayCredentials "gateway_credentials" "The gateway answered 401: it does not accept the token. Check Gateway authentication, Subject, Audience and Gateway secret."
    /// The key of the gateway's token cannot be read.
    GatewaySecret "gateway_secret" "The Gateway secret is not base64url. Enter it again, or clear “Secret is base64url-encoded”."
    /// Only 200 means that a gateway took the message.
    GatewayStatus "gateway_status" "The gateway answered with a status other than 200, and only 200 means that it took the message."

    /// The server offers no encryption.
    NoStarttls "no_starttls" "The mail server does not offer STARTTLS. Choose another port or security."
    /// The password would be sent in clear.
    PasswordInClear "password_in_clear" "The password would be sent without encryption. Choose STARTTLS or TLS, or list the host in DOORCODE_ALLOW_PRIVATE_HOSTS."
    /// The server offers no way to sign in that Doorcode knows.
    NoSignIn "no_sign_in" "The mail server offers no way to sign in by password. Clear the user name, or choose another port or security."
    /// User name or password is wrong.
    MailCredentials "mail_credentials" "The mail server does not accept user name and password."
    /// The server does not greet.
    MailServerBusy "mail_server_busy" "The mail server takes no mail at the moment. Try again later."
    /// The server does not send for that sender.
    MailSender "mail_sender" "The mail server does not take mail from this sender. Check From, and that the user may send as it."
    /// The server does not take that recipient.
    MailRecipient "mail_recipient" "The mail server does not take mail for this recipient."
    /// The server does not take the text.
    MailMessage "mail_message" "The mail server does not take the message."
}

impl Reason {
    /// The reason that a stored word stands for.
    pub fn of(word: &str) -> Option<Self> {
        REASONS.iter().find(|(_, stored, _)| *stored == word).map(|(reason, ..)| *reason)
    }

    /// The reason in one word.
    pub fn word(self) -> &'static str {
        self.entry().1
    }

    /// Every reason.
    pub fn all() -> impl Iterator<Item = Self> {
        REASONS.iter().map(|(reason, ..)| *reason)
    }

    fn entry(self) -> (Self, &'static str, &'static str) {
        REASONS.get(self as usize).copied().unwrap_or((self, "", ""))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.entry().2)
    }
}

/// What people call a provider, given the word that is stored of it.
pub fn provider_label(word: &str) -> &str {
    match word {
        "twilio" => "Twilio",
        "gateway" => "Custom gateway",
        "smtp" => "SMTP",
        "outbox" => "Outbox",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    #[test]
    fn words_lead_back_to_the_reason() {
        for reason in Reason::all() {
            assert_eq!(Reason::of(reason.word()), Some(reason));
            let sentence = reason.to_string();
            assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
            for outcome in [Outcome::Refused(reason), Outcome::Failed(reason)] {
                assert_eq!(Outcome::of(outcome.word(), reason.word()), Some(outcome));
                assert_eq!(wire::read(&wire::write(&outcome)), Some(outcome));
            }
        }
        assert_eq!(wire::read(&wire::write(&Outcome::Accepted)), Some(Outcome::Accepted));
        assert_eq!(wire::read::<Outcome>("6:failed4:what"), None);
    }

    #[test]
    fn every_outcome_has_a_word() {
        for word in Outcome::WORDS {
            assert_eq!(Outcome::of(word, "timeout").map(Outcome::word), Some(word));
        }
        assert_eq!(Outcome::of("lost", "timeout"), None);
    }
}
