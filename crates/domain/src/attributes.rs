//! The attributes that everything of a model has, as `GET /data_attributes` lists them beside the custom ones (S§3.2). Not
//! the place that reads or writes them.

/// An attribute with a meaning of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    /// `contact` or `company`.
    pub model: &'static str,
    /// Its place in the object: `plan.name` is `name` in `plan`.
    pub full_name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What it means.
    pub description: &'static str,
    /// `string`, `integer`, `float`, `boolean` or `date`.
    pub data_type: &'static str,
    /// Whether the API writes it.
    pub api_writable: bool,
    /// Whether a page writes it.
    pub messenger_writable: bool,
}

impl Standard {
    /// The last part of the full name.
    pub fn name(&self) -> &'static str {
        self.full_name.rsplit('.').next().unwrap_or(self.full_name)
    }
}

/// Who writes it.
#[derive(Clone, Copy)]
enum By {
    /// The API and pages.
    Both,
    /// The API.
    Api,
    /// Nobody: it is counted or made here.
    Nobody,
}

type Row = (&'static str, &'static str, &'static str, &'static str, By);

const CONTACT: &[Row] = &[
    ("id", "ID", "The id given here", "string", By::Nobody),
    ("workspace_id", "Workspace ID", "The app id of the workspace", "string", By::Nobody),
    ("external_id", "User ID", "The site's own id of a user", "string", By::Both),
    ("role", "Role", "Lead or user", "string", By::Api),
    ("name", "Name", "The person's name", "string", By::Both),
    ("email", "Email", "The person's email address", "string", By::Both),
    ("phone", "Phone", "The person's phone number", "string", By::Both),
    ("avatar", "Avatar", "Address of a picture", "string", By::Both),
    ("owner_id", "Owner", "The teammate who looks after the person", "string", By::Api),
    ("created_at", "First seen", "When the person became known", "date", By::Nobody),
    ("updated_at", "Updated at", "When something about the person changed last", "date", By::Nobody),
    ("signed_up_at", "Signed up", "When the person signed up at the site", "date", By::Both),
    ("last_seen_at", "Last seen", "When the person was seen last", "date", By::Api),
    ("last_replied_at", "Last heard from", "When the person wrote last", "date", By::Nobody),
    ("last_contacted_at", "Last contacted", "When the person was written to last", "date", By::Nobody),
    ("language_override", "Language override", "The language asked for", "string", By::Api),
    (
        "unsubscribed_from_emails",
        "Unsubscribed from emails",
        "Whether the person wants no emails",
        "boolean",
        By::Both,
    ),
];

const COMPANY: &[Row] = &[
    ("id", "ID", "The id given here", "string", By::Nobody),
    ("app_id", "App ID", "The app id of the workspace", "string", By::Nobody),
    ("company_id", "Company ID", "The site's own id of the company", "string", By::Nobody),
    ("name", "Company name", "The name of the company", "string", By::Both),
    ("plan.id", "Plan ID", "The id of the plan", "string", By::Nobody),
    ("plan.name", "Plan", "What the company has signed up to", "string", By::Both),
    ("monthly_spend", "Monthly spend", "What the company pays a month", "integer", By::Both),
    ("size", "Company size", "How many people work there", "integer", By::Both),
    ("website", "Company website", "Address of the company's website", "string", By::Both),
    ("industry", "Company industry", "What the company does", "string", By::Both),
    ("remote_created_at", "Company created at", "When it became the site's customer", "date", By::Both),
    ("last_request_at", "Company last seen", "When somebody of it was seen last", "date", By::Api),
    ("session_count", "Company web sessions", "Visits of its users", "integer", By::Nobody),
    ("user_count", "People", "How many people belong to it", "integer", By::Nobody),
    ("created_at", "Created at", "When the company became known", "date", By::Nobody),
    ("updated_at", "Updated at", "When something about the company changed last", "date", By::Nobody),
];

/// The standard attributes of a model, or of both.
pub fn standard(model: Option<&str>) -> impl Iterator<Item = Standard> {
    let of = |model: &'static str, rows: &'static [Row]| {
        rows.iter().map(move |&(full_name, label, description, data_type, by)| Standard {
            model,
            full_name,
            label,
            description,
            data_type,
            api_writable: !matches!(by, By::Nobody),
            messenger_writable: matches!(by, By::Both),
        })
    };
    let all = of("contact", CONTACT).chain(of("company", COMPANY));
    all.filter(move |one| model.is_none_or(|model| one.model == model))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rstest::rstest;

    use super::standard;

    #[rstest]
    #[case(None, 33)]
    #[case(Some("contact"), 17)]
    #[case(Some("company"), 16)]
    #[case(Some("shop"), 0)]
    fn each_is_there_once(#[case] model: Option<&str>, #[case] count: usize) {
        let all: BTreeSet<_> = standard(model).map(|one| (one.model, one.full_name)).collect();
        assert_eq!((all.len(), standard(model).count()), (count, count));
    }

    #[test]
    fn what_pages_write_the_api_writes_too() {
        assert!(standard(None).all(|one| one.api_writable || !one.messenger_writable));
        let plan = standard(Some("company")).find(|one| one.full_name == "plan.name").unwrap();
        assert_eq!((plan.name(), plan.api_writable), ("name", true));
    }
}
