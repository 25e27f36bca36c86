//! What is counted and timed of a conversation (S§2.4). Durations begin with the contact's first message and count every
//! hour, office hours or not.

use doorstep_store::ConversationRecord;
use serde_json::{Value, json};

pub(super) fn shown(record: &ConversationRecord) -> Value {
    let told = &record.statistics;
    let begun = record.first_replied_at.unwrap_or(record.created_at);
    let since = |at: Option<i64>| at.map(|at| (at - begun).max(0));
    let handled = told.last_close_at.zip(told.last_assignment_at).map(|(close, given)| close - given);
    json!({
        "type": "conversation_statistics",
        "time_to_assignment": since(told.assigned_before_reply_at),
        "time_to_admin_reply": since(told.first_admin_reply_at),
        "time_to_first_close": since(told.first_close_at),
        "time_to_last_close": since(told.last_close_at),
        "median_time_to_reply": told.median_time_to_reply,
        "first_contact_reply_at": record.first_replied_at,
        "first_assignment_at": told.first_assignment_at,
        "first_admin_reply_at": told.first_admin_reply_at,
        "first_close_at": told.first_close_at,
        "last_assignment_at": told.last_assignment_at,
        "last_assignment_admin_reply_at": told.last_assignment_admin_reply_at,
        "last_contact_reply_at": told.last_contact_reply_at,
        "last_admin_reply_at": told.last_admin_reply_at,
        "last_close_at": told.last_close_at,
        "last_closed_by_id": told.last_closed_by_id.map(|id| id.to_string()),
        "count_reopens": told.count_reopens,
        "count_assignments": told.count_assignments,
        "count_conversation_parts": told.count_parts,
        "assigned_team_first_response_time": [],
        "assigned_team_first_response_time_in_office_hours": [],
        "handling_time": handled.filter(|seconds| *seconds >= 0),
        "adjusted_handling_time": null,
    })
}
