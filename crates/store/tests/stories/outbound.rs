//! Outbound messages: who gets one, how often, what is counted, and what is kept of whom.

use doorstep_domain::outbound::{Banner, Condition, Content, Frequency, LIVE, Rules};
use doorstep_store::{
    Claimed, ConversationRef, DeliveryClaim, DeliveryReport, Error, OutboundCounts, OutboundDeed,
    OutboundMessage, OutboundState, OutboundWrite, SendMessage,
};
use serde_json::{Value, json};

use crate::world::{Browser, NOON, World, story, unique};

const DAY: i64 = 86_400;

/// The name of a showing.
fn delivery(message: &OutboundMessage, number: u32) -> String {
    format!("{number:08x}-0000-8000-8000-{:012x}", message.id)
}

fn rules(any: bool, conditions: &[(&str, &str, Value)]) -> Rules {
    let parse =
        |(field, operator, value): &(&str, &str, Value)| Condition::parse(field, operator, value).unwrap();
    Rules { any, conditions: conditions.iter().map(parse).collect() }
}

impl World {
    fn outbound(&self, rules: Rules, frequency: Frequency) -> OutboundWrite {
        OutboundWrite {
            name: "Hello".to_owned(),
            admin_id: self.admin.id,
            content: Content { body: "Can I help?".to_owned(), banner: None },
            rules,
            frequency,
            priority: 0,
            starts_at: None,
            stops_at: None,
        }
    }

    async fn live(&self, write: OutboundWrite) -> OutboundMessage {
        let made = self.store.create_outbound(self.workspace.id, write, NOON).await.unwrap();
        assert_eq!(made.state, OutboundState::Draft);
        self.state(made.id, OutboundState::Live).await
    }

    async fn state(&self, id: i64, state: OutboundState) -> OutboundMessage {
        self.store.set_outbound_state(self.workspace.id, id, state, NOON).await.unwrap()
    }

    /// Sent, seen, clicked, dismissed, replied.
    async fn counts(&self, message: &OutboundMessage) -> [i64; 5] {
        let OutboundCounts { sent, seen, clicked, dismissed, replied } =
            self.store.outbound_message(self.workspace.id, message.id).await.unwrap().counts;
        [sent, seen, clicked, dismissed, replied]
    }

    /// How many rows are kept about a contact's showings.
    async fn kept(&self, contact_id: &str) -> usize {
        let export = self.store.export_contact(self.workspace.id, contact_id).await.unwrap();
        export["outbound_deliveries"].as_array().map_or(0, Vec::len)
    }
}

impl Browser {
    async fn asks(&self, message: &OutboundMessage, number: u32, met: bool) -> bool {
        let claim = DeliveryClaim {
            workspace_id: self.workspace_id,
            message_id: message.id,
            delivery_id: delivery(message, number),
            session: self.session,
            visitor_id: Some(self.visitor.clone()),
            met,
            counts: true,
            now: self.now,
        };
        matches!(self.store.claim_outbound(claim).await.unwrap(), Claimed::Message(_))
    }

    async fn gets(&self, message: &OutboundMessage, number: u32) -> bool {
        self.asks(message, number, true).await
    }

    async fn tells(&self, message: &OutboundMessage, number: u32, deed: OutboundDeed) {
        let report = DeliveryReport {
            workspace_id: self.workspace_id,
            delivery_id: delivery(message, number),
            session: self.session,
            visitor_id: Some(self.visitor.clone()),
            deed,
            counts: true,
            now: self.now,
        };
        self.store.report_outbound(report).await.unwrap();
    }
}

story! {
    /// P1: of an anonymous visitor there is a number, and no row.
    async fn what_a_visitor_saw_is_a_number(world: &World) {
        let message = world.live(world.outbound(Rules::default(), Frequency::Once)).await;
        let mut visitor = world.browser();
        let before = world.seq().await;
        assert!(visitor.gets(&message, 1).await);
        visitor.tells(&message, 1, OutboundDeed::Seen).await;
        visitor.tells(&message, 1, OutboundDeed::Dismissed).await;
        assert_eq!(world.counts(&message).await, [1, 1, 0, 1, 0]);
        assert_eq!(world.seq().await, before);
        assert!(visitor.boot(None).await.contact.is_none());
    }
}

