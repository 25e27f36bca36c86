//! Reads the body of `POST` and `PUT /outbound_messages`. The rules of what is right are `doorstep_domain::outbound`'s; here
//! each refusal gets the name of its field.

use doorstep_domain::edit::Edit;
use doorstep_domain::outbound::frequency::FrequencyError;
use doorstep_domain::outbound::{
    Action, Banner, CONDITIONS, Condition, Content, Frequency, Kind, PRIORITY, Rules, content,
};
use doorstep_store::{OutboundMessage, OutboundWrite};
use serde_json::Value;

use crate::rest::fields::{Fields, TEXT};
use crate::rest::{Answer, RestError};

/// What a message shall be: what is given, over what it was.
pub(super) fn read(fields: &Fields, before: Option<&OutboundMessage>) -> Answer<OutboundWrite> {
    let kind = if let Some(before) = before {
        before.content.kind()
    } else {
        let word = fields.text("kind")?.over(None).ok_or_else(|| RestError::missing("kind"))?;
        Kind::parse(&word).ok_or_else(|| RestError::parameter("kind", "kind must be chat or banner"))?
    };
    let admin_id = fields.number("admin_id")?.over(before.map(|before| before.admin_id));
    let admin_id = admin_id.ok_or_else(|| RestError::missing("admin_id"))?;
    let body = fields.text_up_to("body", content::CHAT)?;
    let body = match body.over(before.map(|before| before.content.body.clone())) {
        Some(text) => {
            content::words(&text, Content::most(kind)).map_err(|error| wrong(fields, "body", &error))?
        }
        None => return Err(RestError::missing("body")),
    };
    let name = fields.text("name")?.over(before.map(|before| before.name.clone()));
    let rules = match fields.object("rules")? {
        Some(given) => rules(&given)?,
        None if cleared(fields, "rules") => Rules::default(),
        None => before.and_then(|before| before.rules.clone()).unwrap_or_default(),
    };
    let frequency = match fields.object("frequency")? {
        Some(given) => frequency(&given)?,
        None if cleared(fields, "frequency") => Frequency::default(),
        None => before.map(|before| before.frequency).unwrap_or_default(),
    };
    let starts_at = fields.time("starts_at")?.over(before.and_then(|before| before.starts_at));
    let stops_at = fields.time("stops_at")?.over(before.and_then(|before| before.stops_at));
    if let (Some(start), Some(stop)) = (starts_at, stops_at)
        && stop <= start
    {
        return Err(RestError::parameter("stops_at", "stops_at must be later than starts_at"));
    }
    let banner = banner(fields, kind, before)?;
    Ok(OutboundWrite {
        name: name.unwrap_or_else(|| body.chars().take(TEXT).collect()),
        admin_id,
        content: Content { body, banner },
        rules,
        frequency,
        priority: priority(fields)?.over(before.map(|before| before.priority)).unwrap_or(0),
        starts_at,
        stops_at,
    })
}

/// 400 for a field; `what` goes on after its name.
fn wrong(fields: &Fields, name: &str, what: &dyn std::fmt::Display) -> RestError {
    let path = fields.path(name);
    let message = format!("{path} {what}");
    RestError::parameter(path, message)
}

fn cleared(fields: &Fields, name: &str) -> bool {
    fields.get(name).is_some_and(Value::is_null)
}

/// A whole number, or its digits.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn priority(fields: &Fields) -> Answer<Edit<i64>> {
    let (least, most) = PRIORITY;
    match fields.get("priority") {
        None => Ok(Edit::Keep),
        Some(Value::Null) => Ok(Edit::Clear),
        Some(value) => {
            whole(value).filter(|number| (least..=most).contains(number)).map(Edit::Set).ok_or_else(|| {
                wrong(fields, "priority", &format!("must be a whole number from {least} to {most}"))
            })
        }
    }
}

