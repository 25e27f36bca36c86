//! The company as the REST API and webhooks show it (S§3.3). Here, because the change log keeps the whole object.

use serde_json::{Value, json};

use crate::companies::CompanyRecord;
use crate::types::Workspace;

/// The object. What is not known is left out, as Intercom does.
pub fn company_object(workspace: &Workspace, company: &CompanyRecord) -> Value {
    object(&workspace.app_id, company)
}

/// The object, for a workspace known by its app id.
pub(super) fn object(app_id: &str, company: &CompanyRecord) -> Value {
    let attributes: Value = serde_json::from_str(&company.custom_attributes).unwrap_or_else(|_| json!({}));
    let plan = match (company.plan_id, &company.plan_name) {
        (Some(id), Some(name)) => json!({"type": "plan", "id": id.to_string(), "name": name}),
        _ => json!({}),
    };
    let tags: Vec<Value> = company
        .tags
        .iter()
        .map(|tag| json!({"type": "tag", "id": tag.id.to_string(), "name": tag.name}))
        .collect();
    let mut shown = json!({
        "type": "company",
        "id": company.id,
        "company_id": company.company_id,
        "app_id": app_id,
        "plan": plan,
        "monthly_spend": company.monthly_spend,
        "session_count": company.session_count,
        "user_count": company.user_count,
        "created_at": company.created_at,
        "updated_at": company.updated_at,
        "tags": {"type": "tag.list", "tags": tags},
        "segments": {"type": "segment.list", "segments": []},
        "custom_attributes": attributes,
    });
    for (name, value) in [
        ("name", json!(company.name)),
        ("size", json!(company.size)),
        ("website", json!(company.website)),
        ("industry", json!(company.industry)),
        ("remote_created_at", json!(company.remote_created_at)),
        ("last_request_at", json!(company.last_request_at)),
    ] {
        if !value.is_null() {
            shown[name] = value;
        }
    }
    shown
}
