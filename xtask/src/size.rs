//! `cargo xtask size`: what a page downloads, in bytes after brotli 11, against the budgets of the design.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::build;
use crate::hash;
use crate::paths::Paths;
use crate::prepare::debian;

/// The design's budget is 8 KiB, what it hopes for 5. Fifty bytes more or less come with the hashes in it.
const AT_REST: usize = 6_600;
/// The design's budget.
const OPENED: usize = 110 * 1024;

/// As long as the settings of a workspace with a long name.
const CONFIG: &str = r##"{"app_id":"abcd1234","name":"A company with a rather long name","alignment":"right","vertical_padding":20,"horizontal_padding":20,"action_color":"#1f5eff","background_color":"#1f5eff","hide_default_launcher":false,"eager":false}"##;

/// Prints the table; an error when a budget is exceeded.
pub(crate) fn run(paths: &Paths) -> Result<()> {
    let assets = build::run(paths)?;
    debian::need(&[("brotli", "brotli")])?;
    let embed = std::fs::read_to_string(assets.join("embed.js"))?.replace("__DOORSTEP_CONFIG__", CONFIG);
    let rest = brotli(embed.as_bytes())?;
    println!("{:<34}{:>10}{:>10}", "bytes", "raw", "brotli 11");
    row("embed script, with its settings", embed.len(), rest);
    let page = frame(&assets, false)?;
    let page_bytes = brotli(page.as_bytes())?;
    row("frame page and what is in it", page.len(), page_bytes);
    let mut opened = rest + page_bytes;
    for (what, stem, ending) in [
        ("embed script, on intent", "later-", "js"),
        ("widget, JavaScript", "frame-", "js"),
        ("widget, WebAssembly", "frame-", "wasm"),
    ] {
        let bytes = std::fs::read(built(&assets, stem, ending)?)?;
        let small = brotli(&bytes)?;
        row(what, bytes.len(), small);
        opened += small;
    }
    let with_early = frame(&assets, true)?;
    let mut parts = Vec::new();
    hash::walk(&assets.join("assets"), &mut parts)?;
    parts.sort();
    for part in parts {
        let name = part.file_name().unwrap_or_default().to_string_lossy();
        let part_of = name
            .strip_prefix("part-")
            .or(["wipe-", "outbound-"].iter().any(|stem| name.starts_with(stem)).then_some(&*name));
        let Some(name) = part_of.and_then(|name| name.rsplit_once('-')) else { continue };
        let bytes = std::fs::read(&part)?;
        row(&format!("when used: {}", name.0), bytes.len(), brotli(&bytes)?);
    }
    let more = brotli(with_early.as_bytes())?.saturating_sub(page_bytes);
    row("when used: early composer", with_early.len() - page.len(), more);
    println!();
    let within =
        [verdict("a page at rest", rest, AT_REST), verdict("after opening, all of it", opened, OPENED)];
    if within != [true, true] {
        bail!("a budget is exceeded");
    }
    Ok(())
}

fn row(what: &str, raw: usize, small: usize) {
    println!("{what:<34}{raw:>10}{small:>10}");
}

fn verdict(what: &str, bytes: usize, budget: usize) -> bool {
    let within = bytes <= budget;
    println!("{what:<34}{bytes:>10} of {budget}  {}", if within { "ok" } else { "TOO MUCH" });
    within
}

/// The frame's page with what is in it, as the server writes it (crates/server/src/pages/frame.rs and module.rs); with the
/// composer before the widget where that is used.
fn frame(assets: &Path, with_early: bool) -> Result<String> {
    let manifest = std::fs::read_to_string(assets.join("manifest.json"))?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest)?;
    let path = |key: &str| manifest[key].as_str().map(ToOwned::to_owned).with_context(|| format!("no {key}"));
    let text = |key: &str| -> Result<String> { Ok(std::fs::read_to_string(assets.join(path(key)?))?) };
    let (js, wasm) = (path("frame_js")?, path("frame_wasm")?);
    let mut parts = manifest["parts"].clone();
    if let Some(parts) = parts.as_object_mut() {
        parts.retain(|name, _| !name.starts_with("module-"));
        parts.values_mut().for_each(|path| *path = format!("/{}", path.as_str().unwrap_or_default()).into());
    }
    let start = text("frame_start")?
        .replace("__JS__", &format!("\"/{js}\""))
        .replace("__WASM__", &format!("\"/{wasm}\""));
    let parts =
        include_str!("../../crates/server/src/pages/parts.js").replace("__PARTS__", &parts.to_string());
    let (early_script, early) = if with_early {
        let form = include_str!("../../crates/server/src/pages/early.html");
        (text("early_script")?, format!("<style>{}</style>\n{form}", text("early_style")?))
    } else {
        Default::default()
    };
    Ok(format!(
        include_str!("../../crates/server/src/pages/frame.html"),
        app_id = "abcd1234",
        locales = manifest["locales"].to_string().replace('"', "&quot;"),
        js = js,
        wasm = wasm,
        early = early,
        script = [early_script, start, parts].concat(),
    ))
}

/// The built file whose name begins and ends so.
fn built(assets: &Path, stem: &str, ending: &str) -> Result<std::path::PathBuf> {
    let entries = std::fs::read_dir(assets.join("assets"))?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(stem) && path.extension().is_some_and(|own| own == ending)
        })
        .with_context(|| format!("no {stem}*.{ending} among the assets"))
}

/// Length after brotli at its best.
fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut brotli = Command::new("brotli")
        .args(["--quality=11", "--lgwin=22", "--stdout", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start `brotli`")?;
    let mut input = brotli.stdin.take().context("brotli takes no input")?;
    let bytes = bytes.to_vec();
    let writing = std::thread::spawn(move || input.write_all(&bytes));
    let output = brotli.wait_with_output()?;
    writing.join().map_err(|_| anyhow::anyhow!("writing to brotli failed"))??;
    if !output.status.success() {
        bail!("`brotli` failed ({})", output.status);
    }
    Ok(output.stdout.len())
}
