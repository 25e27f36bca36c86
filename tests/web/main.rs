//! The widget as ES module in a real browser, against a server made of a few lines of JavaScript.
//!
//! `cargo test -p doorstep-widget --target wasm32-unknown-unknown --test web` with `CHROMEDRIVER` naming the driver; the runner is in
//! `.cargo/config.toml`, the browser's flags in `webdriver.json`. All tests share one page: each takes back what it
//! touches ([`page::Page`] does so when dropped). Nothing sleeps: tests wait for a condition, frame by frame.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on stops")]

mod boot;
mod consent;
mod email;
mod languages;
mod page;
mod parts;
mod shutdown;
mod stage;
mod storage;
mod views;

// The gallery's states are what the views are tested with.
#[path = "../../gallery/inbox_of_ann.rs"]
mod inbox_of_ann;
#[path = "../../gallery/people.rs"]
mod people;
#[path = "../../gallery/states.rs"]
mod states;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
