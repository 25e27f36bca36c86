//! `cargo xtask bench server`: see crates/server/benches/server/. `cargo xtask bench widget`: see e2e/bench/widget.mjs.

use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::dist;
use crate::paths::Paths;
use crate::postgres::Cluster;
use crate::prepare;

/// Runs the benchmark named.
pub(crate) fn run(paths: &Paths, which: &[String]) -> Result<()> {
    match which.split_first() {
        Some((name, [])) if name == "server" => server(paths),
        Some((name, words)) if name == "widget" => widget(paths, words),
        _ => bail!("which benchmark? There are: server, widget"),
    }
}

/// In a real browser, against the real server. Words go on to the script (`--runs 3`).
fn widget(paths: &Paths, words: &[String]) -> Result<()> {
    prepare::for_browser()?;
    // As it is installed: how fast it answers, and how much, is part of what is measured.
    let assets = dist::assets(paths)?;
    release(paths, &["build", "--bin", "doorstep"], &[])?;
    let folder = paths.root.join("e2e");
    prepare::npm::install(&folder, "the journeys' tools")?;
    let mut node = Command::new("node");
    node.current_dir(&folder).arg("bench/widget.mjs").args(words);
    node.env("DOORSTEP_BIN", paths.target.join("release-server/doorstep")).env("DOORSTEP_ASSETS", assets);
    command::run(&mut node)
}

fn server(paths: &Paths) -> Result<()> {
    let cluster = Cluster::start()?;
    let url = cluster.url();
    let databases = [("TEST_DATABASE_URL", url.as_str()), ("DOORSTEP_REQUIRE_POSTGRES", "1")];
    release(paths, &["bench", "--bench", "server"], &databases)
}

/// Has cargo do something with the server as it is released.
fn release(paths: &Paths, words: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    println!("\u{2022} building the server for release (some minutes the first time)");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&paths.root).env("CARGO_TARGET_DIR", &paths.target).envs(variables.iter().copied());
    command::run(cargo.args(words).args(["--profile", "release-server", "-p", "doorstep-server"]))
}
