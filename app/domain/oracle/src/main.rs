//! Answers the questions that come in, one a line, each with one line.

use std::io::{BufRead, Write};

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for question in std::io::stdin().lock().lines() {
        writeln!(out, "{}", domain_oracle::answer(&question?))?;
    }
    Ok(())
}
