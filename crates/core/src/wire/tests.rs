//! What is read is what serde writes, field by field, and rubbish is nothing.

use doorstep_protocol::messenger::ErrorReply;
use proptest::prelude::*;
use rstest::rstest;
use serde::Serialize;
use serde_json::json;

use super::*;

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

fn full_author() -> Author {
    Author {
        kind: AuthorKind::Admin,
        id: "1".into(),
        name: "Ada".into(),
        avatar: Some("https://a".into()),
        away: true,
    }
}

fn full_person() -> Person {
    Person {
        id: Some("c".into()),
        role: Role::User,
        external_id: Some("42".into()),
        email: Some("ann@example.com".into()),
        name: Some("Ann".into()),
    }
}

fn full_conversation() -> Conversation {
    Conversation {
        id: "7".into(),
        key: Some("k".into()),
        state: ConversationState::Closed,
        preview: "hi".into(),
        last_author: full_author(),
        updated_at: 1_700_000_000,
        dismissed_at: 1_600_000_000,
        unread: 3,
        seen_by_team: Some("4".into()),
        rating: "4.".into(),
    }
}

fn full_part() -> Part {
    Part {
        id: "9".into(),
        conversation_id: "7".into(),
        client_id: Some("u".into()),
        author: full_author(),
        body: "<p>hi</p>".into(),
        created_at: 1_700_000_001,
        // Nothing here asks for the kind.
        attachments: vec![Attachment {
            id: "f".into(),
            name: "cat.png".into(),
            url: "/attachments/f".into(),
            content_type: String::new(),
            size: 7,
            width: 2,
            height: 3,
        }],
        replies: "[]".into(),
    }
}

fn full_page() -> Page {
    Page { url: "u".into(), title: "t".into(), referrer: "r".into(), language: "l".into() }
}

#[test]
fn reads_what_the_server_answers() {
    let ping = PingReply {
        session: Some(Session { token: "s".into(), expires_at: 5, max_age: 4 }),
        person: full_person(),
        workspace: Workspace {
            name: "n".into(),
            greeting: "g".into(),
            introduction: "i".into(),
            team_intro: "ti".into(),
            language: "de".into(),
            action_color: "ac".into(),
            background_color: "bc".into(),
            email_collection: EmailCollection::RequiredOutsideOfficeHours,
            team: vec![full_author()],
            sound: true,
            office: "{}".into(),
        },
        conversations: vec![full_conversation()],
        seq: 12,
        refusal: Some(ErrorBody { code: "c".into(), message: "m".into(), field: Some("f".into()) }),
        complaint: "no".into(),
    };
    assert_eq!(ping_reply(&written(&ping)), Some(ping));
    let send = SendReply {
        session: None,
        person: full_person(),
        conversation: full_conversation(),
        part: full_part(),
        seq: 13,
    };
    assert_eq!(send_reply(&written(&send)), Some(send));
    let thread =
        ThreadReply { conversation: full_conversation(), parts: vec![full_part()], more: true, seq: 14 };
    assert_eq!(thread_reply(&written(&thread)), Some(thread));
    let email = EmailReply { person: full_person() };
    assert_eq!(email_reply(&written(&email)), Some(email));
    let error = ErrorBody { code: "c".into(), message: "m".into(), field: None };
    assert_eq!(error_reply(&written(&ErrorReply { error: error.clone() })), error);
}

#[rstest]
#[case(ServerFrame::Welcome { seq: 1 })]
#[case(ServerFrame::Change { seq: 2, change: Box::new(Change::Part { conversation: full_conversation(), part: full_part() }) })]
#[case(ServerFrame::Change { seq: 3, change: Box::new(Change::Conversation { conversation: full_conversation() }) })]
#[case(ServerFrame::Change { seq: 4, change: Box::new(Change::Person { person: full_person() }) })]
#[case(ServerFrame::Typing { conversation_id: "7".into(), name: "Ada".into() })]
#[case(ServerFrame::Beat)]
#[case(ServerFrame::Bye { reason: "restart".into() })]
fn reads_frames(#[case] frame: ServerFrame) {
    assert_eq!(server_frame(&written(&frame)), Some(frame));
}

