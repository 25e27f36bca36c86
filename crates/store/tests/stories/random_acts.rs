//! People and the company's programs act in random order: whatever they do, no conversation is lost and nobody is shown
//! words that are not for them (P7 to P10). Who may read what is kept beside the store in `play.rs`; this file says what
//! is done. The seeds are fixed; a failure names its seed and what was done.

mod play;

use std::collections::BTreeSet;

use doorstep_domain::contacts::{MergeRules, Role};
use doorstep_domain::edit::Edit;
use doorstep_domain::email::Email;
use doorstep_domain::settings::{BootSettings, Claim};
use doorstep_store::{Actor, ContactEdit, ContactRecord, ContactWrite, ConversationRef, Error};
use serde_json::json;

use self::play::{Person, Play};
use crate::world::{NOON, World, story, unique};

/// Acts of one play.
const ACTS: usize = 40;
/// Browsers of one play.
const SEATS: usize = 3;
/// Users of one play. The last is known by email alone, and always proves it.
const USERS: usize = 3;

story! {
    async fn whatever_happens_nothing_is_lost_and_nobody_reads_anothers_words(world: &World) {
        let seeds = if world.url.starts_with("sqlite") { 24 } else { 5 };
        for seed in 0..seeds {
            let mut play = Play::new(world, seed, SEATS);
            for _ in 0..ACTS {
                act(&mut play).await;
                play.check().await;
            }
            play.close().await;
        }
    }
}

async fn act(play: &mut Play<'_>) {
    let seat = play.below(SEATS);
    match play.below(26) {
        0 | 1 => {
            play.note(format!("{seat} pings"));
            let found = play.seats[seat].browser.boot(None).await;
            assert!(!found.visitor_retired, "{play}");
        }
        2..=6 => write(play, seat).await,
        7 | 8 => type_email(play, seat).await,
        9..=12 => log_in(play, seat).await,
        13 => {
            play.note(format!("{seat} shuts down"));
            play.shut_down(seat).await;
        }
        14 => {
            play.note(format!("{seat} loses the session's cookie"));
            play.seats[seat].browser.session = None;
            play.seats[seat].user = None;
        }
        15 | 16 => merge(play, Role::User).await,
        17 => merge(play, Role::Lead).await,
        18 => undo(play).await,
        19 => convert(play).await,
        20 => archive(play).await,
        21..=23 => join(play).await,
        24 => leave(play).await,
        _ => import(play).await,
    }
}

/// Begins a conversation, or goes on with one.
async fn write(play: &mut Play<'_>, seat: usize) {
    let shown = play.shown(seat).await;
    let place = match play.below(shown.len() + 1) {
        0 => ConversationRef::Key(unique("key")),
        number => ConversationRef::Id(shown[number - 1]),
    };
    let text = unique("word");
    let person = play.person(seat);
    play.note(format!("{seat} ({person:?}) writes to {place:?}"));
    let browser = &mut play.seats[seat].browser;
    let answer = match browser.send(browser.message(place, &text)).await {
        // The session was ended from outside: the Messenger pings and goes on as whoever it then is.
        Err(Error::NoCaller) => {
            assert_eq!(browser.who().await, None);
            browser.boot(None).await;
            return;
        }
        other => other.unwrap(),
    };
    play.belongs(&answer.contact.id, person);
    play.written(answer.conversation.id, text, person);
}

/// What the Messenger's card asks for; a user who has an email is not asked.
async fn type_email(play: &mut Play<'_>, seat: usize) {
    let Some(id) = play.seats[seat].browser.who().await else { return };
    let Some(contact) = play.world.store.contact(play.world.workspace.id, &id).await.unwrap() else { return };
    if contact.is_user() && contact.email.is_some() {
        return;
    }
    let email = email(play, play.draw_user());
    play.note(format!("{seat} types {email}"));
    let edit = ContactEdit { email: Some(email), by_person: true, ..ContactEdit::default() };
    play.world.store.edit_contact(play.world.workspace.id, id, edit, NOON).await.unwrap();
}

/// A page names a user, with a proof or without.
async fn log_in(play: &mut Play<'_>, seat: usize) {
    let user = play.draw_user();
    let (own, id) = (email(play, user), play.user_id(user));
    let other = play.draw_user();
    let foreign = email(play, other);
    // A user without an id of the site's takes one that comes with their email in their own session.
    let may_lie = other != user && (other != USERS - 1 || play.seats[seat].user != Some(other));
    let by_email = user == USERS - 1;
    let (page, signed): (_, &[&str]) = match play.below(5) {
        _ if by_email => (json!({"email": own}), &["email"]),
        0 => (json!({"user_id": id}), &[]),
        1 => (json!({"user_id": id, "email": own}), &[]),
        2 => (json!({"user_id": id, "email": own}), &["user_id"]),
        3 if may_lie => (json!({"user_id": id, "email": foreign}), &["user_id"]),
        _ => (json!({"user_id": id, "email": own}), &["user_id", "email"]),
    };
    play.note(format!("{seat} boots with {page} signed {signed:?}"));
    // P8: who proves that they are this user may take along what was written by leads with the user's own email.
    let mut joining = Vec::new();
    for lead in play.live(Role::Lead).await {
        if !signed.is_empty() && lead.email_norm == Some(own.clone()) {
            joining.push(lead.id);
        }
    }
    let signed: BTreeSet<String> = signed.iter().map(|&name| name.to_owned()).collect();
    let claim: Claim = BootSettings::read(page.as_object().unwrap()).claim(signed).unwrap();
    let contact = play.seats[seat].browser.boot(Some(claim)).await.contact.unwrap();
    assert!(contact.is_user(), "{play}");
    let person = Person::User(user);
    // P9: what was written here before is the user's from now on, and the browser's no more.
    if play.seats[seat].user.is_none() {
        let life = play.person(seat);
        for readers in play.readers().filter(|readers| readers.contains(&life)) {
            readers.remove(&life);
            readers.insert(person);
        }
    }
    for lead in joining {
        play.hand_over(&lead, None, Some(person));
    }
    play.seats[seat].user = Some(user);
    play.belongs(&contact.id, person);
}

