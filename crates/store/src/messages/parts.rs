//! Appending parts: one, or those of many conversations with the same statements. Each statement is a trip to another thread
//! (SQLite) or process (PostgreSQL); their number is what limits how many messages a second a node takes.

use std::collections::HashMap;

use doorstep_domain::topics::Topic;

use super::{Author, Text};
use crate::changes::{News, append_with};
use crate::conn::{Bind, Conn, execute, rows_bound};
use crate::error::{Error, Result};
use crate::identify::SEEN_STEP;
use crate::many::{pieces, values};
use crate::together::Together;
use crate::types::{Conversation, Part};

/// A part that is to be appended.
pub(crate) struct NewPart<'a> {
    /// Where.
    pub(crate) place: &'a Conversation,
    /// By whom.
    pub(crate) author: &'a Author,
    /// What.
    pub(crate) text: Text<'a>,
}

/// What a part is to its conversation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Words of a person.
    Person,
    /// Words of the team.
    Team,
    /// Nothing the person sees.
    Hidden,
}

impl NewPart<'_> {
    fn kind(&self) -> Kind {
        match (self.text.shown(), self.author.kind) {
            (false, _) => Kind::Hidden,
            (true, "contact") => Kind::Person,
            (true, _) => Kind::Team,
        }
    }
}

/// Appends a part and announces what it means. A message opens the conversation; a note and what has no words leave its
/// state.
pub(crate) async fn add_part(
    conn: &mut Conn,
    place: &Conversation,
    author: &Author,
    text: &Text<'_>,
) -> Result<(Part, i64)> {
    let added = add_parts(conn, &[NewPart { place, author, text: text.clone() }]).await?;
    added.into_iter().next().ok_or(Error::NotFound("part"))
}