story! {
    /// P2: the answer makes the lead, and the conversation begins with what is answered.
    async fn an_answer_makes_the_lead(world: &World) {
        let message = world.live(world.outbound(Rules::default(), Frequency::Once)).await;
        let mut visitor = world.browser();
        assert!(visitor.gets(&message, 1).await);
        visitor.tells(&message, 1, OutboundDeed::Seen).await;
        let answer = visitor.message(ConversationRef::Key(delivery(&message, 1)), "Yes, please");
        let sent = visitor.send(answer.clone()).await.unwrap();
        assert!(!sent.contact.is_user());
        assert_eq!(world.bodies(sent.conversation.id).await, ["<p>Can I help?</p>", "<p>Yes, please</p>"]);
        assert!(!sent.conversation.pending);
        assert_eq!(sent.conversation.unread_by_contact, 0);
        let record = world.store.conversation_record(world.workspace.id, sent.conversation.id).await.unwrap();
        assert_eq!(record.delivered_as, "automated");
        assert_eq!(world.counts(&message).await, [1, 1, 0, 0, 1]);
        // Sent again it is the same message, and counted once.
        let again = SendMessage { session: visitor.session, ..answer };
        let again = visitor.send(again).await.unwrap();
        assert!(again.repeated);
        let more = visitor.message(ConversationRef::Key(delivery(&message, 1)), "Hello?");
        assert_eq!(visitor.send(more).await.unwrap().conversation.id, sent.conversation.id);
        assert_eq!(world.counts(&message).await, [1, 1, 0, 0, 1]);
        // A lead now, they have had it.
        assert_eq!(world.kept(&sent.contact.id).await, 1);
        assert!(!visitor.gets(&message, 2).await);
        // The team answers in the same conversation.
        world.reply(sent.conversation.id, "How?").await;
        assert_eq!(world.bodies(sent.conversation.id).await.len(), 4);
    }
}

story! {
    async fn of_leads_and_users_once_is_once_on_every_device(world: &World) {
        let message = world.live(world.outbound(Rules::default(), Frequency::Once)).await;
        let (mut phone, mut laptop) = (world.browser(), world.browser());
        let ada = phone.log_in(&json!({"user_id": "ada"})).await;
        laptop.log_in(&json!({"user_id": "ada"})).await;
        let (one, other) = tokio::join!(phone.gets(&message, 1), laptop.gets(&message, 2));
        assert!(one != other, "one of two devices that ask at once gets it: {one} {other}");
        let (has, number) = if one { (&phone, 1) } else { (&laptop, 2) };
        // The answer was lost: asked again, it is the same.
        assert!(has.gets(&message, number).await);
        for _ in 0..2 {
            has.tells(&message, number, OutboundDeed::Seen).await;
            has.tells(&message, number, OutboundDeed::Clicked).await;
        }
        assert_eq!(world.counts(&message).await, [1, 1, 1, 0, 0]);
        // What was opened can be found again, read, and is no conversation for the team yet.
        let (talks, _) = world.store.conversations_of(world.workspace.id, &ada, 10).await.unwrap();
        assert_eq!(talks.len(), 1);
        assert_eq!((talks[0].pending, talks[0].unread_by_contact), (true, 0));
        assert_eq!(talks[0].client_key.as_deref(), Some(&*delivery(&message, number)));
        let answer = phone.message(ConversationRef::Id(talks[0].id), "Yes");
        assert!(!phone.send(answer).await.unwrap().conversation.pending);
        assert_eq!(world.counts(&message).await, [1, 1, 1, 0, 1]);
        assert_eq!(world.kept(&ada).await, 1);
    }
}

