//! The contact object (S§1.1), key for key.

use doorstep_store::{AttachedKind, Attachments, ContactRecord, LastVisit, Workspace};
use serde_json::{Map, Value, json};

use crate::app::SharedApp;
use crate::rest::description::Shape::{
    Any, List, Map as Keys, Nothing, Object, Of, OrNull, Text, Truth, Whole, Word,
};
use crate::rest::description::{Key, Schema, key};
use crate::rest::{Answer, Caller, Version};

/// The whole object, as `contact` makes it.
pub(in crate::rest) const CONTACT: Schema = Schema::new(
    "contact",
    "A lead or a user.",
    &[
        key("type", Word(&["contact"])),
        key("id", Text),
        key("workspace_id", Text),
        key("external_id", OrNull(&Text)),
        key("role", Word(&["lead", "user"])),
        key("email", OrNull(&Text)),
        key("email_domain", OrNull(&Text)),
        key("phone", OrNull(&Text)),
        // 2.11 to 2.13.
        key("formatted_phone", OrNull(&Text)).optional(),
        key("name", OrNull(&Text)),
        key("avatar", OrNull(&Object(&[key("type", Word(&["avatar"])), key("image_url", Text)]))),
        key("owner_id", OrNull(&Text)),
        key("social_profiles", Object(&[key("type", Word(&["list"])), key("data", List(&Any))])),
        key("has_hard_bounced", Truth),
        key("marked_email_as_spam", Truth),
        key("unsubscribed_from_emails", Truth),
        key("created_at", Whole),
        key("updated_at", Whole),
        key("signed_up_at", OrNull(&Whole)),
        key("last_seen_at", OrNull(&Whole)),
        key("last_replied_at", OrNull(&Whole)),
        key("last_contacted_at", OrNull(&Whole)),
        key("language_override", OrNull(&Text)),
        key(
            "location",
            Object(&[
                key("type", Word(&["location"])),
                key("country", OrNull(&Text)),
                key("region", OrNull(&Text)),
                key("city", OrNull(&Text)),
                key("country_code", OrNull(&Text)),
                key("continent_code", OrNull(&Text)),
            ]),
        ),
        key("custom_attributes", Keys(&Any)),
        key("tags", Of(&ADDRESSABLE_LIST)),
        key("notes", Of(&ADDRESSABLE_LIST)),
        key("companies", Of(&ADDRESSABLE_LIST)),
        key("opted_out_subscription_types", Of(&ADDRESSABLE_LIST)),
        key("opted_in_subscription_types", Of(&ADDRESSABLE_LIST)),
        key("last_email_opened_at", Nothing),
        key("last_email_clicked_at", Nothing),
        key("browser", OrNull(&Text)),
        key("browser_version", OrNull(&Text)),
        key("browser_language", OrNull(&Text)),
        key("os", OrNull(&Text)),
        key("android_app_name", Nothing),
        key("android_app_version", Nothing),
        key("android_device", Nothing),
        key("android_os_version", Nothing),
        key("android_sdk_version", Nothing),
        key("android_last_seen_at", Nothing),
        key("ios_app_name", Nothing),
        key("ios_app_version", Nothing),
        key("ios_device", Nothing),
        key("ios_os_version", Nothing),
        key("ios_sdk_version", Nothing),
        key("ios_last_seen_at", Nothing),
        key("utm_campaign", OrNull(&Text)),
        key("utm_content", OrNull(&Text)),
        key("utm_medium", OrNull(&Text)),
        key("utm_source", OrNull(&Text)),
        key("utm_term", OrNull(&Text)),
        key("referrer", OrNull(&Text)),
        key("enabled_push_messaging", Nothing),
    ],
);

/// The first entries of what is attached to a contact, and where the rest is.
const ADDRESSABLE_LIST: Schema = Schema::new(
    "addressable_list",
    "The first entries of what is attached to a contact, and where the rest is.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Object(&[key("type", Text), key("id", Text), key("url", Text)]))),
        key("url", Text),
        key("total_count", Whole),
        key("has_more", Truth),
    ],
);

/// What a contact has: the key, the kind, what an entry calls itself, and where all of them are. No path gives one
/// subscription type, so those entries lead to the list.
const LISTS: [(&str, AttachedKind, &str, &str); 5] = [
    ("tags", AttachedKind::Tag, "tag", "tags"),
    ("notes", AttachedKind::Note, "note", "notes"),
    ("companies", AttachedKind::Company, "company", "companies"),
    ("opted_out_subscription_types", AttachedKind::OptedOut, "subscription", "subscriptions"),
    ("opted_in_subscription_types", AttachedKind::OptedIn, "subscription", "subscriptions"),
];

/// Of `archive` and `unarchive`.
pub(super) const ARCHIVED: Schema =
    Schema::new("contact_archived", "An archived contact, or one no longer.", &[key("archived", Truth)])
        .and(REFERENCE);
/// Of `block`.
pub(super) const BLOCKED: Schema =
    Schema::new("contact_blocked", "A blocked contact.", &[key("blocked", Truth)]).and(REFERENCE);
