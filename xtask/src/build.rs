//! `cargo xtask build`: everything the server serves to browsers, assembled in `target/assets`. Trunk builds the two
//! Leptos apps, esbuild bundles the embed script and minifies what wasm-bindgen wrote. Each part is made again only when
//! one of its inputs changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::command;
use crate::hash;
use crate::paths::Paths;
use crate::prepare;
use crate::prepare::wasm_target::WasmCompiler;
use crate::script::{exported, with_own_loader, without_streams};
use crate::wasm;

/// What the widget is made of, and how.
const WIDGET: [&str; 12] = [
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "index.html",
    "module.html",
    "src",
    "style",
    "locales/en.json",
    "crates/core",
    "crates/protocol",
    LINK,
    COMPILER,
];
const INBOX: [&str; 6] = ["Cargo.toml", "Cargo.lock", "inbox", "crates/protocol", LINK, COMPILER];
const LINK: &str = "xtask/src/link.rs";
const COMPILER: &str = "xtask/src/prepare/wasm_target.rs";

/// What browsers have had since 2022, and smallness first.
/// No address below 1,024 is ever used (the stack ends there), and the memory is the module's own. Taking the code apart
/// into an order that packs better (`flatten`, `rereloop`), and that of code already small, and going on until nothing gets
/// smaller (`converge`) save two hundredths of what a visitor downloads; looking once more for arguments that nobody needs, two
/// thousandths. Large functions stay apart, even where they have one caller
/// only: browsers compile a function when it is first called, and with what it may never call it takes twice as long. The
/// smallest go into their callers, and `s` packs better than `z` then.
const WASM_OPT: [&str; 20] = [
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
    "--strip-debug",
    "--strip-producers",
    "--low-memory-unused",
    "--zero-filled-memory",
    "--one-caller-inline-max-function-size=2000",
    "--always-inline-max-function-size=5",
    "-Os",
    "--flatten",
    "--rereloop",
    "-Os",
    "--converge",
    "--dae-optimizing",
    "--duplicate-function-elimination",
    "-Os",
];

/// Nearly all of each script is called when it has loaded. Chromium compiles it aside then, while it arrives, instead of one
/// function after the other on the page's thread, which took half of the time until the launcher was there. Comment of
/// <https://wicg.github.io/explicit-javascript-compile-hints-file-based>; to other browsers it is one.
const COMPILED_AT_ONCE: &str = "//# allFunctionsCalledOnLoad";

/// The names in `manifest.json`, as crates/server/src/assets.rs reads them.
#[derive(Default)]
struct Manifest {
    files: BTreeMap<&'static str, String>,
    locales: BTreeMap<String, String>,
    parts: BTreeMap<String, String>,
}

/// Where the assets are, after making sure they are there.
pub(crate) fn run(paths: &Paths) -> Result<PathBuf> {
    let assets = paths.root.join("target/assets");
    std::fs::create_dir_all(assets.join("assets"))?;
    let stamp = Stamp { path: assets.join(".inputs") };
    let inputs = hash_of(paths, WIDGET.iter().chain(&INBOX).chain(&["embed", "locales", "parts", "xtask"]))?;
    if stamp.is(&inputs) && assets.join("manifest.json").is_file() {
        return Ok(assets);
    }
    let compiler = prepare::for_build(paths)?;
    let mut manifest = Manifest::default();
    // A file of an earlier build would be embedded too.
    std::fs::remove_dir_all(assets.join("assets"))?;
    std::fs::create_dir_all(assets.join("assets"))?;
    embed(paths, &assets, &mut manifest)?;
    locales(paths, &assets, &mut manifest)?;
    parts(paths, &assets, &mut manifest)?;
    widget(paths, &compiler, &assets, &mut manifest)?;
    inbox(paths, &compiler, &assets, &mut manifest)?;
    std::fs::write(assets.join("manifest.json"), manifest.json())?;
    stamp.write(&inputs)?;
    Ok(assets)
}

/// Remembers what something was built from.
struct Stamp {
    path: PathBuf,
}

impl Stamp {
    fn is(&self, inputs: &str) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|written| written == inputs)
    }

    fn write(&self, inputs: &str) -> Result<()> {
        std::fs::write(&self.path, inputs).with_context(|| format!("writing {}", self.path.display()))
    }
}

