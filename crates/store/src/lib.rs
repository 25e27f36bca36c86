//! SQLite and PostgreSQL behind one door. All reading and writing of the server goes through [`Store`]; the rules about
//! people come from `doorstep_domain`. Knows no HTTP and no protocol types.
//!
//! Writes go through one task (`writer`); each change takes the next number of its workspace and a row in the log
//! (`changes`), which sockets read.

mod address;
mod admins;
mod changes;
mod companies;
mod conn;
mod contacts;
mod conversations;
mod data_attributes;
mod error;
mod events;
mod files;
mod first_answers;
mod folding;
mod identify;
mod identity_keys;
mod inbox;
mod jobs;
mod ledger;
mod many;
mod merge;
mod messages;
mod notes;
mod outbound;
mod participants;
mod people;
mod poller;
mod readers;
mod scene;
mod search_sql;
mod segments;
mod subscriptions;
mod switchboard;
mod tags;
mod teams;
mod threads;
mod together;
mod tokens;
mod types;
mod visits;
mod webhooks;
mod workspaces;
mod writer;

use address::Address;
use tokio::sync::broadcast;

pub use changes::FeedEntry;
pub use companies::{
    CompanyPage, CompanyQuery, CompanyRecord, CompanyRef, CompanySort, CompanyWrite, company_object,
};
use conn::{Conn, Pool, row};
pub use contacts::{
    Attached, AttachedKind, Attachments, ContactLookup, ContactPage, ContactQuery, ContactRecord,
    ContactWrite, DuplicateGroup, Merge, Shared, SortField,
};
pub use conversations::*;
pub use conversations::{
    Action, Actor, ConversationPage, ConversationQuery, ConversationRecord, Deed, PartRecord,
};
pub use data_attributes::{AttributeModel, AttributeWrite, DataAttribute, DataType, NewAttribute};
pub use error::{Error, Result};
pub use events::{EventRecord, EventSummary, EventsAsked, NewEvent, NewSummary};
pub use files::{FileOwner, MOST_FILES, NewFile, StoredFile, WAITING};
pub use first_answers::FirstAnswer;
pub use identity_keys::{IdentityCount, IdentityKey, IdentityNews};
pub use inbox::{Cursor, InboxPage};
pub use jobs::{Job, JobStatus};
pub use merge::{MergePreview, UNDO, Undone};
pub use messages::EmailGiven;
pub use notes::{Note, NoteAbout};
pub use outbound::{
    Claimed, Deed as OutboundDeed, DeliveryClaim, DeliveryReport, OutboundCounts, OutboundMessage,
    OutboundState, OutboundWrite,
};
use readers::Readers;
pub use scene::{Fresh, Scene};
pub use segments::{NewSegment, Segment, SegmentWrite};
pub use subscriptions::{ConsentType, NewSubscriptionType, SubscriptionType, Voice};
pub use switchboard::{Follower, Missed, Switchboard};
pub use tags::{AppliedTag, Tag, TagRef};
pub use teams::TeamRecord;
pub use types::*;
pub use visits::LastVisit;
pub use webhooks::{Attempt, Delivery, Due, NewDelivery, Subscription, SubscriptionState, SubscriptionTerms};
use workspaces::Recent;
use writer::Writer;

/// A cheap handle to the database.
#[derive(Clone, Debug)]
pub struct Store {
    readers: Readers,
    writer: Writer,
    wakes: Switchboard<Wake>,
    recent: Recent,
}

impl Store {
    /// Opens a database, makes it if it is a SQLite file that does not exist, and brings it up to date.
    ///
    /// `url` is `sqlite://PATH` or `postgres://USER:PASSWORD@HOST/NAME`.
    pub async fn open(url: &str) -> Result<Self> {
        let wakes = Switchboard::default();
        let address = Address::read(url)?;
        let told = poller::Told::default();
        let writer = Writer::start(address.clone(), wakes.clone(), told.clone()).await?;
        let readers = address.readers().await?;
        tokio::spawn(poller::poll(readers.clone(), wakes.clone(), told));
        Ok(Self { readers, writer, wakes, recent: Recent::default() })
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<()> {
        let mut conn = self.readers.acquire().await?;
        row!(&mut conn, (i64,), "SELECT count(*) FROM node_secrets")?;
        Ok(())
    }

    /// Has SQLite count roughly what is in its tables, where that has changed much.
    pub async fn count_roughly(&self) -> Result<()> {
        self.writer.run(0, |conn| Box::pin(address::count_roughly(conn))).await
    }

    /// Finishes the writes handed in before and closes all connections. SQLite's log is folded into the file.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }

    /// Tells after each commit whose log has grown; of another node's commits within two seconds. A hint: a listener that lags simply reads the log.
    pub fn wakes(&self) -> broadcast::Receiver<Wake> {
        self.wakes.everything()
    }

    /// The same of what is about one contact.
    pub fn wakes_of(&self, contact_id: &str) -> Follower<Wake> {
        self.wakes.follow(contact_id)
    }

    async fn reader(&self) -> Result<Conn> {
        self.readers.acquire().await
    }
}

/// The connection that everything is written on, once the database is up to date.
async fn open_for_writing(address: &Address) -> Result<Pool> {
    let pool = address.writers().await?;
    migrate(&pool).await?;
    // Nothing fails for not being counted; somebody else may be writing.
    if let Err(error) = address::count_roughly(&mut pool.acquire().await?).await {
        tracing::warn!(%error, "could not count what is in the tables");
    }
    Ok(pool)
}

/// Forward only; numbers and meaning are the same in both folders.
async fn migrate(pool: &Pool) -> Result<()> {
    let done = match pool {
        Pool::Sqlite(pool) => sqlx::migrate!("migrations/sqlite").run(pool).await,
        Pool::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await,
    };
    done.map_err(|error| Error::Unavailable(format!("migration: {error}")))
}

/// Stored form of a secret's hash.
fn hex(hash: &SecretHash) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
