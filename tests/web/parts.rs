//! The parts of the Messenger (`parts/`) in the places the views give them: what each shows, what its keys do, and what it tells
//! the Messenger. Whole journeys through them are in `e2e/tests/`.

mod emoji;
mod files;

use doorstep_core::UserAction;
use doorstep_core::view_model::ViewModel;
use js_sys::{Object, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlTextAreaElement};

use crate::page::{document, frame, press, window};
use crate::stage::{Stage, name_of};
use crate::states;

#[wasm_bindgen(module = "/tests/web/parts.js")]
extern "C" {
    #[wasm_bindgen(js_name = install)]
    fn install_parts(files: &Object);
    #[wasm_bindgen(js_name = uninstall)]
    fn uninstall_parts();
    fn settled() -> Promise;
    fn heard(touched: bool) -> Promise;
    fn saved(data: &str, answers: &str) -> Promise;
    fn give(place: &Element, kind: &str, name: &str, text: &str, content_type: &str) -> bool;
}

/// All of them, and what they import.
const FILES: [(&str, &str); 13] = [
    ("locales/en.json", include_str!("../../locales/en.json")),
    ("parts/attach.js", include_str!("../../parts/attach.js")),
    ("parts/emoji.js", include_str!("../../parts/emoji.js")),
    ("parts/ending.js", include_str!("../../parts/ending.js")),
    ("parts/ending/rating.js", include_str!("../../parts/ending/rating.js")),
    ("parts/ending/replies.js", include_str!("../../parts/ending/replies.js")),
    ("parts/hours.js", include_str!("../../parts/hours.js")),
    ("parts/menu.js", include_str!("../../parts/menu.js")),
    ("parts/shared/element.js", include_str!("../../parts/shared/element.js")),
    ("parts/shared/emoji.js", include_str!("../../parts/shared/emoji.js")),
    ("parts/shared/sheet.js", include_str!("../../parts/shared/sheet.js")),
    ("parts/sound.js", include_str!("../../parts/sound.js")),
    ("parts/transcript.js", include_str!("../../parts/transcript.js")),
];

/// Parts can be had until it is dropped.
struct Parts;

impl Parts {
    fn new() -> Self {
        // A test that failed could not tidy up.
        uninstall_parts();
        let files = Object::new();
        for (path, text) in FILES {
            Reflect::set(&files, &path.into(), &text.into()).unwrap();
        }
        install_parts(&files);
        Self
    }

    /// Shows a state of the gallery with its parts.
    async fn show(&self, name: &str) -> Stage {
        let stage = Stage::show(name).await;
        self.drawn().await;
        stage
    }

    /// What was asked of parts is done.
    async fn drawn(&self) {
        JsFuture::from(settled()).await.unwrap();
        frame().await;
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        uninstall_parts();
    }
}

fn state(name: &str) -> ViewModel {
    states::all().into_iter().find(|(known, _)| *known == name).unwrap().1
}

fn has_focus(element: &HtmlElement) -> bool {
    document().active_element().as_ref() == Some(element.unchecked_ref())
}

/// An event that goes up and can be held.
fn send(place: &Element, kind: &str) {
    let options = EventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    place.dispatch_event(&Event::new_with_event_init_dict(kind, &options).unwrap()).unwrap();
}

/// What the parts have told since it was asked last.
fn told(stage: &Stage) -> Vec<String> {
    let part = |act| match act {
        UserAction::Part(said) => Some(said),
        _ => None,
    };
    stage.did().into_iter().filter_map(part).collect()
}

#[wasm_bindgen_test]
async fn quick_replies_are_told_with_their_text() {
    let parts = Parts::new();
    let stage = parts.show("thread-replies").await;
    assert_eq!(name_of(&stage.one(".replies")), "Suggested replies");
    assert_eq!(stage.all(".reply").len(), 3);
    stage.button("Where is my order?").click();
    assert_eq!(told(&stage), ["q00000000-0000-4000-8000-000000000000Where is my order?"]);
    stage.publish(state("thread-talk")).await;
    assert!(stage.all(".reply").is_empty());
}

#[wasm_bindgen_test]
async fn a_rating_is_given_changed_explained_and_final() {
    let parts = Parts::new();
    let stage = parts.show("rating-asked").await;
    assert!(stage.one(".rating form").has_attribute("hidden"), "first a face");
    stage.button("Great").click();
    assert_eq!(told(&stage), ["r4"]);
    assert_eq!(stage.button("Great").get_attribute("aria-pressed").as_deref(), Some("true"));
    stage.publish(state("rating-given")).await;
    frame().await;
    let form = stage.one(".rating form");
    assert!(!form.has_attribute("hidden"));
    send(&form, "submit");
    assert_eq!(told(&stage), [""; 0], "nothing is no remark");
    let remark: HtmlTextAreaElement = stage.one(".rating textarea").unchecked_into();
    remark.set_value(" Quick and kind \n");
    send(&form, "submit");
    assert_eq!(told(&stage), ["mQuick and kind"]);
    stage.publish(state("rating-failed")).await;
    frame().await;
    assert_eq!(stage.button("Bad").get_attribute("aria-pressed").as_deref(), Some("true"));
    assert!(!stage.one(".rating .wrong").text_content().unwrap().is_empty());
    stage.publish(state("rating-done")).await;
    frame().await;
    assert!(stage.all(".rating-faces button").iter().all(|face| face.has_attribute("disabled")));
    assert_eq!(
        stage.one(".rating [role=status]").text_content().as_deref(),
        Some("Thanks for your feedback")
    );
}

