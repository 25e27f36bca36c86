//! `cargo xtask bench server`: see crates/server/benches/server/.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::paths::Paths;
use crate::postgres::Cluster;

/// Runs the benchmark named.
pub(crate) fn run(paths: &Paths, which: &[String]) -> Result<()> {
    if which != ["server"] {
        bail!("which benchmark? There is: server");
    }
    let cluster = Cluster::start()?;
    println!("\u{2022} building the server for release (some minutes the first time)");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&paths.root).env("CARGO_TARGET_DIR", &paths.target);
    cargo.env("TEST_DATABASE_URL", cluster.url()).env("DOORSTEP_REQUIRE_POSTGRES", "1");
    command::run(cargo.args([
        "bench",
        "--profile",
        "release-server",
        "-p",
        "doorstep-server",
        "--bench",
        "server",
    ]))
}
