//! `cargo xtask gallery`: every view in every state, at an address of this machine. `cargo xtask screenshots`: pictures of
//! it, and of the whole thing at work, in `target/screenshots`. The states are in `gallery/`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::build;
use crate::command;
use crate::hash;
use crate::paths::Paths;
use crate::prepare;
use crate::serve;

/// Builds it into `target/gallery` and gives that folder. Quickly: nothing is made small.
pub(crate) fn build(paths: &Paths) -> Result<PathBuf> {
    prepare::wasm_target::prepare(paths)?;
    prepare::cargo_tools::wasm_bindgen(paths)?;
    prepare::npm::tools(paths)?;
    println!("\u{2022} building the gallery");
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&paths.root).env("CARGO_TARGET_DIR", &paths.target);
    cargo.args(["build", "--quiet", "--target", "wasm32-unknown-unknown", "-p", "doorstep-widget"]);
    command::run(cargo.args(["--example", "doorstep-gallery"]))?;
    let folder = paths.root.join("target/gallery");
    let made = paths.target.join("wasm32-unknown-unknown/debug/examples/doorstep-gallery.wasm");
    let mut bindgen = Command::new(paths.tools_bin().join("wasm-bindgen"));
    bindgen.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&folder).arg(made);
    command::run(&mut bindgen)?;
    let mut files: Vec<PathBuf> =
        ["index.html", "gallery.css", "gallery.js"].map(|name| paths.root.join("gallery").join(name)).into();
    copy(&files, &folder)?;
    files.clear();
    hash::walk(&paths.root.join("locales"), &mut files)?;
    files.retain(|file| file.parent().is_some_and(|parent| parent.ends_with("locales")));
    copy(&files, &folder.join("locales"))?;
    std::fs::create_dir_all(folder.join("parts"))?;
    for (part, script) in build::part_scripts(paths)? {
        std::fs::write(folder.join("parts").join(part).with_extension("js"), script)?;
    }
    Ok(folder)
}

fn copy(files: &[PathBuf], to: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for file in files {
        let name = file.file_name().unwrap_or_default();
        std::fs::copy(file, to.join(name)).with_context(|| format!("copying {}", file.display()))?;
    }
    Ok(())
}

/// Builds and serves it until interrupted.
pub(crate) fn run(paths: &Paths) -> Result<()> {
    let folder = build(paths)?;
    let mut node = Command::new("node");
    node.arg(paths.root.join("e2e/harness/gallery.mjs")).env("DOORSTEP_GALLERY", folder);
    command::run(&mut node)
}

/// Takes the pictures; words choose among them.
pub(crate) fn screenshots(paths: &Paths, words: &[String]) -> Result<()> {
    prepare::for_browser()?;
    let gallery = build(paths)?;
    let assets = build::run(paths)?;
    serve::server(paths)?;
    let folder = paths.root.join("e2e");
    prepare::npm::install(&folder, "the journeys' tools")?;
    let mut node = Command::new("node");
    node.current_dir(&folder).arg("screenshots.mjs").args(words).env("DOORSTEP_GALLERY", gallery);
    node.env("DOORSTEP_BIN", paths.target.join("debug/doorstep")).env("DOORSTEP_ASSETS", assets);
    command::run(&mut node)
}
