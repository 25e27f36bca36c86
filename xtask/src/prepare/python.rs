//! Python programs, pinned in `xtask/tools/requirements.txt` and installed into an environment of their own in the cache
//! folder: Schemathesis, and Intercom's client for Python.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::{debian, say};
use crate::command;
use crate::hash;
use crate::paths::Paths;

/// Makes sure of them and gives the folder of their programs.
pub(crate) fn prepare(paths: &Paths) -> Result<PathBuf> {
    let wanted = paths.cache.join("requirements.txt");
    std::fs::create_dir_all(&paths.cache)?;
    std::fs::copy(paths.root.join("xtask/tools/requirements.txt"), &wanted)?;
    let home = paths.cache.join("python");
    let bin = home.join("bin");
    let stamp = home.join(".doorstep-installed");
    let version = hash::files(std::slice::from_ref(&wanted))?;
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == version) {
        return Ok(bin);
    }
    debian::need(&[("python3", "python3")])?;
    // Debian keeps the module apart from the interpreter.
    if !command::succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        debian::install(&["python3-venv"])?;
    }
    say(&format!(
        "installing Schemathesis and Intercom's client for Python into {} with pip",
        home.display()
    ));
    command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    let mut pip = Command::new(bin.join("pip"));
    pip.args(["install", "--quiet", "--no-deps", "--disable-pip-version-check", "--requirement"])
        .arg(&wanted);
    command::run(&mut pip)?;
    std::fs::write(&stamp, version)?;
    Ok(bin)
}

/// `cargo xtask keys FILE`: takes the keys of the examples out of Intercom's description (`e2e/api/example_keys.py`).
pub(crate) fn keys(paths: &Paths, words: &[String]) -> Result<()> {
    let beside = paths.root.join("../shared/reference/intercom-openapi.yaml").display().to_string();
    let file = words.first().unwrap_or(&beside);
    let mut python = Command::new(prepare(paths)?.join("python"));
    let found = command::read(python.arg(paths.root.join("e2e/api/example_keys.py")).arg(file))?;
    let to = paths.root.join("crates/server/tests/rest/example_keys.txt");
    std::fs::write(&to, found)?;
    println!("wrote {}", to.display());
    Ok(())
}
