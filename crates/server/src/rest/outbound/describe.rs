//! What `/outbound_messages` takes and answers, as data.

use doorstep_domain::outbound::content;

use crate::rest::description::Shape::{Any, List, Object, Of, OrNull, Text, Truth, Whole, Word};
use crate::rest::description::{Field, Kind, Operation, Schema, key};
use crate::rest::page::{PAGES, PER_PAGE, STARTING_AFTER};

/// See `outbound.rs`.
pub(in crate::rest) const OPERATIONS: &[Operation] = &[
    Operation::get(
        "/outbound_messages",
        "listOutboundMessages",
        "Beyond Intercom: list the outbound messages",
        &LISTED,
    )
    .query(&[PER_PAGE, STARTING_AFTER]),
    Operation::post(
        "/outbound_messages",
        "createOutboundMessage",
        "Beyond Intercom: draft a message that is shown by rules",
        &MESSAGE,
    )
    .body(CREATE),
    Operation::get(
        "/outbound_messages/{id}",
        "retrieveOutboundMessage",
        "Beyond Intercom: retrieve an outbound message, with its counts",
        &MESSAGE,
    ),
    Operation::put(
        "/outbound_messages/{id}",
        "updateOutboundMessage",
        "Beyond Intercom: change an outbound message",
        &MESSAGE,
    )
    .body(UPDATE),
    Operation::delete(
        "/outbound_messages/{id}",
        "deleteOutboundMessage",
        "Beyond Intercom: delete an outbound message",
        &DELETED,
    ),
    Operation::post(
        "/outbound_messages/{id}/publish",
        "publishOutboundMessage",
        "Beyond Intercom: show an outbound message",
        &MESSAGE,
    )
    .refuses(&[409]),
    Operation::post(
        "/outbound_messages/{id}/pause",
        "pauseOutboundMessage",
        "Beyond Intercom: stop showing an outbound message",
        &MESSAGE,
    ),
];

const CREATE: &[Field] = &[
    NAME,
    Field::text("kind", "chat or banner; it stays.").needed(),
    ADMIN.needed(),
    BODY.needed(),
    BANNER,
    RULES,
    FREQUENCY,
    PRIORITY,
    STARTS_AT,
    STOPS_AT,
];
const UPDATE: &[Field] = &[NAME, ADMIN, BODY, BANNER, RULES, FREQUENCY, PRIORITY, STARTS_AT, STOPS_AT];

const NAME: Field = Field::text("name", "What teammates call it; the beginning of its words if left out.");
const ADMIN: Field = Field::number("admin_id", "The teammate it is from.");
const BODY: Field = Field::text_up_to(
    "body",
    content::CHAT,
    "Its words: plain text, of at most 2,000 characters, 500 in a banner. Addresses become links.",
);
const BANNER: Field =
    Field::object("banner", BANNER_FIELDS, "What only a banner has; what is left out is usual.");
const RULES: Field =
    Field::object("rules", RULE_FIELDS, "Whom it is for, and where. Everybody everywhere if left out.");
const FREQUENCY: Field =
    Field::object("frequency", FREQUENCY_FIELDS, "How often one person gets it. Once if left out.");
const PRIORITY: Field = Field::of(
    "priority",
    Kind::Amount,
    "-1000 to 1000, 0 if left out: one message is shown at a time, the highest first.",
);
const STARTS_AT: Field = Field::time("starts_at", "From when on it is shown, once it is published.");
const STOPS_AT: Field = Field::time("stops_at", "Until when.");

const BANNER_FIELDS: &[Field] = &[
    Field::text("position", "top (usual) or bottom."),
    Field::text("style", "inline (usual) takes room in the page; floating lies over it."),
    Field::flag("dismissable", "Whether it can be closed; usually it can."),
    Field::object("action", ACTION_FIELDS, "Its button; none if left out."),
    Field::text("background_color", "As #0b57d0; the workspace's colour if left out."),
];

const ACTION_FIELDS: &[Field] = &[
    Field::text("type", "open_url, or open_chat for a new conversation.").needed(),
    Field::text_up_to("label", content::LABEL, "Its words.").needed(),
    Field::text_up_to(
        "url",
        content::ADDRESS,
        "Where open_url leads: https://…, http://…, mailto:…, tel:… or /path.",
    ),
];

const RULE_FIELDS: &[Field] = &[
    Field::text("match", "all (usual) or any of the conditions."),
    Field::of("conditions", Kind::List(&Kind::Object(CONDITION_FIELDS)), "At most 20."),
];

const CONDITION_FIELDS: &[Field] = &[
    Field::text(
        "field",
        "url, time_on_page, scroll_depth, visits, page_views, language, role, custom_attributes.NAME, company.name, \
         company.plan or company.custom_attributes.NAME.",
    )
    .needed(),
    Field::text(
        "operator",
        "is, is_not, contains, does_not_contain, starts_with, does_not_start_with, at_least, at_most, is_known or \
         is_unknown, by the field.",
    )
    .needed(),
    Field::of("value", Kind::Either(&[Kind::Text(500), Kind::Amount, Kind::Flag]), "What it is compared with."),
];

const FREQUENCY_FIELDS: &[Field] = &[
    Field::text("type", "once, every_visit, every_days or until_interaction.").needed(),
    Field::of("days", Kind::Amount, "Of every_days: 1 to 365."),
];

const MESSAGE: Schema = Schema::new(
    "outbound_message",
    "A message that is shown to people by rules.",
    &[
        key("type", Word(&["outbound_message"])),
        key("id", Text),
        key("name", Text),
        key("kind", Word(&["chat", "banner"])),
        key("state", Word(&["draft", "live", "paused"])),
        key("admin_id", Text),
        key("body", Text),
        key(
            "banner",
            OrNull(&Object(&[
                key("position", Word(&["top", "bottom"])),
                key("style", Word(&["inline", "floating"])),
                key("dismissable", Truth),
                key(
                    "action",
                    OrNull(&Object(&[
                        key("type", Word(&["open_url", "open_chat"])),
                        key("label", Text),
                        key("url", Text).optional(),
                    ])),
                ),
                key("background_color", OrNull(&Text)),
            ])),
        ),
        key(
            "rules",
            OrNull(&Object(&[
                key("match", Word(&["all", "any"])),
                key(
                    "conditions",
                    List(&Object(&[key("field", Text), key("operator", Text), key("value", Any).optional()])),
                ),
            ])),
        ),
        key(
            "frequency",
            Object(&[
                key("type", Word(&["once", "every_visit", "every_days", "until_interaction"])),
                key("days", Whole).optional(),
            ]),
        ),
        key("priority", Whole),
        key("starts_at", OrNull(&Whole)),
        key("stops_at", OrNull(&Whole)),
        key(
            "counts",
            Object(&[
                key("sent", Whole),
                key("seen", Whole),
                key("clicked", Whole),
                key("dismissed", Whole),
                key("replied", Whole),
            ]),
        ),
        key("created_at", Whole),
        key("updated_at", Whole),
    ],
);

const LISTED: Schema = Schema::new(
    "outbound_message_list",
    "A page of outbound messages, the newest first.",
    &[
        key("type", Word(&["list"])),
        key("data", List(&Of(&MESSAGE))),
        key("total_count", Whole),
        key("pages", Of(&PAGES)),
    ],
);

const DELETED: Schema = Schema::new(
    "outbound_message_deleted",
    "What is left to say of an outbound message that is gone.",
    &[key("id", Text), key("object", Word(&["outbound_message"])), key("deleted", Truth)],
);
