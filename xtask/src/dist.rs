//! `cargo xtask dist`: one binary with everything inside, at `target/doorstep/doorstep`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::build;
use crate::command;
use crate::hash;
use crate::paths::Paths;
use crate::prepare::debian;

/// Builds it and says where it is.
pub(crate) fn run(paths: &Paths) -> Result<()> {
    assets(paths)?;
    println!("\u{2022} building the server for release (some minutes the first time)");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&paths.root).env("CARGO_TARGET_DIR", &paths.target);
    command::run(cargo.args(["build", "--profile", "release-server", "-p", "doorstep-server"]))?;
    let binary = paths.root.join("target/doorstep/doorstep");
    std::fs::create_dir_all(binary.parent().context("the binary has no folder")?)?;
    std::fs::copy(paths.target.join("release-server/doorstep"), &binary)?;
    let size = std::fs::metadata(&binary)?.len() / 1024;
    println!("{} ({size} KiB), with all it needs inside", binary.display());
    Ok(())
}

/// Where the browser's files are, small as they are sent: the server compresses none of them itself.
pub(crate) fn assets(paths: &Paths) -> Result<PathBuf> {
    let assets = build::run(paths)?;
    debian::need(&[("brotli", "brotli"), ("gzip", "gzip")])?;
    println!("\u{2022} compressing the browser files (brotli 11, gzip 9)");
    compress(&assets.join("assets"))?;
    Ok(assets)
}

/// Puts `.br` and `.gz` beside every file, where they are not yet.
fn compress(folder: &Path) -> Result<()> {
    let mut files = Vec::new();
    hash::walk(folder, &mut files)?;
    let packed = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "br" || ending == "gz");
    for file in files.iter().filter(|path| !packed(path)) {
        command::run(
            Command::new("brotli").args(["--force", "--keep", "--quality=11", "--lgwin=22"]).arg(file),
        )?;
        command::run(Command::new("gzip").args(["--force", "--keep", "-9"]).arg(file))?;
    }
    Ok(())
}
