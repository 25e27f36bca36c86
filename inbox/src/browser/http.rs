//! The inbox's HTTP interface (`/inbox/api/…`, see `doorstep_protocol::inbox`): one function for one call.

use doorstep_protocol::inbox::{Reply, SeenUpTo, SetState};
use doorstep_protocol::messenger::ErrorReply;
use reqwasm::http::{Method, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::files;
use crate::state::{Answer, Call, Failure};

/// Makes a call and reads its answer.
pub async fn call(call: &Call) -> Result<Answer, Failure> {
    match call {
        Call::Me => read(get("session").await?).await.map(Answer::Me),
        Call::LogIn(form) => read(send(Method::POST, "session", form).await?).await.map(Answer::Me),
        Call::LogOut => send(Method::DELETE, "session", &()).await.map(|_| Answer::Nothing),
        Call::List { folder, before } => {
            let cursor =
                before.as_ref().map(|before| format!("&before={}", escape(before))).unwrap_or_default();
            read(get(&format!("conversations?state={}{cursor}", folder.name())).await?)
                .await
                .map(Answer::List)
        }
        Call::Thread { id, before } => {
            let cursor =
                before.as_ref().map(|before| format!("?before={}", escape(before))).unwrap_or_default();
            let found = read(get(&format!("conversations/{}{cursor}", escape(id))).await?).await;
            found.map(|thread| Answer::Thread(Box::new(thread)))
        }
        Call::Upload { id, name } => {
            let file = files::get(id).ok_or_else(Failure::default)?;
            let request = Request::new("/inbox/api/uploads")
                .method(Method::POST)
                .header("X-Doorstep-Inbox", "1")
                .header("X-Doorstep-Name", &escape(name))
                .body(file);
            read(checked(request.send().await).await?).await.map(Answer::Upload)
        }
        Call::Reply { id, client_id, body, attachments } => {
            let (client_id, body) = (client_id.clone(), body.clone());
            let reply = Reply { client_id, body, attachments: attachments.clone() };
            let path = format!("conversations/{}/reply", escape(id));
            read(send(Method::POST, &path, &reply).await?).await.map(|done| Answer::Reply(Box::new(done)))
        }
        Call::SetState { id, state } => {
            let path = format!("conversations/{}/state", escape(id));
            let answer = read(send(Method::POST, &path, &SetState { state: *state }).await?).await;
            answer.map(|row| Answer::Conversation(Box::new(row)))
        }
        Call::Seen { id, part_id } => {
            let path = format!("conversations/{}/read", escape(id));
            let seen = SeenUpTo { part_id: part_id.clone() };
            send(Method::POST, &path, &seen).await.map(|_| Answer::Nothing)
        }
        Call::Typing { id } => {
            let path = format!("conversations/{}/typing", escape(id));
            send(Method::POST, &path, &()).await.map(|_| Answer::Nothing)
        }
        Call::EditContact { id, change } => {
            let path = format!("contacts/{}", escape(id));
            read(send(Method::PUT, &path, change).await?).await.map(|one| Answer::Contact(Box::new(one)))
        }
    }
}

fn escape(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

async fn get(path: &str) -> Result<Response, Failure> {
    checked(Request::get(&format!("/inbox/api/{path}")).send().await).await
}

async fn send(method: Method, path: &str, body: &impl Serialize) -> Result<Response, Failure> {
    let body = serde_json::to_string(body).unwrap_or_default();
    let request = Request::new(&format!("/inbox/api/{path}"))
        .method(method)
        .header("Content-Type", "application/json")
        .header("X-Doorstep-Inbox", "1")
        .body(body);
    checked(request.send().await).await
}

async fn checked(outcome: Result<Response, reqwasm::Error>) -> Result<Response, Failure> {
    let Ok(response) = outcome else { return Err(Failure::default()) };
    if response.ok() {
        return Ok(response);
    }
    let text = response.text().await.unwrap_or_default();
    let message =
        serde_json::from_str::<ErrorReply>(&text).map(|reply| reply.error.message).unwrap_or_default();
    Err(Failure { status: response.status(), message })
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = response.text().await.map_err(|_| Failure::default())?;
    serde_json::from_str(&text).map_err(|error| Failure { status: 502, message: error.to_string() })
}
