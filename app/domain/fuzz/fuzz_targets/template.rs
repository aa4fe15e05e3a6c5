//! Hands arbitrary bytes to the engine of templates.

#![no_main]

mod promises;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| promises::hold(bytes));
