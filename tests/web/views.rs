//! Every view in every state of the gallery is drawn and can be named; what the person does in one is reported.

use doorstep_core::UserAction;
use doorstep_core::view_model::{Theme, ViewModel};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{CustomEvent, CustomEventInit, Event, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

use crate::page::window;
use crate::stage::{Stage, name_of};
use crate::states;

#[wasm_bindgen_test]
async fn every_state_is_drawn_and_everything_to_press_has_a_name() {
    for (name, model) in states::all() {
        let stage = Stage::of(model).await;
        assert_eq!(stage.all(".ds").len(), 1, "{name}");
        for button in stage.all("button, a, input, textarea") {
            let placeholder = button.get_attribute("placeholder").unwrap_or_default();
            assert!(
                !name_of(&button).is_empty() || !placeholder.is_empty(),
                "{name}: {}",
                button.outer_html()
            );
        }
        for picture in stage.all("img") {
            assert!(picture.has_attribute("alt"), "{name}: {}", picture.outer_html());
        }
        let said = stage.text();
        assert!(!said.is_empty(), "{name}: nothing is drawn");
        assert!(
            !said.contains('{') && !said.contains("undefined"),
            "{name}: a text is not filled in: {said}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_model_that_changes_changes_what_is_shown_and_shut_is_out_of_sight() {
    let states = states::all();
    let of = |wanted: &str| states.iter().find(|(name, _)| *name == wanted).unwrap().1.clone();
    let stage = Stage::of(of("home")).await;
    stage.button("Send us a message").click();
    assert_eq!(stage.did(), [UserAction::StartConversation]);
    stage.publish(of("thread-talk")).await;
    assert_eq!(stage.all("li.item").len(), 5);
    stage.publish(of("list-empty")).await;
    assert_eq!(stage.all("li.item").len(), 0);
    assert!(
        stage.one(".panel").class_list().contains("panel")
            && !stage.one(".panel").class_list().contains("shut")
    );
    stage.publish(ViewModel { open: false, ..of("list") }).await;
    assert!(stage.one(".panel").class_list().contains("shut"));
    stage.publish(ViewModel::default()).await;
    assert!(stage.all(".panel").is_empty(), "nothing before boot and after shutdown");
    stage.publish(ViewModel { open: false, near: false, ..of("home") }).await;
    assert!(stage.all(".panel").is_empty(), "no panel while nobody is about to look");
    stage.publish(ViewModel { open: false, ..of("home") }).await;
    assert!(stage.one(".panel").class_list().contains("shut"));
}

#[wasm_bindgen_test]
async fn words_of_another_direction_begin_where_the_lines_around_them_do() {
    for (state, selector) in
        [("thread-talk", ".bar-text h1"), ("list", ".row-preview"), ("list", ".row-name"), ("home", ".brand")]
    {
        let model = states::all().into_iter().find(|(name, _)| *name == state).unwrap().1;
        let stage = Stage::of(model).await;
        stage.one(".ds").set_attribute("dir", "rtl").unwrap();
        let shown = stage.one(selector);
        let style = window().get_computed_style(&shown).unwrap().unwrap();
        assert_eq!(
            style.get_property_value("direction").unwrap(),
            "ltr",
            "{selector}: {}",
            shown.outer_html()
        );
        assert_eq!(style.get_property_value("text-align").unwrap(), "right", "{selector}");
    }
}

#[wasm_bindgen_test]
async fn links_have_the_pages_colour_as_far_as_it_can_be_read() {
    let mut model = states::all().into_iter().find(|(name, _)| *name == "thread-rich").unwrap().1;
    let stage = Stage::of(model.clone()).await;
    let colour = |selector: &str| {
        let style = window().get_computed_style(&stage.one(selector)).unwrap().unwrap();
        style.get_property_value("color").unwrap()
    };
    let text = colour(".item:not(.mine) .bubble");
    assert_eq!(colour(".bubble a"), text, "without one it is the text's");
    for (given, theme, shown) in [
        ("#b3005e", Theme::Light, "rgb(179, 0, 94)"),
        ("rebeccapurple", Theme::Light, "rgb(102, 51, 153)"),
        ("#ffb3d9", Theme::Dark, "rgb(255, 179, 217)"),
        ("nonsense", Theme::Light, text.as_str()),
        ("red}*{display:none", Theme::Light, text.as_str()),
    ] {
        model.workspace.colours = ["", "", given].join("\n");
        model.theme = theme;
        stage.publish(model.clone()).await;
        assert_eq!(colour(".bubble a"), shown, "{given}");
    }
    // Yellow on nearly white, and navy on nearly black: another shade of it.
    for (given, theme) in [("#ff0", Theme::Light), ("#000080", Theme::Dark)] {
        model.workspace.colours = ["", "", given].join("\n");
        model.theme = theme;
        stage.publish(model.clone()).await;
        let shown = colour(".bubble a");
        assert!(
            shown != "rgb(255, 255, 0)" && shown != "rgb(0, 0, 128)" && shown != colour(".bubble"),
            "{shown}"
        );
    }
}

#[wasm_bindgen_test]
async fn the_list_opens_conversations_and_leads_home() {
    let stage = Stage::show("list").await;
    let rows = stage.all(".list .row");
    assert_eq!(rows.len(), 6);
    rows[1].click();
    assert_eq!(stage.did(), [UserAction::OpenConversation("2".to_owned())]);
    assert!(rows[1].text_content().unwrap().contains("Not delivered yet"));
    assert!(rows[2].text_content().unwrap().contains("Draft: And one more thing"));
    stage.button("Home").click();
    assert_eq!(stage.did(), [UserAction::ShowHome]);
    let failed = Stage::show("list-failed").await;
    failed.button("Try again").click();
    assert_eq!(failed.did(), [UserAction::Retry]);
}

#[wasm_bindgen_test]
async fn previews_are_put_away_one_by_one_or_all_and_lead_to_their_conversation() {
    let stage = Stage::show("preview-many").await;
    let cards = stage.all(".peek");
    assert_eq!(cards.len(), 3);
    let of_first = stage.all(".peek button");
    of_first[0].click();
    of_first[1].click();
    assert_eq!(
        stage.did(),
        [UserAction::OpenConversation("1".to_owned()), UserAction::Dismiss(Some("1".to_owned()))]
    );
    stage.button("Dismiss all").click();
    assert_eq!(stage.did(), [UserAction::Dismiss(None)]);
    let single = Stage::show("preview").await;
    assert!(!single.text().contains("Dismiss all"), "one is dismissed by its own button");
}

#[wasm_bindgen_test]
async fn a_message_that_was_refused_says_why_and_offers_what_to_do() {
    let stage = Stage::show("thread-statuses").await;
    assert!(stage.text().contains("A message may have 10,000 characters at most"));
    for (name, wanted) in [
        ("Try again", UserAction::RetryMessage("c".to_owned())),
        ("Delete", UserAction::DeleteMessage("c".to_owned())),
    ] {
        stage.button(name).click();
        assert_eq!(stage.did(), [wanted]);
    }
}

#[wasm_bindgen_test]
async fn files_stand_where_their_part_draws_them_and_what_it_says_is_reported() {
    let stage = Stage::show("thread-files").await;
    let places = stage.all("[role=log] [data-state]");
    let files: Vec<usize> = places
        .iter()
        .map(|place| place.get_attribute("data-state").unwrap().matches("\"name\"").count())
        .collect();
    assert_eq!(files, [1, 2, 1, 1]);
    assert_eq!(stage.all("[role=log] .bubble").len(), 2, "no empty bubble above files alone");
    let composer = Stage::show("composer-files").await;
    let place = composer.one(".composer [data-state]");
    assert!(place.get_attribute("data-state").unwrap().contains("attach.failed"));
    let said = CustomEventInit::new();
    said.set_detail(&"x3".into());
    place.dispatch_event(&CustomEvent::new_with_event_init_dict("part", &said).unwrap()).unwrap();
    assert_eq!(composer.did(), [UserAction::Part("x3".to_owned())]);
}

#[wasm_bindgen_test]
async fn the_composer_reports_what_is_typed_and_sends_with_enter_but_not_with_shift() {
    let stage = Stage::show("composer-lines").await;
    let field: HtmlTextAreaElement = stage.one("textarea").unchecked_into();
    assert!(field.value().starts_with("Thank you!"));
    field.set_value("Hello");
    field.dispatch_event(&Event::new("input").unwrap()).unwrap();
    assert_eq!(stage.did(), [UserAction::DraftChanged("Hello".to_owned())]);
    let press = |shift: bool| {
        let options = web_sys::KeyboardEventInit::new();
        options.set_key("Enter");
        options.set_shift_key(shift);
        options.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
        field.dispatch_event(&event).unwrap();
    };
    press(true);
    assert_eq!(stage.did(), []);
    press(false);
    assert_eq!(stage.did(), [UserAction::Send]);
    let full = Stage::show("composer-too-long").await;
    assert!(full.text().contains("41 characters too long"));
    assert_eq!(full.one("textarea").get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(full.button("Send message").has_attribute("disabled"));
}

#[wasm_bindgen_test]
async fn the_email_card_reports_what_is_typed_and_can_be_skipped_unless_it_must_be_given() {
    let stage = Stage::show("email-asking").await;
    let field: HtmlInputElement = stage.one("input[type=email]").unchecked_into();
    field.set_value("ann@example.com");
    field.dispatch_event(&Event::new("input").unwrap()).unwrap();
    assert_eq!(stage.did(), [UserAction::EmailChanged("ann@example.com".to_owned())]);
    let skips = |stage: &Stage| {
        let all = stage.all("button");
        all.into_iter().find(|button| name_of(button) == "Not now")
    };
    skips(&stage).unwrap().click();
    assert_eq!(stage.did(), [UserAction::EmailSkipped]);
    assert!(skips(&Stage::show("email-required").await).is_none());
    assert!(Stage::show("email-done").await.all("input[type=email]").is_empty());
}

#[wasm_bindgen_test]
async fn notices_say_what_is_wrong_and_what_to_do() {
    assert!(
        Stage::show("notice-offline").await.one(".notice").get_attribute("role").as_deref() == Some("status")
    );
    let refused = Stage::show("notice-refused").await;
    assert_eq!(refused.one(".notice").get_attribute("role").as_deref(), Some("alert"));
    let older = Stage::show("notice-older-failed").await;
    older.button("Try again").click();
    assert_eq!(older.did(), [UserAction::LoadOlder]);
}