#[wasm_bindgen_test]
async fn when_the_team_answers_is_said_and_follows_what_is_known() {
    let parts = Parts::new();
    let stage = parts.show("home").await;
    assert!(stage.text().contains("We usually reply in a few minutes"), "{}", stage.text());
    let mut model = state("home");
    let office = r#"{"notice":"Closed for the holidays","changes":[]}"#;
    office.clone_into(&mut model.workspace.office);
    stage.publish(model).await;
    frame().await;
    assert!(stage.text().contains("Closed for the holidays"));
    let away = parts.show("thread-away").await;
    assert!(away.text().contains("We're away right now"));
}

#[wasm_bindgen_test]
async fn the_menu_is_moved_in_by_keys_and_asks_for_the_transcript() {
    let parts = Parts::new();
    let stage = parts.show("thread-talk").await;
    let button = stage.button("More options");
    button.click();
    let entry = stage.one("[role=menuitem]");
    assert!(has_focus(&entry));
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("true"));
    for key in ["ArrowDown", "ArrowUp", "End", "Home"] {
        press(&entry, key);
        assert!(has_focus(&entry), "{key}: there is one");
    }
    press(&entry, "Escape");
    assert!(stage.all("[role=menu]").is_empty() && has_focus(&button));
    assert_eq!(stage.did(), [], "the panel has not heard of it");
    button.click();
    send(&stage.one("[role=menu]"), "pointerdown");
    assert_eq!(stage.all("[role=menu]").len(), 1, "a press inside");
    send(&stage.one("[role=log]"), "pointerdown");
    assert!(stage.all("[role=menu]").is_empty());
    button.click();
    stage.button("Download this conversation").click();
    assert_eq!(told(&stage), ["t"]);
    window().dispatch_event(&Event::new("doorstep:transcript-failed").unwrap()).unwrap();
    assert!(!stage.one("[role=alert]").text_content().unwrap().is_empty());
}

async fn json_of(promise: Promise) -> Value {
    serde_json::from_str(&JsFuture::from(promise).await.unwrap().as_string().unwrap()).unwrap()
}

#[wasm_bindgen_test]
async fn a_transcript_is_all_of_the_conversation_as_text() {
    let _parts = Parts::new();
    let part = |id: &str, kind: &str, name: &str, body: &str| json!({"id": id, "author": {"kind": kind, "name": name}, "body": body, "created_at": 1_800_000_000});
    let link = r#"<p>Read <a href="https://a.example/">this</a>:</p><ul><li>one</li></ul>"#;
    let answers = json!([
        {"conversation": {"id": "7"}, "parts": [part("2", "admin", "Grace", link)], "more": true},
        {"conversation": {"id": "7"}, "parts": [part("1", "contact", "", "<p>a &lt; b</p>")], "more": false},
    ]);
    let data = "demo\n{\"conversation_id\":\"7\"}\nLovelace & Sons";
    let done = json_of(saved(data, &answers.to_string())).await;
    assert_eq!(
        done["asked"],
        json!([
            ["https://doorstep.test/messenger/demo/thread", {"conversation_id": "7"}],
            ["https://doorstep.test/messenger/demo/thread", {"conversation_id": "7", "before": "2"}],
        ])
    );
    assert_eq!((&done["failed"], &done["files"][0][0]), (&json!(0), &json!("conversation-7.txt")));
    let text = done["files"][0][1].as_str().unwrap();
    assert!(text.starts_with("Lovelace & Sons\n"), "{text}");
    let (first, second) =
        (text.find("a < b").unwrap(), text.find("Read this (https://a.example/):").unwrap());
    assert!(first < second && text.contains("- one") && text.contains("Grace · "), "{text}");
    let refused = json_of(saved(data, "[500]")).await;
    assert_eq!((&refused["files"], &refused["failed"]), (&json!([]), &json!(1)));
}

#[wasm_bindgen_test]
async fn a_message_sounds_once_where_the_person_has_touched_the_page() {
    let _parts = Parts::new();
    assert_eq!(json_of(heard(true)).await, json!({"tones": [659.25, 880], "closed": 1}));
    assert_eq!(json_of(heard(false)).await, json!({"tones": [], "closed": 0}));
}
