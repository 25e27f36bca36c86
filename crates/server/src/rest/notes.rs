//! Notes about contacts and companies (S§3.4): one note by id, and what `/contacts/{id}/notes` and `/companies/{id}/notes`
//! share. Lists go by page number, and a page beyond the end is empty: official clients stop only there (S§8.2).

use axum::Json;
use axum::extract::{Path, State};
use doorstep_domain::edit::Edit;
use doorstep_domain::message_html::MessageHtml;
use doorstep_store::{Note, NoteAbout};
use serde::Deserialize;
use serde_json::{Value, json};

use super::admins;
use super::description::Shape::{List, Object, Of, OrNull, Text, Whole, Word};
use super::description::{Field, Operation, Param, Schema, key};
use super::fields::Fields;
use super::tags::owner;
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

pub(super) const OPERATIONS: &[Operation] =
    &[Operation::get("/notes/{id}", "retrieveNote", "Retrieve a note", &NOTE)];

/// As `shown` makes it.
pub(super) const NOTE: Schema = Schema::new(
    "note",
    "What the team noted about a contact or a company.",
    &[
        key("type", Word(&["note"])),
        key("id", Text),
        key("created_at", Whole),
        key("contact", Object(&[key("type", Word(&["contact"])), key("id", Text)])).optional(),
        key("company", Object(&[key("type", Word(&["company"])), key("id", Text)])).optional(),
        key("author", OrNull(&Of(&admins::ADMIN))),
        key("body", Text),
    ],
);

/// A page of notes.
pub(super) const NOTE_LIST: Schema = Schema::new(
    "note_list",
    "A page of notes, the newest first.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Of(&NOTE))),
        key("total_count", Whole),
        key("pages", Of(&NUMBERED)),
    ],
);

const NUMBERED: Schema = Schema::new(
    "numbered_pages",
    "Where a page stands in its list; `next` is null on the last one.",
    &[
        key("type", Word(&["pages"])),
        key("next", OrNull(&Object(&[key("page", Whole)]))),
        key("page", Whole),
        key("per_page", Whole),
        key("total_pages", Whole),
    ],
);

/// The query of a list.
pub(super) const NOTE_PAGE: &[Param] = &[
    Param::number("page", 1, PAGE_LIMIT, "The page, from 1; beyond the last one there are empty ones."),
    Param::number("per_page", 1, PER_PAGE.1, "Most entries of the page."),
];

/// What `write` reads.
pub(super) const WRITE: &[Field] = &[
    Field::text_up_to("body", BODY, "The note, as HTML or text.").needed(),
    Field::id("admin_id", "Who wrote it; the token's owner if left out."),
];

/// The last page that may be asked for.
const PAGE_LIMIT: i64 = 1_000_000;
/// Longest body a client may send, in characters; what is too long for a note is refused by the domain.
const BODY: usize = 100_000;
/// Entries of a page when the client does not say, and the most of one.
const PER_PAGE: (i64, i64) = (50, 150);

/// `?page=&per_page=`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct NumberedQuery {
    page: Option<String>,
    per_page: Option<String>,
}

/// `GET /notes/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let unknown = || RestError::not_found("not_found", "Resource Not Found");
    let id = id.parse().map_err(|_| unknown())?;
    let note = app.store.note(caller.workspace.id, id).await?.ok_or_else(unknown)?;
    let shown = shown(&app, &caller, &[note]).await?.pop();
    Ok(Json(shown.ok_or_else(unknown)?))
}

/// The notes about somebody who is there, the newest first.
pub(super) async fn list(
    app: &SharedApp,
    caller: &Caller,
    about: &NoteAbout,
    query: &NumberedQuery,
) -> Answer<Json<Value>> {
    let page = number(query.page.as_deref(), "page", 1, PAGE_LIMIT)?;
    let per_page = number(query.per_page.as_deref(), "per_page", PER_PAGE.0, PER_PAGE.1)?;
    let (notes, total) = app.store.notes(about, (page - 1) * per_page, per_page).await?;
    let total_pages = (total + per_page - 1) / per_page;
    let next = (page < total_pages).then(|| json!({"page": page + 1}));
    Ok(Json(json!({
        "type": "list",
        "data": shown(app, caller, &notes).await?,
        "total_count": total,
        "pages": {
            "type": "pages", "next": next, "page": page, "per_page": per_page, "total_pages": total_pages,
        },
    })))
}

/// Writes a note about somebody; without `admin_id` the token's owner does.
pub(super) async fn write(
    app: &SharedApp,
    caller: &Caller,
    about: NoteAbout,
    fields: &Fields,
) -> Answer<Json<Value>> {
    let Edit::Set(body) = fields.text_up_to("body", BODY)? else { return Err(RestError::missing("body")) };
    let body = MessageHtml::parse(&body).map_err(|error| RestError::parameter("body", error.to_string()))?;
    let admin_id = match fields.id("admin_id")?.over(None) {
        Some(id) => {
            let unknown = || RestError::not_found("not_found", "Resource Not Found");
            Some(id.parse().map_err(|_| unknown())?)
        }
        None => owner(app, caller).await?,
    };
    let note = app.store.create_note(caller.workspace.id, about, admin_id, body.html, app.now()).await?;
    let shown = shown(app, caller, &[note]).await?.pop();
    Ok(Json(shown.unwrap_or_default()))
}

fn number(given: Option<&str>, name: &str, default: i64, most: i64) -> Answer<i64> {
    let Some(text) = given.filter(|text| !text.is_empty()) else { return Ok(default) };
    text.parse()
        .ok()
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| RestError::parameter(name, format!("{name} must be a number from 1 to {most}")))
}

async fn shown(app: &SharedApp, caller: &Caller, notes: &[Note]) -> Answer<Vec<Value>> {
    let team = app.store.team(caller.workspace.id).await?;
    let teams = app.store.teams(caller.workspace.id).await?;
    let note = |note: &Note| {
        let author = team.iter().find(|admin| Some(admin.id) == note.admin_id);
        let mut shown = json!({
            "type": "note",
            "id": note.id.to_string(),
            "created_at": note.created_at,
            "author": author.map(|admin| admins::shown(admin, &teams)),
            "body": note.body,
        });
        // One of the two: a note is about a contact or a company, never both.
        for (kind, id) in [("contact", &note.contact_id), ("company", &note.company_id)] {
            if let Some(id) = id {
                shown[kind] = json!({"type": kind, "id": id});
            }
        }
        shown
    };
    Ok(notes.iter().map(note).collect())
}
