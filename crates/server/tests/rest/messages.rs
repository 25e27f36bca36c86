//! `POST /messages` (S§2.6): what is refused, what the person sees, and when it is a conversation.

use doorstep_domain::visit::Visit;
use doorstep_store::{ConversationRef, EmailGiven, SendMessage};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{NOW, Program, World};

/// The cookie of the lead's browser.
const VISITOR: &str = "6f0e7a3c-5d1b-4c2a-9e8f-0a1b2c3d4e5f";

struct Post {
    world: World,
    ours: Program,
    admin: String,
    lead: String,
    user: String,
}

async fn post() -> Post {
    let world = World::new().await;
    let ours = world.ours().await;
    let admin = ours.get("/admins").await.ok()["admins"][0]["id"].as_str().unwrap().to_owned();
    let lead = world.store.lead_for_visitor(ours.workspace_id, VISITOR.to_owned(), NOW).await.unwrap();
    let user = ours.contact(&json!({"external_id": "70", "email": "bob@example.com"})).await;
    Post { world, ours, admin, lead, user }
}

impl Post {
    /// An in-app message to the lead, with changes.
    fn body(&self, changes: &Value) -> Value {
        let mut body = json!({
            "message_type": "in_app", "body": "heyy", "subject": "heyy",
            "from": {"type": "admin", "id": self.admin}, "to": {"type": "lead", "id": self.lead},
        });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    }

    async fn send(&self, changes: &Value) -> crate::world::Reply {
        self.ours.post("/messages", &self.body(changes)).await
    }

    /// How many conversations the API finds by a message's id.
    async fn found(&self, message: &Value) -> Value {
        let query = json!({"query": {"field": "source.id", "operator": "=", "value": message["id"]}});
        self.ours.post("/conversations/search", &query).await.ok()
    }

    /// What a contact's Messenger lists: conversations with previews and how many messages are unread.
    async fn seen_by(&self, contact: &str) -> Vec<(i64, String, i64)> {
        let (found, _) =
            self.world.store.conversations_of(self.ours.workspace_id, contact, 50).await.unwrap();
        found.into_iter().map(|one| (one.id, one.preview, one.unread_by_contact)).collect()
    }
}

#[tokio::test]
async fn a_message_is_no_conversation_before_its_person_answers() {
    let post = post().await;
    let sent = post.send(&json!({})).await.ok();
    let mut keys: Vec<&str> = sent.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    insta::assert_snapshot!(keys.join(" "), @"body created_at id message_type owner subject type");
    assert_eq!((&sent["type"], &sent["message_type"]), (&json!("admin_message"), &json!("inapp")));
    assert_eq!((&sent["body"], &sent["owner"]["id"]), (&json!("heyy"), &json!(post.admin)));
    // The person has it, nobody else has a conversation.
    let seen = post.seen_by(&post.lead).await;
    assert_eq!(seen, [(seen[0].0, "heyy".to_owned(), 1)]);
    let path = format!("/conversations/{}", seen[0].0);
    for hidden in [&path, "/conversations/last"] {
        assert_eq!(post.ours.get(hidden).await.status, 404, "{hidden}");
    }
    assert_eq!(post.ours.call("DELETE", &path, Vec::new()).await.status, 404);
    let note = json!({"message_type": "note", "type": "admin", "admin_id": post.admin, "body": "x"});
    assert_eq!(post.ours.post(&format!("{path}/reply"), &note).await.status, 404);
    assert_eq!(post.ours.get("/conversations").await.ok()["total_count"], 0);
    assert_eq!(post.found(&sent).await["total_count"], 0);
    let inbox = post.world.store.inbox(post.ours.workspace_id, "open", None, 10).await.unwrap();
    assert_eq!((inbox.rows.len(), inbox.open_count), (0, 0));

    post.world.wait(60);
    answer(&post, seen[0].0).await;
    let found = post.found(&sent).await;
    assert_eq!(found["total_count"], 1);
    let conversation = &found["conversations"][0];
    let source = &conversation["source"];
    assert_eq!((&source["id"], &source["delivered_as"]), (&sent["id"], &json!("admin_initiated")));
    assert_eq!(
        (&source["author"]["type"], &source["author"]["id"], &source["subject"]),
        (&json!("admin"), &json!(post.admin), &json!("heyy"))
    );
    assert_eq!(conversation["first_contact_reply"]["created_at"], NOW + 60);
    let inbox = post.world.store.inbox(post.ours.workspace_id, "open", None, 10).await.unwrap();
    assert_eq!((inbox.rows.len(), inbox.open_count), (1, 1));
    let redact = json!({"type": "source", "conversation_id": conversation["id"], "source_id": sent["id"]});
    assert_eq!(post.ours.post("/conversations/redact", &redact).await.ok()["source"]["redacted"], true);
}

