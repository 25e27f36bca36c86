//! `cargo xtask test [STEP…]`: every check of the project as a named step, and one summary.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::build;
use crate::command;
use crate::deny;
use crate::gallery;
use crate::layers;
use crate::paths::Paths;
use crate::postgres::Cluster;
use crate::prepare;
use crate::serve;
use crate::size;

/// Crates whose tests run on this machine; the widget's run in a browser.
const NATIVE: [&str; 7] = [
    "doorstep-protocol",
    "doorstep-core",
    "doorstep-domain",
    "doorstep-store",
    "doorstep-server",
    "xtask",
    "doorstep-inbox",
];

type Step = (&'static str, &'static str, fn(&Paths) -> Result<()>);

/// How long the fuzz test makes up requests.
const FUZZ_SECONDS: &str = "60";

const STEPS: [Step; 12] = [
    ("fmt", "formatting", fmt),
    ("clippy", "lints, natively and for WebAssembly", clippy),
    ("layers", "who imports whom, file sizes, lock files", layers::check),
    ("doc", "documentation", doc),
    ("deny", "licences of what we depend on", deny::check),
    ("unit", "native tests over SQLite and PostgreSQL", unit),
    ("fuzz", "a minute of requests nobody thought of", fuzz),
    ("api", "the REST API from outside: Schemathesis, Intercom's client for Python", api),
    ("web", "the widget in headless Chromium", web),
    ("size", "bytes against the budgets", size::run),
    ("e2e", "journeys: real server, real Chromium", e2e),
    ("browsers", "the main journey in Firefox and WebKit", browsers),
];

/// Runs the steps named, or all but `browsers`.
pub(crate) fn run(paths: &Paths, wanted: &[String]) -> Result<()> {
    if let Some(unknown) = wanted.iter().find(|name| STEPS.iter().all(|(step, ..)| step != name)) {
        let known: Vec<&str> = STEPS.iter().map(|(name, ..)| *name).collect();
        bail!("unknown step `{unknown}`; there are: {}", known.join(", "));
    }
    let mut results: Vec<(&str, Duration, Option<anyhow::Error>)> = Vec::new();
    for (name, what, step) in STEPS {
        // Other browsers' drivers are slow under load: they run when they are asked for.
        let asked = wanted.iter().any(|word| word == name);
        if !asked && (!wanted.is_empty() || name == "browsers") {
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
    wasm.args([
        "clippy",
        "--target",
        "wasm32-unknown-unknown",
        "-p",
        "doorstep-widget",
        "-p",
        "doorstep-inbox",
    ]);
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

fn fuzz(paths: &Paths) -> Result<()> {
    let mut test = cargo(paths);
    test.args(["test", "-p", "doorstep-server", "--test", "rest", "--", "fuzz::", "--nocapture"]);
    command::run(test.env("DOORSTEP_FUZZ_SECONDS", FUZZ_SECONDS))
}

fn api(paths: &Paths) -> Result<()> {
    prepare::debian::need(&[("node", "nodejs")])?;
    let python = prepare::python::prepare(paths)?;
    serve::server(paths)?;
    let folder = paths.root.join("e2e/api");
    let mut node = Command::new("node");
    node.current_dir(&folder).args(["--test", "--test-concurrency=1"]);
    node.args(["python-client.test.mjs", "schemathesis.test.mjs"]);
    node.env("DOORSTEP_BIN", paths.target.join("debug/doorstep")).env("DOORSTEP_PYTHON", python);
    command::run(&mut node)
}

fn web(paths: &Paths) -> Result<()> {
    prepare::for_browser()?;
    prepare::wasm_target::prepare(paths)?;
    prepare::cargo_tools::wasm_bindgen(paths)?;
    let mut test = cargo(paths);
    test.args(["test", "--target", "wasm32-unknown-unknown", "-p", "doorstep-widget", "--test", "web"]);
    test.env("PATH", prepare::tools_path(paths)?).env("CHROMEDRIVER", "/usr/bin/chromedriver");
    command::run(&mut test)
}

fn e2e(paths: &Paths) -> Result<()> {
    prepare::for_browser()?;
    prepare::debian::need(&[("openssl", "openssl")])?;
    let assets = build::run(paths)?;
    let gallery = gallery::build(paths)?;
    serve::server(paths)?;
    let folder = paths.root.join("e2e");
    prepare::npm::install(&folder, "the journeys' tools")?;
    let mut files = Vec::new();
    crate::hash::walk(&folder.join("tests"), &mut files)?;
    files.sort();
    let mut node = Command::new("node");
    node.current_dir(&folder).args(["--test", "--test-concurrency=2"]).args(files);
    node.env("DOORSTEP_BIN", paths.target.join("debug/doorstep")).env("DOORSTEP_ASSETS", assets);
    command::run(node.env("DOORSTEP_GALLERY", gallery))
}

fn browsers(paths: &Paths) -> Result<()> {
    prepare::debian::need(&[
        ("firefox-esr", "firefox-esr"),
        ("WebKitWebDriver", "webkit2gtk-driver"),
        ("xvfb-run", "xvfb"),
        ("xauth", "xauth"),
    ])?;
    let assets = build::run(paths)?;
    serve::server(paths)?;
    let folder = paths.root.join("e2e");
    prepare::npm::install(&folder, "the journeys' tools")?;
    let mut node = Command::new("node");
    node.current_dir(&folder).args(["--test", "--test-concurrency=1"]);
    node.args(["browsers/firefox.test.mjs", "browsers/webkit.test.mjs"]);
    node.env("DOORSTEP_BIN", paths.target.join("debug/doorstep")).env("DOORSTEP_ASSETS", assets);
    command::run(&mut node)
}
