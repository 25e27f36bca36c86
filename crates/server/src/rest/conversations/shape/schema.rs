//! The conversation, its source and its parts as the description has them.

use crate::rest::companies::COMPANY;
use crate::rest::description::Shape::{
    Any, List, Map, Nothing, Object, Of, OrNull, Text, Truth, Whole, Word,
};
use crate::rest::description::{Schema, Shape, key};
use crate::rest::tags::{APPLIED, TAG};

/// As `conversation` makes it; lists leave `conversation_parts` out.
pub(in super::super) const CONVERSATION: Schema = Schema::new(
    "conversation",
    "A conversation.",
    &[
        key("type", Word(&["conversation"])),
        key("id", Text),
        key("created_at", Whole),
        key("updated_at", Whole),
        key("waiting_since", OrNull(&Whole)),
        key("snoozed_until", OrNull(&Whole)),
        key("source", OrNull(&Of(&SOURCE))),
        key(
            "contacts",
            Object(&[
                key("type", Word(&["contact.list"])),
                key(
                    "contacts",
                    List(&Object(&[
                        key("type", Word(&["contact"])),
                        key("id", Text),
                        key("external_id", OrNull(&Text)),
                    ])),
                ),
            ]),
        ),
        key(
            "first_contact_reply",
            OrNull(&Object(&[
                key("created_at", Whole),
                key("type", Word(&["conversation"])),
                key("url", Nothing),
            ])),
        ),
        key("admin_assignee_id", OrNull(&Whole)),
        key("team_assignee_id", OrNull(&Whole)),
        key("open", Truth),
        key("state", Word(&["open", "closed", "snoozed"])),
        key("read", Truth),
        key("tags", Object(&[key("type", Word(&["tag.list"])), key("tags", List(&Of(&APPLIED)))])),
        key("priority", Word(&["none", "low", "medium", "high", "urgent", "priority", "not_priority"])),
        key("sla_applied", Nothing),
        key("statistics", Of(&STATISTICS)),
        key(
            "conversation_rating",
            OrNull(&Object(&[
                key("rating", Whole),
                key("remark", OrNull(&Text)),
                key("created_at", Whole),
                key("updated_at", Whole),
                key(
                    "contact",
                    Object(&[
                        key("type", Word(&["contact"])),
                        key("id", Text),
                        key("external_id", OrNull(&Text)),
                    ]),
                ),
                key("teammate", OrNull(&ADMIN)),
            ])),
        ),
        key(
            "teammates",
            Object(&[
                key("type", Word(&["admin.list"])),
                key("admins", List(&ADMIN)),
                key("teammates", List(&ADMIN)),
            ]),
        ),
        key("title", OrNull(&Text)),
        key("custom_attributes", Map(&Any)),
        key(
            "topics",
            Object(&[
                key("type", Word(&["topic.list"])),
                key("topics", List(&Any)),
                key("total_count", Whole),
            ]),
        ),
        key("ticket", Nothing),
        key(
            "linked_objects",
            Object(&[
                key("type", Word(&["list"])),
                key("data", List(&Any)),
                key("total_count", Whole),
                key("has_more", Truth),
            ]),
        ),
        key("ai_agent", Nothing),
        key("ai_agent_participated", Truth),
        key("company", OrNull(&Of(&COMPANY))).optional(),
        key(
            "conversation_parts",
            Object(&[
                key("type", Word(&["conversation_part.list"])),
                key("total_count", Whole),
                key("conversation_parts", List(&Of(&PART))),
            ]),
        )
        .optional(),
    ],
);

/// A teammate by id alone.
const ADMIN: Shape = Object(&[key("type", Word(&["admin"])), key("id", Text)]);

