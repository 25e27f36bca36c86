//! A workspace with one of each thing, and for each call a good body: what `bad_fields.rs` makes its bad ones of.

use doorstep_server::rest::description::{Operation, operations};
use serde_json::{Map, Value, json};

use crate::foreign::hook;
use crate::world::{NOW, Program, Reply, World};

/// A workspace with one of each thing.
pub(crate) struct Stage {
    _world: World,
    pub(crate) ours: Program,
    ids: Map<String, Value>,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let ours = world.ours().await;
        let attribute = json!({"name": "plan", "model": "contact", "data_type": "string"});
        let attribute = ours.post("/data_attributes", &attribute).await.ok()["id"].to_string();
        let user = ours.contact(&json!({"external_id": "u", "email": "u@example.com"})).await;
        let lead = ours.contact(&json!({"role": "lead", "email": "u@example.com"})).await;
        let message = json!({"from": {"type": "lead", "id": lead}, "body": "Hi"});
        let talk = ours.post("/conversations", &message).await.ok();
        let admin = ours.get("/admins").await.ok()["admins"][0]["id"].clone();
        let tag = ours.post("/tags", &json!({"name": "beta"})).await.ok()["id"].clone();
        let company =
            ours.post("/companies", &json!({"company_id": "c", "name": "Corp"})).await.ok()["id"].clone();
        let second = ours.post("/conversations", &message).await.ok()["conversation_id"].clone();
        let list = json!({"name": "urgency", "data_type": "list", "options": [{"label": "high"}]});
        let list = ours.post("/conversations/attributes", &list).await.ok();
        let segment =
            ours.post("/segments", &json!({"name": "all", "person_type": "user"})).await.ok()["id"].clone();
        let kind = ours.get("/subscription_types").await.ok()["data"][0].clone();
        let (hook, _) = hook(&world, &ours).await;
        let outbound = json!({"kind": "chat", "admin_id": admin, "body": "Hi"});
        let outbound = ours.post("/outbound_messages", &outbound).await.ok()["id"].clone();
        let ids = json!({
            "companies": company, "second": second, "attributes": list["id"].to_string(),
            "options": list["options"][0]["id"], "segments": segment, "subscriptions": kind["id"],
            "consent": kind["consent_type"], "hook": hook, "customers": lead, "outbound_messages": outbound,
            "contacts": user, "lead": lead, "conversations": talk["conversation_id"], "message": talk["id"],
            "admins": admin, "tags": tag, "data_attributes": attribute,
        });
        let Value::Object(ids) = ids else { unreachable!() };
        Self { _world: world, ours, ids }
    }

    /// The operation's path with an id that is there; the resource's before each parameter.
    pub(crate) fn path(&self, operation: &Operation) -> String {
        let mut before = "";
        let part = |part| {
            let shown = match part {
                "{external_id}" => "u".to_owned(),
                "{id}" if operation.path.starts_with("/subscriptions/") => self.text("hook"),
                part if part.starts_with('{') => self.text(before),
                part => part.to_owned(),
            };
            before = part;
            shown
        };
        operation.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    fn text(&self, name: &str) -> String {
        self.ids.get(name).and_then(Value::as_str).unwrap_or("1").to_owned()
    }

    pub(crate) async fn call(&self, operation: &Operation, body: &Value) -> Reply {
        self.raw(operation, body.to_string().into_bytes()).await
    }

    pub(crate) async fn raw(&self, operation: &Operation, body: Vec<u8>) -> Reply {
        let reply = self.ours.call(operation.method, &self.path(operation), body).await;
        assert!(reply.status.as_u16() < 500, "{} {}: {}", operation.method, operation.path, reply.status);
        reply
    }

    /// All there is, to see that nothing changed.
    pub(crate) async fn all(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let lists = operations()
            .filter(|operation| operation.method == "GET" && !operation.path.contains("download"));
        for operation in lists {
            let reply = self.ours.get(&self.path(operation)).await;
            let mut shown = serde_json::from_slice(&reply.bytes).unwrap_or(Value::Null);
            if let Some(keys) = shown.as_object_mut() {
                keys.remove("request_id");
            }
            all.push(shown);
        }
        all
    }

    /// Bodies that would do, so that each field is read by one of them.
    pub(crate) fn good(&self, id: &str) -> Vec<Value> {
        let ids = &self.ids;
        match id {
            "CreateContact" => vec![json!({"role": "lead", "email": "a@example.com"})],
            "UpdateContact"
            | "updateDataAttribute"
            | "updateConversationAttribute"
            | "updateSegment"
            | "updateWebhookSubscription" => vec![json!({})],
            "MergeContact" | "PreviewContactMerge" => {
                vec![json!({"from": "nobody", "into": ids["contacts"]})]
            }
            "SearchContacts" | "searchConversations" => {
                vec![json!({"query": {"field": "id", "operator": "=", "value": "1"}})]
            }
            "createNote" | "createCompanyNote" => vec![json!({"body": "x", "admin_id": ids["admins"]})],
            "attachTagToContact" => vec![json!({"id": ids["tags"]})],
            "createTag" => vec![json!({"name": "x"}), json!({"name": "x", "users": [{"id": "u"}]})],
            "createOrUpdateCompany" | "UpdateCompany" => vec![json!({"company_id": "c"})],
            "listAllCompanies" => vec![json!({"order": "asc"})],
            "SearchCompanies" => vec![json!({"query": {"field": "name", "operator": "=", "value": "Corp"}})],
            "attachContactToACompany" => vec![json!({"id": ids["companies"]})],
            "createDataEvent" => {
                let event = |who: &str, id: Value| json!({"event_name": "x", "created_at": NOW, who: id});
                vec![
                    event("id", ids["lead"].clone()),
                    event("user_id", json!("u")),
                    event("email", json!("u@example.com")),
                ]
            }
            "dataEventSummaries" => {
                let summary = json!({"event_name": "x", "count": 1, "first": NOW, "last": NOW});
                let of = |who: &str, id: Value| json!({"event_summaries": [summary], who: id});
                vec![
                    of("user_id", json!("u")),
                    of("id", ids["lead"].clone()),
                    of("email", json!("u@example.com")),
                    json!({"event_summaries": summary, "user_id": "u"}),
                ]
            }
            "createDataExport" => vec![json!({"created_at_after": NOW - 60, "created_at_before": NOW})],
            "attachSubscriptionTypeToContact" => {
                vec![json!({"id": ids["subscriptions"], "consent_type": ids["consent"]})]
            }
            "createOutboundMessage" | "updateOutboundMessage" => self.good_outbound(),
            "createSegment" => vec![json!({"name": "x", "person_type": "user"})],
            "createWebhookSubscription" => vec![json!({"url": "https://there.example/", "topics": ["ping"]})],
            "replayWebhookSubscription" => vec![json!({"created_at_after": NOW})],
            "createDataAttribute" => vec![
                json!({"name": "size", "model": "contact", "data_type": "string"}),
                json!({"name": "size", "model": "contact", "data_type": "options", "options": [{"value": "a"}, {"value": "b"}]}),
            ],
            "setAwayAdmin" => vec![json!({"away_mode_enabled": false, "away_mode_reassign": false})],
            "convertVisitor" => {
                let visitor = json!({"user_id": uuid::Uuid::new_v4().to_string()});
                vec![
                    json!({"type": "lead", "visitor": visitor}),
                    json!({"type": "user", "visitor": visitor, "user": {"email": "new@example.com"}}),
                ]
            }
            _ => self.good_of_conversations(id),
        }
    }

    fn good_outbound(&self) -> Vec<Value> {
        let rules = json!({"conditions": [{"field": "url", "operator": "is", "value": "/a"}]});
        let often = json!({"type": "every_days", "days": 3});
        let of = |kind: &str| json!({"kind": kind, "admin_id": self.ids["admins"], "body": "Hi", "rules": rules, "frequency": often});
        let mut banner = of("banner");
        banner["banner"] = json!({"action": {"type": "open_url", "label": "x", "url": "/x"}});
        vec![of("chat"), banner]
    }

    fn good_of_conversations(&self, id: &str) -> Vec<Value> {
        let ids = &self.ids;
        let by_admin = |kind: &str| json!({"type": "admin", "admin_id": ids["admins"], "message_type": kind});
        let and = |mut body: Value, name: &str, value: Value| {
            body[name] = value;
            body
        };
        match id {
            "createConversation" => {
                let from = |from| json!({"from": from, "body": "Hi"});
                vec![
                    from(json!({"type": "lead", "id": ids["lead"]})),
                    from(json!({"type": "user", "email": "u@example.com"})),
                ]
            }
            "replyConversation" | "manageConversation" => {
                let by_contact = json!({"type": "user", "message_type": "comment", "body": "Hi"});
                vec![
                    and(
                        and(by_admin("comment"), "body", json!("Hi")),
                        "reply_options",
                        json!([{"text": "Yes", "uuid": "a5e1c524-5ddd-4c3e-9328-6bca5d6e3edb"}]),
                    ),
                    and(by_admin("snoozed"), "snoozed_until", json!(NOW + 60)),
                    and(by_admin("assignment"), "assignee_id", ids["admins"].clone()),
                    and(by_contact.clone(), "intercom_user_id", ids["contacts"].clone()),
                    and(by_contact, "email", json!("u@example.com")),
                ]
            }
            "mergeConversation" => vec![json!({"merge_into_conversation_id": ids["second"]})],
            "attachContactToConversation" => {
                let of = |customer: Value| json!({"admin_id": ids["admins"], "customer": customer});
                vec![
                    of(json!({"id": ids["contacts"]})),
                    of(json!({"email": "u@example.com"})),
                    json!({"customer": {"id": ids["contacts"], "customer": {"id": ids["lead"]}}}),
                    json!({"customer": {"id": ids["contacts"], "customer": {"email": "u@example.com"}}}),
                ]
            }
            "detachContactFromConversation" | "detachTagFromConversation" => {
                vec![json!({"admin_id": ids["admins"]})]
            }
            "attachTagToConversation" => vec![json!({"id": ids["tags"], "admin_id": ids["admins"]})],
            "createConversationAttribute" => {
                let of = |kind: &str| json!({"name": "x", "data_type": kind});
                vec![
                    and(of("list"), "options", json!([{"label": "a"}])),
                    and(of("relationship"), "reference", json!({"type": "one"})),
                ]
            }
            "createConversationAttributeOption" | "updateConversationAttributeOption" => {
                vec![json!({"label": "x"})]
            }
            "createMessage" => {
                let from = |kind: &str, to: Value| {
                    json!({
                        "from": {"type": "admin", "id": ids["admins"]}, "message_type": kind, "subject": "x",
                        "body": "Hi", "to": to,
                    })
                };
                vec![
                    from("email", json!({"type": "lead", "id": ids["lead"]})),
                    from("email", json!([{"type": "user", "email": "u@example.com"}])),
                    json!({"from": {"type": "lead", "id": ids["lead"]}, "body": "Hi"}),
                    json!({"from": {"type": "user", "email": "u@example.com"}, "body": "Hi"}),
                ]
            }
            "updateConversation" => vec![json!({"title": "x"})],
            "redactConversation" => vec![
                json!({"type": "source", "conversation_id": ids["conversations"], "source_id": ids["message"]}),
                json!({"type": "conversation_part", "conversation_id": ids["conversations"], "conversation_part_id": "1"}),
            ],
            _ => Vec::new(),
        }
    }
}
