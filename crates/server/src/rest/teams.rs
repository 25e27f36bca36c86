//! `GET /teams`, `GET /teams/{id}`: groups of teammates (S§3.4). They are made from the command line (`doorstep team`).

use axum::Json;
use axum::extract::{Path, State};
use doorstep_store::TeamRecord;
use serde_json::{Value, json};

use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

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
