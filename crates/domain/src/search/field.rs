//! Fields that can be searched, and which operators each kind of field knows.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// A time, Unix seconds.
    Date,
    /// The id of something the contact belongs to, as a text or number: is in it, or is not.
    Member,
    /// A field of Intercom's that nothing here ever fills; it reads as a text or number without a value.
    Unfilled,
    /// A value that is a text here and a number there; it is compared as what the filter's value is.
    Any,
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    /// Its name in queries.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

const fn of(name: &'static str, kind: Kind) -> FieldSpec {
    FieldSpec { name, kind }
}

/// What the fields of events begin with: `event.<name>.count`, `.first`, `.last`, `.metadata.<key>`. In a list of fields it
/// says that these can be searched there.
pub(super) const EVENTS: &str = "event.";

/// Fields of contacts (S§1.4). `andoid_sdk_version` is spelled so in the published list, too.
pub const CONTACT_FIELDS: &[FieldSpec] = &[
    of("id", Kind::Text),
    of("role", Kind::Text),
    of("name", Kind::Text),
    of("avatar", Kind::Text),
    of("owner_id", Kind::Number),
    of("email", Kind::Text),
    of("email_domain", Kind::Text),
    of("phone", Kind::Text),
    of("formatted_phone", Kind::Text),
    of("external_id", Kind::Text),
    of("created_at", Kind::Date),
    of("signed_up_at", Kind::Date),
    of("updated_at", Kind::Date),
    of("last_seen_at", Kind::Date),
    of("last_contacted_at", Kind::Date),
    of("last_replied_at", Kind::Date),
    of("last_email_opened_at", Kind::Unfilled),
    of("last_email_clicked_at", Kind::Unfilled),
    of("language_override", Kind::Text),
    of("browser", Kind::Text),
    of("browser_version", Kind::Text),
    of("browser_language", Kind::Text),
    of("os", Kind::Text),
    of("location.country", Kind::Unfilled),
    of("location.region", Kind::Unfilled),
    of("location.city", Kind::Unfilled),
    of("unsubscribed_from_emails", Kind::Bool),
    of("marked_email_as_spam", Kind::Unfilled),
    of("has_hard_bounced", Kind::Unfilled),
    of("tag_id", Kind::Member),
    of("segment_id", Kind::Member),
    of("ios_last_seen_at", Kind::Unfilled),
    of("ios_app_version", Kind::Unfilled),
    of("ios_device", Kind::Unfilled),
    of("ios_app_device", Kind::Unfilled),
    of("ios_os_version", Kind::Unfilled),
    of("ios_app_name", Kind::Unfilled),
    of("ios_sdk_version", Kind::Unfilled),
    of("android_last_seen_at", Kind::Unfilled),
    of("android_app_version", Kind::Unfilled),
    of("android_device", Kind::Unfilled),
    of("android_app_name", Kind::Unfilled),
    of("android_os_version", Kind::Unfilled),
    of("android_sdk_version", Kind::Unfilled),
    of("andoid_sdk_version", Kind::Unfilled),
    of(EVENTS, Kind::Any),
];

/// Fields of companies (`POST /companies/search`, Preview): those of the object.
pub const COMPANY_FIELDS: &[FieldSpec] = &[
    of("id", Kind::Text),
    of("company_id", Kind::Text),
    of("name", Kind::Text),
    of("plan.name", Kind::Text),
    of("website", Kind::Text),
    of("industry", Kind::Text),
    of("monthly_spend", Kind::Number),
    of("size", Kind::Number),
    of("session_count", Kind::Number),
    of("user_count", Kind::Number),
    of("created_at", Kind::Date),
    of("updated_at", Kind::Date),
    of("remote_created_at", Kind::Date),
    of("last_request_at", Kind::Date),
];

