//! `GET /admins` and `GET /admins/{id}`: the workspace's teammates (S§3.4).

use axum::Json;
use axum::extract::{Path, State};
use doorstep_store::Admin;
use serde_json::{Value, json};

use super::{Answer, Caller, RestError};
use crate::app::SharedApp;

/// `GET /admins`.
pub async fn index(State(app): State<SharedApp>, caller: Caller) -> Answer<Json<Value>> {
    let team = app.store.team(caller.workspace.id).await?;
    let admins: Vec<Value> = team.iter().map(shown).collect();
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
    found
        .map(|admin| Json(shown(admin)))
        .ok_or_else(|| RestError::not_found("admin_not_found", "Admin not found"))
}

/// A teammate. All of them answer in the inbox; nobody can be away yet.
pub(super) fn shown(admin: &Admin) -> Value {
    json!({
        "type": "admin",
        "id": admin.id.to_string(),
        "email": admin.email,
        "name": admin.name,
        "avatar": null,
        "away_mode_enabled": false,
        "away_mode_reassign": false,
        "has_inbox_seat": true,
        "team_ids": [],
    })
}
