//! Rebuilds the server when the browser assets it embeds change. Only for release builds: a debug build reads them
//! from disk at run time (see `src/assets.rs`).

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile != "debug") {
        println!("cargo:rerun-if-changed=../../target/assets");
    }
}
