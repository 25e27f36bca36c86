//! The conversation object, its source and its parts (S§2.4), key for key.

use doorstep_domain::message_html::plain;
use doorstep_store::{Admin, ContactLookup, ContactRecord, ConversationRecord, PartRecord};
use serde_json::{Value, json};

use crate::app::SharedApp;
use crate::rest::description::Shape::{
    Any, List, Map, Nothing, Object, Of, OrNull, Text, Truth, Whole, Word,
};
use crate::rest::description::{Schema, Shape, key};
use crate::rest::{Answer, Caller, RestError};

/// As `conversation` makes it; lists leave `conversation_parts` out.
pub(super) const CONVERSATION: Schema = Schema::new(
    "conversation",
    "A conversation.",
    &[
        key("type", Word(&["conversation"])),
        key("id", Text),
        key("created_at", Whole),
        key("updated_at", Whole),
        key("waiting_since", OrNull(&Whole)),
        key("snoozed_until", OrNull(&Whole)),
        key("source", OrNull(&Of(&SOURCE))),
        key(
            "contacts",
            Object(&[
                key("type", Word(&["contact.list"])),
                key(
                    "contacts",
                    List(&Object(&[
                        key("type", Word(&["contact"])),
                        key("id", Text),
                        key("external_id", OrNull(&Text)),
                    ])),
                ),
            ]),
        ),
        key(
            "first_contact_reply",
            OrNull(&Object(&[
                key("created_at", Whole),
                key("type", Word(&["conversation"])),
                key("url", Nothing),
            ])),
        ),
        key("admin_assignee_id", OrNull(&Whole)),
        key("team_assignee_id", OrNull(&Whole)),
        key("open", Truth),
        key("state", Word(&["open", "closed", "snoozed"])),
        key("read", Truth),
        key("tags", Object(&[key("type", Word(&["tag.list"])), key("tags", List(&Any))])),
        key("priority", Word(&["none"])),
        key("sla_applied", Nothing),
        key("statistics", Nothing),
        key("conversation_rating", Nothing),
        key(
            "teammates",
            Object(&[
                key("type", Word(&["admin.list"])),
                key("admins", List(&ADMIN)),
                key("teammates", List(&ADMIN)),
            ]),
        ),
        key("title", OrNull(&Text)),
        key("custom_attributes", Map(&Any)),
        key(
            "topics",
            Object(&[
                key("type", Word(&["topic.list"])),
                key("topics", List(&Any)),
                key("total_count", Whole),
            ]),
        ),
        key("ticket", Nothing),
        key(
            "linked_objects",
            Object(&[
                key("type", Word(&["list"])),
                key("data", List(&Any)),
                key("total_count", Whole),
                key("has_more", Truth),
            ]),
        ),
        key("ai_agent", Nothing),
        key("ai_agent_participated", Truth),
        key("company", Nothing),
        key(
            "conversation_parts",
            Object(&[
                key("type", Word(&["conversation_part.list"])),
                key("total_count", Whole),
                key("conversation_parts", List(&Of(&PART))),
            ]),
        )
        .optional(),
    ],
);

/// A teammate by id alone.
const ADMIN: Shape = Object(&[key("type", Word(&["admin"])), key("id", Text)]);

const SOURCE: Schema = Schema::new(
    "conversation_source",
    "The message a conversation began with.",
    &[
        key("type", Word(&["conversation"])),
        key("id", Text),
        key("delivered_as", Word(&["customer_initiated"])),
        key("subject", Text),
        key("body", OrNull(&Text)),
        key("author", Of(&AUTHOR)),
        key("attachments", List(&Any)),
        key("url", Nothing),
        key("redacted", Truth),
    ],
);

const AUTHOR: Schema = Schema::new(
    "conversation_part_author",
    "Who wrote or did it.",
    &[
        key("type", Word(&["admin", "bot", "lead", "user"])),
        key("id", Text),
        key("name", OrNull(&Text)),
        key("email", OrNull(&Text)),
        key("from_ai_agent", Truth),
        key("is_ai_answer", Truth),
    ],
);

const PART: Schema = Schema::new(
    "conversation_part",
    "A message, a note, or something that was done.",
    &[
        key("type", Word(&["conversation_part"])),
        key("id", Text),
        key("part_type", Text),
        key("body", OrNull(&Text)),
        key("created_at", Whole),
        key("updated_at", Whole),
        key("notified_at", Whole),
        key("assigned_to", OrNull(&ADMIN)),
        key("author", Of(&AUTHOR)),
        key("attachments", List(&Any)),
        key("external_id", Nothing),
        key("redacted", Truth),
        key("metadata", Map(&Any)),
        key("email_message_metadata", Nothing),
        key("event_details", Nothing),
        key("app_package_code", Nothing),
        key("tags", List(&Any)),
    ],
);

/// Most parts of an answer, the newest ones.
const PARTS: i64 = 500;

/// What the parts of one answer are made with.
struct Stage<'a> {
    team: &'a [Admin],
    contact: &'a ContactRecord,
    plain: bool,
}

