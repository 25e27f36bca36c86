//! The description of `/subscriptions`.

use super::URL;
use crate::rest::description::Shape::{Any, List, Object, Of, OrNull, Text, Truth, Whole, Word};
use crate::rest::description::{Field, Key, Kind, Operation, Param, Schema, Shape, key};
use crate::rest::fields::TEXT;
use crate::rest::page::{PER_PAGE, STARTING_AFTER};

pub(in crate::rest) const OPERATIONS: &[Operation] = &[
    Operation::get("/subscriptions", "listWebhookSubscriptions", "List the webhooks' subscriptions", &LISTED),
    Operation::post("/subscriptions", "createWebhookSubscription", "Subscribe to webhooks", &MADE)
        .body(TERMS),
    Operation::get("/subscriptions/{id}", "retrieveWebhookSubscription", "Retrieve a subscription", &SHOWN),
    Operation::put("/subscriptions/{id}", "updateWebhookSubscription", "Change a subscription", &MADE)
        .body(CHANGES),
    Operation::delete(
        "/subscriptions/{id}",
        "deleteWebhookSubscription",
        "Remove a subscription with its queue and log",
        &DELETED,
    ),
    Operation::post("/subscriptions/{id}/ping", "pingWebhookSubscription", "Send a ping", &PINGED),
    Operation::post(
        "/subscriptions/{id}/replay",
        "replayWebhookSubscription",
        "Send everything of a stretch of time again",
        &REPLAYED,
    )
    .body(RANGE),
    Operation::get(
        "/subscriptions/{id}/deliveries",
        "listWebhookDeliveries",
        "List what was sent",
        &DELIVERIES,
    )
    .query(&[
        Param::word("state", &["pending", "delivered", "failed"], "Only those."),
        PER_PAGE,
        STARTING_AFTER,
    ]),
    Operation::get(
        "/subscriptions/{id}/deliveries/{delivery_id}",
        "retrieveWebhookDelivery",
        "Retrieve a delivery with its item and attempts",
        &DELIVERY_WHOLE,
    ),
    Operation::post(
        "/subscriptions/{id}/deliveries/{delivery_id}/replay",
        "replayWebhookDelivery",
        "Send a delivery again",
        &DELIVERY,
    ),
];

const TOPICS: Kind = Kind::List(&Kind::Text(TEXT));

/// What `create` reads.
pub(super) const TERMS: &[Field] = &[
    Field::text_up_to("url", URL, "Where notifications are posted; it must answer a HEAD request.").needed(),
    Field::of("topics", TOPICS, "What to be told of, in Intercom's words.").needed(),
    HUB_SECRET,
    STATE,
    ACTIVE,
    API_VERSION,
    TIMESTAMPS,
];

/// What `update` reads.
pub(super) const CHANGES: &[Field] = &[
    Field::text_up_to("url", URL, "Another address; it must answer a HEAD request."),
    Field::of("topics", TOPICS, "What to be told of, all of it."),
    HUB_SECRET,
    Field::flag("rotate_secret", "Sign with a new secret, which the answer shows."),
    STATE,
    ACTIVE,
    API_VERSION,
    TIMESTAMPS,
];

const HUB_SECRET: Field =
    Field::text("hub_secret", "The key of the signatures; one is made if there is none.");
const STATE: Field = Field::text("state", "`active`, or `paused`: notifications wait, up to three days.");
const ACTIVE: Field = Field::flag("active", "The first API's word for the state.");
const API_VERSION: Field = Field::text("api_version", "The version whose shapes the items have.");
const TIMESTAMPS: Field =
    Field::text("timestamps", "Times of contacts: `unix` seconds, or `iso8601` as Intercom has them.");

/// What `replay_range` reads.
pub(super) const RANGE: &[Field] = &[
    Field::time("created_at_after", "The first second.").needed(),
    Field::time("created_at_before", "The last second; now, if left out."),
    Field::number("after", "`next_after` of the answer before, if it said `has_more`."),
];

const KIND: Key = key("type", Word(&["notification_subscription"]));
const TIME: Shape = OrNull(&Whole);

const KEYS: &[Key] = &[
    KIND,
    key("id", Text),
    key("app_id", Text),
    key("service_type", Word(&["web"])),
    key("self", Text),
    key("url", Text),
    key("topics", List(&Text)),
    key("active", Truth),
    key("state", Word(&["active", "paused", "disabled"])),
    key("state_reason", OrNull(&Text)),
    key("api_version", Text),
    key("timestamps", Word(&["unix", "iso8601"])),
    key("throttled_until", TIME),
    key("failing_since", TIME),
    key("created_at", Whole),
    key("updated_at", Whole),
];

const SHOWN: Schema = Schema::new("notification_subscription", "Who is told of what.", KEYS);

const MADE: Schema = Schema::new(
    "notification_subscription_made",
    "Who is told of what, with the secret where it is new.",
    &[key("hub_secret", Text).optional()],
)
.and(KEYS);

const LISTED: Schema = Schema::new(
    "notification_subscription_list",
    "The workspace's subscriptions.",
    &[key("type", Word(&["notification_subscription.list"])), key("items", List(&Of(&SHOWN)))],
);

const DELETED: Schema = Schema::new(
    "notification_subscription_deleted",
    "A subscription that is gone.",
    &[KIND, key("id", Text), key("deleted", Truth)],
);

const DELIVERY_KIND: Key = key("type", Word(&["notification_delivery"]));

const PINGED: Schema = Schema::new(
    "notification_delivery_queued",
    "A delivery that was queued just now.",
    &[DELIVERY_KIND, key("id", Text), key("state", Word(&["pending"]))],
);

const REPLAYED: Schema = Schema::new(
    "notification_replay",
    "How much was queued; the call is repeated with `next_after` while there is more.",
    &[key("type", Word(&["replay"])), key("queued", Whole), key("has_more", Truth), key("next_after", TIME)],
);

const DELIVERY_KEYS: &[Key] = &[
    DELIVERY_KIND,
    key("id", Text),
    key("subscription_id", Text),
    key("notification_id", OrNull(&Text)),
    key("seq", TIME),
    key("topic", Text),
    key("state", Word(&["pending", "delivered", "failed"])),
    key("delivery_attempts", Whole),
    key("next_attempt_at", TIME),
    key("first_sent_at", TIME),
    key("ended_at", TIME),
    key("created_at", Whole),
];

const DELIVERY: Schema =
    Schema::new("notification_delivery", "A notification on its way or arrived.", DELIVERY_KEYS);

const ATTEMPT: Schema = Schema::new(
    "notification_attempt",
    "One attempt to deliver.",
    &[
        key("type", Word(&["notification_attempt"])),
        key("attempted_at", Whole),
        key("outcome", Text),
        key("status", OrNull(&Whole)),
        key("duration_ms", Whole),
        key("response", OrNull(&Text)),
    ],
);

const DELIVERY_WHOLE: Schema = Schema::new(
    "notification_delivery_whole",
    "A notification with what it said and how it went.",
    &[key("item", Any), key("attempts", List(&Of(&ATTEMPT)))],
)
.and(DELIVERY_KEYS);

/// Where a page stands; how many there are is not counted.
const PAGES: &[Key] = &[
    key("type", Word(&["pages"])),
    key("page", Whole),
    key("per_page", Whole),
    key("next", Object(&[key("page", Whole), key("starting_after", Text)])).optional(),
];

const DELIVERIES: Schema = Schema::new(
    "notification_delivery_list",
    "What was sent to a subscription, the newest first.",
    &[key("type", Word(&["list"])), key("data", List(&Of(&DELIVERY))), key("pages", Object(PAGES))],
);
