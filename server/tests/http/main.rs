//! The whole application through its router, with a real database and without a socket.

#![recursion_limit = "256"]

mod activity;
mod api;
mod assets;
mod audit;
mod authorize;
mod bodies;
mod browser;
mod entry;
mod functions;
mod headers;
mod health;
mod merge;
mod oauth;
mod origin;
mod pages;
mod preview;
mod sessions;
mod throttling;
mod trial;
