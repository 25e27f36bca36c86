//! Whatever people and programs do in whatever order: a conversation is shown to nobody but the one who wrote it, who
//! logged in over it (P9), or whom the company or a proof joined with them (P8), and none is lost. A small server in memory
//! carries out what `domain` decides.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use doorstep_domain::contacts::{MergeRules, Role, Traits, merge_refusals};
use doorstep_domain::import::{self, Import, import_lead};
use doorstep_domain::people::{Decision, Found, Known, decide, leads_join};
use doorstep_domain::settings::{BootSettings, Claim};
use proptest::prelude::*;
use serde_json::json;

/// What happens; a number names a contact, a merge or, where there are three, a user.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// The page is loaded without a user.
    Boot,
    /// The visitor writes.
    Write,
    /// The lead types a user's email.
    Email(u8),
    /// The page boots as a user; the site's server signs that, or not.
    LogIn(u8, bool),
    /// `Intercom('shutdown')`.
    Shutdown,
    /// The session cookie runs out; the visitor cookie stays.
    Expire,
    /// A program merges one contact into another.
    Merge(usize, usize),
    /// A program undoes a merge.
    Undo(usize),
    /// A program makes a lead a user.
    Convert(usize, u8),
    /// A row of a file of leads has a user's email.
    Import(u8),
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Person {
    /// Whoever sits at the browser with this visitor id without being logged in.
    Visitor(u32),
    User(u8),
}

#[derive(Clone, Debug, Default)]
struct Contact {
    user: Option<u8>,
    visitor: Option<u32>,
    /// The user whose email it has, and whether that is proven.
    email: Option<(u8, bool)>,
    merged_into: Option<usize>,
}

struct Conversation {
    owner: usize,
    author: Person,
    readers: BTreeSet<Person>,
}

/// What an undo needs.
struct Merge {
    from: usize,
    into: usize,
    visitor: Option<u32>,
    conversations: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Browser {
    visitor: u32,
    session: Option<usize>,
    user: Option<u8>,
}

impl Browser {
    fn new(visitor: u32) -> Self {
        Self { visitor, session: None, user: None }
    }

    fn person(&self) -> Person {
        self.user.map_or(Person::Visitor(self.visitor), Person::User)
    }
}

struct Server {
    contacts: Vec<Contact>,
    conversations: Vec<Conversation>,
    merges: Vec<Merge>,
    retired: BTreeSet<u32>,
    browsers: Vec<Browser>,
    next_visitor: u32,
}

fn email(user: u8) -> String {
    format!("u{user}@example.com")
}

fn claim(user: u8, proven: bool) -> Claim {
    let page = json!({"user_id": user, "email": email(user)});
    let signed: &[&str] = if proven { &["user_id", "email"] } else { &[] };
    let signed = signed.iter().map(|&name| name.to_owned()).collect();
    BootSettings::read(page.as_object().unwrap()).claim(signed).unwrap()
}

impl Server {
    fn new() -> Self {
        let browsers = vec![Browser::new(1), Browser::new(2)];
        let (contacts, conversations, merges) = (Vec::new(), Vec::new(), Vec::new());
        Self { contacts, conversations, merges, retired: BTreeSet::new(), browsers, next_visitor: 3 }
    }

    fn known(&self, id: usize) -> Known {
        Known { id: id.to_string(), is_user: self.contacts[id].user.is_some() }
    }

    fn find(&self, fits: impl Fn(&Contact) -> bool) -> Option<usize> {
        self.contacts.iter().position(|contact| contact.merged_into.is_none() && fits(contact))
    }

    fn lead_of(&self, visitor: u32) -> Option<usize> {
        let lead = |contact: &Contact| contact.visitor == Some(visitor) && contact.user.is_none();
        self.find(lead).filter(|_| !self.retired.contains(&visitor))
    }

    fn user(&self, user: u8) -> Option<usize> {
        self.find(|contact| contact.user == Some(user))
    }

    fn add(&mut self, contact: Contact) -> usize {
        self.contacts.push(contact);
        self.contacts.len() - 1
    }

    fn person_of(&self, id: usize) -> Option<Person> {
        let contact = &self.contacts[id];
        contact.user.map(Person::User).or(contact.visitor.map(Person::Visitor))
    }

    fn end_sessions(&mut self, id: usize) {
        for browser in self.browsers.iter_mut().filter(|browser| browser.session == Some(id)) {
            (browser.session, browser.user) = (None, None);
        }
    }

    /// What a contact has may be read by another person from now on, and no more by the one before.
    fn hand_over(&mut self, id: usize, person: Option<Person>) {
        let before = self.person_of(id);
        for conversation in self.conversations.iter_mut().filter(|one| one.owner == id) {
            conversation.readers.retain(|reader| Some(*reader) != before);
            conversation.readers.extend(person);
        }
    }

