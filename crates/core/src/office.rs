//! Whether the team is there: the server tells when that changes, so that a panel that is open for hours knows (M§8.7). What
//! is said of it is a part's (`parts/hours.js`).

use serde_json::Value;

use crate::json::parse;
use crate::model::Model;

impl Model {
    /// Whether nobody of the team is there.
    pub(crate) fn away(&self) -> bool {
        let office = parse(&self.workspace.office).unwrap_or_default();
        let changes = office.get("changes").and_then(Value::as_array);
        let passed = |at: &&Value| at.as_i64().is_some_and(|at| at <= self.now);
        let passed = changes.map_or(0, |changes| changes.iter().filter(passed).count());
        (office.get("away") == Some(&Value::Bool(true))) ^ (passed % 2 == 1)
    }
}
