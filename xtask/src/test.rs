//! `cargo xtask test [STEP…]`: every check of the project as a named step, and one summary.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::command;
use crate::layers;
use crate::paths::Paths;
use crate::postgres::Cluster;
use crate::prepare;

/// Crates that run on this machine; the widget and the inbox run in a browser.
const NATIVE: [&str; 6] =
    ["doorstep-protocol", "doorstep-core", "doorstep-domain", "doorstep-store", "doorstep-server", "xtask"];

type Step = (&'static str, &'static str, fn(&Paths) -> Result<()>);

const STEPS: [Step; 5] = [
    ("fmt", "formatting", fmt),
    ("clippy", "lints, natively and for WebAssembly", clippy),
    ("layers", "who imports whom, file sizes, lock files", layers::check),
    ("doc", "documentation", doc),
    ("unit", "native tests over SQLite and PostgreSQL", unit),
];

/// Runs the steps named, or all.
pub(crate) fn run(paths: &Paths, wanted: &[String]) -> Result<()> {
    if let Some(unknown) = wanted.iter().find(|name| STEPS.iter().all(|(step, ..)| step != name)) {
        let known: Vec<&str> = STEPS.iter().map(|(name, ..)| *name).collect();
        bail!("unknown step `{unknown}`; there are: {}", known.join(", "));
    }
    let mut results: Vec<(&str, Duration, Option<anyhow::Error>)> = Vec::new();
    for (name, what, step) in STEPS {
        if !wanted.is_empty() && !wanted.iter().any(|word| word == name) {
            continue;
        }
        println!("\n=== {name}: {what}");
        let started = Instant::now();
        let failure = step(paths).err();
        if let Some(error) = &failure {
            println!("{error:#}");
        }
        results.push((name, started.elapsed(), failure));
    }
    println!("\n=== summary");
    for (name, time, failure) in &results {
        println!(
            "{:<8} {:>6.1} s  {}",
            name,
            time.as_secs_f32(),
            if failure.is_some() { "FAILED" } else { "ok" }
        );
    }
    let failed = results.iter().filter(|(.., failure)| failure.is_some()).count();
    println!("{} passed, {failed} failed", results.len() - failed);
    if failed > 0 {
        bail!("{failed} of {} steps failed", results.len());
    }
    Ok(())
}

fn cargo(paths: &Paths) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&paths.root).env("CARGO_TARGET_DIR", &paths.target);
    cargo
}

fn packages(command: &mut Command, names: &[&str]) {
    for name in names {
        command.args(["-p", name]);
    }
}

fn fmt(paths: &Paths) -> Result<()> {
    command::run(cargo(paths).args(["fmt", "--all", "--check"]))
}

fn clippy(paths: &Paths) -> Result<()> {
    let mut native = cargo(paths);
    native.arg("clippy").arg("--all-targets");
    packages(&mut native, &NATIVE);
    command::run(native.args(["--", "-D", "warnings"]))?;
    prepare::wasm_target::prepare(paths)?;
    let mut wasm = cargo(paths);
    wasm.args(["clippy", "--target", "wasm32-unknown-unknown", "-p", "doorstep-widget"]);
    command::run(wasm.args(["--", "-D", "warnings"]))
}

fn doc(paths: &Paths) -> Result<()> {
    let mut doc = cargo(paths);
    doc.env("RUSTDOCFLAGS", "-D warnings").args(["doc", "--no-deps", "--lib"]);
    packages(&mut doc, &NATIVE[..5]);
    command::run(&mut doc)
}

fn unit(paths: &Paths) -> Result<()> {
    let cluster = Cluster::start()?;
    let mut test = cargo(paths);
    test.arg("test").env("TEST_DATABASE_URL", cluster.url()).env("DOORSTEP_REQUIRE_POSTGRES", "1");
    packages(&mut test, &NATIVE);
    command::run(&mut test)
}
