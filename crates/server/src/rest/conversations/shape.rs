//! The conversation object (S§2.4), key for key. Its parts and its source are in `shape/part.rs`, what is counted in
//! `shape/statistics.rs`.

mod part;
mod schema;
mod statistics;

use std::collections::{HashMap, HashSet};

use doorstep_store::{Admin, ConversationRecord, ConversationTag, PartRecord, Participant, Surroundings};
use serde_json::{Value, json};

use crate::app::SharedApp;
use crate::rest::companies;
use crate::rest::object::object;
use crate::rest::tags::applied;
use crate::rest::{Answer, Caller, RestError, Version};
use part::{part, source_shown};
pub(super) use schema::{CONVERSATION, PART};

/// Most parts of an answer, the newest ones.
const PARTS: i64 = 500;

/// What one conversation is shown with.
struct Stage<'a> {
    team: &'a [Admin],
    version: Version,
    plain: bool,
    /// What was read for all conversations that are shown.
    around: &'a Surroundings,
    /// Who else has written the parts that are shown, by id.
    authors: HashMap<String, Participant>,
    /// Who takes part: its own person first.
    contacts: Vec<&'a Participant>,
    /// Teammates who have written.
    teammates: &'a [i64],
    /// The tags on it.
    tags: &'a [ConversationTag],
    /// The company it is about, if there is one.
    company: Value,
    /// Whom the email it began with was for.
    recipients: Vec<(String, String)>,
    /// For the addresses of files.
    app: &'a SharedApp,
}

impl<'a> Stage<'a> {
    async fn of(
        app: &'a SharedApp,
        caller: &Caller,
        team: &'a [Admin],
        around: &'a Surroundings,
        record: &ConversationRecord,
        plain: bool,
    ) -> Answer<Self> {
        // It was merged or deleted between the two reads; asked again, the conversation is theirs who has it now.
        let own = around
            .person(&record.contact_id)
            .ok_or_else(|| RestError::not_found("not_found", "Resource Not Found"))?;
        let others = around.others(record.id).iter().filter_map(|id| around.person(id));
        let recipients = match record.message_id.filter(|_| record.source_type == "email") {
            Some(message) => app.store.email_recipients(caller.workspace.id, message).await?,
            None => Vec::new(),
        };
        let company = match record.company_id.as_deref().filter(|_| caller.version >= Version::V2_16) {
            Some(id) => app.store.company(caller.workspace.id, id).await?,
            None => None,
        };
        Ok(Self {
            team,
            version: caller.version,
            plain,
            around,
            authors: HashMap::new(),
            contacts: std::iter::once(own).chain(others).collect(),
            teammates: around.teammates(record.id),
            tags: around.tags(record.id),
            company: company.map_or(Value::Null, |found| companies::company(caller, &found)),
            recipients,
            app,
        })
    }

    /// Somebody who takes part or has written.
    fn person(&self, id: &str) -> Option<&Participant> {
        self.around.person(id).or_else(|| self.authors.get(id))
    }

    /// The address of an upload.
    fn file_url(&self, id: &str, name: &str) -> String {
        [&self.app.public_url, &*self.app.links.path(id, name, self.app.now())].concat()
    }

    /// Reads the contacts who wrote these parts, unless they are known.
    async fn meet_authors(&mut self, app: &SharedApp, caller: &Caller, parts: &[PartRecord]) -> Answer<()> {
        let authors = parts.iter().filter(|part| part.author_kind == "contact").map(|part| &*part.author_id);
        let unknown: HashSet<&str> = authors.filter(|id| self.person(id).is_none()).collect();
        if !unknown.is_empty() {
            self.authors = app.store.participants(caller.workspace.id, &unknown).await?;
        }
        Ok(())
    }
}

/// What stands around one conversation.
pub(super) async fn around(
    app: &SharedApp,
    caller: &Caller,
    record: &ConversationRecord,
) -> Answer<Surroundings> {
    Ok(app.store.surroundings(caller.workspace.id, std::slice::from_ref(record), HashMap::new()).await?)
}

/// A conversation with its parts.
pub(super) async fn whole(
    app: &SharedApp,
    caller: &Caller,
    record: &ConversationRecord,
    plain: bool,
) -> Answer<Value> {
    let team = app.store.team(caller.workspace.id).await?;
    let around = around(app, caller, record).await?;
    let mut stage = Stage::of(app, caller, &team, &around, record, plain).await?;
    // One more than is shown, because the first one is the source.
    let mut parts = app.store.part_records(record.id, PARTS + 1).await?;
    stage.meet_authors(app, caller, &parts).await?;
    let source = match parts.iter().position(|part| Some(part.id) == record.source_id) {
        Some(at) => Some(parts.remove(at)),
        None => around.source(record).cloned(),
    };
    let extra = parts.len().saturating_sub(usize::try_from(PARTS).unwrap_or(usize::MAX));
    parts.drain(..extra);
    let mut shown = conversation(&stage, record, source.as_ref());
    let parts: Vec<Value> = parts.iter().map(|one| part(&stage, one)).collect();
    shown["conversation_parts"] =
        json!({"type": "conversation_part.list", "total_count": parts.len(), "conversation_parts": parts});
    Ok(shown)
}

