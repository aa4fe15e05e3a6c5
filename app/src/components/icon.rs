//! Drawings of 20 by 20, in the colour of the text.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy)]
pub struct Shape(&'static str);

impl Shape {
    /// A text message.
    pub const SMS: Self = Self(r#"<path d="M3 4.5h14v9H9l-3.5 3v-3H3z"/>"#);
    /// An envelope.
    pub const EMAIL: Self = Self(r#"<rect x="2.5" y="4.5" width="15" height="11" rx="2"/><path d="m3 6 7 5 7-5"/>"#);
    /// A password box with its dots.
    pub const PASSWORDLESS: Self = Self(
        r#"<rect x="3" y="4" width="14" height="12" rx="2.5"/><path d="M7 10h.01M10 10h.01M13 10h.01" stroke-width="2.4"/>"#,
    );
    /// Four tiles.
    pub const APPS: Self = Self(
        r#"<rect x="3" y="3" width="6" height="6" rx="1.5"/><rect x="11" y="3" width="6" height="6" rx="1.5"/><rect x="3" y="11" width="6" height="6" rx="1.5"/><rect x="11" y="11" width="6" height="6" rx="1.5"/>"#,
    );
    /// One person.
    pub const PERSON: Self =
        Self(r#"<circle cx="10" cy="7" r="3.2"/><path d="M4 16.5c.6-3 2.7-4.5 6-4.5s5.4 1.5 6 4.5"/>"#);
    /// Two people.
    pub const USERS: Self = Self(
        r#"<circle cx="7.5" cy="7" r="3"/><path d="M2 16.5c.5-3 2.5-4.5 5.5-4.5s5 1.5 5.5 4.5M13 4.3a3 3 0 0 1 0 5.4M15 12.4c1.6.6 2.7 2 3 4.1"/>"#,
    );
    /// A pulse.
    pub const ACTIVITY: Self = Self(r#"<path d="M2.5 10h3l2.5-6 4 12 2.5-6h3"/>"#);
    /// Two sliders.
    pub const SETTINGS: Self =
        Self(r#"<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/><circle cx="7" cy="14" r="2"/>"#);
    /// Two sheets.
    pub const COPY: Self = Self(
        r#"<rect x="7" y="7" width="9.5" height="9.5" rx="2"/><path d="M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7"/>"#,
    );
    /// Three lines.
    pub const MENU: Self = Self(r#"<path d="M3 5.5h14M3 10h14M3 14.5h14"/>"#);
    /// The sun.
    pub const SUN: Self = Self(
        r#"<circle cx="10" cy="10" r="3.2"/><path d="M10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M4.7 15.3l1.1-1.1M14.2 5.8l1.1-1.1"/>"#,
    );
    /// A tick.
    pub const CHECK: Self = Self(r#"<path d="m4 10.5 4 4 8-9"/>"#);
    /// A triangle.
    pub const WARNING: Self = Self(r#"<path d="M10 3 2.5 16.5h15zM10 8.2v3.6M10 14.2h.01"/>"#);
    /// A circle with an exclamation mark.
    pub const ERROR: Self = Self(r#"<circle cx="10" cy="10" r="7.2"/><path d="M10 6.2v4.6M10 13.6h.01"/>"#);
    /// A circle with an i.
    pub const INFO: Self = Self(r#"<circle cx="10" cy="10" r="7.2"/><path d="M10 13.8V9.2M10 6.4h.01"/>"#);
    /// A plus.
    pub const PLUS: Self = Self(r#"<path d="M10 4v12M4 10h12"/>"#);
}

/// An icon; the words beside it say what it means.
#[component]
pub fn Icon(
    /// What it shows.
    shape: Shape,
) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" inner_html=shape.0></svg> }
}
