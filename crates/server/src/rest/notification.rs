//! `data.item` of a webhook's notification: the object a change is about, in the shape the REST API gives it (S§4.2).
//! Made when the change is read from the log, a moment after it happened. Not the envelope, and not who gets it: that is
//! `crate::webhooks`.

use doorstep_domain::topics::Topic;
use doorstep_store::{ContactRecord, FeedEntry};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::contacts::shape::contact;
use super::conversations::shape::with_part;
use super::{Answer, Caller, Version};
use crate::app::SharedApp;

/// The item of a change; `None` if what it is about is gone. `caller` is the subscriber, who wants times of contacts as
/// ISO 8601 texts with `iso_times`.
pub(crate) async fn item(
    app: &SharedApp,
    caller: &Caller,
    entry: &FeedEntry,
    topic: Topic,
    iso_times: bool,
) -> Answer<Option<Value>> {
    let made = match made(app, caller, entry, topic).await {
        // One change that cannot be shown must not hold up those after it.
        Err(error) if !error.is_passing() => None,
        made => made?,
    };
    Ok(made.map(|mut item| {
        if iso_times {
            with_iso_times(&mut item);
        }
        item
    }))
}

async fn made(app: &SharedApp, caller: &Caller, entry: &FeedEntry, topic: Topic) -> Answer<Option<Value>> {
    let detail: Value =
        entry.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    if topic == Topic::ContactDeleted {
        let external_id = &detail["external_id"];
        return Ok(Some(json!({
            "type": "contact", "id": entry.contact_id, "external_id": external_id, "deleted": true,
        })));
    }
    if topic == Topic::ConversationDeleted {
        let id = entry.conversation_id.map(|id| id.to_string());
        return Ok(Some(json!({"type": "conversation", "id": id, "deleted": true})));
    }
    let word = topic.as_str();
    if word.starts_with("conversation") {
        return of_conversation(app, caller, entry, &detail).await;
    }
    let person = match topic {
        // The detail is the object.
        Topic::EventCreated | Topic::JobCompleted => return Ok(Some(detail).filter(Value::is_object)),
        Topic::CompanyCreated | Topic::CompanyUpdated | Topic::CompanyDeleted => {
            return Ok(Some(detail["company"].clone()).filter(Value::is_object));
        }
        _ => app.store.contact_row(caller.workspace.id, &entry.contact_id).await?,
    };
    let Some(person) = person else { return Ok(None) };
    if topic == Topic::VisitorSignedUp {
        return Ok(Some(legacy_user(caller, &person)));
    }
    let mut person = contact(app, caller, &person).await?;
    let (created_at, company) = (entry.created_at, &detail["company"]);
    Ok(Some(match topic {
        Topic::ContactMerged => {
            person["merged_from"] = detail["merged_from"].clone();
            person
        }
        _ if word.contains(".tag.") => {
            json!({"type": "contact_tag", "tag": detail["tag"], "contact": person, "created_at": created_at})
        }
        Topic::ContactSubscribed | Topic::GranularSubscribe => {
            consent("contact_subscribe", &person, created_at, &detail)
        }
        Topic::ContactUnsubscribed | Topic::GranularUnsubscribe => {
            consent("contact_unsubscribe", &person, created_at, &detail)
        }
        Topic::CompanyContactAttached | Topic::CompanyContactDetached => {
            json!({"type": "company_contact", "company": company, "contact": person, "created_at": created_at})
        }
        _ => person,
    }))
}

/// The conversation with the part that caused it; from 2.15 on with plain text (S§4.1).
async fn of_conversation(
    app: &SharedApp,
    caller: &Caller,
    entry: &FeedEntry,
    detail: &Value,
) -> Answer<Option<Value>> {
    let Some(id) = entry.conversation_id else { return Ok(None) };
    let record = app.store.conversation_record(caller.workspace.id, id).await?;
    let plain = caller.version >= Version::V2_15;
    let mut item = with_part(app, caller, &record, entry.part_id, plain).await?;
    if !detail["tag"].is_null() {
        item["tags_added"] = json!({"type": "tag.list", "tags": [detail["tag"]]});
    }
    Ok(Some(item))
}

