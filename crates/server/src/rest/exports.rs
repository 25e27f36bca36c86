//! Exports of what was sent to whom, and the state of jobs (S§3.4): `/export/content/data`, `/export/cancel`,
//! `/download/content/data`, `/jobs/status`. The work is done by `crate::jobs`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use doorstep_domain::edit::Edit;
use doorstep_store::{Error, Job, JobStatus};
use serde_json::{Value, json};

use super::description::Shape::{Text, Word};
use super::description::{Field, Operation, Schema, Success, key};
use super::fields::Fields;
use super::{Answer, Caller, RestError, Version};
use crate::app::SharedApp;
use crate::jobs::run_waiting;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::post("/export/content/data", "createDataExport", "Ask for what was sent to whom", &EXPORT)
        .body(RANGE),
    Operation::get(
        "/export/content/data/{job_identifier}",
        "getDataExport",
        "See how far an export is",
        &EXPORT,
    ),
    Operation::post(
        "/export/cancel/{job_identifier}",
        "cancelDataExport",
        "Give an export up that is not done",
        &EXPORT,
    ),
    Operation::get(
        "/download/content/data/{job_identifier}",
        "downloadDataExport",
        "Fetch an export, a gzip file with a CSV",
        &EXPORT,
    )
    .answers(Success::File("application/octet-stream")),
    Operation::get("/jobs/status/{job_id}", "jobsStatus", "See how far a job is", &JOB).since(Version::V2_14),
];

const RANGE: &[Field] = &[
    Field::time("created_at_after", "What was sent from this second on").needed(),
    Field::time("created_at_before", "up to and including this one.").needed(),
];

/// As `shown` makes it.
const EXPORT: Schema = Schema::new(
    "data_export",
    "An export.",
    &[
        key("job_identifier", Text),
        key("status", Word(&["pending", "in_progress", "completed", "failed", "canceled"])),
        key("download_url", Text),
        key("download_expires_at", Text),
        key("job_id", Text),
    ],
);

/// As `status` makes it.
const JOB: Schema = Schema::new(
    "jobs",
    "A job.",
    &[
        key("type", Word(&["job"])),
        key("id", Text),
        key("url", Text),
        key("status", Word(&["pending", "success", "failed"])),
        key("resource_type", Text),
        key("resource_id", Text),
        key("resource_url", Text),
    ],
);

/// `POST /export/content/data`.
pub async fn create(State(app): State<SharedApp>, caller: Caller, fields: Fields) -> Answer<Json<Value>> {
    let time = |name: &str| match fields.time(name)? {
        Edit::Set(at) => Ok(at),
        Edit::Keep | Edit::Clear => Err(RestError::missing(name)),
    };
    let range = (time("created_at_after")?, time("created_at_before")?);
    if range.0 > range.1 {
        let message = "created_at_after must not be later than created_at_before";
        return Err(RestError::parameter("created_at_after", message));
    }
    let identifier = format!("{:016x}", rand::random::<u64>());
    match app.store.begin_export(caller.workspace.id, identifier, range, app.now()).await {
        Err(Error::Conflict(_)) => Err(RestError::export_pending()),
        made => {
            let made = made?;
            tokio::spawn(run_waiting(app.clone()));
            Ok(Json(shown(&app, &made)))
        }
    }
}

/// `GET /export/content/data/{job_identifier}`.
pub async fn show(
    State(app): State<SharedApp>,
    Path(identifier): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    let found = app.store.export(caller.workspace.id, &identifier).await?;
    Ok(Json(shown(&app, &found)))
}

/// `POST /export/cancel/{job_identifier}`: what is done already stays as it is.
pub async fn cancel(
    State(app): State<SharedApp>,
    Path(identifier): Path<String>,
    caller: Caller,
    _: Fields,
) -> Answer<Json<Value>> {
    let found = app.store.cancel_export(caller.workspace.id, identifier, app.now()).await?;
    Ok(Json(shown(&app, &found)))
}

/// `GET /download/content/data/{job_identifier}`: a gzip file with a CSV.
pub async fn download(
    State(app): State<SharedApp>,
    Path(identifier): Path<String>,
    caller: Caller,
    headers: HeaderMap,
) -> Answer<Response> {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    if !["application/octet-stream", "*/*", "application/*"].iter().any(|kind| accept.contains(kind)) {
        return Err(RestError::not_a_file());
    }
    let bytes = app.store.export_output(caller.workspace.id, &identifier, app.now()).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = HeaderValue::from_static("attachment; filename=\"content.csv.gz\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// `GET /jobs/status/{job_id}` (since 2.14).
pub async fn status(
    State(app): State<SharedApp>,
    Path(id): Path<String>,
    caller: Caller,
) -> Answer<Json<Value>> {
    caller.version.needs(Version::V2_14)?;
    let id = id.parse().map_err(|_| RestError::not_found("job_not_found", "Job Not Found"))?;
    let found = app.store.job(caller.workspace.id, id).await?;
    Ok(Json(job_object(&app, &found)))
}

/// As `/jobs/status` and the notification of its end show it.
pub(crate) fn job_object(app: &SharedApp, job: &Job) -> Value {
    let status = match job.status {
        JobStatus::Pending | JobStatus::InProgress => "pending",
        JobStatus::Completed => "success",
        JobStatus::Failed | JobStatus::Canceled => "failed",
    };
    let base = &app.public_url;
    json!({
        "type": "job",
        "id": job.id.to_string(),
        "url": format!("{base}/jobs/status/{}", job.id),
        "status": status,
        "resource_type": "export",
        "resource_id": job.identifier,
        "resource_url": format!("{base}/export/content/data/{}", job.identifier),
    })
}

fn shown(app: &SharedApp, job: &Job) -> Value {
    let until = job.expires_at.filter(|at| job.status == JobStatus::Completed && *at > app.now());
    let url = until.map(|_| format!("{}/download/content/data/{}", app.public_url, job.identifier));
    json!({
        "job_identifier": job.identifier,
        "status": job.status.as_str(),
        "download_url": url.unwrap_or_default(),
        "download_expires_at": until.map(|at| at.to_string()).unwrap_or_default(),
        // Ours: under which number `/jobs/status` knows it.
        "job_id": job.id.to_string(),
    })
}
