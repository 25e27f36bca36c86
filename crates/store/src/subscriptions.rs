//! Subscription types, and what contacts have said about them (S§3.4). Who said it is kept: what people decided
//! themselves, the company cannot decide otherwise (S§9).

use doorstep_domain::topics::Topic;
use serde_json::{Value, json};

use crate::Store;
use crate::changes::{News, announce};
use crate::conn::{Conn, execute, row, rows};
use crate::error::{Error, Result};

/// What a new workspace has. Migration 6 gives the same to older ones.
const DEFAULT: &str = r#"[{"name":"Announcements","description":"News about the product","locale":"en"}]"#;

/// What silence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentType {
    /// People get the messages until they say no.
    OptOut,
    /// People get the messages when they said yes.
    OptIn,
}

impl ConsentType {
    /// The stored and spoken word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OptOut => "opt_out",
            Self::OptIn => "opt_in",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::OptOut, Self::OptIn].into_iter().find(|consent| consent.as_str() == text)
    }
}

/// Who says what a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// The person: by a link in a mail, or in the Messenger.
    Person,
    /// The company: its programs, pages and teammates.
    Company,
}

impl Voice {
    fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Company => "company",
        }
    }
}

/// A kind of messages that people can want or not.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SubscriptionType {
    /// Id.
    pub id: i64,
    /// `live`, `draft` or `archived`.
    pub state: String,
    /// See [`ConsentType`].
    pub consent_type: String,
    /// JSON array of `{name, description, locale}`; the first is the default.
    pub translations: String,
    /// JSON array of `email` and `sms_message`.
    pub content_types: String,
}

impl SubscriptionType {
    /// As the API and the change log say it.
    pub fn object(&self) -> Value {
        let translations: Value = serde_json::from_str(&self.translations).unwrap_or_default();
        let content_types: Value = serde_json::from_str(&self.content_types).unwrap_or_default();
        json!({
            "type": "subscription",
            "id": self.id.to_string(),
            "state": self.state,
            "consent_type": self.consent_type,
            "default_translation": translations.get(0),
            "translations": translations,
            "content_types": content_types,
        })
    }
}

/// A subscription type to make.
#[derive(Clone, Debug)]
pub struct NewSubscriptionType {
    /// Name in English.
    pub name: String,
    /// What the messages are about.
    pub description: String,
    /// What silence means.
    pub consent: ConsentType,
}

