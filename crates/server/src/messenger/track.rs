//! What a ping brings beside its question: events of the page (`trackEvent`) and the view of the page itself (P3, P11).
//! Recorded for leads and users only; of what a page says, what can be kept is kept.

use doorstep_domain::events::{EventName, PAGE_VIEW, SentMetadata};
use doorstep_protocol::host::EVENTS;
use doorstep_protocol::messenger::PingRequest;
use doorstep_store::{Contact, Error, NewEvent, Workspace};
use serde::Deserialize;
use serde_json::Value;

use crate::app::SharedApp;
use crate::error::Answer;
use crate::workspace_settings::WorkspaceSettings;

/// One of [`EVENTS`].
#[derive(Deserialize)]
struct Told {
    name: String,
    /// Unix milliseconds by the browser's clock.
    at: f64,
    #[serde(default)]
    metadata: SentMetadata,
}

/// Records what the ping brings; gives lines for the page's developer.
pub(super) async fn track(
    app: &SharedApp,
    workspace: &Workspace,
    contact: &Contact,
    request: &PingRequest,
) -> Answer<Vec<String>> {
    let now = app.now();
    let most = WorkspaceSettings::read(&workspace.settings).metadata_keys();
    let mut complaints = Vec::new();
    let mut events: Vec<NewEvent> = Vec::new();
    for text in request.settings.get(EVENTS).and_then(Value::as_array).into_iter().flatten() {
        match event(text.as_str().unwrap_or_default(), most, now) {
            Ok(event) => events.push(event),
            Err(what) => complaints.push(format!("trackEvent: {what}")),
        }
    }
    events.extend(view(request, most, now));
    if events.is_empty() {
        return Ok(complaints);
    }
    match app.store.track_events(workspace.id, contact.id.clone(), events, now).await {
        Ok(refused) => complaints.extend(
            refused
                .iter()
                .map(|name| format!("trackEvent: `{name}` is not tracked: {}", Error::TooManyEventNames)),
        ),
        // Merged or archived since the ping began: the next one says who it is now.
        Err(Error::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(complaints)
}

fn event(text: &str, most: usize, now: i64) -> Result<NewEvent, String> {
    let told: Told = serde_json::from_str(text).map_err(|error| format!("not an event: {error}"))?;
    let name = EventName::parse(&told.name).map_err(|what| format!("the name {what}"))?;
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and is brought into range below")]
    let at = (told.at / 1000.0) as i64;
    // A clock that goes ahead must not put events after what follows them here.
    let created_at = if (1..=now).contains(&at) { at } else { now };
    Ok(NewEvent { name, created_at, metadata: told.metadata.keep(most) })
}

/// The page, if it is seen for the first time.
fn view(request: &PingRequest, most: usize, now: i64) -> Option<NewEvent> {
    if !request.viewed || request.page.url.is_empty() {
        return None;
    }
    let name = EventName::parse(PAGE_VIEW).ok()?;
    let facts =
        [("url", &request.page.url), ("title", &request.page.title), ("referrer", &request.page.referrer)];
    let known = facts.into_iter().filter(|(_, text)| !text.is_empty());
    let metadata: SentMetadata =
        known.map(|(key, text)| (key.to_owned(), Value::String(text.clone()))).collect();
    Some(NewEvent { name, created_at: now, metadata: metadata.keep(most) })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::event;

    #[rstest]
    #[case(r#"{"name": "x", "at": 5500.5}"#, Some(5))]
    #[case(r#"{"name": "x", "at": 99000000}"#, Some(1000))]
    #[case(r#"{"name": "x", "at": -1, "metadata": null}"#, Some(1000))]
    #[case(r#"{"name": "x", "at": 1e300, "metadata": {"a": [1]}}"#, Some(1000))]
    #[case(r#"{"name": "", "at": 1}"#, None)]
    #[case(r#"{"name": 1, "at": 1}"#, None)]
    #[case(r#"{"name": "x", "at": "1"}"#, None)]
    #[case("", None)]
    fn reads_what_a_page_says(#[case] text: &str, #[case] at: Option<i64>) {
        assert_eq!(event(text, 10, 1000).ok().map(|event| event.created_at), at);
    }
}
