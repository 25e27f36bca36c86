//! The emoji picker.

use doorstep_core::UserAction;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

use super::{Parts, has_focus, send, state};
use crate::page::press;
use crate::stage::{Stage, name_of};

async fn open_emoji(parts: &Parts, stage: &Stage) -> HtmlInputElement {
    stage.button("Insert an emoji").click();
    parts.drawn().await;
    stage.one(".emoji input").unchecked_into()
}

fn search(field: &HtmlInputElement, words: &str) {
    field.set_value(words);
    send(field, "input");
}

#[wasm_bindgen_test]
async fn emoji_are_searched_and_go_where_the_cursor_is() {
    let parts = Parts::new();
    let stage = parts.show("thread-talk").await;
    let composer: HtmlTextAreaElement = stage.one("textarea").unchecked_into();
    composer.set_value("Hi Ann");
    composer.set_selection_range(2, 2).unwrap();
    let input = open_emoji(&parts, &stage).await;
    let picker = stage.one(".emoji");
    assert_eq!(
        (picker.get_attribute("role").as_deref(), name_of(&picker).as_str()),
        (Some("dialog"), "Insert an emoji")
    );
    assert_eq!(stage.button("Insert an emoji").get_attribute("aria-expanded").as_deref(), Some("true"));
    assert!(has_focus(&input));
    let groups: Vec<String> = stage.all(".emoji [role=group]").iter().map(|group| name_of(group)).collect();
    assert_eq!((groups.len(), groups[0].as_str(), groups[7].as_str()), (8, "Smileys and people", "Flags"));
    for button in stage.all(".emoji button") {
        assert!(
            button.has_attribute("aria-label") && !button.get_attribute("aria-label").unwrap().is_empty()
        );
    }
    search(&input, "flag GERMANY");
    assert_eq!(stage.one(".emoji button").text_content().as_deref(), Some("🇩🇪"));
    search(&input, "food pizza");
    assert_eq!(
        stage.one(".emoji button").text_content().as_deref(),
        Some("🍕"),
        "groups are found by their names"
    );
    search(&input, "waving hand");
    press(&input, "Enter");
    assert_eq!(composer.value(), "Hi👋 Ann");
    assert_eq!(stage.did(), [UserAction::DraftChanged("Hi👋 Ann".to_owned())]);
    assert!(stage.all(".emoji").is_empty() && has_focus(&composer));
    assert!(!stage.button("Insert an emoji").has_attribute("aria-expanded"));
    // What was used is first the next time, and only while nothing is searched.
    let input = open_emoji(&parts, &stage).await;
    assert_eq!(name_of(&stage.one(".emoji [role=group]")), "Frequently used");
    assert_eq!(stage.one(".emoji button").text_content().as_deref(), Some("👋"));
    search(&input, "nothing has this name");
    assert_eq!(stage.one(".emoji [role=status]").text_content().as_deref(), Some("No emoji found"));
    press(&input, "Enter");
    assert_eq!(composer.value(), "Hi👋 Ann");
    search(&input, "red heart");
    stage.one(".emoji button").click();
    assert_eq!(composer.value(), "Hi👋❤️ Ann");
}

#[wasm_bindgen_test]
async fn emoji_are_reached_by_arrow_keys_as_one_stop_of_tab() {
    let parts = Parts::new();
    let stage = parts.show("thread-talk").await;
    let input = open_emoji(&parts, &stage).await;
    let all = stage.all(".emoji button");
    let at = |index: usize| has_focus(&all[index]);
    let stops = || stage.all(".emoji button[tabindex='0']");
    press(&input, "ArrowDown");
    assert!(at(0));
    press(&all[0], "ArrowRight");
    assert!(at(1));
    press(&all[1], "ArrowDown");
    let below = all.iter().position(has_focus).unwrap();
    assert!(below > 1 && all[below].offset_left() == all[1].offset_left(), "the one below");
    press(&all[below], "ArrowUp");
    assert!(at(1));
    press(&all[1], "ArrowLeft");
    press(&all[0], "End");
    assert!(at(all.len() - 1));
    assert_eq!(stops(), [all[all.len() - 1].clone()], "Tab stops once");
    press(&all[all.len() - 1], "ArrowRight");
    assert!(at(all.len() - 1), "there is an end");
    press(&all[all.len() - 1], "Home");
    press(&all[0], "ArrowUp");
    assert!(has_focus(&input), "up from the first row is the search");
    press(&input, "Escape");
    assert_eq!(stage.did(), [], "the panel has not heard of it");
}

#[wasm_bindgen_test]
async fn the_emoji_picker_closes_by_escape_by_its_button_and_by_a_press_elsewhere() {
    let parts = Parts::new();
    let stage = parts.show("thread-talk").await;
    let composer = stage.one("textarea");
    for by_key in [true, false] {
        let input = open_emoji(&parts, &stage).await;
        if by_key {
            press(&input, "Escape");
        } else {
            stage.button("Insert an emoji").click();
            parts.drawn().await;
        }
        assert!(stage.all(".emoji").is_empty() && has_focus(&composer), "by key: {by_key}");
    }
    let input = open_emoji(&parts, &stage).await;
    send(&input, "pointerdown");
    assert_eq!(stage.all(".emoji").len(), 1, "a press inside");
    send(&stage.one("[role=log]"), "pointerdown");
    assert!(stage.all(".emoji").is_empty());
    // A screen that goes takes its picker along, and the next one begins with its own.
    open_emoji(&parts, &stage).await;
    stage.publish(state("home")).await;
    stage.publish(state("thread-talk")).await;
    open_emoji(&parts, &stage).await;
    assert_eq!(stage.all(".emoji").len(), 1);
    press(&stage.one(".emoji input"), "Escape");
}
