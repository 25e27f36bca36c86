//! Files: drawn, chosen, put away.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Parts, give, has_focus, state, told};
use crate::page::frame;

#[wasm_bindgen_test]
async fn files_are_drawn_and_what_is_done_with_them_is_told() {
    let parts = Parts::new();
    let talk = parts.show("thread-files").await;
    assert_eq!(talk.all("[role=log] [role=listitem]").len(), 5);
    assert_eq!(talk.all("[role=log] a.shot img[alt]").len(), 2);
    let stage = parts.show("composer-files").await;
    let rows = stage.all(".composer [role=listitem]");
    assert_eq!(rows.len(), 4);
    assert_eq!(stage.one("progress").get_attribute("value").as_deref(), Some("40"));
    assert!(stage.text().contains("Files of this type cannot be sent"));
    stage.button("Cancel upload").click();
    stage.button("Remove setup.exe").click();
    assert_eq!(told(&stage), ["x2", "x4"]);
    // A list that changes keeps what stays.
    let mut model = state("composer-files");
    let files = &mut model.thread.as_mut().unwrap().composer.files;
    let mut list: Vec<Value> = serde_json::from_str(files).unwrap();
    list.remove(0);
    list[0]["percent"] = json!(70);
    *files = json!(list).to_string();
    stage.publish(model).await;
    frame().await;
    let left = stage.all(".composer [role=listitem]");
    assert_eq!((left.len(), &left[0]), (3, &rows[1]));
    assert_eq!(stage.one("progress").get_attribute("value").as_deref(), Some("70"));
}

#[wasm_bindgen_test]
async fn files_are_taken_from_the_clipboard_and_where_they_are_let_go() {
    let parts = Parts::new();
    let stage = parts.show("thread-talk").await;
    let composer = stage.one("textarea");
    for (kind, name, text, content_type, shown, problem) in [
        ("paste", "notes.txt", "hello", "text/plain", "", ""),
        ("drop", "a view.png", "hello", "image/png", "blob:", ""),
        ("drop", "setup.exe", "MZ", "application/octet-stream", "", "attach.type"),
        ("paste", "nothing.txt", "", "text/plain", "", "attach.empty"),
    ] {
        assert!(give(&composer, kind, name, text, content_type), "{name} does not lead away from the page");
        parts.drawn().await;
        let said = told(&stage);
        assert_eq!(said.len(), 1, "{name}: {said:?}");
        let lines: Vec<&str> = said[0].split('\n').collect();
        let [id, told_name, size, preview, told_problem] = lines[..] else { panic!("{said:?}") };
        assert!(id.len() == 33 && id.starts_with('f'), "{id}");
        assert_eq!((told_name, size, told_problem), (name, text.len().to_string().as_str(), problem));
        assert!(preview.starts_with(shown) && preview.is_empty() == shown.is_empty(), "{preview}");
    }
    assert!(give(&composer, "dragover", "notes.txt", "hello", "text/plain"));
    parts.drawn().await;
    assert_eq!(stage.one(".drop").text_content().as_deref(), Some("Drop files here"));
    assert!(give(&composer, "drop", "notes.txt", "hello", "text/plain"));
    parts.drawn().await;
    assert!(stage.all(".drop").is_empty() && has_focus(&composer));
}
