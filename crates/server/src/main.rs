//! The binary `doorstep`: reads the command line, logs to standard error, runs the command.

use std::process::ExitCode;

use clap::Parser as _;
use doorstep_server::cli::{Cli, run};
use tracing_subscriber::EnvFilter;

/// What one thread takes is mostly given back by another here: requests hand their messages to the writer, and the writer its
/// answers to them (docs/adr/0018).
#[cfg(target_os = "linux")]
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("DOORSTEP_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// What went wrong and why, without where in the code.
#[expect(clippy::print_stderr, reason = "a command's complaint belongs on standard error")]
fn complain(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}