fn hash_of<'a>(paths: &Paths, places: impl Iterator<Item = &'a &'a str>) -> Result<String> {
    let mut found = Vec::new();
    for place in places {
        hash::walk(&paths.root.join(place), &mut found)?;
    }
    found.sort();
    found.dedup();
    hash::files(&found)
}

impl Manifest {
    /// Writes content under its hashed name and notes it.
    fn add(
        &mut self,
        assets: &Path,
        key: &'static str,
        stem: &str,
        ending: &str,
        content: &[u8],
    ) -> Result<()> {
        let name = hashed(assets, stem, ending, content)?;
        self.files.insert(key, name);
        Ok(())
    }

    fn json(&self) -> String {
        let pairs = |map: &mut dyn Iterator<Item = (&str, &str)>| {
            // All names are made here and need no escaping.
            map.map(|(key, name)| format!("\"{key}\": \"{name}\"")).collect::<Vec<_>>().join(", ")
        };
        let files = pairs(&mut self.files.iter().map(|(key, name)| (*key, name.as_str())));
        let locales = pairs(&mut self.locales.iter().map(|(key, name)| (key.as_str(), name.as_str())));
        let parts = pairs(&mut self.parts.iter().map(|(key, name)| (key.as_str(), name.as_str())));
        format!("{{{files}, \"locales\": {{{locales}}}, \"parts\": {{{parts}}}}}\n")
    }
}

fn hashed(assets: &Path, stem: &str, ending: &str, content: &[u8]) -> Result<String> {
    let name = format!("assets/{stem}-{}.{ending}", short_hash(content));
    std::fs::write(assets.join(&name), content).with_context(|| format!("writing {name}"))?;
    Ok(name)
}

fn short_hash(content: &[u8]) -> String {
    let mut hash = hex::encode(Sha256::digest(content));
    hash.truncate(16);
    hash
}

fn esbuild(paths: &Paths, arguments: &[&str]) -> Result<String> {
    let mut esbuild = Command::new(paths.npm().join("node_modules/.bin/esbuild"));
    command::read(esbuild.current_dir(&paths.root).args(arguments).arg("--log-level=error"))
}

/// The script at rest, and its parts that are fetched later. The number in a part's name counts what the first script
/// asks of it: the server answers for a part of an earlier build with today's of the same number (pages/files.rs).
fn embed(paths: &Paths, assets: &Path, manifest: &mut Manifest) -> Result<()> {
    println!("\u{2022} bundling the embed script");
    let mut defines = Vec::new();
    for (entry, stem, key, name) in [
        ("embed/later/main.js", "later-1", "embed_later", "__DOORSTEP_LATER__"),
        ("embed/later/wipe.js", "wipe-1", "embed_wipe", "__DOORSTEP_WIPE__"),
    ] {
        let script = bundle(paths, entry, "esm", &[])?;
        let path = hashed(assets, stem, "js", script.as_bytes())?;
        defines.push(format!("--define:{name}=\"{path}\""));
        manifest.files.insert(key, path);
    }
    // They are compiled with the page they stand in.
    let inline = |entry, format| -> Result<String> {
        let script = bundle(paths, entry, format, &[])?;
        Ok(script.trim_start_matches(COMPILED_AT_ONCE).trim().to_owned())
    };
    for (key, name, text) in [
        ("frame_start", "frame.js", with_place(inline("embed/frame/main.js", "esm")?, "__WASM__")?),
        ("early_script", "early.js", inline("embed/frame/early.js", "iife")?),
        (
            "early_style",
            "early.css",
            esbuild(paths, &["embed/frame/early.css", "--minify", "--target=es2021"])?,
        ),
    ] {
        std::fs::write(assets.join(name), text.trim_end())?;
        manifest.files.insert(key, name.to_owned());
    }
    let script = with_place(bundle(paths, "embed/main.js", "iife", &defines)?, "__DOORSTEP_CONFIG__")?;
    let outbound = with_place(bundle(paths, "embed/outbound/main.js", "esm", &[])?, "__DOORSTEP_RULES__")?;
    manifest.files.insert("embed_outbound", hashed(assets, "outbound", "js", outbound.as_bytes())?);
    std::fs::write(assets.join("embed.js"), script)?;
    manifest.files.insert("embed", "embed.js".to_owned());
    Ok(())
}

/// A script in which the server replaces a name.
fn with_place(script: String, name: &str) -> Result<String> {
    if script.matches(name).count() != 1 {
        bail!("a part of the embed script must name {name} exactly once: the server puts data there");
    }
    Ok(script)
}

