//! `cargo xtask run`: builds what is missing and starts the server with its demo site.

use std::process::Command;

use anyhow::Result;

use crate::build;
use crate::command;
use crate::paths::Paths;

/// Builds and starts; ends when the server does.
pub(crate) fn run(paths: &Paths, arguments: &[String]) -> Result<()> {
    let assets = build::run(paths)?;
    server(paths)?;
    let mut server = Command::new(paths.target.join("debug/doorstep"));
    server.current_dir(&paths.root).env("DOORSTEP_ASSETS", assets).args(["serve", "--demo"]).args(arguments);
    command::run(&mut server)
}

/// Builds the server for trying and testing.
pub(crate) fn server(paths: &Paths) -> Result<()> {
    println!("\u{2022} building the server");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&paths.root).env("CARGO_TARGET_DIR", &paths.target);
    command::run(cargo.args(["build", "--quiet", "-p", "doorstep-server"]))
}