    /// `lead_goes_on`: its browser has just shown that it is the user's.
    fn merge(&mut self, from: usize, into: usize, lead_goes_on: bool) {
        assert!(self.contacts[from].user.is_none());
        assert_eq!((self.contacts[from].merged_into, self.contacts[into].merged_into), (None, None));
        if !lead_goes_on {
            self.end_sessions(from);
        }
        self.hand_over(from, self.person_of(into));
        let all = 0..self.conversations.len();
        let moved: Vec<usize> = all.filter(|one| self.conversations[*one].owner == from).collect();
        for conversation in &moved {
            self.conversations[*conversation].owner = into;
        }
        let visitor = self.contacts[from].visitor.take();
        if self.contacts[into].email.is_none() {
            self.contacts[into].email = self.contacts[from].email;
        }
        self.contacts[from].merged_into = Some(into);
        self.merges.push(Merge { from, into, visitor, conversations: moved });
    }

    fn convert(&mut self, id: usize, user: u8) {
        self.hand_over(id, Some(Person::User(user)));
        (self.contacts[id].user, self.contacts[id].visitor) = (Some(user), None);
    }

    fn boot(&mut self, at: usize, claimed: Option<(u8, bool)>) {
        let browser = self.browsers[at].clone();
        let found = Found {
            by_session: browser.session.map(|id| self.known(id)),
            by_visitor: self.lead_of(browser.visitor).map(|id| self.known(id)),
            by_claim: claimed.and_then(|(user, _)| self.user(user)).map(|id| self.known(id)),
            claimed: claimed.is_some(),
        };
        let number = |id: String| id.parse::<usize>().unwrap();
        let user = claimed.map(|(user, _)| user);
        let session = match decide(&found) {
            Decision::Nobody => None,
            Decision::Keep(id) | Decision::Return(id) | Decision::LogIn(id) => Some(number(id)),
            Decision::Create => Some(self.add(Contact { user, ..Contact::default() })),
            Decision::Convert(id) => {
                self.convert(number(id.clone()), user.unwrap());
                Some(number(id))
            }
            Decision::Merge { from, into } => {
                self.merge(number(from), number(into.clone()), true);
                Some(number(into))
            }
        };
        self.browsers[at].session = session;
        if let (Some((user, proven)), Some(id)) = (claimed, session) {
            self.browsers[at].user = Some(user);
            let verified = self.contacts[id].email == Some((user, true));
            self.contacts[id].email = Some((user, verified));
            if leads_join(&claim(user, proven), &email(user), verified) {
                let same = |contact: &Contact| {
                    contact.user.is_none() && contact.email.is_some_and(|(email, _)| email == user)
                };
                while let Some(lead) = self.find(same) {
                    self.merge(lead, id, false);
                }
            }
        }
    }

    fn write(&mut self, at: usize) {
        let browser = self.browsers[at].clone();
        let owner = match browser.session.or_else(|| self.lead_of(browser.visitor)) {
            Some(contact) => contact,
            None => self.add(Contact { visitor: Some(browser.visitor), ..Contact::default() }),
        };
        self.browsers[at].session = Some(owner);
        let author = browser.person();
        self.conversations.push(Conversation { owner, author, readers: BTreeSet::from([author]) });
    }

    fn merge_by_program(&mut self, from: usize, into: usize) {
        let traits = |id: usize| {
            let role = if self.contacts[id].user.is_some() { Role::User } else { Role::Lead };
            Traits { role, email: None, phone: None }
        };
        let rules = MergeRules { duplicates_only: false, leads: true };
        let fine = merge_refusals(traits(from), traits(into), from == into, rules).is_empty();
        // A program that knows whose email it is merges nobody else's.
        let theirs = match self.contacts[from].email {
            Some((user, true)) => self.contacts[into].user == Some(user),
            _ => true,
        };
        if fine && theirs {
            self.merge(from, into, false);
        }
    }

    fn undo(&mut self, number: usize) {
        let Merge { from, into, visitor, conversations } = self.merges.swap_remove(number);
        if self.contacts[into].merged_into.is_some() {
            self.merges.push(Merge { from, into, visitor, conversations });
            return;
        }
        let free = |visitor: &u32| !self.retired.contains(visitor) && self.lead_of(*visitor).is_none();
        let visitor = visitor.filter(free);
        (self.contacts[from].merged_into, self.contacts[from].visitor) = (None, visitor);
        for conversation in conversations {
            let conversation = &mut self.conversations[conversation];
            if conversation.owner == into {
                conversation.owner = from;
                conversation.readers = visitor.map(Person::Visitor).into_iter().collect();
            }
        }
    }