story! {
    async fn frequencies(world: &World) {
        let mut browser = world.browser();
        browser.log_in(&json!({"user_id": "ada"})).await;
        let often = world.live(world.outbound(Rules::default(), Frequency::EveryDays(2))).await;
        let insists = world.live(world.outbound(Rules::default(), Frequency::UntilInteraction)).await;
        let visits = world.live(world.outbound(Rules::default(), Frequency::EveryVisit)).await;
        for message in [&often, &insists, &visits] {
            assert!(browser.gets(message, 1).await);
        }
        browser.now += DAY;
        assert!(!browser.gets(&often, 2).await);
        assert!(browser.gets(&insists, 2).await);
        assert!(browser.gets(&visits, 2).await);
        browser.tells(&insists, 2, OutboundDeed::Dismissed).await;
        browser.now += DAY;
        assert!(browser.gets(&often, 3).await);
        assert!(!browser.gets(&insists, 3).await);
        assert_eq!(world.counts(&often).await, [2, 0, 0, 0, 0]);
    }
}

story! {
    async fn rules_about_people_are_the_servers(world: &World) {
        let gold = rules(false, &[("url", "contains", json!("/a")), ("custom_attributes.plan", "is", json!("gold"))]);
        let gold = world.live(world.outbound(gold, Frequency::EveryVisit)).await;
        let users = world.live(world.outbound(rules(false, &[("role", "is", json!("user"))]), Frequency::EveryVisit)).await;
        let acme = rules(true, &[("url", "is", json!("/b")), ("company.name", "is", json!("Acme"))]);
        let acme = world.live(world.outbound(acme, Frequency::EveryVisit)).await;
        let visitor = world.browser();
        for message in [&gold, &users] {
            assert!(!visitor.gets(message, 1).await);
        }
        assert!(!visitor.asks(&acme, 1, false).await);
        assert!(visitor.asks(&acme, 1, true).await);
        let mut user = world.browser();
        user.log_in(&json!({"user_id": "ada", "plan": "Gold", "company": {"company_id": "1", "name": "Acme"}})).await;
        let page = json!({"company": {"company_id": "1", "name": "Acme"}});
        let companies = doorstep_domain::companies::CompanyData::all(page.as_object().unwrap());
        user.boot_with(Some(crate::world::claim(&json!({"user_id": "ada"}))), companies).await;
        assert!(user.gets(&gold, 2).await);
        assert!(!user.asks(&gold, 3, false).await);
        assert!(user.gets(&users, 2).await);
        assert!(user.asks(&acme, 2, false).await);
        let mut other = world.browser();
        other.log_in(&json!({"user_id": "bob", "plan": "silver"})).await;
        assert!(!other.gets(&gold, 4).await);
        assert!(!other.asks(&acme, 4, false).await);
    }
}

story! {
    async fn paused_deleted_and_out_of_season(world: &World) {
        let mut write = world.outbound(Rules::default(), Frequency::EveryVisit);
        write.starts_at = Some(NOON + 10);
        write.stops_at = Some(NOON + 20);
        let message = world.live(write).await;
        let mut visitor = world.browser();
        assert!(!visitor.gets(&message, 1).await);
        visitor.now = NOON + 10;
        assert!(visitor.gets(&message, 2).await);
        world.state(message.id, OutboundState::Paused).await;
        assert!(!visitor.gets(&message, 3).await);
        world.state(message.id, OutboundState::Live).await;
        assert!(visitor.gets(&message, 3).await);
        assert_eq!(world.store.live_outbound(world.workspace.id, NOON).await.unwrap().len(), 1);
        assert_eq!(world.store.live_outbound(world.workspace.id, NOON + 20).await.unwrap(), []);
        visitor.now = NOON + 20;
        assert!(!visitor.gets(&message, 4).await);
        // Deleted: it is gone for everybody but who has it before their eyes.
        world.store.delete_outbound(world.workspace.id, message.id, NOON).await.unwrap();
        let gone = world.store.outbound_message(world.workspace.id, message.id).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
        assert_eq!(world.store.outbound_messages(world.workspace.id, None, 10).await.unwrap(), []);
        let answer = visitor.message(ConversationRef::Key(delivery(&message, 3)), "Yes");
        let sent = visitor.send(answer).await.unwrap();
        assert_eq!(world.bodies(sent.conversation.id).await, ["<p>Can I help?</p>", "<p>Yes</p>"]);
    }
}

