//! `/events` (S§3.1): what contacts did. What may be said of an event is `doorstep_domain::events`.

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Query, Request, State};
use axum::http::StatusCode;
use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_domain::events::{EventName, SentMetadata};
use doorstep_store::{Contact, ContactLookup, EventRecord, EventSummary, EventsAsked, NewEvent, NewSummary};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::description::Shape::{Any, Either, List, Map, Object, Of, OrNull, Text, Whole, Word};
use super::description::{Field, Kind, Operation, Param, Schema, Success, key};
use super::fields::Fields;
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;
use crate::workspace_settings::WorkspaceSettings;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/events", "lisDataEvents", "List what a contact did", &LIST).query(&[
        Param::word("type", &["user"], "Always user, for leads too.").needed(),
        Param::text("intercom_user_id", "The contact, by our id; before the others."),
        Param::text("user_id", "The contact, by the site's id; before the email."),
        Param::text("email", "The user, by email."),
        Param::flag("summary", "How often each event happened, instead of each one of the last 90 days."),
        Param::number("per_page", 1, PER_PAGE.1, "Events of a page; 50 if left out."),
        Param::text("before", "As `pages.next` of an earlier answer has it."),
        Param::text("since", "As `pages.since` of an earlier answer has it."),
    ]),
    Operation::post("/events", "createDataEvent", "Track an event", &LIST)
        .body(NEW)
        .answers(Success::Accepted),
    Operation::post("/events/summaries", "dataEventSummaries", "Tell what happened before", &LIST)
        .body(SUMMED)
        .answers(Success::Empty),
];

const NEW: &[Field] = &[
    EVENT_NAME,
    Field::time("created_at", "When.").needed(),
    ID,
    USER_ID,
    EMAIL,
    Field::of("metadata", Kind::Map, "Strings, numbers, truths, {url, value}, {amount, currency}."),
];

const SUMMED: &[Field] = &[
    ID,
    USER_ID,
    EMAIL,
    Field::of(
        "event_summaries",
        Kind::Either(&[Kind::Object(SUMMARY), Kind::List(&Kind::Object(SUMMARY))]),
        "One, or several.",
    )
    .needed(),
];

const SUMMARY: &[Field] = &[
    EVENT_NAME,
    Field::number("count", "How often.").needed(),
    Field::time("first", "When first.").needed(),
    Field::time("last", "When last.").needed(),
];

const EVENT_NAME: Field = Field::id("event_name", "What. `.` and `$` become `-`.").needed();
const ID: Field = Field::id("id", "The contact, by our id; before the others.");
const USER_ID: Field = Field::id("user_id", "The contact, by the site's id; before the email.");
const EMAIL: Field = Field::text("email", "The user, by email.");

/// As `index` makes it: a list, or a summary with the person.
const LIST: Schema = Schema::new(
    "data_event_list",
    "What a contact did.",
    &[
        key("type", Word(&["event.list", "event.summary"])),
        key("events", List(&Either(&[Of(&EVENT), Of(&SUMMARY_ITEM)]))),
        key("pages", Object(&[key("next", OrNull(&Text)), key("since", Text).optional()])),
        key("email", OrNull(&Text)).optional(),
        key("intercom_user_id", Text).optional(),
        key("user_id", OrNull(&Text)).optional(),
    ],
);

/// As the store makes it.
const EVENT: Schema = Schema::new(
    "data_event",
    "An event.",
    &[
        key("type", Word(&["event"])),
        key("event_name", Text),
        key("created_at", Whole),
        key("id", Text),
        key("user_id", OrNull(&Text)),
        key("intercom_user_id", Text),
        key("email", OrNull(&Text)),
        key("metadata", Map(&Any)),
    ],
);

/// As `summary_of` makes it.
const SUMMARY_ITEM: Schema = Schema::new(
    "data_event_summary_item",
    "How often an event happened.",
    &[
        key("name", Text),
        key("first", OrNull(&Text)),
        key("last", OrNull(&Text)),
        key("count", Whole),
        key("description", OrNull(&Text)),
    ],
);

/// Most bytes of a body.
const LIMIT: usize = 1024 * 1024;
/// Entries of a page when the client does not say, and most of them.
const PER_PAGE: (i64, i64) = (50, 150);
/// Most summaries of one call.
const SUMMARIES: usize = 100;
/// What nobody does more often.
const MOST: i64 = 1_000_000_000;

/// A body, and its metadata in the order in which it was sent: the first keys are kept.
#[derive(Debug)]
pub struct EventBody {
    fields: Fields,
    metadata: SentMetadata,
}

impl<S: Send + Sync> FromRequest<S> for EventBody {
    type Rejection = RestError;

    async fn from_request(request: Request, state: &S) -> Answer<Self> {
        #[derive(Default, Deserialize)]
        struct Ordered {
            #[serde(default)]
            metadata: SentMetadata,
        }
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, LIMIT).await.map_err(|_| RestError::too_large(LIMIT))?;
        // What is wrong with the body, `Fields` says.
        let Ordered { metadata } = serde_json::from_slice(&bytes).unwrap_or_default();
        let fields = Fields::from_request(Request::from_parts(parts, Body::from(bytes)), state).await?;
        fields.object("metadata")?;
        Ok(Self { fields, metadata })
    }
}

