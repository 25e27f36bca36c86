//! The contact object (S§1.1), key for key.

use std::borrow::Cow;

use doorstep_store::{Attached, AttachedKind, Attachments, ContactRecord, LastVisit};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

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
    Ok(shown(caller, record, &attached))
}

/// The whole object, where what hangs on it is known.
pub(super) fn shown(caller: &Caller, record: &ContactRecord, attached: &Attachments) -> Value {
    json!(Shown { caller, record, attached })
}

/// The objects of a page, with as many queries as one takes.
pub(in crate::rest) async fn contacts(
    app: &SharedApp,
    caller: &Caller,
    records: Vec<ContactRecord>,
) -> Answer<Contacts> {
    let ids: Vec<&str> = records.iter().map(|record| &*record.id).collect();
    let attached = app.store.attachments(&ids).await?;
    Ok(Contacts { caller: caller.clone(), records, attached })
}

/// Contacts, and all that is shown of them. Written as they are: a page of them as a tree of values takes longer to build and to
/// copy than to read from the database.
pub(in crate::rest) struct Contacts {
    caller: Caller,
    records: Vec<ContactRecord>,
    attached: Attachments,
}

impl Serialize for Contacts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { caller, records, attached } = self;
        serializer.collect_seq(records.iter().map(|record| Shown { caller, record, attached }))
    }
}

/// A page of contacts.
#[derive(Serialize)]
pub struct ContactPageShown {
    r#type: &'static str,
    data: Contacts,
    total_count: i64,
    pages: Value,
}

impl ContactPageShown {
    /// These contacts, where there are so many in all.
    pub(in crate::rest) fn of(data: Contacts, total_count: i64, pages: Value) -> Self {
        Self { r#type: "list", data, total_count, pages }
    }
}

/// One contact, and what it is shown with.
struct Shown<'a> {
    caller: &'a Caller,
    record: &'a ContactRecord,
    attached: &'a Attachments,
}

#[derive(Serialize)]
struct Avatar<'a> {
    r#type: &'static str,
    image_url: &'a str,
}

#[derive(Serialize)]
struct Addressable<'a> {
    r#type: &'static str,
    data: Vec<Entry<'a>>,
    url: &'a str,
    total_count: i64,
    has_more: bool,
}

#[derive(Serialize)]
struct Entry<'a> {
    r#type: &'static str,
    id: &'a str,
    url: Cow<'a, str>,
}

/// Of a place nothing is known.
const LOCATION: [(&str, Option<&str>); 6] = [
    ("type", Some("location")),
    ("country", None),
    ("region", None),
    ("city", None),
    ("country_code", None),
    ("continent_code", None),
];

/// Facts of apps and mail, which nothing here learns; clients expect the keys.
const NOTHING: [&str; 15] = [
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
];

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (record, version) = (self.record, self.caller.version);
        let avatar = record.avatar.as_deref().map(|url| Avatar { r#type: "avatar", image_url: url });
        let attributes: Value = serde_json::from_str(&record.custom_attributes).unwrap_or_else(|_| json!({}));
        let mut shown = serializer.serialize_map(None)?;
        shown.serialize_entry("type", "contact")?;
        shown.serialize_entry("id", &record.id)?;
        shown.serialize_entry("workspace_id", &self.caller.workspace.app_id)?;
        shown.serialize_entry("external_id", &record.external_id)?;
        shown.serialize_entry("role", &record.role)?;
        shown.serialize_entry("email", &record.email)?;
        shown.serialize_entry("email_domain", &record.email_domain)?;
        shown.serialize_entry("phone", &record.phone)?;
        shown.serialize_entry("name", &record.name)?;
        shown.serialize_entry("avatar", &avatar)?;
        shown.serialize_entry("owner_id", &record.owner_id.map(|id| id.to_string()))?;
        shown.serialize_entry("social_profiles", &json!({"type": "list", "data": []}))?;
        shown.serialize_entry("has_hard_bounced", &false)?;
        shown.serialize_entry("marked_email_as_spam", &false)?;
        shown.serialize_entry("unsubscribed_from_emails", &record.unsubscribed_from_emails)?;
        shown.serialize_entry("created_at", &record.created_at)?;
        shown.serialize_entry("updated_at", &record.updated_at)?;
        shown.serialize_entry("signed_up_at", &record.signed_up_at)?;
        shown.serialize_entry("last_seen_at", &record.last_seen_at)?;
        shown.serialize_entry("last_replied_at", &record.last_replied_at)?;
        shown.serialize_entry("last_contacted_at", &record.last_contacted_at)?;
        shown.serialize_entry("language_override", &record.language_override)?;
        shown.serialize_entry("location", &Pairs(&LOCATION))?;
        shown.serialize_entry("custom_attributes", &attributes)?;
        for (name, kind, word, all) in LISTS {
            let url = format!("/contacts/{}/{all}", record.id);
            shown.serialize_entry(name, &list(self.attached.of(kind, &record.id), word, all, &url))?;
        }
        for (name, value) in visit(&record.visit) {
            shown.serialize_entry(name, value)?;
        }
        for name in NOTHING {
            shown.serialize_entry(name, &())?;
        }
        // 2.11 to 2.13 only (S§1.1).
        if Version::OLDEST < version && version < Version::V2_14 {
            shown.serialize_entry("formatted_phone", &record.phone)?;
        }
        shown.end()
    }
}

/// What stands under one of the keys of [`LISTS`].
fn list<'a>(has: &'a Attached, word: &'static str, all: &str, url: &'a str) -> Addressable<'a> {
    let entry = |id: &'a String| {
        let at = if word == "subscription" { Cow::Borrowed(url) } else { format!("/{all}/{id}").into() };
        Entry { r#type: word, id, url: at }
    };
    let data: Vec<Entry<'_>> = has.ids.iter().map(entry).collect();
    let has_more = has.total > i64::try_from(data.len()).unwrap_or(i64::MAX);
    Addressable { r#type: "list", data, url, total_count: has.total, has_more }
}

/// An object of these keys.
struct Pairs<'a>(&'a [(&'a str, Option<&'a str>)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
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
