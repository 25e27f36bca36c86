//! `GET /admins`, `GET /admins/{id}`, `PUT /admins/{id}/away`: the workspace's teammates (S§3.4).

use axum::Json;
use axum::extract::{Path, State};
use doorstep_store::{Admin, AdminWrite, Error, TeamRecord};
use serde_json::{Value, json};

use super::description::Shape::{List, Nothing, Object, Of, OrNull, Text, Truth, Whole, Word};
use super::description::{Field, Key, Operation, Schema, key};
use super::fields::Fields;
use super::{Answer, Caller, RestError, Version, me};
use crate::app::SharedApp;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/me", "identifyAdmin", "Whose token this is", &me::ADMIN_WITH_APP),
    Operation::get("/admins", "listAdmins", "List the teammates", &ADMIN_LIST),
    Operation::get("/admins/{id}", "retrieveAdmin", "Retrieve a teammate", &ADMIN),
    Operation::put("/admins/{id}/away", "setAwayAdmin", "Say that a teammate is away", &ADMIN).body(AWAY),
];

/// What `away` reads.
const AWAY: &[Field] = &[
    Field::flag("away_mode_enabled", "Whether they are away.").needed(),
    Field::flag("away_mode_reassign", "Whether what is replied to goes to others.").needed(),
    Field::number("away_status_reason_id", "There are none: must be absent (2.16)."),
];

const ADMIN_LIST: Schema = Schema::new(
    "admin_list",
    "The workspace's teammates.",
    &[key("type", Word(&["admin.list"])), key("admins", List(&Of(&ADMIN)))],
);

/// A teammate.
pub(super) const ADMIN: Schema = Schema::new("admin", "A teammate.", KEYS);

/// The keys of a teammate.
pub(super) const KEYS: &[Key] = &[
    key("type", Word(&["admin"])),
    key("id", Text),
    key("email", Text),
    key("name", Text),
    key("job_title", Text),
    key("avatar", OrNull(&Text)),
    key("away_mode_enabled", Truth),
    key("away_mode_reassign", Truth),
    key("away_status_reason_id", Nothing),
    key("has_inbox_seat", Truth),
    key("team_ids", List(&Whole)),
    key(
        "team_priority_level",
        Object(&[key("primary_team_ids", List(&Whole)), key("secondary_team_ids", List(&Whole))]),
    ),
];

/// `GET /admins`.
pub async fn index(State(app): State<SharedApp>, caller: Caller) -> Answer<Json<Value>> {
    let teams = app.store.teams(caller.workspace.id).await?;
    let team = app.store.team(caller.workspace.id).await?;
    let admins: Vec<Value> = team.iter().map(|admin| shown(admin, &teams)).collect();
    Ok(Json(json!({"type": "admin.list", "admins": admins})))
}

/// `GET /admins/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let team = app.store.team(caller.workspace.id).await?;
    let found = team.iter().find(|admin| admin.id.to_string() == id);
    let found = found.ok_or_else(|| RestError::not_found("admin_not_found", "Admin not found"))?;
    Ok(Json(shown(found, &app.store.teams(caller.workspace.id).await?)))
}

/// `PUT /admins/{id}/away`: both truths must be given. A reason (2.16) is one of those the workspace has made; there is no
/// way to make one here, so none is right, and none is mandatory.
pub async fn away(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    let unknown = || RestError::not_found("admin_not_found", "Admin for admin_id not found");
    let id: i64 = id.parse().map_err(|_| unknown())?;
    let needed = |name: &str| fields.flag(name)?.ok_or_else(|| RestError::missing(name));
    let write = AdminWrite {
        away_mode_enabled: Some(needed("away_mode_enabled")?),
        away_mode_reassign: Some(needed("away_mode_reassign")?),
        ..AdminWrite::default()
    };
    if caller.version >= Version::V2_16 && fields.number("away_status_reason_id")?.given().is_some() {
        let message =
            "Away status reason not found: this workspace has none; leave away_status_reason_id out";
        return Err(RestError::parameter("away_status_reason_id", message));
    }
    let done = app.store.update_admin(caller.workspace.id, id, write).await.map_err(|error| match error {
        Error::NotFound(_) => unknown(),
        error => error.into(),
    })?;
    Ok(Json(shown(&done, &app.store.teams(caller.workspace.id).await?)))
}

/// A teammate. All of them answer in the inbox.
pub(super) fn shown(admin: &Admin, teams: &[TeamRecord]) -> Value {
    let member = |team: &&TeamRecord| team.admin_ids.contains(&admin.id);
    let team_ids: Vec<i64> = teams.iter().filter(member).map(|team| team.id).collect();
    json!({
        "type": "admin",
        "id": admin.id.to_string(),
        "email": admin.email,
        "name": admin.name,
        "job_title": admin.job_title.as_deref().unwrap_or_default(),
        "avatar": admin.avatar,
        "away_mode_enabled": admin.away_mode_enabled,
        "away_mode_reassign": admin.away_mode_reassign,
        "away_status_reason_id": null,
        "has_inbox_seat": true,
        "team_ids": team_ids,
        "team_priority_level": {"primary_team_ids": team_ids, "secondary_team_ids": []},
    })
}
