//! `POST /messenger/{app_id}/email`: the address typed into the email card (P4). It stays unverified (P5), and it never
//! changes a user's: that one comes from the site.

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_domain::email::Email;
use doorstep_protocol::messenger::{EmailReply, EmailRequest};
use doorstep_store::ContactEdit;

use super::{Counted, enter, reply};
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::client::Client;
use crate::error::{Answer, AppError};
use crate::wire::person;

/// Answers `email`.
pub async fn email(
    State(app): State<SharedApp>,
    Path(app_id): Path<String>,
    client: Client,
    JsonBody(request): JsonBody<EmailRequest>,
) -> Answer<Response> {
    let entry = enter(&app, &app_id, &request.caller, &client, Counted::Call).await?;
    let contact = entry.person(&app, &request.caller).await?;
    let email = Email::parse(&request.email).map_err(|error| AppError::field("email", error.to_string()))?;
    if contact.is_user() && contact.email.is_some() {
        return Err(AppError::conflict("this user's email comes from the site; change it there"));
    }
    let edit =
        ContactEdit { email: Some(email.as_str().to_owned()), by_person: true, ..ContactEdit::default() };
    let contact = app.store.edit_contact(entry.workspace.id, contact.id, edit, app.now()).await?;
    Ok(reply(&EmailReply { person: person(Some(&contact)) }))
}
