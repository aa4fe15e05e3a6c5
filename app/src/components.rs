//! The reusable pieces of the console. Each owns its accessibility: pages write no `aria-*` attribute.
//!
//! Form fields are uncontrolled: what the browser holds counts, also when it was typed before hydration (see [`field`]).

pub mod banner;
pub mod button;
pub mod card;
pub mod checkbox_field;
pub mod copy_button;
pub mod dialog;
pub mod empty_state;
pub mod error_summary;
pub mod field;
pub mod icon;
pub mod mark;
pub mod page_header;
pub mod pager;
pub mod radio_group;
pub mod save_bar;
pub mod secret_field;
pub mod select;
pub mod skeleton;
pub mod status;
pub mod status_note;
pub mod sub_nav;
pub mod switch_field;
pub mod tabs;
pub mod text_area;
pub mod text_field;
pub mod time;
pub mod toggle;

pub use banner::{Banner, Tone};
pub use button::{Button, ButtonKind, LinkButton};
pub use card::{Card, Section};
pub use checkbox_field::CheckboxField;
pub use copy_button::CopyButton;
pub use dialog::Dialog;
pub use empty_state::EmptyState;
pub use error_summary::ErrorSummary;
pub use field::Help;
pub use icon::{Icon, Shape};
pub use mark::Mark;
pub use page_header::PageHeader;
pub use pager::Pages;
pub use radio_group::{Choice, ChoiceKind, RadioGroup};
pub use save_bar::SaveBar;
pub use secret_field::SecretField;
pub use select::Select;
pub use skeleton::Skeleton;
pub use status::Status;
pub use status_note::StatusNote;
pub use sub_nav::{SubNav, SubNavItem};
pub use switch_field::SwitchField;
pub use tabs::{Tab, TabPanel, Tabs};
pub use text_area::TextArea;
pub use text_field::TextField;
pub use time::Time;
pub use toggle::Toggle;
