//! What `/contacts` can do, for `/openapi.json`.

use super::BODY;
use super::companies::{ATTACHING, COMPANIES};
use super::duplicates::{GROUPS, OTHERS};
use super::merge::{HISTORY, MERGE};
use super::privacy::{ERASED, EXPORT};
use super::search::{CONTACT_LIST, SEARCH};
use super::shape::{ARCHIVED, BLOCKED, CONTACT, DELETED};
use super::subscriptions::ATTACH;
use super::tags::TAGGING;
use super::undo::{PREVIEW, UNDONE};
use crate::rest::Version;
use crate::rest::companies::COMPANY;
use crate::rest::description::{Operation, Param};
use crate::rest::notes::{NOTE, NOTE_LIST, NOTE_PAGE, WRITE};
use crate::rest::page::{INCLUDE_ARCHIVED, PAGE, PER_PAGE, STARTING_AFTER};
use crate::rest::segments::CONTACT_SEGMENTS;
use crate::rest::subscription_types::{SUBSCRIPTION_TYPE, SUBSCRIPTION_TYPE_LIST};
use crate::rest::tags::{APPLIED, APPLIED_LIST};

pub(in crate::rest) const OPERATIONS: &[Operation] = &[
    Operation::get("/contacts", "ListContacts", "List contacts", &CONTACT_LIST).query(&[
        PER_PAGE,
        STARTING_AFTER,
        INCLUDE_ARCHIVED,
    ]),
    Operation::post("/contacts", "CreateContact", "Create a contact", &CONTACT)
        .query(&[Param::flag("upsert", "Beyond Intercom: update the one that is there.")])
        .body(BODY)
        .refuses(&[409]),
    Operation::post("/contacts/search", "SearchContacts", "Search contacts", &CONTACT_LIST)
        .query(&[PER_PAGE, STARTING_AFTER])
        .body(SEARCH),
    Operation::post("/contacts/merge", "MergeContact", "Merge a lead into a user", &CONTACT).body(MERGE),
    Operation::post("/contacts/merge/preview", "PreviewContactMerge", "Look what a merge would do", &PREVIEW)
        .body(MERGE),
    Operation::post("/merges/{id}/undo", "UndoContactMerge", "Undo a merge, for thirty days", &UNDONE),
    Operation::get("/contacts/duplicates", "ListContactDuplicates", "List suspected duplicates", &GROUPS)
        .query(&[PER_PAGE, Param::text("cursor", "The `next_cursor` of the page before.")]),
    Operation::get("/contacts/{id}/duplicates", "ShowContactDuplicates", "List who may be the same", &OTHERS),
    Operation::get("/contacts/{id}/export", "ExportContact", "Export everything about a person", &EXPORT),
    Operation::post("/contacts/{id}/erase", "EraseContact", "Erase a person with all traces", &ERASED),
    Operation::get(
        "/contacts/find_by_external_id/{external_id}",
        "ShowContactByExternalId",
        "Find a user by the site's own id",
        &CONTACT,
    )
    .since(Version::V2_14)
    .refuses(&[410]),
    Operation::get("/contacts/{id}", "ShowContact", "Retrieve a contact", &CONTACT)
        .query(&[INCLUDE_ARCHIVED])
        .refuses(&[410]),
    Operation::put("/contacts/{id}", "UpdateContact", "Update a contact", &CONTACT)
        .body(BODY)
        .refuses(&[409, 410]),
    Operation::delete("/contacts/{id}", "DeleteContact", "Delete a contact for good", &DELETED),
    Operation::post("/contacts/{id}/archive", "ArchiveContact", "Archive a contact", &ARCHIVED)
        .refuses(&[409]),
    Operation::post("/contacts/{id}/unarchive", "UnarchiveContact", "Unarchive a contact", &ARCHIVED)
        .refuses(&[409]),
    Operation::post("/contacts/{id}/block", "BlockContact", "Block a contact", &BLOCKED)
        .since(Version::V2_14),
    Operation::get(
        "/contacts/{id}/merge_history",
        "ListContactMergeHistory",
        "List what was merged into a user",
        &HISTORY,
    )
    .since(Version::V2_16)
    .query(&[PER_PAGE, Param::text("cursor", "The `next_cursor` of the page before.")]),
    Operation::get(
        "/contacts/{id}/companies",
        "listCompaniesForAContact",
        "List a contact's companies",
        &COMPANIES,
    )
    .query(&[PAGE, PER_PAGE])
    .refuses(&[410]),
    Operation::post(
        "/contacts/{id}/companies",
        "attachContactToACompany",
        "Attach a contact to a company",
        &COMPANY,
    )
    .body(ATTACHING)
    .refuses(&[410]),
    Operation::delete(
        "/contacts/{id}/companies/{company_id}",
        "detachContactFromACompany",
        "Detach a contact from a company",
        &COMPANY,
    )
    .refuses(&[410]),
    Operation::get("/contacts/{id}/notes", "listNotes", "List the notes about a contact", &NOTE_LIST)
        .query(NOTE_PAGE)
        .refuses(&[410]),
    Operation::post("/contacts/{id}/notes", "createNote", "Note something about a contact", &NOTE)
        .body(WRITE)
        .refuses(&[410]),
    Operation::get(
        "/contacts/{id}/segments",
        "listSegmentsForAContact",
        "List the segments a contact is in",
        &CONTACT_SEGMENTS,
    )
    .refuses(&[410]),
    Operation::get(
        "/contacts/{id}/subscriptions",
        "listSubscriptionsForAContact",
        "List the subscription types a contact spoke of",
        &SUBSCRIPTION_TYPE_LIST,
    )
    .refuses(&[410]),
    Operation::post(
        "/contacts/{id}/subscriptions",
        "attachSubscriptionTypeToContact",
        "Say no or yes to a subscription type for a contact",
        &SUBSCRIPTION_TYPE,
    )
    .body(ATTACH)
    .refuses(&[410]),
    Operation::delete(
        "/contacts/{id}/subscriptions/{subscription_id}",
        "detachSubscriptionTypeToContact",
        "Take back what was said of a subscription type",
        &SUBSCRIPTION_TYPE,
    )
    .refuses(&[410]),
    Operation::get("/contacts/{id}/tags", "listTagsForAContact", "List a contact's tags", &APPLIED_LIST)
        .refuses(&[410]),
    Operation::post("/contacts/{id}/tags", "attachTagToContact", "Put a tag on a contact", &APPLIED)
        .body(TAGGING)
        .refuses(&[410]),
    Operation::delete(
        "/contacts/{id}/tags/{tag_id}",
        "detachTagFromContact",
        "Take a tag off a contact",
        &APPLIED,
    )
    .refuses(&[410]),
];
