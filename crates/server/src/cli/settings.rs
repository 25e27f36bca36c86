//! `workspace show` and `workspace set`: what a workspace shows and demands. Pages get it with their next load; the embed
//! script may be five minutes old in a browser's cache.

use anyhow::{Context as _, Result, bail};
use doorstep_domain::identity::VerificationMode;
use doorstep_store::{Workspace, WorkspaceWrite};
use serde_json::Value;

use super::create::find;
use super::{DatabaseArgs, print};
use crate::workspace_settings::WorkspaceSettings;

/// Settings that are not part of [`WorkspaceSettings`].
const OWN: [&str; 2] = ["name", "identity_verification"];

pub(super) async fn show(database: &DatabaseArgs, app_id: &str) -> Result<()> {
    let store = database.open().await?;
    let found = find(&store, app_id).await;
    store.close().await;
    print(&lines(&found?));
    Ok(())
}

pub(super) async fn set(database: &DatabaseArgs, app_id: &str, changes: &[String]) -> Result<()> {
    let store = database.open().await?;
    let workspace = find(&store, app_id).await?;
    let write = write(&workspace, changes);
    let done = match write {
        Ok(write) => store.update_workspace(workspace.id, write).await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    store.close().await;
    print(&lines(&done?));
    Ok(())
}

/// `key = value` lines, as `set` takes them.
fn lines(workspace: &Workspace) -> String {
    let mut text = format!("app_id = {}\nname = {}\n", workspace.app_id, workspace.name);
    text.extend(["identity_verification = ", workspace.identity_mode.as_str()]);
    for (key, value) in fields(&WorkspaceSettings::read(&workspace.settings)) {
        let value = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        text.extend(["\n", &key, " = ", &value]);
    }
    text
}

fn fields(settings: &WorkspaceSettings) -> serde_json::Map<String, Value> {
    match serde_json::json!(settings) {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    }
}

fn write(workspace: &Workspace, changes: &[String]) -> Result<WorkspaceWrite> {
    let mut write = WorkspaceWrite::default();
    let mut fields = fields(&WorkspaceSettings::read(&workspace.settings));
    for change in changes {
        let (key, value) = change.split_once('=').with_context(|| format!("{change}: write KEY=VALUE"))?;
        let (key, value) = (key.trim(), value.trim());
        match key {
            "name" if value.is_empty() => bail!("name: must not be empty"),
            "name" => write.name = Some(value.to_owned()),
            "identity_verification" => {
                let mode = VerificationMode::parse(value);
                write.identity_mode =
                    Some(mode.context("identity_verification: use off, report or required")?);
            }
            _ => {
                let Some(field) = fields.get_mut(key) else {
                    let known: Vec<&str> = OWN.into_iter().chain(fields.keys().map(String::as_str)).collect();
                    bail!("{key}: there is no such setting; there are {}", known.join(", "));
                };
                *field = match field {
                    Value::String(_) => Value::from(value),
                    Value::Bool(_) => value
                        .parse::<bool>()
                        .map(Value::from)
                        .ok()
                        .with_context(|| format!("{key}: use true or false"))?,
                    _ => value
                        .parse::<u32>()
                        .map(Value::from)
                        .ok()
                        .with_context(|| format!("{key}: use a whole number"))?,
                };
            }
        }
    }
    let settings: WorkspaceSettings = serde_json::from_value(Value::Object(fields)).map_err(|_| {
        anyhow::anyhow!(
            "email_collection: use after_first_message, required_always, required_outside_office_hours or never"
        )
    })?;
    if let Err((key, right)) = settings.check() {
        bail!("{key}: {right}");
    }
    write.settings = Some(settings.text());
    Ok(write)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Workspace {
        Workspace {
            id: 1,
            app_id: "demo".to_owned(),
            name: "Demo".to_owned(),
            identity_mode: VerificationMode::Off,
            settings: "{}".to_owned(),
            created_at: 0,
        }
    }

    fn changed(changes: &[&str]) -> Result<WorkspaceWrite> {
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        write(&workspace(), &changes)
    }

    #[test]
    fn sets_what_there_is() {
        let write = changed(&[
            "name = Fernwood",
            "identity_verification=required",
            "reply_time=We reply within an hour, a=b",
            "vertical_padding=40",
            "eager=true",
            "timezone=Europe/Berlin",
            "language=pt-BR",
            "trusted_domains=fernwood.example, *.fernwood.example",
            "email_collection=never",
            "office_hours=mon-fri 08:30-18:00, sat 10:00-14:00",
            "expected_reply_time=3",
            "special_notice=We are moving house",
            "conversation_ratings=false",
            "action_color=#2f6b46",
            r##"styles={"12": {"action_color": "#2f6b46", "alignment": "left"}}"##,
        ]);
        let write = write.unwrap();
        assert_eq!(
            (write.name.as_deref(), write.identity_mode),
            (Some("Fernwood"), Some(VerificationMode::Required))
        );
        let settings = WorkspaceSettings::read(&write.settings.unwrap());
        assert_eq!((settings.vertical_padding, settings.eager), (40, true));
        assert_eq!(settings.reply_time, "We reply within an hour, a=b");
        assert_eq!(settings.language, "pt-BR");
        assert!(!settings.messenger_styles().is_empty());
    }

    #[test]
    fn wrong_ones_name_themselves() {
        for (change, key) in [
            ("reply_time", "reply_time"),
            ("nothing=1", "nothing"),
            ("name=", "name"),
            ("eager=yes", "eager"),
            ("vertical_padding=-1", "vertical_padding"),
            ("alignment=top", "alignment"),
            ("timezone=Mars/Base", "timezone"),
            ("language=de;q=1", "language"),
            ("event_metadata_keys=0", "event_metadata_keys"),
            ("office_hours=9-17", "office_hours"),
            ("expected_reply_time=soon", "expected_reply_time"),
            ("conversation_ratings=yes", "conversation_ratings"),
            ("trusted_domains=localhost", "trusted_domains"),
            ("trusted_domains=https://a.example", "trusted_domains"),
            ("action_color=red;}", "action_color"),
            (r#"styles={"12": {"alignment": "top"}}"#, "styles: 12: alignment: use left or right"),
            ("styles=12", "styles"),
            ("email_collection=always", "email_collection"),
            ("identity_verification=on", "identity_verification"),
        ] {
            let error = changed(&[change]).unwrap_err().to_string();
            assert!(error.starts_with(key), "{change}: {error}");
        }
    }
}
