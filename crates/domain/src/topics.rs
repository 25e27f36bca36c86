//! The topics of webhooks and of the change feed, in Intercom's words (S§4.3), and which of them a part of a conversation
//! is. Not the place that says what a notification holds: that is the server's.

/// Declares [`Topic`] with its words; each is written once.
macro_rules! topics {
    ($($(#[$meta:meta])* $name:ident = $word:literal),+ $(,)?) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Topic {
            $($(#[$meta])* $name,)+
        }

        impl Topic {
            /// All topics, in the order of S§4.3.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The stored and spoken word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

topics! {
    /// A lead is new.
    ContactLeadCreated = "contact.lead.created",
    /// Something about a lead changed.
    ContactLeadUpdated = "contact.lead.updated",
    /// A lead without an email has one now.
    ContactLeadAddedEmail = "contact.lead.added_email",
    /// A lead became a user in place.
    ContactLeadSignedUp = "contact.lead.signed_up",
    /// A lead was tagged. Detail: `tag`.
    ContactLeadTagCreated = "contact.lead.tag.created",
    /// A tag was taken from a lead. Detail: `tag`.
    ContactLeadTagDeleted = "contact.lead.tag.deleted",
    /// A user is new.
    ContactUserCreated = "contact.user.created",
    /// Something about a user changed.
    ContactUserUpdated = "contact.user.updated",
    /// A user was tagged. Detail: `tag`.
    ContactUserTagCreated = "contact.user.tag.created",
    /// A tag was taken from a user. Detail: `tag`.
    ContactUserTagDeleted = "contact.user.tag.deleted",
    /// An email is another one, or gone.
    ContactEmailUpdated = "contact.email.updated",
    /// A contact took another one in. Detail: `merged_from`.
    ContactMerged = "contact.merged",
    /// A contact is invisible until they come back.
    ContactArchived = "contact.archived",
    /// An archived contact is visible again.
    ContactUnarchived = "contact.unarchive",
    /// A contact is gone for good. Detail: `external_id`.
    ContactDeleted = "contact.deleted",
    /// A contact wants a kind of message. Detail: `subscription_types`.
    ContactSubscribed = "contact.subscribed",
    /// A contact wants no more of a kind of message. Detail: `subscription_types`.
    ContactUnsubscribed = "contact.unsubscribed",
    /// Somebody nothing was known of is a user now.
    VisitorSignedUp = "visitor.signed_up",
    /// A person began a conversation.
    ConversationUserCreated = "conversation.user.created",
    /// A person wrote into a conversation.
    ConversationUserReplied = "conversation.user.replied",
    /// A teammate began a conversation.
    ConversationAdminSingleCreated = "conversation.admin.single.created",
    /// A teammate wrote into a conversation.
    ConversationAdminReplied = "conversation.admin.replied",
    /// A teammate left a note.
    ConversationAdminNoted = "conversation.admin.noted",
    /// A conversation was given to a teammate, or to nobody.
    ConversationAdminAssigned = "conversation.admin.assigned",
    /// A closed conversation was given to a teammate and is open again.
    ConversationAdminOpenAssigned = "conversation.admin.open.assigned",
    /// A teammate opened a conversation.
    ConversationAdminOpened = "conversation.admin.opened",
    /// A teammate closed a conversation.
    ConversationAdminClosed = "conversation.admin.closed",
    /// A conversation was put aside.
    ConversationAdminSnoozed = "conversation.admin.snoozed",
    /// A conversation that was put aside is open again.
    ConversationAdminUnsnoozed = "conversation.admin.unsnoozed",
    /// A bot wrote into a conversation.
    ConversationOperatorReplied = "conversation.operator.replied",
    /// The person has seen the team's messages.
    ConversationRead = "conversation.read",
    /// The person rated a conversation, or said why.
    ConversationRatingAdded = "conversation.rating.added",
    /// A conversation has another priority.
    ConversationPriorityUpdated = "conversation.priority.updated",
    /// A conversation is gone for good.
    ConversationDeleted = "conversation.deleted",
    /// A person joined a conversation.
    ConversationContactAttached = "conversation.contact.attached",
    /// A person was taken from a conversation.
    ConversationContactDetached = "conversation.contact.detached",
    /// A conversation was tagged. Detail: `tag`.
    ConversationPartTagCreated = "conversation_part.tag.created",
    /// A part's words were taken away.
    ConversationPartRedacted = "conversation_part.redacted",
    /// A company is new. Detail: `company`.
    CompanyCreated = "company.created",
    /// Something about a company changed. Detail: `company`.
    CompanyUpdated = "company.updated",
    /// A company is gone. Detail: `company`.
    CompanyDeleted = "company.deleted",
    /// A contact belongs to a company now. Detail: `company`.
    CompanyContactAttached = "company.contact.attached",
    /// A contact belongs to a company no more. Detail: `company`.
    CompanyContactDetached = "company.contact.detached",
    /// An event was recorded. The detail is the event.
    EventCreated = "event.created",
    /// A contact chose one kind of message. Detail: `subscription_types`.
    GranularSubscribe = "granular.subscribe",
    /// A contact turned one kind of message down. Detail: `subscription_types`.
    GranularUnsubscribe = "granular.unsubscribe",
    /// A job is done. The detail is the job.
    JobCompleted = "job.completed",
    /// Sent on demand, whatever a subscription asks for; never in the log.
    Ping = "ping",
}

impl Topic {
    /// Reads the word; the names of older versions too (S§4.3).
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "contact.archive" => Some(Self::ContactArchived),
            _ => Self::ALL.iter().copied().find(|topic| topic.as_str() == text),
        }
    }

    /// What a new part means. `author_kind` is `contact`, `admin` or `bot`; `first` says that the conversation began with
    /// it. `None` for a part nobody is told of.
    pub fn of_part(part_type: &str, author_kind: &str, first: bool) -> Option<Self> {
        Some(match (part_type, author_kind) {
            ("comment" | "quick_reply", "contact") if first => Self::ConversationUserCreated,
            ("comment" | "quick_reply" | "open", "contact") => Self::ConversationUserReplied,
            ("comment" | "quick_reply", "admin") if first => Self::ConversationAdminSingleCreated,
            ("comment" | "quick_reply", "admin") => Self::ConversationAdminReplied,
            ("comment" | "quick_reply", _) => Self::ConversationOperatorReplied,
            ("note" | "note_and_reopen", _) => Self::ConversationAdminNoted,
            ("assignment" | "assign_and_unsnooze" | "away_mode_assignment" | "default_assignment", _) => {
                Self::ConversationAdminAssigned
            }
            ("assign_and_reopen", _) => Self::ConversationAdminOpenAssigned,
            ("open", _) => Self::ConversationAdminOpened,
            ("close", _) => Self::ConversationAdminClosed,
            ("snoozed", _) => Self::ConversationAdminSnoozed,
            ("unsnoozed" | "timer_unsnooze", _) => Self::ConversationAdminUnsnoozed,
            ("participant_added", _) => Self::ConversationContactAttached,
            ("participant_removed", _) => Self::ConversationContactDetached,
            ("conversation_rating_changed" | "conversation_rating_remark_added", _) => {
                Self::ConversationRatingAdded
            }
            _ => return None,
        })
    }

    /// What it means that a contact's email was `before` and is `after`, both normalised (S§9.1, rule 3).
    pub fn of_email(is_user: bool, before: Option<&str>, after: Option<&str>) -> Option<Self> {
        match (before, after) {
            _ if before == after => None,
            (None, Some(_)) if !is_user => Some(Self::ContactLeadAddedEmail),
            _ => Some(Self::ContactEmailUpdated),
        }
    }

    /// The topic of a contact's creation.
    pub fn contact_created(is_user: bool) -> Self {
        if is_user { Self::ContactUserCreated } else { Self::ContactLeadCreated }
    }

    /// The topic of a change of a contact.
    pub fn contact_updated(is_user: bool) -> Self {
        if is_user { Self::ContactUserUpdated } else { Self::ContactLeadUpdated }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Topic;

    #[test]
    fn words_are_one_each_and_are_read_again() {
        for topic in Topic::ALL {
            assert_eq!(Topic::parse(topic.as_str()), Some(*topic));
        }
        assert_eq!(Topic::ALL.len(), 48);
    }

    #[rstest]
    #[case("contact.archive", Some(Topic::ContactArchived))]
    #[case("contact.unarchive", Some(Topic::ContactUnarchived))]
    #[case("Ping", None)]
    #[case("", None)]
    #[case("contact.*", None)]
    fn reads(#[case] text: &str, #[case] topic: Option<Topic>) {
        assert_eq!(Topic::parse(text), topic);
    }

    #[rstest]
    #[case("comment", "contact", true, "conversation.user.created")]
    #[case("comment", "contact", false, "conversation.user.replied")]
    #[case("open", "contact", false, "conversation.user.replied")]
    #[case("quick_reply", "contact", false, "conversation.user.replied")]
    #[case("comment", "admin", true, "conversation.admin.single.created")]
    #[case("comment", "admin", false, "conversation.admin.replied")]
    #[case("comment", "bot", false, "conversation.operator.replied")]
    #[case("note", "admin", false, "conversation.admin.noted")]
    #[case("assignment", "admin", false, "conversation.admin.assigned")]
    #[case("assign_and_reopen", "admin", false, "conversation.admin.open.assigned")]
    #[case("open", "admin", false, "conversation.admin.opened")]
    #[case("close", "admin", false, "conversation.admin.closed")]
    #[case("snoozed", "admin", false, "conversation.admin.snoozed")]
    #[case("unsnoozed", "admin", false, "conversation.admin.unsnoozed")]
    #[case("timer_unsnooze", "bot", false, "conversation.admin.unsnoozed")]
    #[case("participant_added", "admin", false, "conversation.contact.attached")]
    #[case("participant_removed", "admin", false, "conversation.contact.detached")]
    #[case("conversation_rating_changed", "contact", false, "conversation.rating.added")]
    #[case("language_detection_details", "bot", false, "")]
    fn parts(#[case] part_type: &str, #[case] author: &str, #[case] first: bool, #[case] topic: &str) {
        assert_eq!(Topic::of_part(part_type, author, first), Topic::parse(topic));
    }

    #[rstest]
    #[case(false, None, Some("a@b.c"), Some(Topic::ContactLeadAddedEmail))]
    #[case(false, Some("a@b.c"), Some("d@b.c"), Some(Topic::ContactEmailUpdated))]
    #[case(false, Some("a@b.c"), None, Some(Topic::ContactEmailUpdated))]
    #[case(true, None, Some("a@b.c"), Some(Topic::ContactEmailUpdated))]
    #[case(true, Some("a@b.c"), Some("a@b.c"), None)]
    #[case(false, None, None, None)]
    fn emails(
        #[case] is_user: bool,
        #[case] before: Option<&str>,
        #[case] after: Option<&str>,
        #[case] topic: Option<Topic>,
    ) {
        assert_eq!(Topic::of_email(is_user, before, after), topic);
    }
}
