//! One play: the browsers, what has been written, and who may read it. Knows nothing of how the store decides; after each
//! act it compares what the store shows with who may read.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use doorstep_domain::contacts::Role;
use doorstep_store::{ContactLookup, ContactRecord};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::USERS;
use crate::world::{Browser, World};

/// Who writes and reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Person {
    /// Whoever sits at a browser without being logged in, from one shutdown to the next.
    Life(usize),
    /// A user.
    User(usize),
}

/// A browser and who sits there.
pub(super) struct Seat {
    pub(super) browser: Browser,
    life: usize,
    /// The user who is logged in.
    pub(super) user: Option<usize>,
}

/// A message of a person.
pub(super) struct Word {
    text: String,
    conversation: i64,
    author: Person,
    pub(super) readers: BTreeSet<Person>,
}

pub(super) struct Play<'a> {
    pub(super) world: &'a World,
    pub(super) seats: Vec<Seat>,
    pub(super) words: Vec<Word>,
    seed: u64,
    random: RefCell<StdRng>,
    lives: usize,
    /// Browsers as they were before a shutdown.
    gone: Vec<Browser>,
    /// Every contact there ever was, in the order of their coming, and whose it is.
    contacts: Vec<(String, Option<Person>)>,
    /// Conversations and their contacts as of the last check.
    owners: BTreeMap<i64, String>,
    /// Who takes part in a conversation beside its contact, as of the last check.
    others: BTreeMap<i64, BTreeSet<String>>,
    /// Conversations whose own person is archived, as of the last check.
    hidden: BTreeSet<i64>,
    /// Who may read all of a conversation because they take part in it.
    guests: BTreeMap<i64, BTreeSet<Person>>,
    /// Conversations that a contact took part in when they were merged into another.
    left: BTreeMap<String, Vec<i64>>,
    /// What had been written in a contact's conversations when they went to another.
    moved: BTreeMap<String, Vec<usize>>,
    acts: Vec<String>,
}

impl fmt::Display for Play<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}, after:\n{}", self.seed, self.acts.join("\n"))
    }
}

