//! The inbox's API, `/inbox/api/…`: one file a resource. Here: who is logged in, and the proof that a changing call
//! comes from the inbox's own page.

pub mod contacts;
pub mod conversations;
pub mod log_in;
pub mod uploads;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, SameSite, SignedCookieJar};
use doorstep_store::Admin;

use crate::app::SharedApp;
use crate::error::AppError;
use crate::session::{SecretHash, hash_of};

/// Name of the inbox's cookie.
pub const COOKIE: &str = "doorstep-inbox";
/// Life of a log-in: two weeks.
pub const LOG_IN_TTL: i64 = 14 * 24 * 3600;

/// The logged-in teammate of a request.
#[derive(Clone, Debug)]
pub struct Teammate {
    /// Who.
    pub admin: Admin,
    /// The log-in's secret, hashed.
    pub session: SecretHash,
}

impl FromRequestParts<SharedApp> for Teammate {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, AppError> {
        let session = session_of(parts, app).ok_or_else(AppError::session_invalid)?;
        let admin = app.store.admin_by_session(&session, app.now()).await?;
        Ok(Self { admin: admin.ok_or_else(AppError::session_invalid)?, session })
    }
}

/// A request that changes something: the teammate, and the header another site cannot send.
#[derive(Clone, Debug)]
pub struct Writing(pub Teammate);

impl FromRequestParts<SharedApp> for Writing {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &SharedApp) -> Result<Self, AppError> {
        needs_header(parts)?;
        Ok(Self(Teammate::from_request_parts(parts, app).await?))
    }
}

/// The header alone, for logging in.
#[derive(Clone, Copy, Debug)]
pub struct FromInbox;

impl FromRequestParts<SharedApp> for FromInbox {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &SharedApp) -> Result<Self, AppError> {
        needs_header(parts).map(|()| Self)
    }
}

fn needs_header(parts: &Parts) -> Result<(), AppError> {
    if parts.headers.contains_key("x-doorstep-inbox") { Ok(()) } else { Err(AppError::header_missing()) }
}

fn session_of(parts: &Parts, app: &SharedApp) -> Option<SecretHash> {
    let jar = SignedCookieJar::from_headers(&parts.headers, app.cookie_key.clone());
    jar.get(COOKIE).map(|cookie| hash_of(cookie.value()))
}

/// The cookie; with `None` an expired one.
fn cookie(app: &SharedApp, secret: Option<&str>) -> Cookie<'static> {
    let mut cookie = Cookie::new(COOKIE, secret.unwrap_or_default().to_owned());
    cookie.set_path("/inbox");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.is_secure());
    cookie.set_max_age(time::Duration::seconds(match secret {
        Some(_) => LOG_IN_TTL,
        None => 0,
    }));
    cookie
}
