//! The project's tasks. `cargo xtask` alone lists them.

mod bench;
mod build;
mod command;
mod deny;
mod dist;
mod gallery;
mod hash;
mod layers;
mod link;
mod paths;
mod postgres;
mod prepare;
mod script;
mod serve;
mod size;
mod test;
mod wasm;

use std::process::ExitCode;

use anyhow::{Result, bail};

use paths::Paths;

const HELP: &str = "cargo xtask TASK

  run            build what is missing and start the server with its demo site on 127.0.0.1:4600
  test [STEP…]   every check: fmt, clippy, layers, doc, deny, unit, fuzz, api, web, size, e2e; or only those named (also: browsers)
  build          everything the server serves to browsers, into target/assets
  dist           the release: one binary with everything inside, target/doorstep/doorstep
  bench widget   what the Messenger costs a page, beside a blank one; opening and scrolling a long thread
  bench server   messages a second and delivery times, over SQLite and PostgreSQL
  gallery        every view in every state, at an address of this machine
  screenshots    pictures of the gallery and of the inbox, into target/screenshots
  size           what a page downloads, against the budgets
  keys [FILE]    the keys of the examples in Intercom's description of its API, for the server's tests
  prepare        install what building for the browser needs, and say so
";

fn main() -> ExitCode {
    match link::meant().unwrap_or_else(task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn task() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let task = words.next();
    let rest: Vec<String> = words.collect();
    let paths = Paths::find()?;
    match task.as_deref() {
        Some("run") => serve::run(&paths, &rest),
        Some("build") => build::run(&paths).map(|assets| println!("ready in {}", assets.display())),
        Some("dist") => dist::run(&paths),
        Some("bench") => bench::run(&paths, &rest),
        Some("keys") => prepare::python::keys(&paths, &rest),
        Some("gallery") => gallery::run(&paths),
        Some("screenshots") => gallery::screenshots(&paths, &rest),
        Some("size") => size::run(&paths),
        Some("test") => test::run(&paths, &rest),
        Some("prepare") => {
            let compiler = prepare::for_build(&paths)?;
            prepare::for_browser()?;
            println!("ready; WebAssembly is compiled by {}", command::show(&compiler.cargo()));
            Ok(())
        }
        None | Some("help" | "--help") => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => bail!("unknown task `{other}`\n\n{HELP}"),
    }
}
