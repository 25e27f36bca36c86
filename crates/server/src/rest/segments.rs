//! `/segments`: saved searches (S§3.4). Intercom's API only reads them; making, changing and deleting them is ours, with a
//! `query` of the search language in which a time may be `{"days_ago": n}`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_domain::edit::Edit;
use doorstep_domain::search::{
    CONTACT_FIELDS, Dates, Field, Filter, Kind, Query as Search, Scalar, Schema, SearchError, Test, parse,
};
use doorstep_domain::segments::at;
use doorstep_store::{AttributeModel, NewSegment, Segment, SegmentWrite};
use serde::Deserialize;
use serde_json::{Value, json};

use super::description::Shape::{Any, List, Of, Text, Truth, Whole, Word};
use super::description::{self, Operation, Param, key};
use super::fields::Fields;
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;
use crate::workspace_settings::WorkspaceSettings;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/segments", "listSegments", "List the segments", &SEGMENT_LIST).query(&[INCLUDE_COUNT]),
    Operation::post("/segments", "createSegment", "Beyond Intercom: make a segment", &SEGMENT).body(CREATE),
    Operation::get("/segments/{id}", "retrieveSegment", "Retrieve a segment", &SEGMENT)
        .query(&[INCLUDE_COUNT]),
    Operation::put("/segments/{id}", "updateSegment", "Beyond Intercom: change a segment", &SEGMENT)
        .body(UPDATE),
    Operation::delete("/segments/{id}", "deleteSegment", "Beyond Intercom: delete a segment", &DELETED),
];

const INCLUDE_COUNT: Param = Param::flag("include_count", "How many contacts are in each, too.");

/// What `create` reads.
const CREATE: &[description::Field] = &[NAME.needed(), PERSON_TYPE.needed(), QUERY];
/// What `update` reads.
const UPDATE: &[description::Field] = &[NAME, PERSON_TYPE, QUERY];

const NAME: description::Field = description::Field::text("name", "Its name.");
const PERSON_TYPE: description::Field =
    description::Field::text("person_type", "Of whom it is: user, or contact for leads.");
const QUERY: description::Field = description::Field::of(
    "query",
    description::Kind::Query,
    "Who is in it, in the search language; a time may be {\"days_ago\": n}. Everybody of the type if left out.",
);

/// As `shown` makes it.
const SEGMENT: description::Schema = description::Schema::new(
    "segment",
    "A saved search of leads or users.",
    &[
        key("type", Word(&["segment"])),
        key("id", Text),
        key("name", Text),
        key("created_at", Whole),
        key("updated_at", Whole),
        key("person_type", Word(&["contact", "user"])),
        // Ours.
        key("query", Any),
        key("count", Whole).optional(),
    ],
);

const SEGMENT_LIST: description::Schema = description::Schema::new(
    "segment_list",
    "The workspace's segments.",
    &[key("type", Word(&["segment.list"])), key("segments", List(&Of(&SEGMENT)))],
);

/// The segments of one contact.
pub(super) const CONTACT_SEGMENTS: description::Schema = description::Schema::new(
    "contact_segments",
    "The segments a contact is in.",
    &[key("type", Word(&["list"])), key("data", List(&Of(&SEGMENT)))],
);

const DELETED: description::Schema = description::Schema::new(
    "segment_deleted",
    "What is left to say of a segment that is gone.",
    &[key("id", Text), key("object", Word(&["segment"])), key("deleted", Truth)],
);

/// `?include_count=true`.
#[derive(Clone, Debug, Deserialize)]
pub struct CountQuery {
    include_count: Option<String>,
}

/// `GET /segments`.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<CountQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let all = app.store.segments(caller.workspace.id).await?;
    let mut shown: Vec<Value> = all.iter().map(self::shown).collect();
    if query.include_count.as_deref() == Some("true") {
        let reading = Reading::begin(&app, &caller).await?;
        let asked: Vec<Search> = all.iter().map(|segment| reading.asks(segment)).collect();
        let counts = app.store.count_contacts(caller.workspace.id, &asked).await?;
        for (segment, count) in shown.iter_mut().zip(counts) {
            segment["count"] = count.into();
        }
    }
    Ok(Json(json!({"type": "segment.list", "segments": shown})))
}

/// `GET /segments/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<CountQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let segment = app.store.segment(caller.workspace.id, &id).await?;
    let mut shown = shown(&segment);
    if query.include_count.as_deref() == Some("true") {
        let asked = [Reading::begin(&app, &caller).await?.asks(&segment)];
        let counts = app.store.count_contacts(caller.workspace.id, &asked).await?;
        shown["count"] = json!(counts.first());
    }
    Ok(Json(shown))
}

