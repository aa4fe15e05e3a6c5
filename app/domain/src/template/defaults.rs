//! The templates that a new installation begins with and that `Reset to default` brings back.

/// The text of an SMS, in Markdown syntax; one segment with most names.
pub const DEFAULT_MESSAGE: &str = "Your code for @@application.name@@ is @@password@@. Do not share it with anyone.";

/// The subject of an email.
pub const DEFAULT_SUBJECT: &str =
    "{% if send == 'link' %}Sign in to {{ application.name }}{% else %}Your code for {{ application.name }}{% endif %}";

/// The body of an email, for code and link.
pub const DEFAULT_BODY: &str = include_str!("default_body.html");
