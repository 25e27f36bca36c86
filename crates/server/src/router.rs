//! All routes on one page.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{delete, get, post, put};
use tower_http::compression::CompressionLayer;

use crate::app::SharedApp;
use crate::http_log::observe;
use crate::inbox_api::{contacts, conversations, log_in, uploads};
use crate::pages::{demo, files, frame, inbox, module, operator, outbound, widget, wipe};
use crate::{attachments, live, messenger, rest};

/// The whole application as one service.
pub fn router(app: SharedApp) -> Router {
    Router::new()
        .merge(messenger_api())
        .merge(inbox_api())
        .merge(rest_api(&app))
        .route("/", get(operator::root))
        .route("/healthz", get(operator::healthz))
        .route("/metrics", get(operator::metrics))
        .route("/widget/{app_id}", get(widget::widget))
        .route("/widget/{app_id}/", get(widget::widget))
        .route("/widget/{app_id}/outbound", get(widget::without_script))
        .route("/widget/{app_id}/outbound/{version}", get(outbound::part))
        .route("/doorstep.js", get(module::module))
        .route("/doorstep.d.ts", get(module::types))
        .route("/openapi.json", get(rest::openapi::show))
        .route("/assets/{*path}", get(files::asset))
        .route("/attachments/{id}/{until}/{signature}/{name}", get(attachments::serve::file))
        .route("/frame/{app_id}", get(frame::frame))
        .route("/frame/{app_id}/wipe", get(wipe::wipe))
        .route("/wipe.js", get(wipe::script))
        .route("/inbox", get(inbox::inbox))
        .route("/inbox/{*path}", get(inbox::inbox))
        .route("/inbox.js", get(inbox::script))
        .route("/demo", get(demo::redirect))
        .route("/demo/", get(demo::home))
        .route("/demo/{*path}", get(demo::file))
        .fallback(operator::not_found)
        .layer(from_fn_with_state(app.clone(), observe))
        .with_state(app)
}

/// Called from customers' pages (ES module) and from our own frame; authorised by the session in the body.
fn messenger_api() -> Router<SharedApp> {
    Router::new()
        .route("/messenger/{app_id}/outbound", post(messenger::outbound::ask))
        .route("/messenger/{app_id}/outbound/report", post(messenger::outbound::report))
        .route("/messenger/{app_id}/ping", post(messenger::ping::ping))
        .route("/messenger/{app_id}/send", post(messenger::send::send))
        .route(
            "/messenger/{app_id}/upload",
            post(messenger::upload::upload).options(messenger::upload::preflight),
        )
        .route("/messenger/{app_id}/thread", post(messenger::thread::thread))
        .route("/messenger/{app_id}/conversations", post(messenger::conversations::conversations))
        .route("/messenger/{app_id}/email", post(messenger::email::email))
        .route("/messenger/{app_id}/rate", post(messenger::rate::rate))
        .route("/messenger/{app_id}/read", post(messenger::read::read))
        .route("/messenger/{app_id}/dismiss", post(messenger::dismiss::dismiss))
        .route("/messenger/{app_id}/shutdown", post(messenger::shutdown::shutdown))
        .route("/messenger/{app_id}/socket", get(live::messenger::socket))
        .layer(from_fn(any_origin))
}

/// For teammates: authorised by the signed cookie, changing calls by the header as well.
fn inbox_api() -> Router<SharedApp> {
    Router::new()
        .route("/inbox/api/session", get(log_in::show).post(log_in::create).delete(log_in::delete))
        .route("/inbox/api/conversations", get(conversations::index))
        .route("/inbox/api/conversations/{id}", get(conversations::show))
        .route("/inbox/api/conversations/{id}/reply", post(conversations::answer))
        .route("/inbox/api/conversations/{id}/state", post(conversations::set_state))
        .route("/inbox/api/conversations/{id}/read", post(conversations::read))
        .route("/inbox/api/conversations/{id}/typing", post(conversations::typing))
        .route("/inbox/api/uploads", post(uploads::create))
        .route("/inbox/api/contacts/{id}", put(contacts::update))
        .route("/inbox/api/socket", get(live::inbox::socket))
}

