//! Which of Doorcode's reasons a provider's code stands for. Codes without an entry keep their number and say the rest there.

use domain::delivery::Reason;

/// Twilio's codes for a message that it does not take or did not deliver (twilio.com/docs/api/errors).
static TWILIO: &[(u32, Reason)] = &[
    (20003, Reason::TwilioCredentials),
    (20005, Reason::AccountInactive),
    (20429, Reason::TooManyRequests),
    (21211, Reason::InvalidRecipient),
    (21212, Reason::InvalidSender),
    (21408, Reason::RegionNotAllowed),
    (21606, Reason::SenderNotUsable),
    (21608, Reason::TrialAccount),
    (21610, Reason::OptedOut),
    (21611, Reason::QueueFull),
    (21612, Reason::NotReachable),
    (21614, Reason::NotMobile),
    (21617, Reason::MessageTooLong),
    (21659, Reason::SenderNotUsable),
    (21660, Reason::SenderNotUsable),
    (21703, Reason::MessagingService),
    (21705, Reason::MessagingService),
    (30001, Reason::QueueFull),
    (30002, Reason::AccountInactive),
    (30003, Reason::PhoneUnreachable),
    (30004, Reason::PhoneUnreachable),
    (30005, Reason::InvalidRecipient),
    (30006, Reason::NotMobile),
    (30007, Reason::Filtered),
    (30032, Reason::SenderNotRegistered),
    (30034, Reason::SenderNotRegistered),
    (30038, Reason::CodeFiltered),
];

/// What a code of Twilio means.
pub(super) fn twilio(code: u32) -> Option<Reason> {
    TWILIO.iter().find(|(listed, _)| *listed == code).map(|(_, reason)| *reason)
}
