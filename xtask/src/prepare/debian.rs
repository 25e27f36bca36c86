//! Debian packages: installed with apt-get when a program is missing and we are allowed to, else the command is printed.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Once;

use anyhow::{Result, bail};

use super::say;
use crate::command;

/// Makes sure of programs, given as (program on PATH, Debian package).
pub(crate) fn need(programs: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| command::find(program).is_none())
        .map(|(_, package)| *package)
        .collect();
    install(&missing)
}

/// Makes sure of PostgreSQL's server programs and gives their folder.
pub(crate) fn postgres() -> Result<PathBuf> {
    if postgres_bin().is_none() {
        install(&["postgresql"])?;
    }
    postgres_bin().ok_or_else(|| anyhow::anyhow!("no initdb in /usr/lib/postgresql/*/bin or on PATH"))
}

fn postgres_bin() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let number = entry.file_name().to_string_lossy().parse().ok()?;
            Some((number, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    found.sort();
    let newest = found.pop().map(|(_, bin)| bin);
    newest.or_else(|| command::find("initdb")?.parent().map(PathBuf::from))
}

/// Installs packages, or says how.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    static UPDATED: Once = Once::new();
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let advice = format!("install them with `sudo apt-get update && sudo apt-get install {list}`");
    if command::find("apt-get").is_none() {
        bail!("missing: {list}. This system has no apt-get: install these programs its own way");
    }
    let root = is_root();
    if !root && !command::succeeds(Command::new("sudo").args(["-n", "true"])) {
        bail!("missing Debian packages: {list}; {advice}");
    }
    say(&format!("installing Debian packages: {list}"));
    let apt = |arguments: &[&str]| {
        let mut apt = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            apt.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "-y", "-o", "Dpkg::Use-Pty=0"])
            .args(arguments);
        command::run(&mut apt)
    };
    let mut updated = Ok(());
    UPDATED.call_once(|| updated = apt(&["update"]));
    updated?;
    let mut arguments = vec!["install", "--no-install-recommends"];
    arguments.extend_from_slice(packages);
    apt(&arguments).map_err(|error| error.context(advice))
}

/// Whether this process runs as root.
pub(crate) fn is_root() -> bool {
    command::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
