//! Booting: one instance, no traces before the first act, the right cookie after it.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{self, APP, Page};

#[wasm_bindgen_test]
async fn boot_twice_is_one_instance() {
    let _page = Page::new().await;
    page::boot();
    page::boot();
    page::until("the ping", || page::request_count("ping") >= 1).await;
    assert_eq!(page::containers(), 1);
}

#[wasm_bindgen_test]
async fn nothing_is_kept_before_the_first_act() {
    let _page = Page::new().await;
    page::boot();
    page::until("the ping", || page::request_count("ping") == 1).await;
    assert_eq!(page::cookies(), "");
    assert_eq!(page::stored(), Vec::<String>::new());
    assert_eq!(page::open_sockets(), 0);
}

#[wasm_bindgen_test]
async fn the_first_act_writes_the_cookie() {
    let _page = Page::new().await;
    page::boot();
    doorstep_widget::show();
    let id = doorstep_widget::get_visitor_id().unwrap();
    assert!(page::cookies().contains(&format!("intercom-id-{APP}={id}")), "{}", page::cookies());
    let cookie = page::cookie(&format!("intercom-id-{APP}")).await.unwrap();
    assert_eq!(cookie["value"], id.as_str());
    assert_eq!(cookie["path"], "/");
    assert_eq!(cookie["sameSite"], "lax");
    let https = page::window().location().protocol().unwrap() == "https:";
    assert_eq!(cookie["secure"], https);
    let days = (cookie["expires"].as_f64().unwrap() - js_sys::Date::now()) / 86_400_000.0;
    assert!((269.0..=270.1).contains(&days), "nine months, not {days} days");
    assert_eq!(id.len(), 36);
    assert_eq!(id.as_bytes()[14], b'4', "a UUID of version 4: {id}");
}

#[wasm_bindgen_test]
async fn a_visitor_keeps_the_id() {
    let _page = Page::new().await;
    page::boot();
    let id = doorstep_widget::get_visitor_id();
    drop(doorstep_widget::instance::running());
    page::boot();
    assert_eq!(doorstep_widget::get_visitor_id(), id);
    page::until("the ping", || page::request_count("ping") >= 1).await;
    let ping = page::last_request("ping").unwrap();
    assert!(ping.contains(&id.unwrap()), "{ping}");
}

#[wasm_bindgen_test]
async fn commands_without_boot_do_nothing() {
    let _page = Page::new().await;
    doorstep_widget::show();
    doorstep_widget::hide();
    doorstep_widget::update(None);
    doorstep_widget::show_new_message(Some("hello".into()));
    assert_eq!(doorstep_widget::get_visitor_id(), None);
    assert!(doorstep_widget::whoami().is_undefined());
    assert_eq!((page::containers(), page::cookies()), (0, String::new()));
}