story! {
    async fn another_workspaces_message_is_nobodys(world: &World) {
        let theirs = world.store.create_workspace(crate::world::new_workspace("theirs")).await.unwrap();
        let message = world.live(world.outbound(Rules::default(), Frequency::Once)).await;
        let mut browser = world.browser();
        browser.workspace_id = theirs.id;
        assert!(!browser.gets(&message, 1).await);
        browser.tells(&message, 1, OutboundDeed::Seen).await;
        let answer = browser.message(ConversationRef::Key(delivery(&message, 1)), "Yes");
        let sent = browser.send(answer).await.unwrap();
        let thread = world.store.thread(theirs.id, None, sent.conversation.id, None, 10).await.unwrap();
        assert_eq!(thread.parts.len(), 1);
        assert_eq!(world.counts(&message).await, [0; 5]);
        // Neither is a teammate of another.
        let write = world.outbound(Rules::default(), Frequency::Once);
        let refused = world.store.create_outbound(theirs.id, write, NOON).await;
        assert!(matches!(refused, Err(Error::NotFound("admin"))));
    }
}

story! {
    async fn what_is_kept_goes_with_the_person(world: &World) {
        let message = world.live(world.outbound(Rules::default(), Frequency::Once)).await;
        let mut browser = world.browser();
        let lead = browser.write("Hi").await.contact.id;
        assert!(browser.gets(&message, 1).await);
        assert_eq!(world.kept(&lead).await, 1);
        // Logged in over the lead: the user has had it.
        let ada = browser.log_in(&json!({"user_id": "ada"})).await;
        assert!(!browser.gets(&message, 2).await);
        let mut other = world.browser();
        let second = other.write("Hi").await.contact.id;
        assert!(other.gets(&message, 3).await);
        let merged = other.log_in(&json!({"user_id": "ada"})).await;
        assert_eq!(merged, ada);
        assert_eq!(world.kept(&ada).await, 2);
        assert_ne!(second, ada);
        world.store.erase_contact(world.workspace.id, ada, NOON).await.unwrap();
        // Numbers stay, about nobody.
        assert_eq!(world.counts(&message).await, [2, 0, 0, 0, 0]);
    }
}

story! {
    async fn a_message_is_changed_and_listed(world: &World) {
        let id = world.workspace.id;
        let first = world.live(world.outbound(Rules::default(), Frequency::Once)).await;
        let mut write = world.outbound(rules(true, &[("url", "is", json!("/a")), ("role", "is", json!("lead"))]), Frequency::EveryDays(3));
        write.content = Content { body: "Sale".to_owned(), banner: Some(Banner { floats: true, ..Banner::default() }) };
        write.priority = 5;
        let second = world.store.create_outbound(id, write.clone(), NOON).await.unwrap();
        assert_eq!(world.store.live_outbound(id, NOON).await.unwrap(), std::slice::from_ref(&first));
        let second = world.state(second.id, OutboundState::Live).await;
        assert_eq!((second.rules.as_ref(), second.frequency), (Some(&write.rules), write.frequency));
        assert_eq!(second.content, write.content);
        assert_eq!(world.store.live_outbound(id, NOON).await.unwrap(), [second.clone(), first.clone()]);
        assert_eq!(world.store.outbound_messages(id, None, 1).await.unwrap(), std::slice::from_ref(&second));
        assert_eq!(world.store.outbound_messages(id, Some(second.id), 5).await.unwrap(), [first]);
        assert_eq!(world.store.outbound_total(id).await.unwrap(), 2);
        write.name = unique("name");
        let changed = world.store.update_outbound(id, second.id, write.clone(), NOON + 1).await.unwrap();
        assert_eq!((changed.name, changed.updated_at, changed.state), (write.name.clone(), NOON + 1, OutboundState::Live));
        for _ in 2..LIVE {
            let draft = world.store.create_outbound(id, write.clone(), NOON).await.unwrap();
            world.state(draft.id, OutboundState::Live).await;
        }
        let over = world.store.create_outbound(id, write, NOON).await.unwrap();
        let refused = world.store.set_outbound_state(id, over.id, OutboundState::Live, NOON).await;
        assert!(matches!(refused, Err(Error::TooManyLive)));
        assert_eq!(world.store.outbound_message(id, over.id).await.unwrap().state, OutboundState::Draft);
    }
}
