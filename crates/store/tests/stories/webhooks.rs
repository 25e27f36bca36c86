//! The queue of webhooks: what several nodes do with it, what a node that dies leaves, and what is forgotten.

use doorstep_domain::topics::Topic;
use doorstep_domain::webhooks::Verdict;
use doorstep_store::{
    Attempt, Due, Error, NewDelivery, Store, Subscription, SubscriptionState, SubscriptionTerms,
};

use crate::world::{NOON, World, story};

const DAY: i64 = 24 * 3600;

fn terms(topics: &[Topic]) -> SubscriptionTerms {
    SubscriptionTerms {
        url: "https://example.com/".to_owned(),
        topics: topics.to_vec(),
        secret: "a secret nobody may see".to_owned(),
        api_version: "2.16".to_owned(),
        iso_times: false,
        state: SubscriptionState::Active,
    }
}

async fn subscribe(world: &World) -> Subscription {
    let terms = terms(&[Topic::ContactLeadCreated, Topic::ContactDeleted]);
    world.store.create_subscription(world.workspace.id, terms, NOON).await.unwrap()
}

/// What a dispatcher makes of the log: a notification for each topic, whoever asked for it.
async fn announce(store: &Store, subscription: &Subscription) -> bool {
    let Some((workspace_id, from, to)) = store.unannounced().await.unwrap().first().copied() else {
        return false;
    };
    let entries = store.change_feed(workspace_id, from, 1000).await.unwrap();
    let new = entries.into_iter().filter_map(|entry| {
        let topic = Topic::parse(entry.topic.as_deref()?)?;
        subscription.terms.topics.contains(&topic).then(|| NewDelivery {
            subscription_id: subscription.id,
            seq: Some(entry.seq),
            notification_id: Some(format!("notif_{}", entry.seq)),
            topic,
            contact_id: entry.contact_id,
            item: "{}".to_owned(),
            created_at: entry.created_at,
        })
    });
    store.announce_changes(workspace_id, (from, to), new.collect(), NOON).await.unwrap()
}

async fn claim(store: &Store, now: i64) -> Vec<Due> {
    store.claim_deliveries(now, 100).await.unwrap()
}

async fn record(store: &Store, due: Due, verdict: Verdict, now: i64) {
    let attempt = Attempt {
        attempted_at: now,
        outcome: "so it went".to_owned(),
        status: None,
        duration_ms: 1,
        response: None,
    };
    store.record_attempt(due, attempt, verdict, 0).await.unwrap();
}

story! {
    async fn two_nodes_queue_each_change_once_and_send_it_once(world: &World) {
        let other = Store::open(&world.url).await.unwrap();
        // What was before the first subscription is not told.
        world.browser().write("before").await;
        let subscription = subscribe(world).await;
        assert_eq!(world.store.unannounced().await.unwrap(), []);
        for _ in 0..6 {
            world.browser().write("hello").await;
        }
        let both = tokio::join!(announce(&world.store, &subscription), announce(&other, &subscription));
        assert!(both.0 || both.1);
        assert!(!announce(&world.store, &subscription).await);
        let (ours, theirs) = tokio::join!(claim(&world.store, NOON), claim(&other, NOON));
        let mut ids: Vec<i64> = ours.iter().chain(&theirs).map(|due| due.delivery.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((ids.len(), ours.len() + theirs.len()), (6, 6));
        assert_eq!(ours.iter().chain(&theirs).next().unwrap().app_id, "demo");
        other.close().await;
    }
}

story! {
    async fn what_a_dead_node_had_taken_is_sent_again(world: &World) {
        let subscription = subscribe(world).await;
        world.browser().write("hello").await;
        let dying = Store::open(&world.url).await.unwrap();
        assert!(announce(&dying, &subscription).await);
        assert_eq!(claim(&dying, NOON).await.len(), 1);
        dying.close().await;
        assert_eq!(claim(&world.store, NOON + 14).await.len(), 0);
        let due = claim(&world.store, NOON + 15).await.pop().unwrap();
        record(&world.store, due, Verdict::Delivered, NOON + 15).await;
        assert_eq!(claim(&world.store, NOON + DAY).await.len(), 0);
    }
}

story! {
    async fn a_slow_receiver_holds_up_nobody_else(world: &World) {
        let slow = subscribe(world).await;
        for _ in 0..20 {
            world.browser().write("hello").await;
        }
        assert!(announce(&world.store, &slow).await);
        assert_eq!(claim(&world.store, NOON).await.len(), 8);
        assert_eq!(claim(&world.store, NOON).await.len(), 0, "eight are on their way");
        let quick = subscribe(world).await;
        world.browser().write("hello").await;
        assert!(announce(&world.store, &quick).await);
        let taken = claim(&world.store, NOON).await;
        assert_eq!(taken.iter().map(|due| due.subscription.id).collect::<Vec<_>>(), [quick.id]);
    }
}

story! {
    async fn what_is_over_is_forgotten_and_what_is_deleted_at_once(world: &World) {
        let subscription = subscribe(world).await;
        let lead = world.browser().write("hello").await.contact.id;
        world.browser().write("hello").await;
        announce(&world.store, &subscription).await;
        for due in claim(&world.store, NOON).await {
            record(&world.store, due, Verdict::Delivered, NOON).await;
        }
        let logged = async || {
            let all = world.store.deliveries(world.workspace.id, subscription.id, None, None, 100).await.unwrap();
            all.into_iter().map(|delivery| delivery.topic).collect::<Vec<_>>()
        };
        assert_eq!(logged().await, ["contact.lead.created"; 2]);
        world.store.delete_contact(world.workspace.id, lead, NOON).await.unwrap();
        assert_eq!(logged().await, ["contact.lead.created"]);
        world.store.forget_old_deliveries(NOON + 30 * DAY).await.unwrap();
        assert_eq!(logged().await.len(), 1);
        assert_eq!(world.store.forget_old_deliveries(NOON + 30 * DAY + 1).await.unwrap(), 1);
        assert_eq!(logged().await.len(), 0);
        // The log of changes lasts a year, and its last entry stays.
        assert_eq!(world.store.forget_old_changes(NOON + 365 * DAY).await.unwrap(), 0);
        assert!(world.store.forget_old_changes(NOON + 366 * DAY).await.unwrap() > 0);
        let newest = world.seq().await;
        assert_eq!(world.store.oldest_seq(world.workspace.id).await.unwrap(), newest);
        world.store.delete_subscription(world.workspace.id, subscription.id).await.unwrap();
        let gone = world.store.subscription(world.workspace.id, subscription.id).await;
        assert!(matches!(gone, Err(Error::NotFound("subscription"))));
    }
}

story! {
    async fn a_disabled_one_is_not_told_of_what_it_missed(world: &World) {
        let subscription = subscribe(world).await;
        assert!(!format!("{subscription:?}").contains("secret nobody"));
        world.browser().write("hello").await;
        announce(&world.store, &subscription).await;
        let due = claim(&world.store, NOON).await.pop().unwrap();
        record(&world.store, due, Verdict::Gone, NOON).await;
        world.browser().write("unheard").await;
        assert_eq!(world.store.unannounced().await.unwrap(), []);
        let terms = terms(&[Topic::ContactLeadCreated]);
        let back = world.store.update_subscription(world.workspace.id, subscription.id, terms, NOON).await.unwrap();
        assert_eq!((back.terms.state, back.state_reason), (SubscriptionState::Active, None));
        assert_eq!(world.store.unannounced().await.unwrap(), []);
        world.browser().write("heard").await;
        assert_eq!(world.store.unannounced().await.unwrap().len(), 1);
    }
}
