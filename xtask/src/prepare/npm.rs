//! Tools from npm, pinned in `xtask/tools` and installed into the cache folder; and `npm ci` for the browser tests.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::say;
use crate::command;
use crate::hash;
use crate::paths::Paths;

/// `wasm-opt` (binaryen) and `esbuild`.
pub(crate) fn tools(paths: &Paths) -> Result<()> {
    let source = paths.root.join("xtask/tools");
    let folder = paths.npm();
    std::fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        let from = source.join(name);
        std::fs::copy(&from, folder.join(name)).with_context(|| format!("copying {}", from.display()))?;
    }
    install(&folder, "wasm-opt and esbuild")
}

/// Installs what a folder's lock file says, unless exactly that is installed.
pub(crate) fn install(folder: &Path, what: &str) -> Result<()> {
    let stamp = folder.join("node_modules/.doorstep-installed");
    let wanted = hash::files(&[folder.join("package.json"), folder.join("package-lock.json")])?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    say(&format!("installing {what} with npm ci"));
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command::run(&mut npm)?;
    std::fs::create_dir_all(folder.join("node_modules"))?;
    std::fs::write(&stamp, wanted)?;
    Ok(())
}
