//! `GET /me`: whose token this is. Clients use it to try a token (S§3.4).

use axum::Json;
use axum::extract::State;
use doorstep_domain::identity::VerificationMode;
use serde_json::{Value, json};

use super::admins::{KEYS, shown};
use super::description::Shape::{Object, OrNull, Text, Truth, Whole, Word};
use super::description::{Schema, key};
use super::{Answer, Caller, RestError};
use crate::app::SharedApp;
use crate::workspace_settings::WorkspaceSettings;

/// A teammate and their workspace.
pub(super) const ADMIN_WITH_APP: Schema = Schema::new(
    "admin_with_app",
    "A teammate and their workspace.",
    &[
        key("email_verified", Truth),
        key("avatar", Object(&[key("type", Word(&["avatar"])), key("image_url", OrNull(&Text))])),
        key(
            "app",
            Object(&[
                key("type", Word(&["app"])),
                key("id_code", Text),
                key("name", Text),
                key("created_at", Whole),
                key("secure", Truth),
                key("identity_verification", Truth),
                key("timezone", Text),
                key("region", Text),
            ]),
        ),
    ],
)
.and(KEYS);

/// Answers `GET /me` with the workspace's first teammate.
pub async fn show(State(app): State<SharedApp>, caller: Caller) -> Answer<Json<Value>> {
    let workspace = caller.workspace;
    let team = app.store.team(workspace.id).await?;
    let first = team.first().ok_or_else(|| {
        RestError::not_found("admin_not_found", "The workspace has no teammate; see `doorstep admin create`")
    })?;
    let mut me = shown(first, &app.store.teams(workspace.id).await?);
    let verified = workspace.identity_mode != VerificationMode::Off;
    let settings = WorkspaceSettings::read(&workspace.settings);
    me["email_verified"] = true.into();
    // An object here, an address in the lists (S§8.4).
    me["avatar"] = json!({"type": "avatar", "image_url": first.avatar});
    me["app"] = json!({
        "type": "app",
        "id_code": workspace.app_id,
        "name": workspace.name,
        "created_at": workspace.created_at,
        "secure": verified,
        "identity_verification": verified,
        "timezone": settings.timezone,
        "region": "self-hosted",
    });
    Ok(Json(me))
}