impl<'a> Play<'a> {
    pub(super) fn new(world: &'a World, seed: u64, seats: usize) -> Self {
        let seat = |life| Seat { browser: world.browser(), life, user: None };
        Self {
            world,
            seats: (0..seats).map(seat).collect(),
            words: Vec::new(),
            seed,
            random: RefCell::new(StdRng::seed_from_u64(seed)),
            lives: seats,
            gone: Vec::new(),
            contacts: Vec::new(),
            owners: BTreeMap::new(),
            others: BTreeMap::new(),
            hidden: BTreeSet::new(),
            guests: BTreeMap::new(),
            left: BTreeMap::new(),
            moved: BTreeMap::new(),
            acts: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, act: String) {
        self.acts.push(act);
    }

    pub(super) fn below(&self, end: usize) -> usize {
        self.random.borrow_mut().random_range(0..end)
    }

    pub(super) fn draw_user(&self) -> usize {
        self.below(USERS)
    }

    /// The site's own id of a user.
    pub(super) fn user_id(&self, user: usize) -> String {
        format!("user-{}-{user}", self.seed)
    }

    pub(super) fn person(&self, seat: usize) -> Person {
        let seat = &self.seats[seat];
        seat.user.map_or(Person::Life(seat.life), Person::User)
    }

    /// The contacts that go on.
    pub(super) async fn live(&self, role: Role) -> Vec<ContactRecord> {
        let mut live = Vec::new();
        for (id, _) in &self.contacts {
            match self.world.store.contact_record(self.world.workspace.id, id).await.unwrap() {
                ContactLookup::Found(found) if found.role() == role => live.push(*found),
                ContactLookup::Found(_) => {}
                ContactLookup::Merged(into) => {
                    let found = self.world.store.contact(self.world.workspace.id, &into).await.unwrap();
                    assert!(found.is_some(), "{id} leads nowhere; {self}");
                }
                ContactLookup::Unknown => panic!("{id} is gone; {self}"),
            }
        }
        live
    }

    pub(super) async fn draw(&self, role: Role) -> Option<ContactRecord> {
        let mut live = self.live(role).await;
        (!live.is_empty()).then(|| live.swap_remove(self.below(live.len())))
    }

    /// A contact nobody sits behind.
    pub(super) fn known(&mut self, contact: &str) {
        self.is(contact, None);
    }

    /// Says whose a contact is, and gives whose it was.
    fn is(&mut self, contact: &str, person: Option<Person>) -> Option<Person> {
        if let Some((_, whose)) = self.contacts.iter_mut().find(|(id, _)| id == contact) {
            return std::mem::replace(whose, person);
        }
        self.contacts.push((contact.to_owned(), person));
        None
    }

    /// A contact is a person's, and never another user's.
    pub(super) fn belongs(&mut self, contact: &str, person: Person) {
        let before = self.is(contact, Some(person));
        let another = matches!(before, Some(Person::User(_))) && before != Some(person);
        assert!(!another, "{contact} was {before:?}'s and is {person:?}'s; {self}");
    }

    pub(super) fn whose(&self, contact: &str) -> Option<Person> {
        self.contacts.iter().find(|(id, _)| id == contact).and_then(|(_, whose)| *whose)
    }

    pub(super) fn written(&mut self, conversation: i64, text: String, author: Person) {
        // Whoever may read what stands above may read this.
        let above = self.words.iter().rfind(|word| word.conversation == conversation);
        let mut readers = above.map(|word| word.readers.clone()).unwrap_or_default();
        readers.insert(author);
        self.words.push(Word { text, conversation, author, readers });
    }

    /// All sets of people who may read something.
    pub(super) fn readers(&mut self) -> impl Iterator<Item = &mut BTreeSet<Person>> {
        self.words.iter_mut().map(|word| &mut word.readers).chain(self.guests.values_mut())
    }

    pub(super) fn draw_conversation(&self) -> Option<i64> {
        let ids: Vec<i64> = self.owners.keys().copied().collect();
        (!ids.is_empty()).then(|| ids[self.below(ids.len())])
    }

    /// The contacts who take part in a conversation, its own first.
    pub(super) async fn people(&self, id: i64) -> Vec<String> {
        let found = self.world.store.conversation(self.world.workspace.id, id).await.unwrap().unwrap();
        found.people().map(ToOwned::to_owned).collect()
    }

    /// A contact takes part in a conversation from now on.
    pub(super) fn joined(&mut self, id: i64, contact: &str) {
        let person = self.whose(contact);
        self.guests.entry(id).or_default().extend(person);
    }

    /// A contact was taken out of a conversation. If it was theirs, it is the next one's now.
    pub(super) async fn left(&mut self, id: i64, contact: &str) {
        let person = self.whose(contact);
        let next = self.whose(&self.people(id).await[0]);
        if let (Some(person), true) = (person, person != next) {
            for word in self.words.iter_mut().filter(|word| word.conversation == id) {
                word.readers.remove(&person);
            }
            self.guests.entry(id).or_default().remove(&person);
        }
        for word in self.words.iter_mut().filter(|word| word.conversation == id) {
            word.readers.extend(next);
        }
    }

    /// What is in a contact's conversations may be read by somebody else from now on.
    pub(super) fn hand_over(&mut self, contact: &str, from: Option<Person>, into: Option<Person>) {
        for word in &mut self.words {
            if self.owners.get(&word.conversation).is_some_and(|owner| owner == contact) {
                if let Some(from) = from {
                    word.readers.remove(&from);
                }
                word.readers.extend(into);
            }
        }
        for (id, others) in &self.others {
            if others.contains(contact) {
                let guests = self.guests.entry(*id).or_default();
                if let Some(from) = from {
                    guests.remove(&from);
                }
                guests.extend(into);
                self.left.entry(contact.to_owned()).or_default().push(*id);
            }
        }
    }

    /// A merge was undone: whoever sits at the contact's browser may read again what was there before it.
    pub(super) async fn given_back(&mut self, contact: &str) {
        let found = self.world.store.contact(self.world.workspace.id, contact).await.unwrap().unwrap();
        let seat = self.seats.iter().find(|seat| Some(&seat.browser.visitor) == found.visitor_id.as_ref());
        let person = seat.map(|seat| Person::Life(seat.life));
        self.is(contact, person);
        let (back, _) =
            self.world.store.conversations_of(self.world.workspace.id, contact, 100).await.unwrap();
        for number in self.moved.remove(contact).unwrap_or_default() {
            let word = &mut self.words[number];
            if back.iter().any(|one| one.id == word.conversation) {
                word.readers.extend(person);
            }
        }
        for id in self.left.remove(contact).unwrap_or_default() {
            if back.iter().any(|one| one.id == id) {
                self.guests.entry(id).or_default().extend(person);
            }
        }
    }

    pub(super) async fn shut_down(&mut self, seat: usize) {
        let seat = &mut self.seats[seat];
        let before = seat.browser.clone();
        seat.browser.shutdown().await;
        (seat.life, seat.user) = (self.lives, None);
        self.lives += 1;
        let found = seat.browser.boot(None).await.contact;
        self.gone.push(before);
        assert_eq!(found, None, "shutdown left something; {self}");
    }

    /// The contact a browser's cookies lead to, without a ping that would change something.
    async fn opens(&self, browser: &Browser) -> Option<String> {
        match browser.who().await {
            Some(id) => Some(id),
            None => {
                self.world.store.lead_by_visitor(self.world.workspace.id, &browser.visitor).await.unwrap()
            }
        }
    }

    /// The conversations a browser shows.
    pub(super) async fn shown(&self, seat: usize) -> Vec<i64> {
        let Some(contact) = self.opens(&self.seats[seat].browser).await else { return Vec::new() };
        let (found, _) =
            self.world.store.conversations_of(self.world.workspace.id, &contact, 100).await.unwrap();
        let mut ids: Vec<i64> = found.into_iter().map(|one| one.id).collect();
        ids.sort_unstable();
        ids
    }

    pub(super) async fn check(&mut self) {
        self.nothing_is_lost().await;
        for seat in 0..self.seats.len() {
            if self.seats[seat].browser.who().await.is_none() {
                // Ended from outside.
                self.seats[seat].user = None;
            }
            self.reads_its_own(seat).await;
        }
        for browser in &self.gone {
            assert_eq!(
                self.opens(browser).await,
                None,
                "a browser that was shut down opens something; {self}"
            );
        }
    }

    /// Each conversation there ever was belongs to one contact, who goes on.
    async fn nothing_is_lost(&mut self) {
        let workspace = self.world.workspace.id;
        let begun: BTreeSet<i64> = self.words.iter().map(|word| word.conversation).collect();
        for id in begun {
            let Some(found) = self.world.store.conversation(workspace, id).await.unwrap() else {
                panic!("conversation {id} is lost; {self}");
            };
            let owner = self.world.store.contact(workspace, &found.contact_id).await.unwrap();
            assert!(owner.is_some(), "conversation {id} is nobody's; {self}");
            if owner.is_some_and(|owner| owner.archived_at.is_some()) {
                self.hidden.insert(id);
            } else {
                self.hidden.remove(&id);
            }
            self.others.insert(id, found.others().map(ToOwned::to_owned).collect());
            if let Some(before) = self.owners.insert(id, found.contact_id.clone())
                && before != found.contact_id
            {
                let words = (0..self.words.len()).filter(|number| self.words[*number].conversation == id);
                self.moved.entry(before).or_default().extend(words);
            }
        }
        self.live(Role::Lead).await;
    }

    async fn reads_its_own(&self, seat: usize) {
        let (person, shown) = (self.person(seat), self.shown(seat).await);
        for word in &self.words {
            let Word { text, conversation, author, .. } = word;
            let guest = self.guests.get(conversation).is_some_and(|guests| guests.contains(&person));
            let readable = word.readers.contains(&person) || guest;
            if shown.contains(conversation) {
                assert!(readable, "{seat} ({person:?}) reads {text} of {author:?} in {conversation}; {self}");
            } else {
                let here = readable && !self.hidden.contains(conversation);
                let lost = matches!(person, Person::User(_)) && *author == person && here;
                assert!(!lost, "{seat} ({person:?}) has lost {text} in {conversation}; {self}");
            }
        }
    }

    /// At the end: every word is where it was written, and a browser that was shut down stays closed to a ping too.
    pub(super) async fn close(mut self) {
        for id in self.owners.keys() {
            let bodies = self.world.bodies(*id).await;
            let words = self.words.iter().filter(|word| word.conversation == *id);
            let words: Vec<String> = words.map(|word| format!("<p>{}</p>", word.text)).collect();
            assert_eq!(bodies, words, "conversation {id}; {self}");
        }
        let mut gone = std::mem::take(&mut self.gone);
        for browser in &mut gone {
            assert_eq!(browser.boot(None).await.contact, None, "{self}");
        }
    }
}