/// `POST /events`: 202 with an empty body, for one that is known already too.
pub async fn create(
    State(app): State<SharedApp>,
    caller: Caller,
    EventBody { fields, metadata }: EventBody,
) -> Answer<StatusCode> {
    let name = name(&fields)?;
    let created_at = needed_time(&fields, "created_at")?;
    let most = WorkspaceSettings::read(&caller.workspace.settings).metadata_keys();
    let metadata = metadata.check(most).map_err(|error| {
        let field = format!("metadata.{}", error.key);
        let message = format!("{field} {}", error.message);
        RestError::parameter(field, message)
    })?;
    let person = Named::read(&fields, "id")?.find(&app, &caller).await?;
    let event = NewEvent { name, created_at, metadata };
    app.store.track_event(caller.workspace.id, person.id, event, app.now()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `POST /events/summaries`: 200 with an empty body. One summary, or an array of them.
pub async fn summarise(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<StatusCode> {
    let given = match fields.get("event_summaries") {
        Some(Value::Array(_)) => fields.entries("event_summaries", SUMMARIES)?.unwrap_or_default(),
        _ => fields.object("event_summaries")?.into_iter().collect(),
    };
    if given.is_empty() {
        return Err(RestError::missing("event_summaries"));
    }
    let all = given.iter().map(summary).collect::<Answer<Vec<_>>>()?;
    let person = Named::read(&fields, "id")?.find(&app, &caller).await?;
    app.store.add_event_summaries(caller.workspace.id, person.id, all, app.now()).await?;
    Ok(StatusCode::OK)
}

fn summary(fields: &Fields) -> Answer<NewSummary> {
    let name = name(fields)?;
    let wrong = |name: &str, what: &str| {
        let path = fields.path(name);
        let message = format!("{path} {what}");
        RestError::parameter(path, message)
    };
    let Edit::Set(count) = fields.number("count")? else {
        return Err(RestError::missing(&fields.path("count")));
    };
    if !(0..=MOST).contains(&count) {
        return Err(wrong("count", "must be a number from 0 to 1000000000"));
    }
    let (first_at, last_at) = (needed_time(fields, "first")?, needed_time(fields, "last")?);
    if first_at > last_at {
        return Err(wrong("first", "must not be later than last"));
    }
    Ok(NewSummary { name, count, first_at, last_at })
}

fn name(fields: &Fields) -> Answer<EventName> {
    let given = fields.needed_id("event_name")?;
    EventName::parse(&given).map_err(|what| {
        let path = fields.path("event_name");
        let message = format!("{path} {what}");
        RestError::parameter(path, message)
    })
}

fn needed_time(fields: &Fields, name: &str) -> Answer<i64> {
    match fields.time(name)? {
        Edit::Set(at) => Ok(at),
        Edit::Keep | Edit::Clear => Err(RestError::missing(&fields.path(name))),
    }
}

/// `?type=user&user_id= | email= | intercom_user_id=`.
#[derive(Clone, Debug, Deserialize)]
pub struct IndexQuery {
    r#type: Option<String>,
    user_id: Option<String>,
    email: Option<String>,
    intercom_user_id: Option<String>,
    summary: Option<String>,
    per_page: Option<String>,
    before: Option<String>,
    since: Option<String>,
}

/// `GET /events`: of the last 90 days, the newest first; with `summary=true` how often each happened, ever.
pub async fn index(
    State(app): State<SharedApp>,
    Query(query): Query<IndexQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    if query.r#type.as_deref() != Some("user") {
        return Err(RestError::parameter("type", "type must be user, for leads too"));
    }
    let most = PER_PAGE.1;
    let limit = match query.per_page.as_deref().filter(|text| !text.is_empty()) {
        None => PER_PAGE.0,
        Some(text) => text.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| {
            RestError::parameter("per_page", format!("per_page must be a number from 1 to {most}"))
        })?,
    };
    let (before, since) = (cursor("before", query.before.as_ref())?, cursor("since", query.since.as_ref())?);
    let person = Named::of(&query)?.find(&app, &caller).await?;
    if query.summary.as_deref() == Some("true") {
        let all = app.store.event_summaries(&person.id).await?;
        return Ok(Json(summary_of(&person, &all)));
    }
    let asked = EventsAsked { before, since, limit, now: app.now() };
    let (events, more) = app.store.events(&person.id, asked).await?;
    let key = |event: &EventRecord| (event.created_at, event.name_id);
    let newest = events.first().map(key).max(since).unwrap_or_default();
    let oldest = events.last().filter(|_| more).map(key);
    let base = Pages { app: &app, person: &person, query: &query };
    let pages = json!({
        "next": oldest.map(|oldest| base.address("before", oldest, since)),
        "since": base.address("since", newest, None),
    });
    let events: Vec<Value> = events.iter().map(|event| event.object(&person)).collect();
    Ok(Json(json!({"type": "event.list", "events": events, "pages": pages})))
}

fn summary_of(person: &Contact, all: &[EventSummary]) -> Value {
    let time = |at: i64| {
        Timestamp::from_second(at).map(|at| at.strftime("%Y-%m-%dT%H:%M:%S.000+00:00").to_string()).ok()
    };
    let events: Vec<Value> = all
        .iter()
        .map(|one| {
            json!({
                "name": one.name, "first": time(one.first_at), "last": time(one.last_at), "count": one.count,
                "description": null,
            })
        })
        .collect();
    json!({
        "type": "event.summary",
        "email": person.email,
        "intercom_user_id": person.id,
        "user_id": person.external_id,
        "events": events,
        "pages": {"next": null},
    })
}

/// Makes the addresses of further pages.
struct Pages<'a> {
    app: &'a SharedApp,
    person: &'a Contact,
    query: &'a IndexQuery,
}