/// For the company's own programs: authorised by a token, at the paths of Intercom's API. A test reads the routes from here to
/// the end of [`contact_routes`].
fn rest_api(app: &SharedApp) -> Router<SharedApp> {
    Router::new()
        .route("/me", get(rest::me::show))
        .route("/admins", get(rest::admins::index))
        .route("/admins/{id}", get(rest::admins::show))
        .route("/admins/{id}/away", put(rest::admins::away))
        .route("/teams", get(rest::teams::index))
        .route("/teams/{id}", get(rest::teams::show))
        .route("/emails", get(rest::emails::index))
        .route("/emails/{id}", get(rest::emails::show))
        .merge(contact_routes())
        .route("/companies", get(rest::companies::find).post(rest::companies::save))
        .route("/companies/list", post(rest::companies::list::list))
        .route("/companies/scroll", get(rest::companies::list::scroll))
        .route("/companies/search", post(rest::companies::list::search))
        .route(
            "/companies/{id}",
            get(rest::companies::show).put(rest::companies::update).delete(rest::companies::delete),
        )
        .route("/companies/{id}/contacts", get(rest::companies::attached::contacts))
        .route("/companies/{id}/segments", get(rest::companies::attached::segments))
        .route(
            "/companies/{id}/notes",
            get(rest::companies::notes::index).post(rest::companies::notes::create),
        )
        .route("/visitors", get(rest::visitors::show).put(rest::visitors::update))
        .route("/visitors/convert", post(rest::visitors::convert))
        .merge(conversation_routes())
        .route("/notes/{id}", get(rest::notes::show))
        .route("/outbound_messages", get(rest::outbound::index).post(rest::outbound::create))
        .route(
            "/outbound_messages/{id}",
            get(rest::outbound::show).put(rest::outbound::update).delete(rest::outbound::delete),
        )
        .route("/outbound_messages/{id}/publish", post(rest::outbound::publish))
        .route("/outbound_messages/{id}/pause", post(rest::outbound::pause))
        .route("/segments", get(rest::segments::index).post(rest::segments::create))
        .route(
            "/segments/{id}",
            get(rest::segments::show).put(rest::segments::update).delete(rest::segments::delete),
        )
        .route("/subscription_types", get(rest::subscription_types::index))
        .route("/tags", get(rest::tags::index).post(rest::tags::save))
        .route("/tags/{id}", get(rest::tags::show).delete(rest::tags::delete))
        .route("/events", get(rest::events::index).post(rest::events::create))
        .route("/events/summaries", post(rest::events::summarise))
        .route("/export/content/data", post(rest::exports::create))
        .route("/export/content/data/{job_identifier}", get(rest::exports::show))
        .route("/export/cancel/{job_identifier}", post(rest::exports::cancel))
        .route("/download/content/data/{job_identifier}", get(rest::exports::download))
        .route("/jobs/status/{job_id}", get(rest::exports::status))
        .route("/data_attributes", get(rest::data_attributes::index).post(rest::data_attributes::create))
        .route("/data_attributes/{id}", put(rest::data_attributes::update))
        .route("/changes", get(rest::changes::index))
        .route("/subscriptions", get(rest::subscriptions::index).post(rest::subscriptions::create))
        .route(
            "/subscriptions/{id}",
            get(rest::subscriptions::show)
                .put(rest::subscriptions::update)
                .delete(rest::subscriptions::delete),
        )
        .route("/subscriptions/{id}/ping", post(rest::subscriptions::ping))
        .route("/subscriptions/{id}/replay", post(rest::subscriptions::deliveries::replay_range))
        .route("/subscriptions/{id}/deliveries", get(rest::subscriptions::deliveries::index))
        .route("/subscriptions/{id}/deliveries/{delivery_id}", get(rest::subscriptions::deliveries::show))
        .route(
            "/subscriptions/{id}/deliveries/{delivery_id}/replay",
            post(rest::subscriptions::deliveries::replay),
        )
        .method_not_allowed_fallback(rest::wrong_method)
        .layer(from_fn_with_state(app.clone(), rest::gate))
        .layer(CompressionLayer::new())
}

