//! Whatever people do at whatever browser in whatever order: a conversation is shown to nobody but the one who wrote
//! it (or who logged in over it, P9), and none is lost. A small server in memory carries out `decide`'s decisions.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use doorstep_domain::people::{Decision, Found, Known, decide};
use proptest::prelude::*;

/// What happens at a browser.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// The page is loaded without a user.
    Boot,
    /// The visitor writes.
    Write,
    /// The page boots as a user.
    LogIn(u8),
    /// `Intercom('shutdown')`.
    Shutdown,
    /// The session cookie runs out; the visitor cookie stays.
    Expire,
}

#[derive(Clone, Debug)]
struct Contact {
    user: Option<u8>,
    visitor: Option<u32>,
    merged_into: Option<usize>,
}

#[derive(Clone, Debug, Default)]
struct Browser {
    visitor: u32,
    session: Option<usize>,
    /// What was written anonymously since the last shutdown: who logs in now may take it along.
    anonymous: BTreeSet<usize>,
}

#[derive(Default)]
struct Server {
    contacts: Vec<Contact>,
    /// Conversation → contact.
    owner: Vec<usize>,
    /// Conversation → the user it rightly belongs to, once that is known.
    rightful: BTreeMap<usize, u8>,
    retired: BTreeSet<u32>,
}

impl Server {
    fn known(&self, id: usize) -> Known {
        Known { id: id.to_string(), is_user: self.contacts[id].user.is_some() }
    }

    fn lead_of(&self, visitor: u32) -> Option<usize> {
        let lead = |contact: &Contact| contact.visitor == Some(visitor) && contact.user.is_none();
        self.contacts.iter().position(lead).filter(|_| !self.retired.contains(&visitor))
    }

    fn user(&self, user: u8) -> Option<usize> {
        self.contacts.iter().position(|contact| contact.user == Some(user))
    }

    fn add(&mut self, user: Option<u8>, visitor: Option<u32>) -> usize {
        self.contacts.push(Contact { user, visitor, merged_into: None });
        self.contacts.len() - 1
    }

    fn boot(&mut self, browser: &mut Browser, claim: Option<u8>) {
        let found = Found {
            by_session: browser.session.map(|id| self.known(id)),
            by_visitor: self.lead_of(browser.visitor).map(|id| self.known(id)),
            by_claim: claim.and_then(|user| self.user(user)).map(|id| self.known(id)),
            claimed: claim.is_some(),
        };
        let number = |id: String| id.parse::<usize>().unwrap();
        browser.session = match decide(&found) {
            Decision::Nobody => None,
            Decision::Keep(id) | Decision::Return(id) | Decision::LogIn(id) => Some(number(id)),
            Decision::Create => Some(self.add(claim, None)),
            Decision::Convert(id) => {
                let lead = &mut self.contacts[number(id.clone())];
                (lead.user, lead.visitor) = (claim, None);
                Some(number(id))
            }
            Decision::Merge { from, into } => {
                let (from, into) = (number(from), number(into));
                assert!(self.contacts[from].user.is_none() && self.contacts[into].user.is_some());
                assert_eq!(self.contacts[from].merged_into, None);
                self.owner.iter_mut().filter(|owner| **owner == from).for_each(|owner| *owner = into);
                self.contacts[from].merged_into = Some(into);
                self.contacts[from].visitor = None;
                Some(into)
            }
        };
        if let Some(user) = claim {
            // P9: what was written here before logging in is now the user's.
            for conversation in std::mem::take(&mut browser.anonymous) {
                self.rightful.entry(conversation).or_insert(user);
            }
        }
    }

    fn write(&mut self, browser: &mut Browser) {
        let contact = match browser.session.or_else(|| self.lead_of(browser.visitor)) {
            Some(contact) => contact,
            None => self.add(None, Some(browser.visitor)),
        };
        browser.session = Some(contact);
        self.owner.push(contact);
        match self.contacts[contact].user {
            Some(user) => drop(self.rightful.insert(self.owner.len() - 1, user)),
            None => drop(browser.anonymous.insert(self.owner.len() - 1)),
        }
    }

    fn shown(&self, browser: &Browser) -> BTreeSet<usize> {
        let all = 0..self.owner.len();
        all.filter(|conversation| browser.session == Some(self.owner[*conversation])).collect()
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => Just(Act::Boot),
        3 => Just(Act::Write),
        3 => (0..3_u8).prop_map(Act::LogIn),
        2 => Just(Act::Shutdown),
        1 => Just(Act::Expire),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nobody_sees_anothers_conversation_and_none_is_lost(
        acts in proptest::collection::vec((0..2_usize, act()), 1..40),
    ) {
        let mut server = Server::default();
        let mut browsers = [Browser { visitor: 1, ..Browser::default() }, Browser { visitor: 2, ..Browser::default() }];
        let mut next_visitor = 3;
        for (at, act) in acts {
            let browser = &mut browsers[at];
            match act {
                Act::Boot => server.boot(browser, None),
                Act::Write => server.write(browser),
                Act::LogIn(user) => {
                    server.boot(browser, Some(user));
                    let now = browser.session.and_then(|id| server.contacts[id].user);
                    prop_assert_eq!(now, Some(user), "the page's user is not who the session belongs to");
                }
                Act::Shutdown => {
                    server.retired.insert(browser.visitor);
                    *browser = Browser { visitor: next_visitor, ..Browser::default() };
                    next_visitor += 1;
                    prop_assert!(server.shown(browser).is_empty());
                    server.boot(browser, None);
                    prop_assert!(server.shown(browser).is_empty(), "shutdown left something behind");
                }
                Act::Expire => browser.session = None,
            }
            for browser in &browsers {
                let shown = server.shown(browser);
                let user = browser.session.and_then(|id| server.contacts[id].user);
                for conversation in &shown {
                    match server.rightful.get(conversation) {
                        Some(rightful) => prop_assert_eq!(Some(*rightful), user),
                        None => prop_assert!(user.is_none() && browser.anonymous.contains(conversation)),
                    }
                }
                // A user sees all that is rightfully theirs, in whatever browser it was written.
                if let Some(user) = user {
                    for (conversation, rightful) in &server.rightful {
                        prop_assert!(*rightful != user || shown.contains(conversation), "a conversation was lost");
                    }
                }
            }
            // Every conversation belongs to a contact that exists, and each user exists once.
            prop_assert!(server.owner.iter().all(|owner| server.contacts[*owner].merged_into.is_none()));
            for user in 0..3 {
                prop_assert!(server.contacts.iter().filter(|contact| contact.user == Some(user)).count() <= 1);
            }
        }
    }
}
