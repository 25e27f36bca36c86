//! The compiler for WebAssembly: rustup's target where that works, else Debian's compiler with a standard library built
//! once from Debian's sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::{debian, say};
use crate::command;
use crate::link;
use crate::paths::Paths;

const TARGET: &str = "wasm32-unknown-unknown";
const SMALL: &str = "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none";
const DEBIAN_LINKER: &str = "wasm-ld-22";
const DEBIAN_LIB: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

/// How to call cargo for WebAssembly.
#[derive(Clone, Debug)]
pub(crate) enum WasmCompiler {
    /// The ordinary toolchain has the target.
    Rustup,
    /// Debian's `rustc` and `cargo`, with `wasm-ld-22` as linker.
    Debian,
}

impl WasmCompiler {
    /// A cargo command that builds for WebAssembly.
    pub(crate) fn cargo(&self) -> Command {
        match self {
            Self::Rustup => Command::new("cargo"),
            Self::Debian => {
                let mut cargo = Command::new("/usr/bin/cargo");
                self.choose(&mut cargo);
                cargo
            }
        }
    }

    /// Makes a program that calls cargo use this compiler.
    fn choose(&self, command: &mut Command) {
        if matches!(self, Self::Debian) {
            command.env("CARGO", "/usr/bin/cargo").env("RUSTC", "/usr/bin/rustc");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER);
        }
    }

    /// Makes a program that calls cargo build small: the standard library is built with the app, for size, and a panic
    /// is a trap without words. Both are switches of the compiler that are not stable yet (docs/adr/0002-build-std.md).
    pub(crate) fn shrink(&self, paths: &Paths, command: &mut Command) -> Result<()> {
        self.choose(command);
        link::instead_of(&self.linker()?, paths, command)?;
        command.env("RUSTC_BOOTSTRAP", "1");
        command.env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
        command.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
        command.env("RUSTFLAGS", SMALL);
        Ok(())
    }

    fn linker(&self) -> Result<String> {
        match self {
            Self::Rustup => {
                let ask = |what: [&str; 2]| command::read(Command::new(self.rustc()).args(what));
                let (root, host) = (ask(["--print", "sysroot"])?, ask(["--print", "host-tuple"])?);
                Ok(format!("{}/lib/rustlib/{}/bin/rust-lld", root.trim(), host.trim()))
            }
            Self::Debian => Ok(DEBIAN_LINKER.to_owned()),
        }
    }

    fn rustc(&self) -> &'static str {
        match self {
            Self::Rustup => "rustc",
            Self::Debian => "/usr/bin/rustc",
        }
    }

    /// Downloads what a build without network needs: the project's packages and those of the standard library.
    pub(crate) fn fetch(&self, paths: &Paths) -> Result<()> {
        let sysroot = command::read(Command::new(self.rustc()).args(["--print", "sysroot"]))?;
        let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.toml");
        if !library.is_file() {
            say("adding the standard library's source with rustup");
            command::run(Command::new("rustup").args(["component", "add", "rust-src"]))?;
        }
        command::run(self.cargo().args(["fetch", "--quiet", "--locked"]).current_dir(&paths.root))?;
        let mut std = self.cargo();
        std.args(["fetch", "--quiet", "--locked", "--manifest-path"]).arg(&library).current_dir(&paths.root);
        command::run(std.env("RUSTC_BOOTSTRAP", "1"))
    }
}

/// Makes sure of a compiler with the target.
pub(crate) fn prepare(paths: &Paths) -> Result<WasmCompiler> {
    if has_std("rustc") {
        return Ok(WasmCompiler::Rustup);
    }
    say("adding the wasm32-unknown-unknown target with rustup");
    if command::succeeds(Command::new("rustup").args(["target", "add", TARGET])) && has_std("rustc") {
        return Ok(WasmCompiler::Rustup);
    }
    say("rustup could not add it; using Debian's rustc-web and building its standard library once");
    debian::install(&["rustc-web", "cargo-web", "rust-web-src", "lld-22"])?;
    if !has_std("/usr/bin/rustc") {
        build_std(paths)?;
    }
    Ok(WasmCompiler::Debian)
}

fn has_std(rustc: &str) -> bool {
    let asked = command::read(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]));
    asked.is_ok_and(|dir| {
        let found = std::fs::read_dir(dir.trim()).into_iter().flatten().flatten();
        found.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    })
}

/// With bitcode, or link-time optimisation would fail.
fn build_std(paths: &Paths) -> Result<()> {
    let folder = paths.cache.join("wasm-std");
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(folder.join("src/lib.rs"), "")?;
    let manifest = "[package]\nname = \"wasm-std\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n";
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo.args(["build", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort,proc_macro,test"]);
    cargo.current_dir(&folder).env("CARGO_TARGET_DIR", folder.join("target"));
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC", "/usr/bin/rustc").env("RUSTFLAGS", "-Cembed-bitcode=yes");
    command::run(&mut cargo)?;
    let built = folder.join("target").join(TARGET).join("release/deps");
    let copied = copy_libraries(&built, &PathBuf::from(DEBIAN_LIB))?;
    if copied == 0 {
        bail!("no libraries in {}", built.display());
    }
    Ok(())
}

fn copy_libraries(from: &Path, to: &Path) -> Result<usize> {
    std::fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    let mut copied = 0;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "rlib") && !name.starts_with("libwasm_std") {
            std::fs::copy(&path, to.join(&name)).with_context(|| format!("copying {name}"))?;
            copied += 1;
        }
    }
    Ok(copied)
}
