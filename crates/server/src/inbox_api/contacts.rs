//! `PUT /inbox/api/contacts/{id}`: what a teammate types about a person. A typed email is unverified (P5).

use axum::extract::{Path, State};
use axum::response::Response;
use doorstep_domain::email::Email;
use doorstep_protocol::inbox::EditContact;
use doorstep_store::ContactEdit;

use super::Writing;
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::error::{Answer, AppError};
use crate::messenger::reply;
use crate::wire::contact_of;

/// Longest name or phone, characters.
const TEXT: usize = 255;

/// Answers `PUT`.
pub async fn update(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    writing: Writing,
    JsonBody(request): JsonBody<EditContact>,
) -> Answer<Response> {
    let edit = ContactEdit {
        email: request.email.as_deref().map(email).transpose()?,
        name: request.name.map(|value| text("name", &value)).transpose()?,
        phone: request.phone.map(|value| text("phone", &value)).transpose()?,
        by_person: false,
    };
    let contact = app.store.edit_contact(writing.0.admin.workspace_id, id, edit, app.now()).await?;
    Ok(reply(&contact_of(&contact)))
}

fn email(typed: &str) -> Answer<String> {
    if typed.trim().is_empty() {
        return Ok(String::new());
    }
    let email = Email::parse(typed).map_err(|error| AppError::field("email", error.to_string()))?;
    Ok(email.as_str().to_owned())
}

fn text(field: &str, value: &str) -> Answer<String> {
    if value.chars().count() > TEXT || value.chars().any(char::is_control) {
        return Err(AppError::field(
            field,
            format!("`{field}` must be one line of at most {TEXT} characters"),
        ));
    }
    Ok(value.trim().to_owned())
}
