//! `GET /teams`, `GET /teams/{id}`: groups of teammates (S§3.4). They are made from the command line (`doorstep team`).

use axum::Json;
use axum::extract::{Path, State};
use doorstep_store::TeamRecord;
use serde_json::{Value, json};

use super::description::Shape::{List, Nothing, Object, Of, Text, Whole, Word};
use super::description::{Operation, Schema, key};
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/teams", "listTeams", "List the teams", &TEAM_LIST),
    Operation::get("/teams/{id}", "retrieveTeam", "Retrieve a team", &TEAM),
];

const TEAM_LIST: Schema = Schema::new(
    "team_list",
    "The workspace's teams.",
    &[key("type", Word(&["team.list"])), key("teams", List(&Of(&TEAM)))],
);

/// As `shown` makes it.
const TEAM: Schema = Schema::new(
    "team",
    "A team.",
    &[
        key("type", Word(&["team"])),
        key("id", Text),
        key("name", Text),
        key("admin_ids", List(&Whole)),
        key(
            "admin_priority_level",
            Object(&[key("primary_admin_ids", List(&Whole)), key("secondary_admin_ids", List(&Whole))]),
        ),
        key("assignment_limit", Nothing),
        key("distribution_method", Word(&["manual"])),
    ],
);

/// `GET /teams`.
pub async fn index(State(app): State<SharedApp>, caller: Caller) -> Answer<Json<Value>> {
    let teams = app.store.teams(caller.workspace.id).await?;
    let teams: Vec<Value> = teams.iter().map(shown).collect();
    Ok(Json(json!({"type": "team.list", "teams": teams})))
}

/// `GET /teams/{id}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let teams = app.store.teams(caller.workspace.id).await?;
    let found = teams.iter().find(|team| team.id.to_string() == id);
    found
        .map(|team| Json(shown(team)))
        .ok_or_else(|| RestError::not_found("team_not_found", "Team not found"))
}

/// A team. Nothing distributes conversations among its members, all of whom are on one level.
fn shown(team: &TeamRecord) -> Value {
    json!({
        "type": "team",
        "id": team.id.to_string(),
        "name": team.name,
        "admin_ids": team.admin_ids,
        "admin_priority_level": {"primary_admin_ids": team.admin_ids, "secondary_admin_ids": []},
        "assignment_limit": null,
        "distribution_method": "manual",
    })
}