#[test]
fn an_outbound_message_is_plain_whatever_the_page_calls_it() {
    let page = json!({"type": "open", "open": {"at": "outbound", "id": "k", "part": full_part()}});
    let right = Open::Outbound { id: "k".into(), part: Box::new(Part { id: "0".into(), ..full_part() }) };
    assert_eq!(host_to_frame(&page.to_string()), Some(HostToFrame::Open { open: right }));
    assert_eq!(host_to_frame(r#"{"type": "open", "open": {"at": "outbound", "id": "k"}}"#), None);
}

#[rstest]
#[case(HostToFrame::Boot {
    app_id: "demo".into(), settings: map(&json!({"s": {"user_id": 1}}), "s"), visitor_id: "v".into(),
    device_id: "d".into(), session: Some("s".into()), page: full_page(),
    open: Some(Open::Conversation { id: "7".into() }), mobile: true, near: true,
})]
#[case(HostToFrame::Boot {
    app_id: "demo".into(), settings: Map::new(), visitor_id: "v".into(),
    device_id: "d".into(), session: None, page: full_page(), open: None, mobile: false, near: false,
})]
#[case(HostToFrame::Near)]
#[case(HostToFrame::Update { settings: map(&json!({"s": {"a": []}}), "s"), page: full_page() })]
#[case(HostToFrame::Open { open: Open::Default })]
#[case(HostToFrame::Open { open: Open::Home })]
#[case(HostToFrame::Open { open: Open::Messages })]
#[case(HostToFrame::Open { open: Open::NewMessage { text: "t".into() } })]
#[case(HostToFrame::Send { text: "t".into() })]
#[case(HostToFrame::Close)]
#[case(HostToFrame::Visible { visible: true })]
#[case(HostToFrame::Mobile { mobile: true })]
#[case(HostToFrame::Shutdown)]
fn reads_the_page(#[case] message: HostToFrame) {
    assert_eq!(host_to_frame(&written(&message)), Some(message));
}

#[rstest]
fn reads_every_name(
    #[values(Role::Visitor, Role::Lead, Role::User)] role: Role,
    #[values(AuthorKind::Contact, AuthorKind::Participant, AuthorKind::Admin, AuthorKind::Bot)]
    kind: AuthorKind,
    #[values(ConversationState::Open, ConversationState::Closed, ConversationState::Snoozed)]
    state: ConversationState,
    #[values(
        EmailCollection::AfterFirstMessage,
        EmailCollection::RequiredAlways,
        EmailCollection::RequiredOutsideOfficeHours,
        EmailCollection::Never
    )]
    email_collection: EmailCollection,
) {
    let value = |it: &dyn Fn() -> Value| it();
    assert_eq!(person(&value(&|| json!({ "role": role }))).role, role);
    assert_eq!(author(&value(&|| json!({ "kind": kind }))).kind, kind);
    assert_eq!(conversation(&value(&|| json!({ "state": state }))).state, state);
    assert_eq!(
        workspace(&value(&|| json!({ "email_collection": email_collection }))).email_collection,
        email_collection
    );
}

#[rstest]
#[case("")]
#[case("null")]
#[case("[]")]
#[case("{}")]
#[case("<html>")]
#[case(r#"{"person":1,"conversation":[],"part":"x","type":3,"workspace":null}"#)]
fn rubbish_is_nothing(#[case] text: &str) {
    assert_eq!(ping_reply(text), None);
    assert_eq!(send_reply(text), None);
    assert_eq!(thread_reply(text), None);
    assert_eq!(email_reply(text), None);
    assert_eq!(server_frame(text), None);
    assert_eq!(host_to_frame(text), None);
    assert!(letter(text).is_none());
    assert_eq!(error_reply(text), ErrorBody::default());
}

proptest! {
    #[test]
    fn nothing_panics(text in ".{0,80}") {
        let _ = (ping_reply(&text), server_frame(&text), host_to_frame(&text), letter(&text));
    }
}