impl Store {
    /// All subscription types, the oldest first.
    pub async fn subscription_types(&self, workspace_id: i64) -> Result<Vec<SubscriptionType>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT id, state, consent_type, translations, content_types FROM subscription_types \
                   WHERE workspace_id = $1 ORDER BY id";
        Ok(rows!(&mut conn, SubscriptionType, sql, workspace_id)?)
    }

    /// Makes a live one for emails.
    pub async fn create_subscription_type(
        &self,
        workspace_id: i64,
        new: NewSubscriptionType,
        now: i64,
    ) -> Result<SubscriptionType> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    let words = json!([
                        {"name": new.name, "description": new.description, "locale": "en"}
                    ]);
                    let id = insert(conn, workspace_id, new.consent, &words.to_string(), now).await?;
                    of(conn, workspace_id, id).await
                })
            })
            .await
    }

    /// The types a contact has said something about: no to those that everybody gets, yes to those that nobody gets.
    pub async fn contact_subscriptions(&self, contact_id: &str) -> Result<Vec<SubscriptionType>> {
        let mut conn = self.reader().await?;
        let sql = "SELECT t.id, t.state, t.consent_type, t.translations, t.content_types FROM contact_subscriptions c \
                   JOIN subscription_types t ON t.id = c.subscription_type_id WHERE c.contact_id = $1 \
                   AND c.opted_in = (t.consent_type = 'opt_in') ORDER BY t.id";
        Ok(rows!(&mut conn, SubscriptionType, sql, contact_id)?)
    }

    /// Says for a contact the opposite of what silence means: no to a type that everybody gets, yes to one that nobody
    /// gets. [`Error::NotFound`]; [`Error::PersonSaidNo`] when the company says yes for a person who said no.
    pub async fn attach_subscription(
        &self,
        workspace_id: i64,
        contact_id: String,
        id: i64,
        voice: Voice,
        now: i64,
    ) -> Result<SubscriptionType> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    is_there(conn, workspace_id, &contact_id).await?;
                    let kind = of(conn, workspace_id, id).await?;
                    let wants = kind.consent_type == "opt_in";
                    let said = said(conn, &contact_id, id).await?;
                    if wants && voice == Voice::Company && said.as_ref().is_some_and(Said::is_refusal) {
                        return Err(Error::PersonSaidNo);
                    }
                    // The company repeating what the person said takes nothing from the person's word.
                    let repeated = said.is_some_and(|said| {
                        said.opted_in == wants && (said.by_person() || voice == Voice::Company)
                    });
                    if !repeated {
                        put(conn, &contact_id, id, wants, voice, now).await?;
                        changed(conn, workspace_id, &contact_id, wants, &[&kind], now).await?;
                    }
                    Ok(kind)
                })
            })
            .await
    }

    /// Takes back what was said. [`Error::NotFound`] if nothing was; [`Error::PersonSaidNo`] when the company takes back a
    /// person's own no. A person's taking back a yes is a no, which the company cannot overrule later.
    pub async fn detach_subscription(
        &self,
        workspace_id: i64,
        contact_id: String,
        id: i64,
        voice: Voice,
        now: i64,
    ) -> Result<SubscriptionType> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    is_there(conn, workspace_id, &contact_id).await?;
                    let kind = of(conn, workspace_id, id).await?;
                    let wants = kind.consent_type == "opt_in";
                    let said = said(conn, &contact_id, id).await?.filter(|said| said.opted_in == wants);
                    let said = said.ok_or(Error::NotFound("subscription"))?;
                    if voice == Voice::Company && said.is_refusal() {
                        return Err(Error::PersonSaidNo);
                    }
                    if wants && voice == Voice::Person {
                        put(conn, &contact_id, id, false, voice, now).await?;
                    } else {
                        let sql = "DELETE FROM contact_subscriptions WHERE contact_id = $1 AND subscription_type_id = $2";
                        execute!(conn, sql, &contact_id, id)?;
                    }
                    changed(conn, workspace_id, &contact_id, !wants, &[&kind], now).await?;
                    Ok(kind)
                })
            })
            .await
    }

    /// A person's own word about all emails: no holds against whatever the company writes later, yes lifts it.
    pub async fn person_wants_emails(
        &self,
        workspace_id: i64,
        contact_id: String,
        wants: bool,
        now: i64,
    ) -> Result<()> {
        self.writer
            .run(workspace_id, move |conn| {
                Box::pin(async move {
                    is_there(conn, workspace_id, &contact_id).await?;
                    let by = (!wants).then_some(Voice::Person.as_str());
                    let sql = "UPDATE contacts SET unsubscribed_from_emails = $2, unsubscribed_by = $3 WHERE id = $1";
                    execute!(conn, sql, &contact_id, !wants, by)?;
                    changed(conn, workspace_id, &contact_id, wants, &[], now).await
                })
            })
            .await
    }
}

/// What was said about a type, and by whom.
#[derive(sqlx::FromRow)]
struct Said {
    opted_in: bool,
    said_by: String,
}

impl Said {
    fn by_person(&self) -> bool {
        self.said_by == Voice::Person.as_str()
    }

    /// The person's own no.
    fn is_refusal(&self) -> bool {
        self.by_person() && !self.opted_in
    }
}

/// Gives a new workspace its subscription type.
pub(crate) async fn insert_default(conn: &mut Conn, workspace_id: i64, now: i64) -> Result<()> {
    insert(conn, workspace_id, ConsentType::OptOut, DEFAULT, now).await.map(|_| ())
}

/// Before a merge unites what two contacts said: the no of either person goes on, unless the survivor's own word is newer.
pub(crate) async fn carry_refusals(conn: &mut Conn, from: &str, into: &str) -> Result<()> {
    execute!(
        conn,
        "UPDATE contact_subscriptions SET opted_in = FALSE, said_by = 'person', said_at = f.said_at \
         FROM contact_subscriptions AS f WHERE f.contact_id = $1 AND contact_subscriptions.contact_id = $2 \
         AND f.subscription_type_id = contact_subscriptions.subscription_type_id AND f.said_by = 'person' \
         AND NOT f.opted_in \
         AND NOT (contact_subscriptions.said_by = 'person' AND contact_subscriptions.said_at > f.said_at)",
        from,
        into
    )?;
    execute!(
        conn,
        "UPDATE contacts SET unsubscribed_from_emails = TRUE, unsubscribed_by = 'person' WHERE id = $2 \
         AND EXISTS (SELECT 1 FROM contacts AS f WHERE f.id = $1 AND f.unsubscribed_by = 'person')",
        from,
        into
    )?;
    Ok(())
}

async fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    consent: ConsentType,
    translations: &str,
    now: i64,
) -> Result<i64> {
    let made = row!(
        conn,
        (i64,),
        "INSERT INTO subscription_types (workspace_id, state, consent_type, translations, content_types, created_at) \
         VALUES ($1, 'live', $2, $3, '[\"email\"]', $4) RETURNING id",
        workspace_id,
        consent.as_str(),
        translations,
        now
    )?;
    Ok(made.ok_or(Error::NotFound("workspace"))?.0)
}

async fn of(conn: &mut Conn, workspace_id: i64, id: i64) -> Result<SubscriptionType> {
    let sql = "SELECT id, state, consent_type, translations, content_types FROM subscription_types \
               WHERE id = $1 AND workspace_id = $2";
    row!(conn, SubscriptionType, sql, id, workspace_id)?.ok_or(Error::NotFound("subscription type"))
}

async fn is_there(conn: &mut Conn, workspace_id: i64, contact_id: &str) -> Result<()> {
    let sql = "SELECT id FROM contacts WHERE id = $1 AND workspace_id = $2 AND merged_into IS NULL";
    row!(conn, (String,), sql, contact_id, workspace_id)?.map(|_| ()).ok_or(Error::NotFound("contact"))
}

async fn said(conn: &mut Conn, contact_id: &str, id: i64) -> Result<Option<Said>> {
    let sql = "SELECT opted_in, said_by FROM contact_subscriptions WHERE contact_id = $1 AND subscription_type_id = $2";
    Ok(row!(conn, Said, sql, contact_id, id)?)
}

async fn put(
    conn: &mut Conn,
    contact_id: &str,
    id: i64,
    opted_in: bool,
    voice: Voice,
    now: i64,
) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO contact_subscriptions (contact_id, subscription_type_id, opted_in, said_by, said_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (contact_id, subscription_type_id) \
         DO UPDATE SET opted_in = $3, said_by = $4, said_at = $5",
        contact_id,
        id,
        opted_in,
        voice.as_str(),
        now
    )?;
    Ok(())
}

/// What a page says about all emails is the company's word: it does not come here against the person's own.
pub(crate) async fn said_by_page(conn: &mut Conn, contact_id: &str, unsubscribed: bool) -> Result<()> {
    let by = unsubscribed.then_some(Voice::Company.as_str());
    let sql = "UPDATE contacts SET unsubscribed_from_emails = $2, unsubscribed_by = $3 WHERE id = $1";
    execute!(conn, sql, contact_id, unsubscribed, by)?;
    Ok(())
}

/// Tells that the company wrote whether a contact wants emails at all, beside the news of the contact itself.
pub(crate) async fn emails_changed(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    wants: bool,
    now: i64,
) -> Result<()> {
    let topic = if wants { Topic::ContactSubscribed } else { Topic::ContactUnsubscribed };
    let detail = json!({"subscription_types": {"type": "list", "data": []}});
    announce(conn, News::only(topic, workspace_id, now).about(contact_id).detail(&detail)).await
}

/// Tells that a contact wants messages, or wants them no more: of these types, or all emails without.
async fn changed(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: &str,
    wants: bool,
    kinds: &[&SubscriptionType],
    now: i64,
) -> Result<()> {
    execute!(conn, "UPDATE contacts SET updated_at = $2 WHERE id = $1", contact_id, now)?;
    let (whole, single) = if wants {
        (Topic::ContactSubscribed, Topic::GranularSubscribe)
    } else {
        (Topic::ContactUnsubscribed, Topic::GranularUnsubscribe)
    };
    let data: Vec<Value> = kinds.iter().map(|kind| kind.object()).collect();
    let detail = json!({"subscription_types": {"type": "list", "data": data}});
    announce(conn, News::contact(workspace_id, contact_id, now).topic(whole).detail(&detail)).await?;
    if kinds.is_empty() {
        return Ok(());
    }
    announce(conn, News::only(single, workspace_id, now).about(contact_id).detail(&detail)).await
}