fn bundle(paths: &Paths, entry: &str, format: &str, further: &[String]) -> Result<String> {
    let format = format!("--format={format}");
    let banner = format!("--banner:js={COMPILED_AT_ONCE}");
    let mut arguments =
        vec![entry, "--bundle", "--minify", &format, "--target=es2021", "--legal-comments=none", &banner];
    arguments.extend(further.iter().map(String::as_str));
    esbuild(paths, &arguments)
}

/// Every language but English, which the widget carries. Not `locales/upcoming`: nothing reads those texts yet.
fn locales(paths: &Paths, assets: &Path, manifest: &mut Manifest) -> Result<()> {
    let mut texts = BTreeMap::new();
    for entry in std::fs::read_dir(paths.root.join("locales"))? {
        let file = entry?.path();
        let Some(tag) = file.file_stem().and_then(|stem| stem.to_str()).filter(|tag| *tag != "en") else {
            continue;
        };
        if file.is_file() {
            // Line ends and indentation are all there is to leave out: the files are flat.
            let small: String = std::fs::read_to_string(&file)?.lines().map(str::trim).collect();
            texts.insert(tag.to_owned(), small);
        }
    }
    // One hash for all of them: the frame's page lists every address, and such a list packs into few bytes.
    let all: String = texts.values().map(String::as_str).collect();
    let hash = short_hash(all.as_bytes());
    for (tag, text) in texts {
        let name = format!("assets/locale-{tag}-{hash}.json");
        std::fs::write(assets.join(&name), text).with_context(|| format!("writing {name}"))?;
        manifest.locales.insert(tag, name);
    }
    Ok(())
}

/// Each file of `parts/`, by its name: an ES module of its own, which the widget fetches when it is used. Folders there
/// hold what several files share.
pub(crate) fn part_scripts(paths: &Paths) -> Result<BTreeMap<String, String>> {
    let mut scripts = BTreeMap::new();
    for entry in std::fs::read_dir(paths.root.join("parts"))? {
        let file = entry?.path();
        let script = file.extension().is_some_and(|ending| ending == "js");
        let Some(name) = file.file_stem().and_then(|stem| stem.to_str()).filter(|_| script) else {
            continue;
        };
        let entry = file.to_str().context("a path that is not UTF-8")?;
        scripts.insert(name.to_owned(), bundle(paths, entry, "esm", &[])?);
    }
    Ok(scripts)
}

/// With one hash for all of them, as languages have: the frame's script lists every address.
fn parts(paths: &Paths, assets: &Path, manifest: &mut Manifest) -> Result<()> {
    let scripts = part_scripts(paths)?;
    let all: String = scripts.values().map(String::as_str).collect();
    let hash = short_hash(all.as_bytes());
    for (name, script) in scripts {
        let path = format!("assets/part-{name}-{hash}.js");
        std::fs::write(assets.join(&path), script).with_context(|| format!("writing {path}"))?;
        manifest.parts.insert(name, path);
    }
    Ok(())
}

/// Twice: for the frame, and as a module for pages that import it. Neither carries what only the other needs.
fn widget(paths: &Paths, compiler: &WasmCompiler, assets: &Path, manifest: &mut Manifest) -> Result<()> {
    let frame = App { what: "frame", folder: &paths.root, page: "index.html", inputs: &WIDGET };
    frame.build(paths, compiler, assets, manifest, ["frame_js", "frame_wasm"])?;
    let module = App { what: "module", folder: &paths.root, page: "module.html", inputs: &WIDGET };
    let dist = module.build(paths, compiler, assets, manifest, ["widget_js", "widget_wasm"])?;
    let types = std::fs::read_to_string(found(&dist, ".d.ts")?)?;
    std::fs::write(assets.join("doorstep.d.ts"), declarations(&types))?;
    manifest.files.insert("module_types", "doorstep.d.ts".to_owned());
    Ok(())
}

fn inbox(paths: &Paths, compiler: &WasmCompiler, assets: &Path, manifest: &mut Manifest) -> Result<()> {
    let folder = paths.root.join("inbox");
    let inbox = App { what: "inbox", folder: &folder, page: "index.html", inputs: &INBOX };
    inbox.build(paths, compiler, assets, manifest, ["inbox_js", "inbox_wasm"])?;
    let mut styles = Vec::new();
    hash::walk(&folder.join("style"), &mut styles)?;
    styles.sort();
    let mut css = String::new();
    for style in styles {
        css.push_str(&std::fs::read_to_string(style)?);
    }
    manifest.add(assets, "inbox_css", "inbox", "css", css.as_bytes())
}