const SOURCE: Schema = Schema::new(
    "conversation_source",
    "The message a conversation began with.",
    &[
        key("type", Word(&["conversation", "email"])),
        key("id", Text),
        key("delivered_as", Word(&["customer_initiated", "admin_initiated", "automated"])),
        key("subject", Text),
        key("body", OrNull(&Text)),
        key("author", Of(&AUTHOR)),
        key("attachments", List(&Of(&ATTACHMENT))),
        key("url", OrNull(&Text)),
        key("redacted", Truth),
        key(
            "recipients",
            List(&Object(&[
                key("type", Word(&["to", "cc", "bcc"])),
                key("email", Text),
                key("drop_reason", OrNull(&Text)),
            ])),
        )
        .optional(),
        key("reply_to", List(&Any)).optional(),
        key("email_message_metadata", Nothing).optional(),
    ],
);

const AUTHOR: Schema = Schema::new(
    "conversation_part_author",
    "Who wrote or did it.",
    &[
        key("type", Word(&["admin", "bot", "lead", "user", "contact"])),
        key("id", Text),
        key("name", OrNull(&Text)),
        key("email", OrNull(&Text)),
        key("from_ai_agent", Truth),
        key("is_ai_answer", Truth),
    ],
);

pub(in super::super) const PART: Schema = Schema::new(
    "conversation_part",
    "A message, a note, or something that was done.",
    &[
        key("type", Word(&["conversation_part"])),
        key("id", Text),
        key("part_type", Text),
        key("body", OrNull(&Text)),
        key("created_at", Whole),
        key("updated_at", Whole),
        key("notified_at", Whole),
        key("assigned_to", OrNull(&Object(&[key("type", Word(&["admin", "team"])), key("id", Text)]))),
        key("author", Of(&AUTHOR)),
        key("attachments", List(&Of(&ATTACHMENT))),
        key("external_id", Nothing),
        key("redacted", Truth),
        key("metadata", Map(&Any)),
        key("email_message_metadata", Nothing),
        key("state", OrNull(&Word(&["open", "closed", "snoozed"]))),
        key("event_details", OrNull(&Map(&Any))),
        key("app_package_code", Nothing),
        key("tags", List(&Of(&TAG))),
    ],
);

const ATTACHMENT: Schema = Schema::new(
    "part_attachment",
    "A file; the address of an upload is good for half an hour.",
    &[
        key("type", Word(&["upload"])),
        key("name", Text),
        key("url", Text),
        key("content_type", Text),
        key("filesize", OrNull(&Whole)),
        key("width", OrNull(&Whole)),
        key("height", OrNull(&Whole)),
    ],
);

/// As `statistics.rs` makes it.
const STATISTICS: Schema = Schema::new(
    "conversation_statistics",
    "What is counted and timed.",
    &[
        key("type", Word(&["conversation_statistics"])),
        key("time_to_assignment", OrNull(&Whole)),
        key("time_to_admin_reply", OrNull(&Whole)),
        key("time_to_first_close", OrNull(&Whole)),
        key("time_to_last_close", OrNull(&Whole)),
        key("median_time_to_reply", OrNull(&Whole)),
        key("first_contact_reply_at", OrNull(&Whole)),
        key("first_assignment_at", OrNull(&Whole)),
        key("first_admin_reply_at", OrNull(&Whole)),
        key("first_close_at", OrNull(&Whole)),
        key("last_assignment_at", OrNull(&Whole)),
        key("last_assignment_admin_reply_at", OrNull(&Whole)),
        key("last_contact_reply_at", OrNull(&Whole)),
        key("last_admin_reply_at", OrNull(&Whole)),
        key("last_close_at", OrNull(&Whole)),
        key("last_closed_by_id", OrNull(&Text)),
        key("count_reopens", Whole),
        key("count_assignments", Whole),
        key("count_conversation_parts", Whole),
        key("assigned_team_first_response_time", List(&Any)),
        key("assigned_team_first_response_time_in_office_hours", List(&Any)),
        key("handling_time", OrNull(&Whole)),
        key("adjusted_handling_time", Nothing),
    ],
);