fn rules(given: &Fields) -> Answer<Rules> {
    let any = match given.text("match")?.over(None).as_deref() {
        None | Some("all") => false,
        Some("any") => true,
        Some(_) => return Err(wrong(given, "match", &"must be all or any")),
    };
    let entries = given.entries("conditions", CONDITIONS)?.unwrap_or_default();
    let conditions = entries.iter().map(condition).collect::<Answer<_>>()?;
    Ok(Rules { any, conditions })
}

fn condition(given: &Fields) -> Answer<Condition> {
    let needed =
        |name: &str| given.text(name)?.over(None).ok_or_else(|| RestError::missing(&given.path(name)));
    let (field, operator) = (needed("field")?, needed("operator")?);
    let value = given.get("value").cloned().unwrap_or_default();
    Condition::parse(&field, &operator, &value).map_err(|error| wrong(given, error.part, &error))
}

fn frequency(given: &Fields) -> Answer<Frequency> {
    let word = given.text("type")?.over(None).ok_or_else(|| RestError::missing(&given.path("type")))?;
    let days = match given.get("days").filter(|days| !days.is_null()) {
        None => None,
        Some(days) => Some(whole(days).ok_or_else(|| wrong(given, "days", &FrequencyError::Days))?),
    };
    Frequency::parse(&word, days)
        .map_err(|error| wrong(given, if error == FrequencyError::Word { "type" } else { "days" }, &error))
}

fn banner(fields: &Fields, kind: Kind, before: Option<&OutboundMessage>) -> Answer<Option<Banner>> {
    let given = fields.object("banner")?;
    if kind == Kind::Chat {
        return match given {
            Some(_) => Err(wrong(fields, "banner", &"is of banners only; leave it out of a chat message")),
            None => Ok(None),
        };
    }
    let usual = Banner { dismissable: true, ..Banner::default() };
    let was = before.and_then(|before| before.content.banner.clone());
    let Some(given) = given else {
        return Ok(Some(was.filter(|_| !cleared(fields, "banner")).unwrap_or(usual)));
    };
    let was = was.unwrap_or(usual);
    let at_bottom = match given.text("position")?.over(None).as_deref() {
        None => was.at_bottom,
        Some("top") => false,
        Some("bottom") => true,
        Some(_) => return Err(wrong(&given, "position", &"must be top or bottom")),
    };
    let floats = match given.text("style")?.over(None).as_deref() {
        None => was.floats,
        Some("inline") => false,
        Some("floating") => true,
        Some(_) => return Err(wrong(&given, "style", &"must be inline or floating")),
    };
    let background = given
        .text("background_color")?
        .try_map(|text| content::colour(&text).map_err(|error| wrong(&given, "background_color", &error)))?;
    let action = match given.object("action")? {
        Some(action) => Some(self::action(&action)?),
        None if cleared(&given, "action") => None,
        None => was.action,
    };
    Ok(Some(Banner {
        at_bottom,
        floats,
        dismissable: given.flag("dismissable")?.unwrap_or(was.dismissable),
        action,
        background: background.over(was.background),
    }))
}

fn action(given: &Fields) -> Answer<Action> {
    let missing = |name: &str| RestError::missing(&given.path(name));
    let word = given.text("type")?.over(None).ok_or_else(|| missing("type"))?;
    let label = given.text_up_to("label", content::LABEL)?.over(None).ok_or_else(|| missing("label"))?;
    let label = content::words(&label, content::LABEL).map_err(|error| wrong(given, "label", &error))?;
    let url = given
        .text_up_to("url", content::ADDRESS)?
        .try_map(|text| content::address(&text).map_err(|error| wrong(given, "url", &error)))?
        .over(None);
    match (&*word, url) {
        ("open_url", Some(url)) => Ok(Action { label, url: Some(url) }),
        ("open_url", None) => Err(missing("url")),
        ("open_chat", None) => Ok(Action { label, url: None }),
        ("open_chat", Some(_)) => Err(wrong(given, "url", &"is of open_url only; leave it out of open_chat")),
        _ => Err(wrong(given, "type", &"must be open_url or open_chat")),
    }
}
