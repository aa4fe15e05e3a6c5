//! The hosted sign-in page: what an application's users see when it sends them to `/authorize`.

mod answer;
mod page;
mod parameters;
mod request;
mod trouble;
