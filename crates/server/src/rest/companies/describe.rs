//! What `/companies` can do, for `/openapi.json`.

use super::attached::{CONTACTS, SEGMENTS};
use super::list::{LIST, LISTING, SCROLL, SEARCH};
use super::{BODY, COMPANY};
use crate::rest::Version;
use crate::rest::description::Shape::{Text, Truth, Word};
use crate::rest::description::{Operation, Param, Schema, Success, key};
use crate::rest::notes::{NOTE, NOTE_LIST, NOTE_PAGE, WRITE};
use crate::rest::page::{PAGE, PER_PAGE, STARTING_AFTER};

pub(in crate::rest) const OPERATIONS: &[Operation] = &[
    Operation::get("/companies", "retrieveCompany", "Find a company, or list companies", &LIST)
        .query(&[
            Param::text("company_id", "One by the site's own id."),
            Param::text("name", "One by name; of several the one seen last."),
            Param::text("tag_id", "Those with a tag."),
            Param::text("segment_id", "Those of a segment: none, because segments are of people."),
            PAGE,
            PER_PAGE,
            STARTING_AFTER,
        ])
        .answers(Success::Either(&[&COMPANY, &LIST])),
    Operation::post("/companies", "createOrUpdateCompany", "Create or update a company", &COMPANY).body(BODY),
    Operation::post("/companies/list", "listAllCompanies", "List companies", &LIST)
        .query(&[PAGE, PER_PAGE, STARTING_AFTER, Param::word("order", &["asc", "desc"], "Their order.")])
        .body(LISTING),
    Operation::get("/companies/scroll", "scrollOverAllCompanies", "Go through all companies", &SCROLL)
        .query(&[Param::text("scroll_param", "From the step before.")]),
    Operation::post("/companies/search", "SearchCompanies", "Search companies", &LIST)
        .since(Version::V2_16)
        .query(&[PER_PAGE, STARTING_AFTER])
        .body(SEARCH),
    Operation::get("/companies/{id}", "RetrieveACompanyById", "Retrieve a company", &COMPANY),
    Operation::put("/companies/{id}", "UpdateCompany", "Update a company", &COMPANY).body(BODY),
    Operation::delete("/companies/{id}", "deleteCompany", "Archive a company", &DELETED),
    Operation::get(
        "/companies/{id}/contacts",
        "ListAttachedContacts",
        "List a company's contacts",
        &CONTACTS,
    )
    .query(&[PER_PAGE, STARTING_AFTER]),
    Operation::get(
        "/companies/{id}/segments",
        "ListAttachedSegmentsForCompanies",
        "List a company's segments",
        &SEGMENTS,
    ),
    Operation::get("/companies/{id}/notes", "listCompanyNotes", "List the notes about a company", &NOTE_LIST)
        .since(Version::V2_15)
        .query(NOTE_PAGE),
    Operation::post("/companies/{id}/notes", "createCompanyNote", "Note something about a company", &NOTE)
        .since(Version::V2_16)
        .body(WRITE),
];

const DELETED: Schema = Schema::new(
    "deleted_company_object",
    "A company that is gone.",
    &[key("id", Text), key("object", Word(&["company"])), key("deleted", Truth)],
);
