//! Does the jobs that programs asked for (`doorstep_store`'s `jobs.rs` keeps them): exports of what was sent to whom. Started
//! by the call that asks and, for what a stopped server left behind, each minute.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use doorstep_store::{Job, JobStatus, Receipt};

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

/// Receipts read at once.
const PAGE: i64 = 1000;

/// Does every job that waits.
pub(crate) async fn run_waiting(app: SharedApp) {
    loop {
        let job = match app.store.take_job(app.now()).await {
            Ok(Some(job)) => job,
            Ok(None) => break,
            Err(error) => return tracing::warn!(%error, "could not look for jobs"),
        };
        let id = job.id;
        let output = export(&app, &job).await;
        let status = if output.is_some() { JobStatus::Completed } else { JobStatus::Failed };
        let object = job_object(&app, &Job { status, ..job.clone() });
        if let Err(error) = app.store.end_job(job, output, object, app.now()).await {
            return tracing::warn!(%error, id, "could not end a job; it will be done again");
        }
    }
    if let Err(error) = app.store.forget_old_exports(app.now()).await {
        tracing::warn!(%error, "could not forget old exports");
    }
}

/// A gzip file with what was sent to whom; `None` if it could not be made.
async fn export(app: &SharedApp, job: &Job) -> Option<Vec<u8>> {
    let mut file = GzEncoder::new(Vec::new(), Compression::default());
    let mut text = line(COLUMNS.map(ToOwned::to_owned));
    let mut last: Option<Receipt> = None;
    loop {
        if let Err(error) = file.write_all(text.as_bytes()) {
            tracing::error!(%error, id = job.id, "an export failed");
            return None;
        }
        let range = (job.range_from, job.range_to);
        let receipts = match app.store.receipts(job.workspace_id, range, last.as_ref(), PAGE).await {
            Ok(receipts) => receipts,
            Err(error) => {
                tracing::error!(%error, id = job.id, "an export failed");
                return None;
            }
        };
        if receipts.is_empty() {
            return file.finish().ok();
        }
        text = receipts.iter().map(|receipt| line(cells(receipt))).collect();
        last = receipts.into_iter().next_back();
    }
}

/// A receipt's cells. What nothing here measures is empty: opens and clicks, series, what is completed or dismissed.
fn cells(receipt: &Receipt) -> [String; COLUMNS.len()] {
    // Intercom's word for none (S§3.4).
    let none = || "-1".to_owned();
    let message = receipt.message_id.to_string();
    COLUMNS.map(|column| match column {
        "user_id" => receipt.contact_id.clone(),
        "user_external_id" => receipt.external_id.clone().unwrap_or_default(),
        "company_id" => receipt.company_id.clone().unwrap_or_else(none),
        "email" => receipt.email.clone().unwrap_or_default(),
        "name" => receipt.name.clone().unwrap_or_default(),
        // A message has one content in one version.
        "ruleset_id" | "content_id" | "ruleset_version_id" => message.clone(),
        "content_type" => if receipt.message_type == "email" { "Email" } else { "Chat" }.to_owned(),
        "content_title" => receipt.subject.clone(),
        "receipt_id" => format!("{message}-{}", receipt.contact_id),
        "received_at" => receipt.sent_at.to_string(),
        "series_id" => none(),
        "first_reply" => receipt.first_reply_at.map(|at| at.to_string()).unwrap_or_default(),
        _ => String::new(),
    })
}

/// A line of a CSV (RFC 4180).
fn line(cells: [String; COLUMNS.len()]) -> String {
    let mut text = cells.map(|cell| quoted(&cell)).join(",");
    text.push_str("\r\n");
    text
}

/// A cell. What a spreadsheet would read as a formula is kept from being one.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use doorstep_store::Receipt;

    use super::{cells, line, quoted};

    #[rstest]
    #[case("Ada", "Ada")]
    #[case("-1", "-1")]
    #[case("a,\"b\"", "\"a,\"\"b\"\"\"")]
    #[case("=HYPERLINK(1)", "'=HYPERLINK(1)")]
    #[case("two\nlines", "\"two\nlines\"")]
    fn one_cell(#[case] cell: &str, #[case] right: &str) {
        assert_eq!(quoted(cell), right);
    }

    #[test]
    fn a_line_has_a_cell_for_each_column() {
        let receipt = Receipt {
            message_id: 7,
            message_type: "email".to_owned(),
            subject: "News, and \"more\"".to_owned(),
            sent_at: 1_800_000_000,
            contact_id: "c".to_owned(),
            external_id: Some("70".to_owned()),
            email: None,
            name: Some("=Bob".to_owned()),
            company_id: None,
            first_reply_at: None,
        };
        let right =
            "c,70,-1,,'=Bob,7,7,Email,\"News, and \"\"more\"\"\",7,7-c,1800000000,-1,,,,,,,,,,,,,\r\n";
        assert_eq!(line(cells(&receipt)), right);
    }
}