/// The lead answers in the Messenger.
async fn answer(post: &Post, conversation: i64) {
    let workspace_id = post.ours.workspace_id;
    let message = SendMessage {
        workspace_id,
        session: None,
        visitor_id: Some(VISITOR.to_owned()),
        device_id: None,
        fresh_session: [7; 32],
        client_id: "answer".to_owned(),
        conversation: ConversationRef::Id(conversation),
        body: "<p>hi</p>".to_owned(),
        preview: "hi".to_owned(),
        email: EmailGiven::default(),
        chosen: None,
        files: Vec::new(),
        page_url: String::new(),
        visit: Visit::default(),
        now: NOW + 60,
        session_ttl: 3600,
    };
    let sent = post.world.store.send_message(message).await.unwrap();
    assert_eq!((sent.contact.id.as_str(), sent.part.conversation_id), (post.lead.as_str(), conversation));
}

#[tokio::test]
async fn a_conversation_at_once_and_several_people() {
    let post = post().await;
    let to = json!([
        {"type": "lead", "id": post.lead}, {"type": "user", "user_id": "70"},
        {"type": "user", "email": "BOB@example.com"},
    ]);
    let changes = json!({
        "to": to, "message_type": "conversation", "body": "<p>Hi <script>x</script><b>all</b></p>",
        "create_conversation_without_contact_reply": true, "created_at": NOW - 500,
    });
    let sent = post.send(&changes).await.ok();
    assert_eq!((&sent["body"], &sent["created_at"]), (&json!("<p>Hi <b>all</b></p>"), &json!(NOW - 500)));
    let found = post.found(&sent).await;
    assert_eq!(found["total_count"], 2, "each of the two has one, however they were named");
    let first =
        post.ours.get(&format!("/conversations/{}", sent["conversation_id"].as_str().unwrap())).await.ok();
    assert_eq!((&first["source"]["id"], &first["state"]), (&sent["id"], &json!("open")));
    assert_eq!(first["contacts"]["contacts"][0]["id"], post.lead.as_str());
    assert_eq!((&first["waiting_since"], &first["read"]), (&Value::Null, &json!(false)));
    assert_eq!(first["conversation_parts"]["total_count"], 0);
    assert_eq!((post.seen_by(&post.lead).await.len(), post.seen_by(&post.user).await.len()), (1, 1));
    // One stranger among them, and nobody gets anything.
    let strangers = json!({"to": [{"type": "user", "id": post.user}, {"type": "user", "id": "nobody"}]});
    assert_eq!(post.send(&strangers).await.refused(), (404, "not_found".to_owned()));
    assert_eq!(post.seen_by(&post.user).await.len(), 1);
}

