//! What rustc calls instead of the linker when it builds the browser's apps: the same linker, asked to export less. Leptos
//! brings stream classes for its server functions, which nothing here uses; but an export keeps everything it reaches alive,
//! also what it could be called by: 3 KB of what a visitor downloads. rustc has no switch for that, and what is left out after
//! linking leaves its data and its places in the table of functions behind.
//!
//! The program is `xtask` itself: [`instead_of`] tells it by a variable that it is meant as the linker.

use std::ffi::OsString;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::command;
use crate::paths::Paths;

/// The linker that does the work.
const LINKER: &str = "DOORSTEP_LINKER";

/// Has `cargo` call this program as the linker for WebAssembly, and this program `linker`. By a copy beside the other tools:
/// cargo builds everything anew when the linker's path is another one, as it would be in each clone.
pub(crate) fn instead_of(linker: &str, paths: &Paths, cargo: &mut Command) -> Result<()> {
    let program = std::env::current_exe().context("where this program is")?;
    let folder = paths.tools_bin();
    std::fs::create_dir_all(&folder)?;
    let copy = folder.join("doorstep-linker");
    let new = tempfile::NamedTempFile::new_in(&folder)?;
    std::fs::copy(&program, new.path()).with_context(|| format!("copying {}", program.display()))?;
    new.persist(&copy).with_context(|| format!("writing {}", copy.display()))?;
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", copy).env(LINKER, linker);
    Ok(())
}

/// Links, if that is what this program was called for.
pub(crate) fn meant() -> Option<Result<()>> {
    let linker = std::env::var_os(LINKER)?;
    Some(command::run(Command::new(linker).args(without_streams(std::env::args_os().skip(1)))))
}

/// The arguments without exports of the stream classes and of what describes them to wasm-bindgen.
fn without_streams(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut kept = Vec::<OsString>::new();
    for argument in arguments {
        if !argument.to_string_lossy().contains("intounderlying") {
            kept.push(argument);
        } else if kept.last().is_some_and(|before| before == "--export") {
            kept.pop();
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::without_streams;

    #[test]
    fn exports_of_streams_go_and_nothing_else() {
        let words = |line: &str| line.split(' ').map(Into::into).collect::<Vec<_>>();
        let given = "-flavor wasm --export start_1 --export __wbg_intounderlyingsink_free_1 -o a.wasm \
                     --export __wbindgen_describe_intounderlyingsource_pull_2 --export=intounderlyingsink_write_3 --export end";
        let kept = without_streams(words(given).into_iter());
        assert_eq!(kept, words("-flavor wasm --export start_1 -o a.wasm --export end"));
    }
}
