//! Without consent nothing is kept in the page, and it works for as long as the page lives (`cookie_consent`).

use js_sys::{Object, Reflect};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{self, APP, Page};

fn settings(consent: bool) -> Object {
    let settings = Object::new();
    Reflect::set(&settings, &"app_id".into(), &APP.into()).unwrap();
    Reflect::set(&settings, &"cookie_consent".into(), &consent.into()).unwrap();
    settings
}

#[wasm_bindgen_test]
async fn what_is_known_is_kept_in_the_page_until_it_may_be_kept_in_the_browser() {
    let _page = Page::new().await;
    doorstep_widget::boot(settings(false).unchecked_ref());
    doorstep_widget::show_new_message(Some(String::new()));
    page::write("hello").await;
    page::until("the message at the server", || page::request_count("send") == 1).await;
    page::until("the answer", || page::text().contains("hello") && !page::text().contains("Sending")).await;
    assert_eq!((page::cookies(), page::stored()), (String::new(), Vec::new()));
    page::write("and more").await;
    page::until("the second message", || page::request_count("send") == 2).await;
    assert!(
        page::last_request("send").unwrap().contains("\"session\":\""),
        "the session is known all the same"
    );

    doorstep_widget::update(Some(settings(true).unchecked_into()));
    page::until("the cookies", || page::cookies().contains("intercom-session-")).await;
    assert!(page::cookies().contains("intercom-id-"), "{}", page::cookies());

    doorstep_widget::update(Some(settings(false).unchecked_into()));
    page::until("no cookies", || page::cookies().is_empty()).await;
    assert_eq!(page::stored(), Vec::<String>::new());
}
