//! Blocked storage: everything works for the life of the page.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{self, Page};

/// Brings storage back even when the test fails.
struct Blocked;

impl Blocked {
    fn new() -> Self {
        page::block_storage();
        Self
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        page::unblock_storage();
    }
}

#[wasm_bindgen_test]
async fn blocked_storage_lasts_for_the_page() {
    let _page = Page::new().await;
    let _blocked = Blocked::new();
    page::boot();
    doorstep_widget::show_new_message(Some(String::new()));
    page::set_down(true);
    page::write("hello").await;
    page::until("an attempt", || page::request_count("ping") >= 1).await;
    page::until("the message on screen", || page::text().contains("hello")).await;
    page::set_down(false);
    page::window().dispatch_event(&web_sys::Event::new("online").unwrap()).unwrap();
    page::until("the message at the server", || page::cookies().contains("intercom-session-")).await;
    page::until("the message on screen", || page::text().contains("hello")).await;
    doorstep_widget::shutdown();
    assert_eq!(page::containers(), 0);
}