/// A contact, and what is around one.
fn contact_routes() -> Router<SharedApp> {
    Router::new()
        .route("/contacts", get(rest::contacts::search::index).post(rest::contacts::create))
        .route("/contacts/search", post(rest::contacts::search::search))
        .route("/contacts/merge", post(rest::contacts::merge::create))
        .route("/contacts/merge/preview", post(rest::contacts::undo::preview))
        .route("/merges/{id}/undo", post(rest::contacts::undo::undo))
        .route("/contacts/duplicates", get(rest::contacts::duplicates::index))
        .route("/contacts/{id}/duplicates", get(rest::contacts::duplicates::show))
        .route("/contacts/{id}/export", get(rest::contacts::privacy::export))
        .route("/contacts/{id}/erase", post(rest::contacts::privacy::erase))
        .route("/contacts/find_by_external_id/{external_id}", get(rest::contacts::show_by_external_id))
        .route(
            "/contacts/{id}",
            get(rest::contacts::show).put(rest::contacts::update).delete(rest::contacts::end::delete),
        )
        .route("/contacts/{id}/archive", post(rest::contacts::end::archive))
        .route("/contacts/{id}/unarchive", post(rest::contacts::end::unarchive))
        .route("/contacts/{id}/block", post(rest::contacts::end::block))
        .route("/contacts/{id}/merge_history", get(rest::contacts::merge::history))
        .route("/contacts/{id}/notes", get(rest::contacts::notes::index).post(rest::contacts::notes::create))
        .route("/contacts/{id}/segments", get(rest::contacts::segments::index))
        .route(
            "/contacts/{id}/subscriptions",
            get(rest::contacts::subscriptions::index).post(rest::contacts::subscriptions::create),
        )
        .route(
            "/contacts/{id}/subscriptions/{subscription_id}",
            delete(rest::contacts::subscriptions::delete),
        )
        .route("/contacts/{id}/tags", get(rest::contacts::tags::index).post(rest::contacts::tags::create))
        .route("/contacts/{id}/tags/{tag_id}", delete(rest::contacts::tags::delete))
        .route(
            "/contacts/{id}/companies",
            get(rest::contacts::companies::index).post(rest::contacts::companies::attach),
        )
        .route("/contacts/{id}/companies/{company_id}", delete(rest::contacts::companies::detach))
}

/// The REST API's conversations and messages.
fn conversation_routes() -> Router<SharedApp> {
    Router::new()
        .route("/conversations", get(rest::conversations::search::index).post(rest::conversations::create))
        .route("/conversations/search", post(rest::conversations::search::search))
        .route("/conversations/redact", post(rest::conversations::reply::redact))
        .route("/conversations/deleted", get(rest::conversations::deleted::index))
        .route(
            "/conversations/attributes",
            get(rest::conversations::attributes::index).post(rest::conversations::attributes::create),
        )
        .route(
            "/conversations/attributes/{id}",
            get(rest::conversations::attributes::show)
                .put(rest::conversations::attributes::update)
                .delete(rest::conversations::attributes::delete),
        )
        .route("/conversations/attributes/{id}/options", post(rest::conversations::attributes::create_option))
        .route(
            "/conversations/attributes/{id}/options/{option_id}",
            put(rest::conversations::attributes::update_option)
                .delete(rest::conversations::attributes::delete_option),
        )
        .route(
            "/conversations/{id}",
            get(rest::conversations::show)
                .put(rest::conversations::update)
                .delete(rest::conversations::delete),
        )
        .route("/conversations/{id}/reply", post(rest::conversations::reply::create))
        .route(
            "/conversations/{id}/parts",
            get(rest::conversations::parts::index).post(rest::conversations::reply::create),
        )
        .route("/conversations/{id}/customers", post(rest::conversations::customers::create))
        .route("/conversations/{id}/customers/{contact_id}", delete(rest::conversations::customers::delete))
        .route("/conversations/{id}/tags", post(rest::conversations::tags::create))
        .route("/conversations/{id}/tags/{tag_id}", delete(rest::conversations::tags::delete))
        .route("/conversations/{id}/merge", post(rest::conversations::merge::create))
        .route("/conversations/{id}/run_assignment_rules", post(rest::conversations::reply::run_rules))
        .route("/messages", post(rest::messages::create))
}

/// Any page may read the answers: nothing in them depends on cookies.
async fn any_origin(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
