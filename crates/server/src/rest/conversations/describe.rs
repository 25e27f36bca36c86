//! What `/conversations` can do, for `/openapi.json`.

use super::reply::{REDACT, REPLY};
use super::search::{CONVERSATION_LIST, SEARCH};
use super::shape::CONVERSATION;
use super::{CHANGE, DELETED, MESSAGE, NEW};
use crate::rest::Version;
use crate::rest::description::{Operation, Param};
use crate::rest::page::{PER_PAGE, STARTING_AFTER};

const DISPLAY: &[Param] = &[Param::word("display_as", &["plaintext"], "Bodies as text instead of HTML.")];

pub(in crate::rest) const OPERATIONS: &[Operation] = &[
    Operation::get("/conversations", "listConversations", "List conversations", &CONVERSATION_LIST)
        .query(&[PER_PAGE, STARTING_AFTER]),
    Operation::post("/conversations", "createConversation", "Begin a conversation as a contact", &MESSAGE)
        .body(NEW),
    Operation::post(
        "/conversations/search",
        "searchConversations",
        "Search conversations",
        &CONVERSATION_LIST,
    )
    .query(&[PER_PAGE, STARTING_AFTER])
    .body(SEARCH),
    Operation::post(
        "/conversations/redact",
        "redactConversation",
        "Take a message's words away",
        &CONVERSATION,
    )
    .body(REDACT),
    Operation::get("/conversations/{id}", "retrieveConversation", "Retrieve a conversation", &CONVERSATION)
        .query(DISPLAY),
    Operation::put("/conversations/{id}", "updateConversation", "Update a conversation", &CONVERSATION)
        .query(DISPLAY)
        .body(CHANGE),
    Operation::delete(
        "/conversations/{id}",
        "deleteConversation",
        "Delete a conversation for good",
        &DELETED,
    )
    .since(Version::V2_14),
    Operation::post(
        "/conversations/{id}/reply",
        "replyConversation",
        "Reply to a conversation",
        &CONVERSATION,
    )
    .query(DISPLAY)
    .body(REPLY)
    .refuses(&[409]),
    Operation::post(
        "/conversations/{id}/parts",
        "manageConversation",
        "Close, open, snooze or assign a conversation",
        &CONVERSATION,
    )
    .query(DISPLAY)
    .body(REPLY)
    .refuses(&[409]),
];