impl Pages<'_> {
    /// Absolute, as clients follow them (S§3.1).
    fn address(&self, name: &str, (at, name_id): (i64, i64), since: Option<(i64, i64)>) -> Option<String> {
        let mut url = Url::parse(&self.app.public_url).ok()?;
        url.set_path("/events");
        let mut pairs = url.query_pairs_mut();
        if let Some(per_page) = &self.query.per_page {
            pairs.append_pair("per_page", per_page);
        }
        pairs.append_pair(name, &format!("{at}-{name_id}"));
        if let Some((at, name_id)) = since {
            pairs.append_pair("since", &format!("{at}-{name_id}"));
        }
        pairs.append_pair("intercom_user_id", &self.person.id);
        pairs.append_pair("type", "user");
        drop(pairs);
        Some(url.into())
    }
}

/// `SECONDS-NUMBER` from an earlier answer; plain seconds, or milliseconds as Intercom's have them, are read too.
fn cursor(field: &str, text: Option<&String>) -> Answer<Option<(i64, i64)>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong =
        || RestError::parameter(field, format!("{field} must be what `pages` of an earlier answer says"));
    let (at, name_id) = text.split_once('-').unwrap_or((text, "0"));
    let at: i64 = at.parse().map_err(|_| wrong())?;
    let at = if at > 100_000_000_000 { at / 1000 } else { at };
    Ok(Some((at, name_id.parse().map_err(|_| wrong())?)))
}

/// Whom a call means. The first that is given decides; the others are not tried, as they may be another person's (S§1.2).
enum Named {
    Id(String),
    ExternalId(String),
    Email(Email),
}

impl Named {
    fn read(fields: &Fields, id: &str) -> Answer<Self> {
        let email = fields.text("email")?.over(None);
        Self::first(id, fields.id(id)?.over(None), fields.id("user_id")?.over(None), email)
    }

    fn of(query: &IndexQuery) -> Answer<Self> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Self::first(
            "intercom_user_id",
            given(&query.intercom_user_id),
            given(&query.user_id),
            given(&query.email),
        )
    }

    fn first(
        field: &str,
        id: Option<String>,
        user_id: Option<String>,
        email: Option<String>,
    ) -> Answer<Self> {
        if [&id, &user_id, &email].into_iter().flatten().any(|text| text.contains('\0')) {
            return Err(RestError::parameter(field, "NUL characters cannot be stored"));
        }
        match (id, user_id, email) {
            (Some(id), ..) => Ok(Self::Id(id)),
            (_, Some(user_id), _) => Ok(Self::ExternalId(user_id)),
            (.., Some(email)) => {
                let email = Email::parse(&email);
                email.map(Self::Email).map_err(|error| RestError::parameter("email", error.to_string()))
            }
            _ => Err(RestError::missing(field)),
        }
    }

    /// The contact. An email names a user only: of leads several may have given it, whoever's it is.
    async fn find(self, app: &SharedApp, caller: &Caller) -> Answer<Contact> {
        let workspace_id = caller.workspace.id;
        let going_on = |lookup| match lookup {
            ContactLookup::Found(found) => Some(found.id),
            ContactLookup::Merged(into) => Some(into),
            ContactLookup::Unknown => None,
        };
        let id = match self {
            Self::Id(id) => going_on(app.store.contact_record(workspace_id, &id).await?),
            Self::ExternalId(id) => match going_on(app.store.user_by_external_id(workspace_id, &id).await?) {
                Some(user) => Some(user),
                None => app.store.find_contact(workspace_id, Some(&id), None, false).await?,
            },
            Self::Email(email) => app.store.find_contact(workspace_id, None, Some(&email), true).await?,
        };
        let unknown = || RestError::not_found("not_found", "User Not Found");
        let found = app.store.contact(workspace_id, &id.ok_or_else(unknown)?).await?;
        found.filter(|found| found.archived_at.is_none()).ok_or_else(unknown)
    }
}
