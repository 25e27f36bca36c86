//! Tools that `cargo install` builds into the cache folder: wasm-bindgen at exactly Cargo.lock's version, and trunk.
//! The versions are here and in Cargo.lock, nowhere else.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::say;
use crate::command;
use crate::paths::Paths;

/// Newer ones need a newer compiler than the project's `rust-version`.
const TRUNK: &str = "0.21.14";

/// `wasm-bindgen` and `wasm-bindgen-test-runner`.
pub(crate) fn wasm_bindgen(paths: &Paths) -> Result<()> {
    let version = locked_version(&std::fs::read_to_string(paths.root.join("Cargo.lock"))?, "wasm-bindgen")
        .context("Cargo.lock names no wasm-bindgen")?;
    let arguments = ["wasm-bindgen-cli", "--version", &version];
    install(paths, "wasm-bindgen", &version, "about 3 minutes", &arguments)
}

/// `trunk`: unoptimised and without its downloader, which halves the time to build it and costs nothing in use,
/// because it only calls the other tools.
pub(crate) fn trunk(paths: &Paths) -> Result<()> {
    let arguments = ["trunk", "--version", TRUNK, "--locked", "--debug", "--no-default-features"];
    install(paths, "trunk", TRUNK, "about 4 minutes", &arguments)
}

fn install(paths: &Paths, program: &str, version: &str, time: &str, arguments: &[&str]) -> Result<()> {
    if has_version(&paths.tools_bin().join(program), version) {
        return Ok(());
    }
    say(&format!("building {program} {version} into {} ({time}, once)", paths.cache.display()));
    let build = paths.cache.join("tools/build");
    let mut cargo = Command::new("cargo");
    cargo.arg("install").args(arguments).arg("--force").arg("--root").arg(paths.cache.join("tools"));
    cargo.current_dir(&paths.cache).env("CARGO_TARGET_DIR", &build).env("CARGO_PROFILE_DEV_DEBUG", "0");
    cargo.env_remove("RUSTFLAGS").env_remove("RUSTC");
    command::run(&mut cargo)?;
    std::fs::remove_dir_all(&build).ok();
    Ok(())
}

fn has_version(program: &Path, version: &str) -> bool {
    command::read(Command::new(program).arg("--version"))
        .is_ok_and(|answer| answer.split_whitespace().any(|word| word == version))
}

/// The version of a package in a lock file.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn reads_the_version_of_exactly_this_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \
                    \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }
}