/// Of `DELETE`.
pub(super) const DELETED: Schema =
    Schema::new("contact_deleted", "A deleted contact.", &[key("deleted", Truth)]).and(REFERENCE);

const REFERENCE: &[Key] =
    &[key("type", Word(&["contact"])), key("id", Text), key("external_id", OrNull(&Text))];

/// The whole object.
pub(in crate::rest) async fn contact(
    app: &SharedApp,
    caller: &Caller,
    record: &ContactRecord,
) -> Answer<Value> {
    let attached = app.store.attachments(&[&record.id]).await?;
    Ok(whole(caller, record, &attached))
}

/// The objects of a page, with as many queries as one takes.
pub(in crate::rest) async fn contacts(
    app: &SharedApp,
    caller: &Caller,
    records: &[ContactRecord],
) -> Answer<Vec<Value>> {
    let ids: Vec<&str> = records.iter().map(|record| &*record.id).collect();
    let attached = app.store.attachments(&ids).await?;
    Ok(records.iter().map(|record| whole(caller, record, &attached)).collect())
}

fn whole(caller: &Caller, record: &ContactRecord, attached: &Attachments) -> Value {
    let mut shown = base(&caller.workspace, record, attached);
    // 2.11 to 2.13 only (S§1.1).
    if Version::OLDEST < caller.version && caller.version < Version::V2_14 {
        shown.insert("formatted_phone".to_owned(), json!(record.phone));
    }
    Value::Object(shown)
}

fn base(workspace: &Workspace, record: &ContactRecord, attached: &Attachments) -> Map<String, Value> {
    let avatar = record.avatar.as_ref().map(|url| json!({"type": "avatar", "image_url": url}));
    let attributes: Value = serde_json::from_str(&record.custom_attributes).unwrap_or_else(|_| json!({}));
    let mut shown = Map::new();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("type", "contact".into());
    put("id", json!(record.id));
    put("workspace_id", json!(workspace.app_id));
    put("external_id", json!(record.external_id));
    put("role", json!(record.role));
    put("email", json!(record.email));
    put("email_domain", json!(record.email_domain));
    put("phone", json!(record.phone));
    put("name", json!(record.name));
    put("avatar", json!(avatar));
    put("owner_id", json!(record.owner_id.map(|id| id.to_string())));
    put("social_profiles", json!({"type": "list", "data": []}));
    put("has_hard_bounced", false.into());
    put("marked_email_as_spam", false.into());
    put("unsubscribed_from_emails", record.unsubscribed_from_emails.into());
    put("created_at", record.created_at.into());
    put("updated_at", record.updated_at.into());
    put("signed_up_at", json!(record.signed_up_at));
    put("last_seen_at", json!(record.last_seen_at));
    put("last_replied_at", json!(record.last_replied_at));
    put("last_contacted_at", json!(record.last_contacted_at));
    put("language_override", json!(record.language_override));
    put(
        "location",
        json!({
            "type": "location", "country": null, "region": null, "city": null, "country_code": null,
            "continent_code": null,
        }),
    );
    put("custom_attributes", attributes);
    for (name, kind, word, all) in LISTS {
        let has = attached.of(kind, &record.id);
        let url = format!("/contacts/{}/{all}", record.id);
        let entry = |id: &String| {
            let at = if word == "subscription" { url.clone() } else { format!("/{all}/{id}") };
            json!({"type": word, "id": id, "url": at})
        };
        let data: Vec<Value> = has.ids.iter().map(entry).collect();
        let has_more = has.total > i64::try_from(data.len()).unwrap_or(i64::MAX);
        put(
            name,
            json!({"type": "list", "data": data, "url": url, "total_count": has.total, "has_more": has_more}),
        );
    }
    for (name, value) in visit(&record.visit) {
        put(name, json!(value));
    }
    // Facts of apps and mail, which nothing here learns; clients expect the keys.
    for name in [
        "last_email_opened_at",
        "last_email_clicked_at",
        "android_app_name",
        "android_app_version",
        "android_device",
        "android_os_version",
        "android_sdk_version",
        "android_last_seen_at",
        "ios_app_name",
        "ios_app_version",
        "ios_device",
        "ios_os_version",
        "ios_sdk_version",
        "ios_last_seen_at",
        "enabled_push_messaging",
    ] {
        put(name, Value::Null);
    }
    shown
}

/// What the browser said, by key.
fn visit(of: &LastVisit) -> [(&'static str, &Option<String>); 10] {
    [
        ("browser", &of.browser),
        ("browser_version", &of.browser_version),
        ("browser_language", &of.browser_language),
        ("os", &of.os),
        ("utm_campaign", &of.utm_campaign),
        ("utm_content", &of.utm_content),
        ("utm_medium", &of.utm_medium),
        ("utm_source", &of.utm_source),
        ("utm_term", &of.utm_term),
        ("referrer", &of.referrer),
    ]
}

/// What is left to say of a contact that was archived, blocked or deleted.
pub(super) fn reference(record: &ContactRecord, what: &str, holds: bool) -> Value {
    let mut shown = json!({"type": "contact", "id": record.id, "external_id": record.external_id});
    shown[what] = holds.into();
    shown
}
