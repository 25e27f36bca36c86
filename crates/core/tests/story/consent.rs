//! Whether anything may be kept in the browser (`cookie_consent`).

use doorstep_core::Effect;
use doorstep_protocol::host::HostToFrame;
use doorstep_protocol::messenger::Page;
use serde_json::{Value, json};

use crate::world::World;

fn say(world: &mut World, consent: Option<Value>) {
    let settings = consent.map(|consent| ("cookie_consent".to_owned(), consent)).into_iter().collect();
    world.host(0, HostToFrame::Update { settings, page: Page::default() });
}

fn told(world: &mut World) -> Vec<bool> {
    let effects = std::mem::take(&mut world.tabs[0].effects);
    let kept = effects.iter().filter_map(|effect| match effect {
        Effect::Keep(stays) => Some(*stays),
        _ => None,
    });
    kept.collect()
}

#[test]
fn the_browser_is_told_when_the_answer_changes_and_only_then() {
    let mut world = World::new();
    world.settle();
    for (consent, keeps) in [
        (None, vec![]),
        (Some(json!(true)), vec![]),
        (Some(json!(false)), vec![false]),
        (Some(json!("false")), vec![]),
        (Some(json!({"odd": 1})), vec![true]),
        (Some(json!("false")), vec![false]),
        (None, vec![true]),
    ] {
        say(&mut world, consent.clone());
        assert_eq!(told(&mut world), keeps, "{consent:?}");
    }
}

#[test]
fn somebody_new_keeps_nothing_either_until_they_say_otherwise() {
    let mut world = World::new();
    world.settle();
    say(&mut world, Some(json!(false)));
    assert_eq!(told(&mut world), [false]);
    let settings = json!({"user_id": "1", "cookie_consent": false});
    let Value::Object(settings) = settings else { unreachable!() };
    world.host(0, HostToFrame::Update { settings, page: Page::default() });
    assert!(told(&mut world).is_empty());
}
