//! The email card appears after the first message, and not again once given (P4).

use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{self, Page};

#[wasm_bindgen_test]
async fn the_card_comes_once() {
    let _page = Page::new().await;
    page::boot();
    doorstep_widget::show_new_message(Some(String::new()));
    page::wait_for("textarea").await;
    assert_eq!(page::count("input[type=email]"), 0, "not before the first message");
    page::write("hello").await;
    page::wait_for("input[type=email]").await;
    page::until("the message at the server", || page::request_count("send") == 1).await;
    page::type_email("not an address").await;
    page::submit_email().await;
    page::frame().await;
    let field: web_sys::HtmlInputElement =
        wasm_bindgen::JsCast::unchecked_into(page::wait_for("input[type=email]").await);
    assert_eq!(field.value(), "not an address", "what was typed stays");
    assert_eq!(page::request_count("email"), 0);
    page::type_email("ann@example.com").await;
    page::submit_email().await;
    page::until("the address at the server", || page::request_count("email") == 1).await;
    page::until("the card asks no more", || page::count("input[type=email]") == 0).await;
    page::write("one more thing").await;
    page::until("the second message", || page::request_count("send") == 2).await;
    page::frame().await;
    assert_eq!(page::count("input[type=email]"), 0, "not again");
}