#[tokio::test]
async fn an_email_reaches_the_messenger_and_says_that_it_was_not_sent() {
    let post = post().await;
    let changes = json!({
        "message_type": "email", "template": "plain", "to": {"type": "user", "user_id": "70"}, "subject": "News",
        "cc": {"type": "lead", "id": post.lead}, "create_conversation_without_contact_reply": true,
    });
    let sent = post.send(&changes).await.ok();
    assert_eq!((&sent["message_type"], &sent["subject"]), (&json!("email"), &json!("News")));
    let source = post.found(&sent).await["conversations"][0]["source"].clone();
    assert_eq!((&source["type"], &source["subject"]), (&json!("email"), &json!("News")));
    let recipients = json!([
        {"type": "to", "email": "bob@example.com", "drop_reason": "email_delivery_missing"},
    ]);
    assert_eq!(source["recipients"], recipients, "the lead has no email");
    assert_eq!(post.seen_by(&post.user).await.len(), 1);
    assert_eq!(post.seen_by(&post.lead).await.len(), 0, "a copy is an email's");
}

#[tokio::test]
async fn a_contact_writes_to_the_team() {
    let post = post().await;
    let body = json!({
        "from": {"type": "user", "id": post.user}, "body": "heyy", "referer": "https://twitter.com/bob",
    });
    let sent = post.ours.post("/messages", &body).await.ok();
    assert_eq!((&sent["type"], &sent["message_type"]), (&json!("user_message"), &json!("inapp")));
    let path = format!("/conversations/{}", sent["conversation_id"].as_str().unwrap());
    let shown = post.ours.get(&path).await.ok();
    assert_eq!(
        (&shown["source"]["url"], &shown["source"]["delivered_as"]),
        (&json!("https://twitter.com/bob"), &json!("customer_initiated"))
    );
}

#[rstest]
#[case(json!({"body": null}), 400, "parameter_invalid", "Body is required", "body")]
#[case(json!({"message_type": "email", "body": ""}), 400, "parameter_invalid", "Body is required", "body")]
#[case(json!({"message_type": "email", "subject": null}), 422, "parameter_not_found",
       "No subject supplied for email message", "")]
#[case(json!({"message_type": "whatsapp"}), 400, "parameter_invalid", "message_type must be in_app or email",
       "message_type")]
#[case(json!({"message_type": null}), 400, "parameter_not_found", "message_type is missing", "message_type")]
#[case(json!({"from": null}), 400, "parameter_not_found", "from is missing", "from")]
#[case(json!({"from": {"type": "admin", "id": 999_999}}), 404, "admin_not_found", "Admin not found", "")]
#[case(json!({"to": null}), 400, "parameter_not_found", "to is missing", "to")]
#[case(json!({"to": []}), 400, "parameter_not_found", "to is missing", "to")]
#[case(json!({"to": {"type": "user"}}), 400, "parameter_invalid", "give an id, a user_id or an email", "to.id")]
#[case(json!({"to": {"type": "team", "id": "1"}}), 400, "parameter_invalid", "type must be user, lead or contact",
       "to.type")]
#[case(json!({"to": {"type": "user", "id": "x"}}), 404, "not_found", "User Not Found", "")]
#[case(json!({"bcc": {"type": "user", "id": "x"}}), 404, "not_found", "User Not Found", "")]
#[case(json!({"template": "shiny"}), 400, "parameter_invalid", "template must be plain or personal", "template")]
#[case(json!({"created_at": NOW + 1}), 400, "parameter_invalid", "created_at must not be in the future",
       "created_at")]
#[tokio::test]
async fn what_is_refused(
    #[case] changes: Value,
    #[case] status: u16,
    #[case] code: &str,
    #[case] message: &str,
    #[case] field: &str,
) {
    let post = post().await;
    let (got, its_code, its_message, its_field) = post.send(&changes).await.refusal();
    assert_eq!(
        (got, &*its_code, &*its_message, its_field.as_deref().unwrap_or_default()),
        (status, code, message, field)
    );
    assert!(post.seen_by(&post.lead).await.is_empty());
}

#[tokio::test]
async fn too_many_people() {
    let post = post().await;
    let to: Vec<Value> = (0..10_000).map(|_| json!({"type": "lead", "id": post.lead})).collect();
    assert_eq!(post.send(&json!({"to": to})).await.refused(), (400, "parameter_invalid".to_owned()));
}
