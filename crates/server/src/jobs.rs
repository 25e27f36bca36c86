//! Does the jobs that programs asked for (`doorstep_store`'s `jobs.rs` keeps them): exports of what was sent to whom. Started
//! by the call that asks and, for what a stopped server left behind, each minute.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use doorstep_store::{Job, JobStatus};

use crate::app::SharedApp;
use crate::rest::exports::job_object;

/// The columns of an export (S§3.4), as Intercom's description spells them.
const COLUMNS: [&str; 26] = [
    "user_id",
    "user_external_id",
    "company_id",
    "email",
    "name",
    "ruleset_id",
    "content_id",
    "content_type",
    "content_title",
    "ruleset_version_id",
    "receipt_id",
    "received_at",
    "series_id",
    "series_title",
    "node_id",
    "first_reply",
    "first_completion",
    "first_series_completion",
    "first_series_disengagement",
    "first_series_exit",
    "first_goal_success",
    "first_open",
    "first_click",
    "first_dismisall",
    "first_unsubscribe",
    "first_hard_bounce",
];

/// Does every job that waits.
pub(crate) async fn run_waiting(app: SharedApp) {
    loop {
        let job = match app.store.take_job(app.now()).await {
            Ok(Some(job)) => job,
            Ok(None) => break,
            Err(error) => return tracing::warn!(%error, "could not look for jobs"),
        };
        let id = job.id;
        let output = compress(&table(&[]));
        let status = if output.is_ok() { JobStatus::Completed } else { JobStatus::Failed };
        let object = job_object(&app, &Job { status, ..job.clone() });
        if let Err(error) = &output {
            tracing::error!(%error, id, "an export failed");
        }
        if let Err(error) = app.store.end_job(job, output.ok(), object, app.now()).await {
            return tracing::warn!(%error, id, "could not end a job; it will be done again");
        }
    }
    if let Err(error) = app.store.forget_old_exports(app.now()).await {
        tracing::warn!(%error, "could not forget old exports");
    }
}

/// A CSV with the columns' names (RFC 4180).
fn table(rows: &[Vec<String>]) -> String {
    let mut text = COLUMNS.join(",");
    text.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell. What a spreadsheet would read as a formula is kept from being one.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

fn compress(text: &str) -> std::io::Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes())?;
    gzip.finish()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{quoted, table};

    #[rstest]
    #[case("Ada", "Ada")]
    #[case("-1", "-1")]
    #[case("a,\"b\"", "\"a,\"\"b\"\"\"")]
    #[case("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    #[case("two\nlines", "\"two\nlines\"")]
    fn cells(#[case] cell: &str, #[case] right: &str) {
        assert_eq!(quoted(cell), right);
    }

    #[test]
    fn an_empty_export_has_its_columns() {
        assert_eq!(table(&[]).matches(',').count(), 25);
    }
}
