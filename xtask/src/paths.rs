//! Where things are: the checkout, its output, and the cache folder with built tools.
//! Not: making any of them. Used by every task.

use std::env;
use std::path::PathBuf;

/// Facts of this checkout and this machine.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Built tools live here, outside the checkout: `DOORSTEP_CACHE`, else `$XDG_CACHE_HOME/doorstep`, else
    /// `~/.cache/doorstep`.
    pub(crate) cache: PathBuf,
    /// Cargo's build output: `CARGO_TARGET_DIR`, else in the cache folder where `CI=true` keeps only that, else `target`.
    pub(crate) target: PathBuf,
}

impl Paths {
    /// Reads the environment.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .map(PathBuf::from)
            .ok_or_else(|| anyhow::anyhow!("xtask has no parent folder: run it inside the checkout"))?;
        let cache = folder("DOORSTEP_CACHE")
            .or_else(|| folder("XDG_CACHE_HOME").map(|base| base.join("doorstep")))
            .or_else(|| folder("HOME").map(|home| home.join(".cache/doorstep")))
            .unwrap_or_else(|| root.join("target/cache"));
        let ci = env::var("CI").is_ok_and(|value| value == "true");
        let target = match folder("CARGO_TARGET_DIR") {
            Some(given) => root.join(given),
            None if ci => cache.join("target"),
            None => root.join("target"),
        };
        Ok(Self { cache: root.join(cache), root, target })
    }

    /// Binaries built by `cargo install`.
    pub(crate) fn tools_bin(&self) -> PathBuf {
        self.cache.join("tools/bin")
    }

    /// The folder npm's tools are installed into.
    pub(crate) fn npm(&self) -> PathBuf {
        self.cache.join("npm")
    }
}

fn folder(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}
