//! `cargo xtask test layers`: rules that no compiler checks. Which crates a crate may depend on, how long a file may be,
//! that ARCHITECTURE.md names what exists, and that no lock file names where packages were downloaded from.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::hash;
use crate::paths::Paths;

/// Longest file, in lines.
const LONGEST: usize = 500;

/// (crate, what must not be among its dependencies).
const FORBIDDEN: [(&str, &[&str]); 5] = [
    ("doorstep-core", &["web-sys", "js-sys", "wasm-bindgen", "leptos", "tokio"]),
    ("doorstep-protocol", &["web-sys", "tokio", "axum", "sqlx"]),
    ("doorstep-domain", &["sqlx", "axum", "tokio"]),
    ("doorstep-store", &["axum", "doorstep-protocol"]),
    ("doorstep-server", &["leptos", "doorstep-core"]),
];

/// Runs all of them and reports every breach at once.
pub(crate) fn check(paths: &Paths) -> Result<()> {
    let mut breaches = Vec::new();
    dependencies(paths, &mut breaches)?;
    files(paths, &mut breaches)?;
    map(paths, &mut breaches)?;
    lock_files(paths, &mut breaches)?;
    if breaches.is_empty() {
        return Ok(());
    }
    bail!("{}", breaches.join("\n"))
}

fn dependencies(paths: &Paths, breaches: &mut Vec<String>) -> Result<()> {
    for (package, forbidden) in FORBIDDEN {
        let mut tree = Command::new("cargo");
        tree.current_dir(&paths.root)
            .args(["tree", "--locked", "-e", "normal", "--prefix", "none", "-p", package]);
        let found = command::read(&mut tree)?;
        for name in
            forbidden.iter().filter(|name| found.lines().any(|line| line.split(' ').next() == Some(name)))
        {
            breaches.push(format!("{package} must not depend on {name}"));
        }
    }
    Ok(())
}

fn sources(paths: &Paths) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    hash::walk(&paths.root, &mut found)?;
    found.sort();
    Ok(found)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
}

fn files(paths: &Paths, breaches: &mut Vec<String>) -> Result<()> {
    for path in sources(paths)?.iter().filter(|path| has_ending(path, &["rs", "js", "mjs", "css"])) {
        let lines = std::fs::read_to_string(path)?.lines().count();
        if lines > LONGEST {
            breaches.push(format!("{} has {lines} lines; {LONGEST} is the end", path.display()));
        }
    }
    Ok(())
}

/// Every place in the map's first column exists.
fn map(paths: &Paths, breaches: &mut Vec<String>) -> Result<()> {
    let text = std::fs::read_to_string(paths.root.join("ARCHITECTURE.md"))?;
    for row in text.lines().filter(|line| line.starts_with("| `")) {
        let places = row.split('|').nth(1).unwrap_or_default();
        for place in places.split('`').skip(1).step_by(2) {
            if !paths.root.join(place).exists() {
                breaches.push(format!("ARCHITECTURE.md names `{place}`, which does not exist"));
            }
        }
    }
    Ok(())
}

fn lock_files(paths: &Paths, breaches: &mut Vec<String>) -> Result<()> {
    for path in sources(paths)? {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = match name.as_str() {
            "Cargo.lock" | "package-lock.json" => std::fs::read_to_string(&path)?,
            _ => continue,
        };
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        let foreign = |line: &&str| {
            let line = line.trim();
            (line.starts_with("source = ") && line != public) || line.starts_with("\"resolved\":")
        };
        if let Some(line) = text.lines().find(foreign) {
            breaches.push(format!("{}: names a download address: {}", path.display(), line.trim()));
        }
    }
    Ok(())
}