/// A conversation with one of its parts, or none: what webhooks tell. A source is shown as the source only.
pub(in crate::rest) async fn with_part(
    app: &SharedApp,
    caller: &Caller,
    record: &ConversationRecord,
    part_id: Option<i64>,
    plain: bool,
) -> Answer<Value> {
    let team = app.store.team(caller.workspace.id).await?;
    let around = around(app, caller, record).await?;
    let mut stage = Stage::of(app, caller, &team, &around, record, plain).await?;
    let source = around.source(record);
    let told = match part_id.filter(|id| Some(*id) != record.source_id) {
        Some(id) => app.store.part_record(caller.workspace.id, id).await?,
        None => None,
    };
    stage.meet_authors(app, caller, told.as_slice()).await?;
    let parts: Vec<Value> = told.iter().map(|one| part(&stage, one)).collect();
    let mut shown = conversation(&stage, record, source);
    shown["conversation_parts"] =
        json!({"type": "conversation_part.list", "total_count": parts.len(), "conversation_parts": parts});
    Ok(shown)
}

/// Conversations without their parts; `people` are known already.
pub(super) async fn listed(
    app: &SharedApp,
    caller: &Caller,
    records: &[ConversationRecord],
    people: HashMap<String, Participant>,
) -> Answer<Vec<Value>> {
    let workspace = caller.workspace.id;
    let (team, around) =
        tokio::try_join!(app.store.team(workspace), app.store.surroundings(workspace, records, people))?;
    let mut shown = Vec::with_capacity(records.len());
    for record in records {
        let stage = Stage::of(app, caller, &team, &around, record, false).await?;
        shown.push(conversation(&stage, record, around.source(record)));
    }
    Ok(shown)
}

/// Some parts of a conversation.
pub(super) async fn parts_shown(
    app: &SharedApp,
    caller: &Caller,
    record: &ConversationRecord,
    parts: &[PartRecord],
    plain: bool,
) -> Answer<Vec<Value>> {
    let team = app.store.team(caller.workspace.id).await?;
    let around = around(app, caller, record).await?;
    let mut stage = Stage::of(app, caller, &team, &around, record, plain).await?;
    stage.meet_authors(app, caller, parts).await?;
    Ok(parts.iter().map(|one| part(&stage, one)).collect())
}

fn conversation(stage: &Stage<'_>, record: &ConversationRecord, source: Option<&PartRecord>) -> Value {
    let first_reply =
        record.first_replied_at.map(|at| json!({"created_at": at, "type": "conversation", "url": null}));
    let contacts = stage
        .contacts
        .iter()
        .map(|contact| json!({"type": "contact", "id": contact.id, "external_id": contact.external_id}));
    let contacts: Vec<Value> = contacts.collect();
    let tags: Vec<Value> = stage.tags.iter().map(|tag| applied(&tag.tag)).collect();
    let mut teammates = stage.teammates.to_vec();
    teammates.extend(record.admin_assignee_id.filter(|id| !stage.teammates.contains(id)));
    let teammates: Vec<Value> =
        teammates.iter().map(|id| json!({"type": "admin", "id": id.to_string()})).collect();
    let attributes: Value = serde_json::from_str(&record.custom_attributes).unwrap_or_else(|_| json!({}));
    let mut shown = object! {
        "type": "conversation",
        "id": record.id.to_string(),
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "waiting_since": record.waiting_since,
        "snoozed_until": record.snoozed_until,
        "source": source.map(|source| source_shown(stage, record, source)),
        "contacts": object! {"type": "contact.list", "contacts": contacts},
        "first_contact_reply": first_reply,
        "admin_assignee_id": record.admin_assignee_id,
        "team_assignee_id": record.team_assignee_id,
        "open": record.state != "closed",
        "state": &*record.state,
        "read": record.is_read,
        "tags": object! {"type": "tag.list", "tags": tags},
        "priority": priority(stage.version, &record.priority),
        "sla_applied": Value::Null,
        "statistics": statistics::shown(record),
        "conversation_rating": rating(stage, record),
        "teammates": object! {"type": "admin.list", "admins": teammates.clone(), "teammates": teammates},
        "title": record.title.as_deref(),
        "custom_attributes": attributes,
        "topics": json!({"type": "topic.list", "topics": [], "total_count": 0}),
        "ticket": Value::Null,
        "linked_objects": json!({"type": "list", "data": [], "total_count": 0, "has_more": false}),
        "ai_agent": Value::Null,
        "ai_agent_participated": false,
    };
    if stage.version >= Version::V2_16 {
        shown["company"] = stage.company.clone();
    }
    shown
}

/// What the person says of the conversation, once they have.
fn rating(stage: &Stage<'_>, record: &ConversationRecord) -> Option<Value> {
    let kept = &record.rating;
    let score = kept.rating_score?;
    Some(json!({
        "rating": score,
        "remark": kept.rating_remark,
        "created_at": kept.rating_requested_at,
        "updated_at": kept.rating_updated_at,
        "contact": {
            "type": "contact", "id": record.contact_id,
            "external_id": stage.person(&record.contact_id).and_then(|person| person.external_id.as_ref()),
        },
        "teammate": kept.rating_admin_id.map(|id| json!({"type": "admin", "id": id.to_string()})),
    }))
}

/// Before 2.16 there were two priorities (S§2.4).
fn priority(version: Version, priority: &str) -> &str {
    match priority {
        _ if version >= Version::V2_16 => priority,
        "high" | "urgent" => "priority",
        _ => "not_priority",
    }
}