/// A conversation with its parts.
pub(super) async fn whole(
    app: &SharedApp,
    caller: &Caller,
    record: &ConversationRecord,
    plain: bool,
) -> Answer<Value> {
    let team = app.store.team(caller.workspace.id).await?;
    let contact = contact_of(app, caller, record).await?;
    let stage = Stage { team: &team, contact: &contact, plain };
    // One more than is shown, because the first one is the source.
    let mut parts = app.store.part_records(record.id, PARTS + 1).await?;
    let source = match parts.iter().position(|part| Some(part.id) == record.source_id) {
        Some(at) => Some(parts.remove(at)),
        None => source_of(app, caller, record).await?,
    };
    let extra = parts.len().saturating_sub(usize::try_from(PARTS).unwrap_or(usize::MAX));
    parts.drain(..extra);
    let mut shown = conversation(&stage, record, source.as_ref());
    let parts: Vec<Value> = parts.iter().map(|one| part(&stage, one)).collect();
    shown["conversation_parts"] =
        json!({"type": "conversation_part.list", "total_count": parts.len(), "conversation_parts": parts});
    Ok(shown)
}

/// Conversations without their parts.
pub(super) async fn listed(
    app: &SharedApp,
    caller: &Caller,
    records: &[ConversationRecord],
) -> Answer<Vec<Value>> {
    let team = app.store.team(caller.workspace.id).await?;
    let mut shown = Vec::with_capacity(records.len());
    for record in records {
        let contact = contact_of(app, caller, record).await?;
        let stage = Stage { team: &team, contact: &contact, plain: false };
        let source = source_of(app, caller, record).await?;
        shown.push(conversation(&stage, record, source.as_ref()));
    }
    Ok(shown)
}

async fn contact_of(app: &SharedApp, caller: &Caller, record: &ConversationRecord) -> Answer<ContactRecord> {
    match app.store.contact_record(caller.workspace.id, &record.contact_id).await? {
        ContactLookup::Found(contact) => Ok(*contact),
        // It was merged or deleted between the two reads; asked again, the conversation is theirs who has it now.
        _ => Err(RestError::not_found("not_found", "Resource Not Found")),
    }
}

async fn source_of(
    app: &SharedApp,
    caller: &Caller,
    record: &ConversationRecord,
) -> Answer<Option<PartRecord>> {
    match record.source_id {
        Some(id) => Ok(app.store.part_record(caller.workspace.id, id).await?),
        None => Ok(None),
    }
}

fn conversation(stage: &Stage<'_>, record: &ConversationRecord, source: Option<&PartRecord>) -> Value {
    let contact = stage.contact;
    let first_reply =
        record.first_replied_at.map(|at| json!({"created_at": at, "type": "conversation", "url": null}));
    let assignee = record.admin_assignee_id.map(|id| json!({"type": "admin", "id": id.to_string()}));
    let teammates: Vec<Value> = assignee.into_iter().collect();
    json!({
        "type": "conversation",
        "id": record.id.to_string(),
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "waiting_since": record.waiting_since,
        "snoozed_until": record.snoozed_until,
        "source": source.map(|source| source_shown(stage, source)),
        "contacts": {
            "type": "contact.list",
            "contacts": [{"type": "contact", "id": contact.id, "external_id": contact.external_id}],
        },
        "first_contact_reply": first_reply,
        "admin_assignee_id": record.admin_assignee_id,
        "team_assignee_id": null,
        "open": record.state != "closed",
        "state": record.state,
        "read": record.is_read,
        "tags": {"type": "tag.list", "tags": []},
        "priority": "none",
        "sla_applied": null,
        "statistics": null,
        "conversation_rating": null,
        "teammates": {"type": "admin.list", "admins": teammates, "teammates": teammates},
        "title": record.title,
        "custom_attributes": {},
        "topics": {"type": "topic.list", "topics": [], "total_count": 0},
        "ticket": null,
        "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": false},
        "ai_agent": null,
        "ai_agent_participated": false,
        "company": null,
    })
}

fn source_shown(stage: &Stage<'_>, source: &PartRecord) -> Value {
    json!({
        "type": "conversation",
        "id": source.id.to_string(),
        "delivered_as": "customer_initiated",
        "subject": "",
        "body": words(stage, source),
        "author": author(stage, source),
        "attachments": [],
        "url": null,
        "redacted": source.redacted,
    })
}

fn part(stage: &Stage<'_>, part: &PartRecord) -> Value {
    json!({
        "type": "conversation_part",
        "id": part.id.to_string(),
        "part_type": part.part_type,
        "body": words(stage, part),
        "created_at": part.created_at,
        "updated_at": part.created_at,
        "notified_at": part.created_at,
        "assigned_to": part.assigned_to.map(|id| json!({"type": "admin", "id": id.to_string()})),
        "author": author(stage, part),
        "attachments": [],
        "external_id": null,
        "redacted": part.redacted,
        "metadata": {},
        "email_message_metadata": null,
        "event_details": null,
        "app_package_code": null,
        "tags": [],
    })
}

fn words(stage: &Stage<'_>, part: &PartRecord) -> Option<String> {
    if part.body.is_empty() {
        return None;
    }
    Some(if stage.plain { plain(&part.body) } else { part.body.clone() })
}

fn author(stage: &Stage<'_>, part: &PartRecord) -> Value {
    let admin = stage.team.iter().find(|admin| admin.id.to_string() == part.author_id);
    let (kind, name, email) = match (&*part.author_kind, admin) {
        ("admin", Some(admin)) => ("admin", Some(&admin.name), Some(&admin.email)),
        ("admin", None) => ("admin", None, None),
        ("bot", _) => ("bot", None, None),
        _ => (&*stage.contact.role, stage.contact.name.as_ref(), stage.contact.email.as_ref()),
    };
    json!({
        "type": kind, "id": part.author_id, "name": name, "email": email, "from_ai_agent": false,
        "is_ai_answer": false,
    })
}
