//! `shutdown` leaves nothing behind (P10).

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{self, APP, Page};

async fn write_something() {
    page::boot();
    doorstep_widget::show_new_message(Some(String::new()));
    page::write("hello").await;
    page::until("the session", || page::cookies().contains("intercom-session-")).await;
    page::until("the socket", || page::open_sockets() == 1).await;
}

#[wasm_bindgen_test]
async fn shutdown_clears_cookies_storage_dom_socket_and_listeners() {
    let _page = Page::new().await;
    page::count_listeners();
    write_something().await;
    let id = doorstep_widget::get_visitor_id();
    doorstep_widget::shutdown();
    let held = page::held_listeners();
    page::stop_counting();
    assert_eq!(held, "", "listeners left on window or document");
    assert_eq!(page::containers(), 0);
    assert_eq!(page::open_sockets(), 0);
    assert!(!page::cookies().contains("intercom-session-"), "{}", page::cookies());
    assert!(!page::cookies().contains("intercom-id-"), "{}", page::cookies());
    page::until("the server's answer to the revocation", || page::stored().is_empty()).await;
    let revocation = page::last_request("shutdown").unwrap();
    assert!(revocation.contains("secret-of-c1"), "{revocation}");
    assert!(revocation.contains("\"keepalive\":true"), "{revocation}");
    page::boot();
    assert_ne!(doorstep_widget::get_visitor_id(), id, "the next person is somebody else");
}

#[wasm_bindgen_test]
async fn offline_the_revocation_is_sent_at_the_next_boot() {
    let _page = Page::new().await;
    write_something().await;
    page::set_down(true);
    doorstep_widget::shutdown();
    page::until("the attempt", || page::request_count("shutdown") == 1).await;
    page::frame().await;
    assert_eq!(page::stored(), [format!("intercom.doorstep-revoke-{APP}")]);
    page::set_down(false);
    page::boot();
    page::until("the second attempt", || page::request_count("shutdown") == 2).await;
    page::until("nothing kept", || page::stored().is_empty()).await;
}

#[wasm_bindgen_test]
async fn shutdown_is_safe_at_any_time() {
    let _page = Page::new().await;
    doorstep_widget::shutdown();
    page::boot();
    doorstep_widget::shutdown();
    doorstep_widget::shutdown();
    page::frame().await;
    assert_eq!((page::containers(), page::request_count("shutdown")), (0, 0), "nobody was here");
    page::boot();
    assert_eq!(page::containers(), 1);
}
