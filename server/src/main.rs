//! The `doorcode` binary: reads what it was told, does it, and ends with one line when it cannot.

use std::fmt::Display;
use std::process::ExitCode;

use clap::Parser;
use server::config::{Cli, Command, Config};
use server::{cli, log, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { command, flags } = Cli::parse();
    let config =
        match Config::read(&flags, |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())) {
            Ok(config) => config,
            Err(error) => return fail(&error, 2),
        };
    log::start(&config.log);
    let done = match command.unwrap_or(Command::Serve) {
        Command::Serve => {
            return serve::serve(config).await.map_or_else(|error| fail(&error, 2), |()| ExitCode::SUCCESS);
        }
        Command::Admin(command) => cli::admin(&config, command).await,
        Command::Check => cli::check(&config).await,
        Command::Backup { file } => cli::backup(&config, &file).await,
        Command::RotateKey => cli::rotate_key(&config).await,
        Command::RotateSigningKey { at_once } => cli::rotate_signing_key(&config, at_once).await,
    };
    done.map_or_else(|error| fail(&error, error.exit_code()), |()| ExitCode::SUCCESS)
}

/// One line on standard error, whatever the cause wrote.
fn fail(error: &dyn Display, code: u8) -> ExitCode {
    let line = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    eprintln!("doorcode: {line}");
    ExitCode::from(code)
}
