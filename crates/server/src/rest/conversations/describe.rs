//! What `/conversations` can do, for `/openapi.json`.

use super::reply::{REDACT, REPLY};
use super::search::{CONVERSATION_LIST, SEARCH};
use super::shape::CONVERSATION;
use super::{CHANGE, DELETED, NEW, attributes, customers, deleted, merge, parts, tags};
use crate::rest::Version;
use crate::rest::description::{Operation, Param};
use crate::rest::messages::MESSAGE;
use crate::rest::page::{PER_PAGE, STARTING_AFTER};
use crate::rest::tags::APPLIED;

const DISPLAY_AS: Param = Param::text("display_as", "plaintext: bodies as text instead of HTML.");
const DISPLAY: &[Param] = &[DISPLAY_AS];
/// Of `GET /conversations/{id}/parts`.
const PAGE_OF_PARTS: &[Param] = &[PER_PAGE, STARTING_AFTER, DISPLAY_AS];

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
    .query(&[Param::flag("retain_metrics", "Whether what was counted stays in reports; true if left out.")])
    .since(Version::V2_14),
    Operation::get(
        "/conversations/deleted",
        "listDeletedConversationIds",
        "List conversations that are gone",
        &deleted::DELETED_LIST,
    )
    .query(deleted::QUERY)
    .since(Version::V2_16),
    Operation::post(
        "/conversations/{id}/merge",
        "mergeConversation",
        "Merge a conversation into another",
        &CONVERSATION,
    )
    .query(DISPLAY)
    .body(merge::MERGE)
    .refuses(&[422])
    .since(Version::V2_16),
    Operation::post(
        "/conversations/{id}/run_assignment_rules",
        "autoAssignConversation",
        "Run the rules of assignment (up to 2.11)",
        &CONVERSATION,
    )
    .query(DISPLAY),
    Operation::get(
        "/conversations/{id}/parts",
        "listConversationParts",
        "List all parts of a conversation",
        &parts::PART_LIST,
    )
    .query(PAGE_OF_PARTS),
    Operation::post(
        "/conversations/{id}/customers",
        "attachContactToConversation",
        "Let a contact take part",
        &customers::CUSTOMERS,
    )
    .body(customers::ADD)
    .refuses(&[409]),
    Operation::delete(
        "/conversations/{id}/customers/{contact_id}",
        "detachContactFromConversation",
        "End a contact's part",
        &customers::CUSTOMERS,
    )
    .body(customers::REMOVE)
    .refuses(&[422]),
    Operation::post("/conversations/{id}/tags", "attachTagToConversation", "Tag a conversation", &APPLIED)
        .body(tags::TAG),
    Operation::delete(
        "/conversations/{id}/tags/{tag_id}",
        "detachTagFromConversation",
        "Take a tag off a conversation",
        &APPLIED,
    )
    .body(tags::UNTAG),
    Operation::get(
        "/conversations/attributes",
        "listConversationAttributes",
        "List the custom attributes of conversations",
        &attributes::ATTRIBUTE_LIST,
    )
    .query(&[Param::flag("include_archived", "Archived ones, too.")])
    .since(Version::V2_16),
    Operation::post(
        "/conversations/attributes",
        "createConversationAttribute",
        "Define a custom attribute of conversations",
        &attributes::ATTRIBUTE,
    )
    .body(attributes::NEW)
    .refuses(&[422])
    .since(Version::V2_16),
    Operation::get(
        "/conversations/attributes/{id}",
        "getConversationAttribute",
        "Retrieve a custom attribute of conversations",
        &attributes::ATTRIBUTE,
    )
    .since(Version::V2_16),
    Operation::put(
        "/conversations/attributes/{id}",
        "updateConversationAttribute",
        "Update a custom attribute of conversations",
        &attributes::ATTRIBUTE,
    )
    .body(attributes::CHANGE)
    .since(Version::V2_16),
    Operation::delete(
        "/conversations/attributes/{id}",
        "deleteConversationAttribute",
        "Archive a custom attribute of conversations",
        &attributes::ATTRIBUTE,
    )
    .since(Version::V2_16),
    Operation::post(
        "/conversations/attributes/{id}/options",
        "createConversationAttributeOption",
        "Add an option to a list",
        &attributes::ATTRIBUTE,
    )
    .body(attributes::LABEL)
    .refuses(&[422])
    .since(Version::V2_16),
    Operation::put(
        "/conversations/attributes/{id}/options/{option_id}",
        "updateConversationAttributeOption",
        "Rename an option of a list",
        &attributes::ATTRIBUTE,
    )
    .body(attributes::LABEL)
    .refuses(&[422])
    .since(Version::V2_16),
    Operation::delete(
        "/conversations/attributes/{id}/options/{option_id}",
        "deleteConversationAttributeOption",
        "Archive an option of a list",
        &attributes::ATTRIBUTE,
    )
    .refuses(&[422])
    .since(Version::V2_16),
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