/// `POST /segments`: `name`, `person_type` and `query`.
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let write = read(&app, &caller, &fields).await?;
    let new = NewSegment {
        name: write.name.ok_or_else(|| RestError::missing("name"))?,
        person_type: write.person_type.ok_or_else(|| RestError::missing("person_type"))?,
        query: write.query.flatten(),
    };
    Ok(Json(shown(&app.store.create_segment(caller.workspace.id, new, app.now()).await?)))
}

/// `PUT /segments/{id}`: what is given; a `query` of `null` asks for everybody of the type.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let write = read(&app, &caller, &fields).await?;
    Ok(Json(shown(&app.store.update_segment(caller.workspace.id, id, write, app.now()).await?)))
}

/// `DELETE /segments/{id}`.
pub async fn delete(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    app.store.delete_segment(caller.workspace.id, id.clone()).await?;
    Ok(Json(json!({"id": id, "object": "segment", "deleted": true})))
}

/// What the queries of segments are read with.
pub(super) struct Reading {
    attributes: BTreeMap<String, Kind>,
    zone: jiff::tz::TimeZone,
    now: i64,
}

impl Reading {
    /// Looks up what the workspace's queries mean now.
    pub(super) async fn begin(app: &SharedApp, caller: &Caller) -> Answer<Self> {
        let attributes = app.store.attribute_kinds(caller.workspace.id, AttributeModel::Contact).await?;
        let zone = WorkspaceSettings::read(&caller.workspace.settings).zone();
        Ok(Self { attributes, zone, now: app.now() })
    }

    /// Reads a query, `{"days_ago": n}` included.
    pub(super) fn query(&self, query: &Value) -> Result<Search, SearchError> {
        let schema = Schema {
            fields: CONTACT_FIELDS,
            attributes: &self.attributes,
            zone: &self.zone,
            dates: Dates::Days,
        };
        parse(&schema, &at(query, self.now))
    }

    /// Whom a segment asks for; nobody when its query asks for an attribute that has gone.
    pub(super) fn asks(&self, segment: &Segment) -> Search {
        let role = if segment.person_type == "user" { "user" } else { "lead" };
        let test = Test::In(vec![Scalar::Text(role.to_owned())]);
        let of_role = Search::Filter(Filter { field: Field::Own("role"), test });
        let Some(query) = &segment.query else { return of_role };
        let read = serde_json::from_str(query).ok().and_then(|query| self.query(&query).ok());
        Search::All(vec![of_role, read.unwrap_or(Search::Any(Vec::new()))])
    }

    /// A query of a search with its segments replaced by what they ask for.
    pub(super) async fn expanded(&self, app: &SharedApp, caller: &Caller, query: Search) -> Answer<Search> {
        if !query.mentions("segment_id") {
            return Ok(query);
        }
        let all = app.store.segments(caller.workspace.id).await?;
        let asked = all.iter().map(|segment| (segment.id.clone(), self.asks(segment))).collect();
        Ok(query.expanded(&asked))
    }
}

async fn read(app: &SharedApp, caller: &Caller, fields: &Fields) -> Answer<SegmentWrite> {
    let name = match fields.text("name")? {
        Edit::Set(name) => Some(name),
        Edit::Keep => None,
        Edit::Clear => return Err(RestError::parameter("name", "name must not be empty")),
    };
    let person_type = match fields.text("person_type")?.over(None).as_deref() {
        None => None,
        Some("user") => Some("user"),
        Some("contact" | "lead") => Some("contact"),
        Some(_) => {
            let message = "person_type must be user, or contact for leads";
            return Err(RestError::parameter("person_type", message));
        }
    };
    let query = match fields.get("query") {
        None => None,
        Some(Value::Null) => Some(None),
        Some(query) => {
            if Reading::begin(app, caller).await?.query(query)?.mentions("segment_id") {
                let message = "a segment cannot ask who is in a segment; repeat what that one asks for";
                return Err(RestError::parameter("query", message));
            }
            Some(Some(query.to_string()))
        }
    };
    Ok(SegmentWrite { name, person_type, query })
}

/// A segment; `query` is ours.
pub(super) fn shown(segment: &Segment) -> Value {
    let query: Option<Value> = segment.query.as_ref().and_then(|text| serde_json::from_str(text).ok());
    json!({
        "type": "segment",
        "id": segment.id,
        "name": segment.name,
        "created_at": segment.created_at,
        "updated_at": segment.updated_at,
        "person_type": segment.person_type,
        "query": query,
    })
}