/// Something Trunk builds.
struct App<'a> {
    what: &'a str,
    folder: &'a Path,
    page: &'a str,
    inputs: &'a [&'a str],
}

impl App<'_> {
    /// Builds it unless nothing changed, and puts the result among the assets. Gives Trunk's output folder.
    fn build(
        &self,
        paths: &Paths,
        compiler: &WasmCompiler,
        assets: &Path,
        manifest: &mut Manifest,
        keys: [&'static str; 2],
    ) -> Result<PathBuf> {
        let dist = paths.root.join("target/trunk").join(self.what);
        self.trunk(paths, compiler, &dist)?;
        glue(paths, assets, manifest, keys, self.what, &dist)?;
        Ok(dist)
    }

    fn trunk(&self, paths: &Paths, compiler: &WasmCompiler, dist: &Path) -> Result<()> {
        let stamp = Stamp { path: dist.with_extension("inputs") };
        let inputs = hash_of(paths, self.inputs.iter())?;
        if stamp.is(&inputs) && dist.is_dir() {
            return Ok(());
        }
        println!("\u{2022} building the {} for the browser (some minutes the first time)", self.what);
        compiler.fetch(paths)?;
        let mut trunk = Command::new(paths.tools_bin().join("trunk"));
        trunk.arg("build").arg(self.page).arg("--dist").arg(dist).current_dir(self.folder);
        trunk.env("PATH", prepare::tools_path(paths)?).env("CARGO_TARGET_DIR", paths.target.join("browser"));
        trunk.env_remove("NO_COLOR").env_remove("CI");
        compiler.shrink(paths, &mut trunk)?;
        command::run(&mut trunk)?;
        stamp.write(&inputs)
    }
}

/// The one file of a folder with this ending.
fn found(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut files = Vec::new();
    hash::walk(folder, &mut files)?;
    files.retain(|file| file.to_string_lossy().ends_with(ending));
    match files.as_slice() {
        [one] => Ok(one.clone()),
        other => {
            bail!("{} files ending in {ending} in {}, where one was expected", other.len(), folder.display())
        }
    }
}

/// The wasm under its hashed name, and the module that wasm-bindgen wrote for it.
fn glue(
    paths: &Paths,
    assets: &Path,
    manifest: &mut Manifest,
    keys: [&'static str; 2],
    stem: &str,
    dist: &Path,
) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut written = without_streams(&std::fs::read_to_string(found(dist, ".js")?)?);
    let mut names = vec!["default"];
    if stem == "frame" {
        written = with_own_loader(&written)?;
    } else {
        names.extend(exported(&written));
    }
    std::fs::write(folder.path().join("glue.js"), &written)?;
    let entry = folder.path().join("entry.js");
    std::fs::write(&entry, format!("export {{ {} }} from './glue.js';\n", names.join(", ")))?;
    let entry = entry.to_str().context("a path that is not UTF-8")?;
    let small = bundle(paths, entry, "esm", &[])?;
    println!("\u{2022} shrinking the {stem}");
    let after = folder.path().join("after.wasm");
    let mut opt = Command::new(paths.npm().join("node_modules/.bin/wasm-opt"));
    command::run(opt.args(WASM_OPT).arg(found(dist, ".wasm")?).arg("-o").arg(&after))?;
    let (module, script) = wasm::with_short_names(&std::fs::read(after)?, &small)?;
    manifest.add(assets, keys[0], stem, "js", script.as_bytes())?;
    manifest.add(assets, keys[1], stem, "wasm", &module)
}

/// The declarations for `/doorstep.js`: its default export takes no wasm of the page's own, and what only the server's
/// own scripts call is left out.
fn declarations(written: &str) -> String {
    let mut text = String::new();
    let mut inside_class = false;
    for line in written.split("export type InitInput").next().unwrap_or_default().lines() {
        inside_class |= line.starts_with("export class ");
        if !inside_class && !line.contains("set_base") && !line.contains("set_locales") {
            text.push_str(line);
            text.push('\n');
        }
        inside_class &= line != "}";
    }
    text.push_str(
        "/** Loads the WebAssembly, once. Call it before anything else here. */\n\
         export default function init(wasm?: string | URL | Request | Response | BufferSource): Promise<unknown>;\n",
    );
    text
}
