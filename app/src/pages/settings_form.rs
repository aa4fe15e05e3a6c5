//! What every form of stored settings has: its fields, what someone else saved meanwhile, and `Save`.

pub mod conflict;
pub mod fields;
pub mod save_area;
