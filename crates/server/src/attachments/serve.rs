//! `GET /attachments/{id}/{until}/{signature}/{name}`: a file, for whoever has its address, until its time is over. The
//! browser saves it; only pictures of safe kinds are shown.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use doorstep_domain::upload::{is_shown, served_as};

use crate::app::SharedApp;
use crate::pages::html::plain_page;

/// A file can do nothing in a browser, should one show it as a page after all.
const POLICY: &str = "default-src 'none'; sandbox";

/// Answers it.
pub async fn file(
    State(app): State<SharedApp>,
    Path((id, until, signature, _)): Path<(String, i64, String, String)>,
) -> Response {
    if !app.links.is_ours(&id, until, &signature) {
        return missing();
    }
    if until < app.now() {
        return plain_page(
            StatusCode::GONE,
            "This link has expired",
            "<h1>This link has expired</h1><p>Go back to the conversation and open the file from there.</p>",
        );
    }
    let found = match app.store.file(&id).await {
        Ok(Some(found)) => found,
        Ok(None) => return missing(),
        Err(error) => return crate::error::AppError::from(error).into_response(),
    };
    let bytes = match app.storage.read(&id).await {
        Ok(bytes) => bytes,
        Err(object_store::Error::NotFound { .. }) => return missing(),
        Err(error) => return crate::error::AppError::internal(&error).into_response(),
    };
    let shown = is_shown(&found.content_type);
    let mut headers = HeaderMap::new();
    let mut say = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    say(header::CONTENT_TYPE, served_as(&found.content_type));
    say(header::CONTENT_LENGTH, &found.size.to_string());
    say(header::CONTENT_DISPOSITION, &disposition(shown, &found.name));
    say(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(header::CONTENT_SECURITY_POLICY, POLICY);
    say(header::CACHE_CONTROL, "private, max-age=1800");
    say(header::REFERRER_POLICY, "no-referrer");
    // The Messenger as a module stands in pages of other sites.
    say(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    (headers, Body::from_stream(bytes)).into_response()
}

/// How the browser calls the file when it saves it: RFC 6266, with the name in ASCII for those that are old.
fn disposition(shown: bool, name: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !"\"\\%;".contains(c) || c == ' ' { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let whole: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let kind = if shown { "inline" } else { "attachment" };
    format!(
        "{kind}; filename=\"{ascii}\"; filename*=UTF-8''{}",
        whole.replace('+', "%20").replace('*', "%2A")
    )
}

fn missing() -> Response {
    plain_page(StatusCode::NOT_FOUND, "Not found", "<h1>Not found</h1><p>There is no such file.</p>")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_cannot_leave_the_header() {
        assert_eq!(
            disposition(false, "a\"; x=\r\n*é.pdf"),
            "attachment; filename=\"a__ x=__*_.pdf\"; filename*=UTF-8''a%22%3B%20x%3D%0D%0A%2A%C3%A9.pdf"
        );
    }
}
