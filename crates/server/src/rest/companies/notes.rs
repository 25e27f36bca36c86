//! `/companies/{id}/notes`: what the team notes about a company (S§3.4).

use axum::Json;
use axum::extract::{Path, Query, State};
use doorstep_store::NoteAbout;
use serde_json::Value;

use super::named;
use crate::app::SharedApp;
use crate::rest::fields::Fields;
use crate::rest::notes::{NumberedQuery, list, write};
use crate::rest::{Answer, Caller, Version};

/// `GET /companies/{id}/notes`.
pub async fn index(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    Query(query): Query<NumberedQuery>,
    caller: Caller,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_15)?;
    let company = named(&app, &caller, &id).await?;
    list(&app, &caller, &NoteAbout::Company(company.id), &query).await
}

/// `POST /companies/{id}/notes`.
pub async fn create(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_16)?;
    let company = named(&app, &caller, &id).await?;
    write(&app, &caller, NoteAbout::Company(company.id), &fields).await
}