    fn import(&mut self, user: u8) {
        let same = |contact: &Contact| {
            contact.merged_into.is_none() && contact.email.is_some_and(|(email, _)| email == user)
        };
        let ids: Vec<usize> = (0..self.contacts.len()).filter(|id| same(&self.contacts[*id])).collect();
        let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut candidates = Vec::new();
        for (id, text) in ids.iter().zip(&texts) {
            let role = if self.contacts[*id].user.is_some() { Role::User } else { Role::Lead };
            let verified = self.contacts[*id].email.is_some_and(|(_, verified)| verified);
            candidates.push(import::Candidate { id: text, role, verified, archived: false, active_at: 0 });
        }
        match import_lead(&candidates) {
            Import::CreateVerified => {
                self.add(Contact { email: Some((user, true)), ..Contact::default() });
            }
            Import::UpdateVerified(id) => assert!(self.contacts[id.parse::<usize>().unwrap()].user.is_none()),
            Import::MergeIntoUser { id, .. } => {
                assert!(self.contacts[id.parse::<usize>().unwrap()].user.is_some());
            }
        }
    }

    fn shutdown(&mut self, at: usize) {
        self.retired.insert(self.browsers[at].visitor);
        self.browsers[at] = Browser::new(self.next_visitor);
        self.next_visitor += 1;
        self.boot(at, None);
        assert!(self.browsers[at].session.is_none(), "shutdown left something behind");
    }

    /// One of those who go on, by a number without bounds.
    fn pick(&self, number: usize) -> Option<usize> {
        let all = 0..self.contacts.len();
        let live: Vec<usize> = all.filter(|id| self.contacts[*id].merged_into.is_none()).collect();
        (!live.is_empty()).then(|| live[number % live.len()])
    }

    fn act(&mut self, at: usize, act: Act) {
        match act {
            Act::Boot => self.boot(at, None),
            Act::Write => self.write(at),
            Act::Email(user) => {
                if let Some(id) = self.browsers[at].session.filter(|id| self.contacts[*id].user.is_none()) {
                    self.contacts[id].email = Some((user, false));
                }
            }
            Act::LogIn(user, proven) => {
                self.boot(at, Some((user, proven)));
                let now = self.browsers[at].session.and_then(|id| self.contacts[id].user);
                assert_eq!(now, Some(user), "the page's user is not who the session belongs to");
            }
            Act::Shutdown => self.shutdown(at),
            Act::Expire => (self.browsers[at].session, self.browsers[at].user) = (None, None),
            Act::Merge(from, into) => {
                if let (Some(from), Some(into)) = (self.pick(from), self.pick(into)) {
                    self.merge_by_program(from, into);
                }
            }
            Act::Undo(number) if !self.merges.is_empty() => self.undo(number % self.merges.len()),
            Act::Undo(_) => {}
            Act::Convert(id, user) => {
                let id = self.pick(id).filter(|id| self.contacts[*id].user.is_none());
                if let Some(id) = id.filter(|_| self.user(user).is_none()) {
                    self.end_sessions(id);
                    self.convert(id, user);
                }
            }
            Act::Import(user) => self.import(user),
        }
    }

    fn check(&self) {
        for browser in &self.browsers {
            let person = browser.person();
            for conversation in &self.conversations {
                if browser.session == Some(conversation.owner) {
                    assert!(conversation.readers.contains(&person), "{person:?} reads what is not for them");
                } else if browser.session.is_some() && browser.user.is_some() {
                    // A user sees all that they wrote, in whatever browser.
                    assert_ne!(conversation.author, person, "a conversation was lost");
                }
            }
        }
        // Every conversation belongs to a contact that goes on, and each user exists once.
        assert!(self.conversations.iter().all(|one| self.contacts[one.owner].merged_into.is_none()));
        for user in 0..3 {
            assert!(self.contacts.iter().filter(|contact| contact.user == Some(user)).count() <= 1);
        }
    }
}

fn act() -> impl Strategy<Value = Act> {
    let number = || 0..100_usize;
    prop_oneof![
        2 => Just(Act::Boot),
        4 => Just(Act::Write),
        2 => (0..3_u8).prop_map(Act::Email),
        4 => (0..3_u8, any::<bool>()).prop_map(|(user, proven)| Act::LogIn(user, proven)),
        2 => Just(Act::Shutdown),
        1 => Just(Act::Expire),
        2 => (number(), number()).prop_map(|(from, into)| Act::Merge(from, into)),
        1 => number().prop_map(Act::Undo),
        1 => (number(), 0..3_u8).prop_map(|(id, user)| Act::Convert(id, user)),
        1 => (0..3_u8).prop_map(Act::Import),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn nobody_sees_anothers_conversation_and_none_is_lost(
        acts in proptest::collection::vec((0..2_usize, act()), 1..60),
    ) {
        let mut server = Server::new();
        for (at, act) in acts {
            server.act(at, act);
            server.check();
        }
    }
}
