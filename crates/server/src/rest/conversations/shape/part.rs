//! Parts, and the part a conversation began with (S§2.4).

use doorstep_domain::attachment::{Attached, Attachment, read as attached};
use doorstep_domain::message_html::plain;
use doorstep_store::{ConversationRecord, PartRecord};
use serde_json::{Value, json};

use super::Stage;
use crate::rest::Version;

pub(super) fn source_shown(stage: &Stage<'_>, record: &ConversationRecord, source: &PartRecord) -> Value {
    let mut shown = json!({
        "type": record.source_type,
        "id": record.message_id.unwrap_or(source.id).to_string(),
        "delivered_as": record.delivered_as,
        "subject": record.source_subject,
        "body": words(stage, source),
        "author": author(stage, source),
        "attachments": attachments(stage, source),
        "url": record.source_url,
        "redacted": source.redacted,
    });
    if stage.version >= Version::V2_16 && record.source_type == "email" {
        // Nobody got the email: there is no delivery yet.
        let recipients = stage.recipients.iter().map(
            |(kind, email)| json!({"type": kind, "email": email, "drop_reason": "email_delivery_missing"}),
        );
        shown["recipients"] = recipients.collect();
        shown["reply_to"] = json!([]);
        shown["email_message_metadata"] = Value::Null;
    }
    shown
}

pub(super) fn part(stage: &Stage<'_>, part: &PartRecord) -> Value {
    let tags = stage.tags.iter().filter(|tag| tag.part_id == Some(part.id));
    let tags = tags.map(|tag| json!({"type": "tag", "id": tag.tag.id.to_string(), "name": tag.tag.name}));
    let assigned = part.team_assigned_to.map(|id| ("team", id));
    let assigned = assigned.or(part.assigned_to.map(|id| ("admin", id)));
    json!({
        "type": "conversation_part",
        "id": part.id.to_string(),
        "part_type": part.part_type,
        "body": words(stage, part),
        "created_at": part.created_at,
        "updated_at": part.updated_at.unwrap_or(part.created_at),
        "notified_at": part.created_at,
        "assigned_to": assigned.map(|(kind, id)| json!({"type": kind, "id": id.to_string()})),
        "author": author(stage, part),
        "attachments": attachments(stage, part),
        "external_id": null,
        "redacted": part.redacted,
        "metadata": read(part.metadata.as_deref()).unwrap_or_else(|| json!({})),
        "email_message_metadata": null,
        "state": part.state,
        "event_details": read(part.event_details.as_deref()),
        "app_package_code": null,
        "tags": tags.collect::<Vec<_>>(),
    })
}

fn read(text: Option<&str>) -> Option<Value> {
    serde_json::from_str(text?).ok()
}

fn words(stage: &Stage<'_>, part: &PartRecord) -> Option<String> {
    if part.body.is_empty() {
        return None;
    }
    Some(if stage.plain { plain(&part.body) } else { part.body.clone() })
}

/// Addresses of uploads are good for half an hour; asking again gives fresh ones.
fn attachments(stage: &Stage<'_>, part: &PartRecord) -> Vec<Value> {
    let shown = |one: Attached| {
        Some(match one {
            Attached::File(file) => json!({
                "type": "upload", "name": file.name, "url": stage.file_url(&file.id, &file.name),
                "content_type": file.content_type, "filesize": file.size, "width": file.width,
                "height": file.height,
            }),
            Attached::Address(address) => {
                let file = Attachment::parse(&address).ok()?;
                json!({
                    "type": "upload", "name": file.name(), "url": file.as_str(),
                    "content_type": file.content_type(), "filesize": null, "width": null, "height": null,
                })
            }
        })
    };
    attached(part.attachments.as_deref()).into_iter().filter_map(shown).collect()
}

fn author(stage: &Stage<'_>, part: &PartRecord) -> Value {
    let admin = stage.team.iter().find(|admin| admin.id.to_string() == part.author_id);
    let contact = stage.person(&part.author_id);
    let (kind, name, email) = match (&*part.author_kind, admin, contact) {
        ("admin", Some(admin), _) => ("admin", Some(&admin.name), Some(&admin.email)),
        ("contact", _, Some(contact)) => (&*contact.role, contact.name.as_ref(), contact.email.as_ref()),
        (kind, ..) => (kind, None, None),
    };
    json!({
        "type": kind, "id": part.author_id, "name": name, "email": email, "from_ai_agent": false,
        "is_ai_answer": false,
    })
}