/// A program merges a lead into somebody.
async fn merge(play: &mut Play<'_>, into: Role) {
    let Some(from) = play.draw(Role::Lead).await else { return };
    let Some(into) = play.draw(into).await else { return };
    // A program that knows of an email knows whose it is.
    if from.id == into.id || (from.email_verified && !owns(play, &into.id, &from)) {
        return;
    }
    play.note(format!("{} is merged into {}", from.id, into.id));
    let rules = MergeRules { duplicates_only: false, leads: true };
    let (workspace, now) = (play.world.workspace.id, NOON);
    play.world.store.merge_contacts(workspace, from.id.clone(), into.id.clone(), rules, now).await.unwrap();
    play.hand_over(&from.id, play.whose(&from.id), play.whose(&into.id));
}

/// Whether a contact is the user whose verified email a lead has.
fn owns(play: &Play<'_>, contact: &str, lead: &ContactRecord) -> bool {
    match play.whose(contact) {
        Some(Person::User(user)) => lead.email_norm == Some(email(play, user)),
        _ => false,
    }
}

/// A program undoes a merge.
async fn undo(play: &mut Play<'_>) {
    let mut merges = Vec::new();
    for role in [Role::Lead, Role::User] {
        for contact in play.live(role).await {
            merges.extend(play.world.store.merges_into(&contact.id, None, 100).await.unwrap());
        }
    }
    if merges.is_empty() {
        return;
    }
    let merge = merges.swap_remove(play.below(merges.len()));
    play.note(format!("the merge of {} is undone", merge.from_id));
    let undone = play.world.store.undo_merge(play.world.workspace.id, merge.id, NOON).await.unwrap();
    assert_eq!(
        (undone.contact.id.as_str(), undone.contact.role()),
        (merge.from_id.as_str(), Role::Lead),
        "{play}"
    );
    play.given_back(&merge.from_id).await;
}

/// A program says that a lead is a user.
async fn convert(play: &mut Play<'_>) {
    let Some(lead) = play.draw(Role::Lead).await else { return };
    let user = play.draw_user();
    if lead.email_verified && lead.email_norm != Some(email(play, user)) {
        return;
    }
    play.note(format!("{} is made the user {user}", lead.id));
    let mut write = ContactWrite { role: Some(Role::User), ..ContactWrite::default() };
    if user == USERS - 1 {
        write.email = Edit::Set(Email::parse(&email(play, user)).unwrap());
    } else {
        write.external_id = Edit::Set(play.user_id(user));
    }
    match play.world.store.update_contact(play.world.workspace.id, lead.id.clone(), write, NOON).await {
        Err(Error::Duplicate { .. }) => {}
        done => {
            done.unwrap();
            let person = Person::User(user);
            play.hand_over(&lead.id, play.whose(&lead.id), Some(person));
            play.belongs(&lead.id, person);
        }
    }
}

async fn archive(play: &mut Play<'_>) {
    let role = if play.below(2) == 0 { Role::Lead } else { Role::User };
    let Some(contact) = play.draw(role).await else { return };
    let archived = contact.archived_at.is_none();
    play.note(format!("{} is archived: {archived}", contact.id));
    play.world.store.archive_contact(play.world.workspace.id, contact.id, archived, NOON).await.unwrap();
}

/// A program has somebody take part in a conversation.
async fn join(play: &mut Play<'_>) {
    let (Some(id), role) = (play.draw_conversation(), play.below(2)) else { return };
    let Some(contact) = play.draw([Role::Lead, Role::User][role]).await else { return };
    play.note(format!("{} joins {id}", contact.id));
    let (workspace, actor) = (play.world.workspace.id, Actor::Admin(play.world.admin.id));
    match play.world.store.add_participant(workspace, id, contact.id.clone(), actor, NOON).await {
        // Its person or the one who joins is archived.
        Err(Error::NotFound(_)) => {}
        done => {
            done.unwrap();
            play.joined(id, &contact.id);
        }
    }
}

/// A program takes somebody away.
async fn leave(play: &mut Play<'_>) {
    let Some(id) = play.draw_conversation() else { return };
    let (workspace, actor) = (play.world.workspace.id, Actor::Admin(play.world.admin.id));
    let people = play.people(id).await;
    let contact = people[play.below(people.len())].clone();
    play.note(format!("{contact} is taken from {id}"));
    match play.world.store.remove_participant(workspace, id, contact.clone(), actor, NOON).await {
        // Its person is archived, or nobody would be left.
        Err(Error::NotFound(_) | Error::Conflict(_)) => {}
        done => {
            done.unwrap();
            play.left(id, &contact).await;
        }
    }
}

/// A lead whose email is proven, as of a file or of the company's records.
async fn import(play: &mut Play<'_>) {
    let email = email(play, play.draw_user());
    play.note(format!("a lead with {email} is imported"));
    let write = ContactWrite {
        role: Some(Role::Lead),
        email: Edit::Set(Email::parse(&email).unwrap()),
        email_verified: Some(true),
        ..ContactWrite::default()
    };
    let made =
        play.world.store.create_contact(play.world.workspace.id, write, unique("lead"), NOON).await.unwrap();
    play.known(&made.id);
}

/// The address that is really this user's.
fn email(play: &Play<'_>, user: usize) -> String {
    format!("{}@example.com", play.user_id(user))
}