/// Fields of conversations (S§2.5). What only other channels, ratings and agents fill is without a value.
pub const CONVERSATION_FIELDS: &[FieldSpec] = &[
    of("id", Kind::Number),
    of("created_at", Kind::Date),
    of("updated_at", Kind::Date),
    of("waiting_since", Kind::Date),
    of("snoozed_until", Kind::Date),
    of("source.type", Kind::Text),
    of("source.id", Kind::Number),
    of("source.delivered_as", Kind::Text),
    of("source.subject", Kind::Text),
    of("source.body", Kind::Text),
    of("source.author.id", Kind::Text),
    of("source.author.type", Kind::Text),
    of("source.author.name", Kind::Text),
    of("source.author.email", Kind::Text),
    of("source.url", Kind::Text),
    of("contact_ids", Kind::Text),
    of("teammate_ids", Kind::Text),
    of("tag_ids", Kind::Text),
    of("admin_assignee_id", Kind::Number),
    of("team_assignee_id", Kind::Number),
    of("channel_initiated", Kind::Unfilled),
    of("open", Kind::Bool),
    of("read", Kind::Bool),
    of("state", Kind::Text),
    of("priority", Kind::Text),
    of("statistics.time_to_assignment", Kind::Number),
    of("statistics.time_to_admin_reply", Kind::Number),
    of("statistics.time_to_first_close", Kind::Number),
    of("statistics.time_to_last_close", Kind::Number),
    of("statistics.median_time_to_reply", Kind::Number),
    of("statistics.first_contact_reply_at", Kind::Date),
    of("statistics.first_assignment_at", Kind::Date),
    of("statistics.first_admin_reply_at", Kind::Date),
    of("statistics.first_close_at", Kind::Date),
    of("statistics.last_assignment_at", Kind::Date),
    of("statistics.last_assignment_admin_reply_at", Kind::Date),
    of("statistics.last_contact_reply_at", Kind::Date),
    of("statistics.last_admin_reply_at", Kind::Date),
    of("statistics.last_close_at", Kind::Date),
    of("statistics.last_closed_by_id", Kind::Text),
    of("statistics.count_reopens", Kind::Number),
    of("statistics.count_assignments", Kind::Number),
    of("statistics.count_conversation_parts", Kind::Number),
    of("conversation_rating.score", Kind::Number),
    of("conversation_rating.remark", Kind::Text),
    of("conversation_rating.requested_at", Kind::Date),
    of("conversation_rating.replied_at", Kind::Date),
    of("conversation_rating.contact_id", Kind::Text),
    // Spelled so in the published list; the other is what is meant.
    of("conversation_rating.admin_d", Kind::Text),
    of("conversation_rating.admin_id", Kind::Text),
    of("ai_agent_participated", Kind::Bool),
    of("ai_agent.resolution_state", Kind::Unfilled),
    of("ai_agent.last_answer_type", Kind::Unfilled),
    of("ai_agent.rating", Kind::Unfilled),
    of("ai_agent.rating_remark", Kind::Unfilled),
    of("ai_agent.source_type", Kind::Unfilled),
    of("ai_agent.source_title", Kind::Unfilled),
];

/// An operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Differs,
    In,
    NotIn,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Contains,
    NotContains,
    Begins,
    Ends,
}

pub(super) const OPERATORS: [(&str, Operator); 12] = [
    ("=", Operator::Equals),
    ("!=", Operator::Differs),
    ("IN", Operator::In),
    ("NIN", Operator::NotIn),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("~", Operator::Contains),
    ("!~", Operator::NotContains),
    ("^", Operator::Begins),
    ("$", Operator::Ends),
];

/// Whether a kind knows an operator; `by_day` when times are compared by day (S§1.4).
pub(super) fn knows(kind: Kind, by_day: bool, operator: Operator) -> bool {
    use Operator::{
        Begins, Contains, Differs, Ends, Equals, Greater, GreaterOrEqual, In, Less, LessOrEqual, NotContains,
        NotIn,
    };
    let equals = matches!(operator, Equals | Differs | In | NotIn);
    match kind {
        Kind::Text => equals || matches!(operator, Contains | NotContains | Begins | Ends),
        Kind::Bool => equals,
        Kind::Member => matches!(operator, Equals | Differs),
        Kind::Date if by_day => matches!(operator, Equals | Less | Greater),
        Kind::Number | Kind::Date => {
            equals || matches!(operator, Less | Greater | LessOrEqual | GreaterOrEqual)
        }
        Kind::Unfilled | Kind::Any => true,
    }
}
