//! `cargo xtask bench server`: see crates/server/benches/server/. `cargo xtask bench widget`: see e2e/bench/widget.mjs.

use std::process::Command;

use anyhow::{Result, bail};

use crate::build;
use crate::command;
use crate::paths::Paths;
use crate::postgres::Cluster;
use crate::prepare;
use crate::serve;

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
    let assets = build::run(paths)?;
    serve::server(paths)?;
    let folder = paths.root.join("e2e");
    prepare::npm::install(&folder, "the journeys' tools")?;
    let mut node = Command::new("node");
    node.current_dir(&folder).arg("bench/widget.mjs").args(words);
    node.env("DOORSTEP_BIN", paths.target.join("debug/doorstep")).env("DOORSTEP_ASSETS", assets);
    command::run(&mut node)
}

fn server(paths: &Paths) -> Result<()> {
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
