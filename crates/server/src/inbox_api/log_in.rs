//! `/inbox/api/session`: logging in, who is logged in, logging out. An unknown email costs the same work and gets the
//! same answer as a wrong password.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::cookie::SignedCookieJar;
use doorstep_protocol::inbox::{LogIn, Me};
use doorstep_store::Admin;

use super::{FromInbox, LOG_IN_TTL, Teammate, Writing, cookie};
use crate::address::ClientAddress;
use crate::app::SharedApp;
use crate::body::JsonBody;
use crate::error::{Answer, AppError};
use crate::messenger::reply;
use crate::password;
use crate::session::Secret;

/// `POST`.
pub async fn create(
    State(app): State<SharedApp>,
    _: FromInbox,
    address: ClientAddress,
    jar: SignedCookieJar,
    JsonBody(request): JsonBody<LogIn>,
) -> Answer<Response> {
    app.limits.log_in(&address.0, &request.email)?;
    let found = app.store.admin_by_email(&request.email).await?;
    let (admin, stored) = found.map_or((None, None), |(admin, stored)| (Some(admin), Some(stored)));
    let right = password::verify(request.password, stored).await?;
    let admin = admin.filter(|_| right).ok_or_else(AppError::credentials_invalid)?;
    let secret = Secret::fresh();
    let now = app.now();
    app.store.create_admin_session(admin.id, secret.hash(), now, now + LOG_IN_TTL).await?;
    let me = me(&app, &admin).await?;
    Ok((jar.add(cookie(&app, Some(secret.text()))), reply(&me)).into_response())
}

/// `GET`.
pub async fn show(State(app): State<SharedApp>, teammate: Teammate) -> Answer<Response> {
    Ok(reply(&me(&app, &teammate.admin).await?))
}

/// `DELETE`.
pub async fn delete(
    State(app): State<SharedApp>,
    writing: Writing,
    jar: SignedCookieJar,
) -> Answer<Response> {
    app.store.revoke_admin_session(writing.0.session).await?;
    Ok((jar.add(cookie(&app, None)), StatusCode::NO_CONTENT).into_response())
}

async fn me(app: &SharedApp, admin: &Admin) -> Answer<Me> {
    let workspace =
        app.store.workspace(admin.workspace_id).await?.ok_or_else(|| AppError::not_found("workspace"))?;
    Ok(Me {
        id: admin.id.to_string(),
        name: admin.name.clone(),
        email: admin.email.clone(),
        app_id: workspace.app_id,
        workspace: workspace.name,
    })
}
