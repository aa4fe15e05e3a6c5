//! Every action that the trail records.

/// What an action is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditObject {
    /// An administrator, by id.
    Administrator,
    /// A connection, by its name.
    Connection,
    /// An application, by its client id.
    Application,
    /// A user, by what applications know the user by.
    User,
    /// An API token, by id.
    ApiToken,
    /// A key that signs tokens, by its id.
    SigningKey,
    /// The one thing of its kind.
    Only(&'static str),
}

macro_rules! kinds {
    ($($object:expr => { $($(#[doc = $doc:literal])+ $name:ident $stored:literal $label:literal)+ })+) => {
        /// An action that the trail records.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AuditKind {
            $($($(#[doc = $doc])+ $name,)+)+
        }

        /// Each action, as it is stored, as people read it, and what it is done to.
        static KINDS: &[(AuditKind, &str, &str, AuditObject)] =
            &[$($((AuditKind::$name, $stored, $label, $object)),+),+];
    };
}

kinds! {
    AuditObject::Administrator => {
        /// Somebody signed in.
        SignedIn "admin.signed_in" "Signed in"
        /// Somebody signed out.
        SignedOut "admin.signed_out" "Signed out"
        /// Address or password was wrong, or the account was switched off.
        SignInRefused "admin.sign_in_refused" "Sign-in refused"
        /// Who wanted to change a password did not know the present one.
        PasswordRefused "admin.password_refused" "Current password refused"
        /// Somebody changed their own password.
        PasswordChanged "admin.password_changed" "Password changed"
        /// Somebody took up an invitation.
        PasswordChosen "admin.password_chosen" "Password chosen"
        /// Somebody ended other sessions of their own.
        SessionsEnded "admin.sessions_ended" "Sessions ended"
        /// An administrator was created with a password.
        AdminCreated "admin.created" "Administrator created"
        /// An administrator was invited.
        AdminInvited "admin.invited" "Administrator invited"
        /// An administrator has to choose a new password.
        AdminReset "admin.reset" "Administrator reset"
        /// An administrator got another role.
        RoleChanged "admin.role_changed" "Role changed"
        /// An administrator was switched off.
        AdminDisabled "admin.disabled" "Administrator switched off"
        /// An administrator was switched on again.
        AdminEnabled "admin.enabled" "Administrator switched on"
    }
    AuditObject::Connection => {
        /// Settings were saved.
        ConnectionSaved "connection.saved" "Settings saved"
        /// An earlier revision was saved again.
        ConnectionRestored "connection.restored" "Revision restored"
        /// A method was switched on.
        ConnectionEnabled "connection.enabled" "Method switched on"
        /// A method was switched off.
        ConnectionDisabled "connection.disabled" "Method switched off"
        /// A test message was asked for.
        ConnectionTried "connection.tried" "Test message requested"
        /// The configuration was looked at.
        ConnectionChecked "connection.checked" "Configuration checked"
        /// A method was switched on for all applications that matched.
        ApplicationsEnabled "applications.enabled" "Applications switched on"
        /// A method was switched off for all applications that matched.
        ApplicationsDisabled "applications.disabled" "Applications switched off"
    }
    AuditObject::Application => {
        /// A method was switched on for one application.
        ApplicationEnabled "application.enabled" "Application switched on"
        /// A method was switched off for one application.
        ApplicationDisabled "application.disabled" "Application switched off"
        /// An application was registered.
        ApplicationRegistered "application.registered" "Application registered"
        /// The settings of an application were saved.
        ApplicationSaved "application.saved" "Application saved"
        /// An application got a new client secret.
        SecretRotated "application.secret_rotated" "Client secret rotated"
        /// An application was deleted.
        ApplicationDeleted "application.deleted" "Application deleted"
    }
    AuditObject::User => {
        /// A user was created by hand.
        UserCreated "user.created" "User created"
        /// A user was blocked.
        UserBlocked "user.blocked" "User blocked"
        /// A user was let in again.
        UserUnblocked "user.unblocked" "User unblocked"
        /// A user was deleted.
        UserDeleted "user.deleted" "User deleted"
        /// Who had typed too many wrong codes may try again.
        SignInBlockLifted "user.sign_in_block_lifted" "Sign-in block lifted"
    }
    AuditObject::Only("Email provider") => {
        /// The email provider was saved.
        EmailProviderSaved "email_provider.saved" "Email provider saved"
        /// The mail server was connected to.
        EmailProviderChecked "email_provider.checked" "Email provider checked"
    }
    AuditObject::Only("Installation") => {
        /// What is set for the whole installation was saved.
        InstallationSaved "installation.saved" "Installation saved"
    }
    AuditObject::ApiToken => {
        /// An API token was made.
        ApiTokenCreated "api_token.created" "API token created"
        /// An API token counts no more.
        ApiTokenRevoked "api_token.revoked" "API token revoked"
    }
    AuditObject::SigningKey => {
        /// A key that signs tokens was made.
        SigningKeyMade "signing_key.made" "Signing key made"
    }
    AuditObject::Only("Stored secrets") => {
        /// Every secret was encrypted under a new key.
        KeyRotated "key.rotated" "Encryption key rotated"
    }
    AuditObject::Only("Audit trail") => {
        /// Entries that were kept long enough were deleted.
        AuditTrimmed "audit.trimmed" "Old entries deleted"
    }
}

impl AuditKind {
    /// Every action, in the order of the filter.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, ..)| *kind)
    }

    /// The action that a stored name stands for.
    pub fn of(stored: &str) -> Option<Self> {
        KINDS.iter().find(|(_, name, ..)| *name == stored).map(|(kind, ..)| *kind)
    }

    /// The name in the database, in addresses and in files.
    pub fn as_str(self) -> &'static str {
        self.entry().1
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        self.entry().2
    }

    /// What it is done to.
    pub fn object(self) -> AuditObject {
        self.entry().3
    }

    /// Whether it says that something was refused.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::SignInRefused | Self::PasswordRefused)
    }

    fn entry(self) -> (Self, &'static str, &'static str, AuditObject) {
        KINDS.get(self as usize).copied().unwrap_or((self, "", "", AuditObject::Only("")))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_lead_back_to_the_action_and_labels_tell_actions_apart() {
        for kind in AuditKind::all() {
            assert_eq!(AuditKind::of(kind.as_str()), Some(kind));
        }
        let labels: BTreeSet<&str> = AuditKind::all().map(AuditKind::label).collect();
        assert_eq!(labels.len(), AuditKind::all().count());
        assert_eq!(AuditKind::of("connection.lost"), None);
    }
}
