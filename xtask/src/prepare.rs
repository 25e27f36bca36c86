//! What a task needs on this machine, installed when it is missing: one tool a file.
//! Each says what it does before it does it and takes an instant when there is nothing to do.

pub(crate) mod cargo_tools;
pub(crate) mod debian;
pub(crate) mod npm;
pub(crate) mod python;
pub(crate) mod wasm_target;

use anyhow::Result;

use crate::paths::Paths;
use wasm_target::WasmCompiler;

/// What the wasm builds need: target, trunk, wasm-bindgen, wasm-opt and esbuild.
pub(crate) fn for_build(paths: &Paths) -> Result<WasmCompiler> {
    std::fs::create_dir_all(&paths.cache)?;
    debian::need(&[("cc", "gcc"), ("node", "nodejs"), ("npm", "npm")])?;
    let compiler = wasm_target::prepare(paths)?;
    cargo_tools::wasm_bindgen(paths)?;
    cargo_tools::trunk(paths)?;
    npm::tools(paths)?;
    Ok(compiler)
}

/// What the browser tests need on top.
pub(crate) fn for_browser() -> Result<()> {
    debian::need(&[("chromium", "chromium"), ("chromedriver", "chromium-driver")])
}

/// `PATH` with the tools in front.
pub(crate) fn tools_path(paths: &Paths) -> Result<std::ffi::OsString> {
    let before = [paths.tools_bin(), paths.npm().join("node_modules/.bin")];
    let rest = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(before.into_iter().chain(std::env::split_paths(&rest)))?)
}

/// One line that says what is being prepared.
fn say(text: &str) {
    println!("\u{2022} {text}");
}
