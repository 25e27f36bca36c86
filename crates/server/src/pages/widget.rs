//! `GET /widget/{app_id}`: the embed script with the workspace's public settings inside, so that a page at rest makes
//! one request and no second one. And `GET /widget/{app_id}/outbound`: the same settings for a page that has the Messenger
//! by ES module, which needs them to show outbound messages and asks once; `null` while none is live.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use doorstep_store::Workspace;
use serde_json::{Value, json};

use super::html::{assets_missing, script_json};
use super::outbound;
use crate::app::SharedApp;
use crate::client::Site;
use crate::error::Answer;
use crate::workspace_settings::WorkspaceSettings;

/// The free identifier in `embed.js` that stands for the configuration.
const PLACEHOLDER: &str = "__DOORSTEP_CONFIG__";
const TYPE: &str = "application/javascript; charset=utf-8";
const JSON_TYPE: &str = "application/json";
const CACHE: &str = "public, max-age=300, stale-while-revalidate=86400";

/// What a page with a wrong app id gets: nothing happens, and its developer is told.
const UNKNOWN: &str = "/* Doorstep: no workspace has this app id. */\n\
    console.warn(\"Doorstep: unknown app id. Check the address of the widget script; nothing was loaded.\");\n";

/// What a site that is not one of the workspace's trusted domains gets (M§6.4).
const UNTRUSTED: &str = "/* Doorstep: this site is not one of the workspace's trusted domains. */\n\
    console.error(\"Doorstep: \" + location.hostname + \" is not one of this workspace's trusted domains; nothing was loaded.\");\n";

/// The script.
pub async fn widget(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    request: HeaderMap,
) -> Answer<Response> {
    let text = match app.store.workspace_by_app_id(&app_id).await? {
        None => UNKNOWN.to_owned(),
        Some(workspace) if !is_trusted(&app, &workspace, &request) => UNTRUSTED.to_owned(),
        Some(workspace) => {
            let embed = app.assets.manifest().and_then(|manifest| app.assets.read(&manifest.embed));
            let Some(embed) = embed else { return Ok(assets_missing()) };
            let mut config = config(&workspace);
            if let Some(hint) = outbound::hint(&app, &app_id, workspace.id).await? {
                config["outbound"] = hint;
            }
            String::from_utf8_lossy(&embed).replacen(PLACEHOLDER, &script_json(&config), 1)
        }
    };
    Ok(for_sites(&app, text, &request, TYPE).await)
}

/// What outbound messages need on a page without the script.
pub async fn without_script(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    request: HeaderMap,
) -> Answer<Response> {
    let workspace = app.store.workspace_by_app_id(&app_id).await?;
    let mut answer = Value::Null;
    if let Some(workspace) = workspace.filter(|workspace| is_trusted(&app, workspace, &request))
        && let Some(hint) = outbound::hint(&app, &app_id, workspace.id).await?
    {
        answer = config(&workspace);
        answer["outbound"] = hint;
    }
    Ok(for_sites(&app, answer.to_string(), &request, JSON_TYPE).await)
}

/// An answer for pages of other sites.
async fn for_sites(app: &SharedApp, text: String, request: &HeaderMap, content_type: &str) -> Response {
    let mut response = app.assets.answer_made(text, request, content_type, CACHE).await;
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    // What one site gets must not be shown to another.
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin, Referer"));
    response
}

fn is_trusted(app: &SharedApp, workspace: &Workspace, request: &HeaderMap) -> bool {
    let domains = WorkspaceSettings::read(&workspace.settings).trusted();
    Site::of(app, request).trusted_by(&domains).is_ok()
}

/// The public settings the embed script starts from; all of them can be overridden by the page.
fn config(workspace: &Workspace) -> Value {
    let settings = WorkspaceSettings::read(&workspace.settings);
    let styles = settings.messenger_styles();
    let mut config = json!({
        "app_id": workspace.app_id,
        "name": workspace.name,
        "alignment": settings.alignment,
        "vertical_padding": settings.vertical_padding,
        "horizontal_padding": settings.horizontal_padding,
        "action_color": settings.action_color,
        "background_color": settings.background_color,
        "hide_default_launcher": settings.hide_default_launcher,
        "eager": settings.eager,
    });
    // Most workspaces have none, and need not load that.
    if !styles.is_empty() {
        config["styles"] = json!(styles);
    }
    config
}

#[cfg(test)]
mod tests {
    use doorstep_domain::identity::VerificationMode;

    use super::*;

    #[test]
    fn styles_are_told_where_there_are_any() {
        let config = |styles: &str| {
            let settings = WorkspaceSettings { styles: styles.to_owned(), ..WorkspaceSettings::default() };
            config(&Workspace {
                id: 1,
                app_id: "test".to_owned(),
                name: "Test".to_owned(),
                identity_mode: VerificationMode::Off,
                settings: settings.text(),
                created_at: 0,
            })
        };
        assert_eq!(config("").get("styles"), None);
        // Written by a newer server, perhaps.
        assert_eq!(config(r#"{"12": {"shape": "square"}}"#).get("styles"), None);
        assert_eq!(
            config(r##"{"12": {"action_color": "#2f6b46"}}"##)["styles"],
            json!({"12": {"action_color": "#2f6b46"}})
        );
    }
}