fn consent(kind: &str, person: &Value, created_at: i64, detail: &Value) -> Value {
    json!({
        "type": kind, "contact": person, "created_at": created_at,
        "subscription_types": detail["subscription_types"],
    })
}

/// The user object of the first versions, which `visitor.signed_up` still has (S§4.2).
fn legacy_user(caller: &Caller, person: &ContactRecord) -> Value {
    let attributes: Value = serde_json::from_str(&person.custom_attributes).unwrap_or_else(|_| json!({}));
    json!({
        "type": "user", "id": person.id, "user_id": person.external_id, "anonymous": false, "email": person.email,
        "phone": person.phone, "name": person.name, "pseudonym": null,
        "avatar": {"type": "avatar", "image_url": person.avatar}, "app_id": caller.workspace.app_id,
        "companies": {"type": "company.list", "companies": []}, "location_data": {},
        "last_request_at": person.last_seen_at, "created_at": person.created_at,
        "remote_created_at": person.signed_up_at, "signed_up_at": person.signed_up_at,
        "updated_at": person.updated_at, "session_count": 0,
        "social_profiles": {"type": "social_profile.list", "social_profiles": []},
        "unsubscribed_from_emails": person.unsubscribed_from_emails, "user_agent_data": null,
        "tags": {"type": "tag.list", "tags": []}, "segments": {"type": "segment.list", "segments": []},
        "custom_attributes": attributes,
    })
}

/// Intercom's webhooks tell times of contacts, and of a conversation's statistics, as texts (S§4.2).
fn with_iso_times(item: &mut Value) {
    match item["type"].as_str() {
        Some("contact" | "user") => iso(item),
        Some("conversation") => iso(&mut item["statistics"]),
        _ => {
            if let Some(person) = item.get_mut("contact") {
                iso(person);
            }
        }
    }
}

/// Numbers named `…_at` become texts; what the site itself defined stays as it is.
fn iso(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::Number(seconds) if name.ends_with("_at") => {
                        let at = seconds.as_i64().and_then(|at| Timestamp::from_second(at).ok());
                        if let Some(at) = at {
                            *field = at.strftime("%Y-%m-%dT%H:%M:%S.000+00:00").to_string().into();
                        }
                    }
                    Value::Object(_) | Value::Array(_) if name != "custom_attributes" => iso(field),
                    _ => {}
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(iso),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::with_iso_times;

    #[test]
    fn times_of_contacts_and_statistics_become_texts() {
        let text = "2027-01-15T08:00:00.000+00:00";
        let at = 1_800_000_000;
        let person = json!({"type": "contact", "created_at": at, "last_seen_at": null, "tags": [{"applied_at": at}],
            "custom_attributes": {"paid_at": at}, "name": "x"});
        let told = json!({"type": "contact", "created_at": text, "last_seen_at": null, "tags": [{"applied_at": text}],
            "custom_attributes": {"paid_at": at}, "name": "x"});
        let mut item = person.clone();
        with_iso_times(&mut item);
        assert_eq!(item, told);
        let mut item = json!({"type": "contact_tag", "contact": person, "created_at": at});
        with_iso_times(&mut item);
        assert_eq!(item, json!({"type": "contact_tag", "contact": told, "created_at": at}));
        let mut item =
            json!({"type": "conversation", "created_at": at, "statistics": {"first_close_at": at}});
        with_iso_times(&mut item);
        assert_eq!(item["created_at"], at);
        assert_eq!(item["statistics"]["first_close_at"], text);
        let mut item = json!({"type": "conversation", "statistics": null});
        with_iso_times(&mut item);
        assert_eq!(item, json!({"type": "conversation", "statistics": null}));
    }
}