/// The same with parts of conversations that are all different, and so are their people. In their order: the parts and the
/// numbers of their changes.
pub(super) async fn add_parts(conn: &mut Conn, all: &[NewPart<'_>]) -> Result<Vec<(Part, i64)>> {
    let ids = insert(conn, all).await?;
    let numbered: Vec<(&NewPart<'_>, i64)> = all.iter().zip(ids.iter().copied()).collect();
    let mut statements = Together::default();
    for kind in [Kind::Person, Kind::Team, Kind::Hidden] {
        let some: Vec<_> = numbered.iter().filter(|(new, _)| new.kind() == kind).copied().collect();
        for piece in pieces(&some) {
            update_conversations(conn, kind, piece, &mut statements);
        }
    }
    update_people(conn, all, &mut statements);
    let news: Vec<News<'_>> = numbered.iter().map(|(new, id)| news(new, *id)).collect();
    let seqs = append_with(conn, &news, &mut statements).await?;
    statements.run(conn).await?;
    update_participants(conn, &numbered).await?;
    Ok(numbered.iter().zip(seqs).map(|((new, id), seq)| (part(new, *id), seq)).collect())
}

/// Stores the rows and gives their ids, in order.
async fn insert(conn: &mut Conn, all: &[NewPart<'_>]) -> Result<Vec<i64>> {
    let mut ids = HashMap::with_capacity(all.len());
    for piece in pieces(all) {
        let (rows, binds) = values(conn, piece.iter().map(row_of));
        let sql = format!(
            "INSERT INTO parts (workspace_id, conversation_id, client_id, part_type, author_kind, author_id, body, \
             created_at, shown, assigned_to, team_assigned_to, state, attachments, metadata, event_details, \
             reply_seconds) {rows} RETURNING conversation_id, id"
        );
        // Databases do not promise to give the rows back in order.
        ids.extend(rows_bound!(&mut *conn, (i64, i64), sql, &binds)?);
    }
    all.iter().map(|new| ids.get(&new.place.id).copied().ok_or(Error::NotFound("part"))).collect()
}

fn row_of(new: &NewPart<'_>) -> [Bind; 16] {
    let NewPart { place, author, text } = new;
    let state = text.extras.state.unwrap_or(if text.shown() { "open" } else { &place.state });
    // How long the person had waited, if this is the team's answer.
    let answers = text.shown() && author.kind == "admin";
    let reply_seconds = place.waiting_since.filter(|_| answers).map(|since| (text.at - since).max(0));
    [
        place.workspace_id.into(),
        place.id.into(),
        text.client_id.into(),
        text.part_type.into(),
        author.kind.into(),
        (&*author.id).into(),
        text.body.into(),
        text.at.into(),
        text.shown().into(),
        text.extras.assigned_to.into(),
        text.extras.team_assigned_to.into(),
        state.into(),
        text.extras.attachments.into(),
        text.extras.metadata.into(),
        text.extras.event_details.into(),
        reply_seconds.into(),
    ]
}

/// What new parts change about their conversations: the person waits, or is answered; who writes has seen what stood above;
/// what was only a message becomes a conversation.
fn update_conversations(conn: &Conn, kind: Kind, all: &[(&NewPart<'_>, i64)], statements: &mut Together) {
    let set = match kind {
        Kind::Person => {
            "updated_at = m.changed, source_id = coalesce(source_id, m.part), \
             count_reopens = count_reopens + CASE WHEN state = 'closed' THEN 1 ELSE 0 END, \
             count_parts = count_parts + CASE WHEN source_id IS NULL THEN 0 ELSE 1 END, state = 'open', \
             snoozed_until = NULL, preview = m.words, last_author_kind = m.kind, last_author_id = m.author, \
             pending = FALSE, waiting_since = coalesce(waiting_since, m.written), \
             last_contact_reply_at = m.written, \
             read_by_contact = CASE WHEN contact_id = m.author THEN m.part ELSE read_by_contact END, \
             unread_by_contact = CASE WHEN contact_id = m.author THEN 0 ELSE unread_by_contact + 1 END, \
             unread_by_team = unread_by_team + 1, newest_by_contact = m.part, \
             first_replied_at = coalesce(first_replied_at, m.written)"
        }
        Kind::Team => {
            "updated_at = m.changed, source_id = coalesce(source_id, m.part), \
             count_reopens = count_reopens + CASE WHEN state = 'closed' THEN 1 ELSE 0 END, \
             count_parts = count_parts + CASE WHEN source_id IS NULL THEN 0 ELSE 1 END, state = 'open', \
             snoozed_until = NULL, preview = m.words, last_author_kind = m.kind, last_author_id = m.author, \
             waiting_since = NULL, first_admin_reply_at = CASE WHEN first_replied_at IS NULL THEN NULL \
             ELSE coalesce(first_admin_reply_at, m.written) END, last_admin_reply_at = m.written, \
             last_assignment_admin_reply_at = CASE WHEN last_assignment_at IS NULL THEN NULL \
             ELSE coalesce(last_assignment_admin_reply_at, m.written) END, read_by_team = m.part, \
             unread_by_contact = unread_by_contact + CASE WHEN m.kind = 'admin' THEN 1 ELSE 0 END, \
             unread_by_team = 0, seen_by_team = newest_by_contact"
        }
        Kind::Hidden => {
            "updated_at = m.changed, count_parts = count_parts + 1, \
             unread_by_team = unread_by_team + CASE WHEN m.kind = 'contact' THEN 1 ELSE 0 END, \
             newest_by_contact = CASE WHEN m.kind = 'contact' THEN m.part ELSE newest_by_contact END"
        }
    };
    let rows = all.iter().map(|(new, id)| {
        let NewPart { place, author, text } = new;
        [
            place.id.into(),
            (*id).into(),
            text.preview.into(),
            author.kind.into(),
            (&*author.id).into(),
            text.at.into(),
            text.now.into(),
        ]
    });
    let (rows, binds) = values(conn, rows);
    let sql = format!(
        "WITH m (place, part, words, kind, author, written, changed) AS ({rows}) \
         UPDATE conversations SET {set} FROM m WHERE conversations.id = m.place"
    );
    statements.add(sql, binds);
}

/// The conversation of its own person's message after it: what `update_conversations` makes of it, without reading it again.
pub(super) fn answered(new: &NewPart<'_>, part_id: i64) -> Conversation {
    let NewPart { place, author, text } = new;
    Conversation {
        updated_at: text.now,
        state: "open".to_owned(),
        preview: text.preview.to_owned(),
        last_author_kind: author.kind.to_owned(),
        last_author_id: author.id.clone(),
        // The person's own name is not told to them.
        last_author_name: None,
        last_author_avatar: None,
        pending: false,
        waiting_since: place.waiting_since.or(Some(text.at)),
        read_by_contact: part_id,
        unread_by_contact: 0,
        unread_by_team: place.unread_by_team + 1,
        ..(*place).clone()
    }
}

/// Who writes in a conversation that is not their own has seen what stood above, too.
async fn update_participants(conn: &mut Conn, all: &[(&NewPart<'_>, i64)]) -> Result<()> {
    let others = |new: &NewPart<'_>| new.kind() == Kind::Person && new.author.id != new.place.contact_id;
    for (new, id) in all.iter().filter(|(new, _)| others(new)) {
        let sql =
            "UPDATE conversation_contacts SET read_up_to = $3 WHERE conversation_id = $1 AND contact_id = $2";
        execute!(&mut *conn, sql, new.place.id, &new.author.id, *id)?;
    }
    Ok(())
}

/// What messages change about people: they have written, or were written to. Several messages in one second say the same, and
/// when somebody was seen is kept in steps: it is in an index, and PostgreSQL writes a row whose indexed columns change into
/// all its indexes.
fn update_people(conn: &Conn, all: &[NewPart<'_>], statements: &mut Together) {
    let seen = format!("coalesce(last_seen_at <= m.written - {SEEN_STEP} OR last_seen_at > m.written, TRUE)");
    let wrote_on_a_page = [
        format!(
            "last_replied_at = m.written, last_seen_at = CASE WHEN {seen} THEN m.written ELSE last_seen_at END, \
             last_page = CASE WHEN m.page = '' THEN last_page ELSE m.page END"
        ),
        format!(
            "last_replied_at IS DISTINCT FROM m.written OR {seen} OR (m.page <> '' AND last_page IS DISTINCT FROM m.page)"
        ),
    ];
    let only = |column| [format!("{column} = m.written"), format!("{column} IS DISTINCT FROM m.written")];
    let wrote = only("last_replied_at");
    let was_written_to = only("last_contacted_at");
    let news_of = |new: &NewPart<'_>| match (new.kind(), new.text.page) {
        (Kind::Person, Some(_)) => Some(&wrote_on_a_page),
        (Kind::Person, None) => Some(&wrote),
        (Kind::Team, _) => Some(&was_written_to),
        (Kind::Hidden, _) => None,
    };
    for news in [&wrote_on_a_page, &wrote, &was_written_to] {
        let some: Vec<&NewPart<'_>> = all.iter().filter(|new| news_of(new) == Some(news)).collect();
        for piece in pieces(&some) {
            let rows = piece.iter().flat_map(|new| {
                let by_person = new.kind() == Kind::Person;
                let author = by_person.then_some(&*new.author.id);
                let readers = new.place.people().filter(move |_| !by_person);
                author
                    .into_iter()
                    .chain(readers)
                    .map(|whom| [whom.into(), new.text.at.into(), new.text.page.unwrap_or_default().into()])
            });
            let (rows, binds) = values(conn, rows);
            let [set, differs] = news;
            let sql = format!(
                "WITH m (person, written, page) AS ({rows}) \
                 UPDATE contacts SET {set} FROM m WHERE contacts.id = m.person AND ({differs})"
            );
            statements.add(sql, binds);
        }
    }
}

fn news<'a>(new: &NewPart<'a>, id: i64) -> News<'a> {
    let NewPart { place, author, text } = new;
    // Only the first message finds a conversation in which nobody has said anything.
    let first = place.last_author_id.is_empty() && place.preview.is_empty();
    let topic = Topic::of_part(text.part_type, author.kind, first);
    // What is only a message so far is no conversation anybody is told of.
    let topic = topic.filter(|_| !place.pending || author.kind == "contact");
    News::part(place, id, text.now).topic(topic)
}

fn part(new: &NewPart<'_>, id: i64) -> Part {
    let NewPart { place, author, text } = new;
    Part {
        id,
        conversation_id: place.id,
        client_id: text.client_id.map(ToOwned::to_owned),
        author_kind: author.kind.to_owned(),
        author_id: author.id.clone(),
        // Who reads this is who wrote it, or the team.
        author_name: None,
        author_email: None,
        author_avatar: None,
        body: text.body.to_owned(),
        attachments: text.extras.attachments.map(ToOwned::to_owned),
        metadata: text.extras.metadata.map(ToOwned::to_owned),
        created_at: text.at,
        shown: text.shown(),
    }
}
