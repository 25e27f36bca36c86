//! From the model to what is on screen.

use doorstep_protocol::messenger::{Author, AuthorKind, ConversationState, Part};

use crate::files::{self, stuck};
use crate::model::{Model, Outgoing, Parts, Request, Span, Thread, part_number};
use crate::outbox::LONGEST;
use crate::settings;
use crate::view_model::{
    Body, Composer, Connection, ConversationList, ConversationRow, Face, Home, LoadState, Status, ThreadItem,
    ViewModel, Workspace,
};

/// Messages of one author further apart than this stand in separate groups, seconds.
const GROUP_SECONDS: i64 = 300;

/// Longest preview of a message not yet sent, characters (as the server's).
const PREVIEW: usize = 140;

/// What is on screen.
pub(crate) fn view(model: &Model) -> ViewModel {
    if !model.booted {
        return ViewModel { framed: model.framed, ..ViewModel::default() };
    }
    let state = match (model.known, model.ping.failures > 0) {
        (true, _) => LoadState::Ready,
        (false, true) => LoadState::Failed,
        (false, false) => LoadState::Loading,
    };
    let rows = rows(model);
    let (previews, more) = model.previews(&rows);
    ViewModel {
        booted: true,
        open: model.open,
        near: model.near,
        mobile: model.mobile,
        framed: model.framed,
        unread: model.unread(),
        launcher: settings::launcher(&model.settings),
        language: languages(model),
        theme: settings::theme(&model.settings),
        screen: model.screen,
        workspace: workspace(model),
        connection: connection(model),
        notice: model.notice.clone(),
        previews,
        more,
        sound: model.workspace.sound.then_some(!model.muted),
        home: Home { recent: rows.first().cloned(), state },
        list: ConversationList { rows, state },
        thread: model.shown().map(|shown| thread(model, shown)),
    }
}

/// What the page asks for, then what the person's browser prefers, then the workspace's own (M§8.13).
fn languages(model: &Model) -> String {
    let asked = settings::text(&model.settings, "language_override").unwrap_or_default();
    [&asked, ",", &model.page.language, ",", &model.workspace.language].concat()
}

fn connection(model: &Model) -> Connection {
    let struggling = model.ping.failures > 0
        || model.socket.failures > 1
        || model.outbox.iter().any(|message| {
            message.failures > 0 && message.refused.is_none() && !message.done && !message.held()
        });
    match (model.offline, struggling) {
        (true, _) => Connection::Offline,
        (false, true) => Connection::Connecting,
        (false, false) => Connection::Fine,
    }
}

fn workspace(model: &Model) -> Workspace {
    let from = &model.workspace;
    let colour = |name, own: &String| settings::text(&model.settings, name).unwrap_or_else(|| own.clone());
    Workspace {
        name: from.name.clone(),
        greeting: from.greeting.clone(),
        introduction: from.introduction.clone(),
        team_intro: from.team_intro.clone(),
        office: from.office.clone(),
        colours: [
            colour("action_color", &from.action_color),
            colour("background_color", &from.background_color),
            colour("link_color", &String::new()),
        ]
        .join("\n"),
        faces: from.team.iter().map(face).collect(),
    }
}

fn face(author: &Author) -> Face {
    Face {
        name: author.name.clone(),
        avatar: author.avatar.clone(),
        initials: initials(&author.name),
        away: author.away,
    }
}

/// First letters of the first two words.
fn initials(name: &str) -> String {
    name.split_whitespace().take(2).filter_map(|word| word.chars().next()).collect()
}

fn rows(model: &Model) -> Vec<ConversationRow> {
    let mut rows: Vec<ConversationRow> = Vec::new();
    for thread in &model.conversations {
        if !thread.about.id.is_empty() || model.has_outgoing(&thread.key) {
            let row = row(model, thread);
            // There are few; a sort would weigh more than it saves.
            let place = rows.iter().position(|other| other.at < row.at).unwrap_or(rows.len());
            rows.insert(place, row);
        }
    }
    rows
}

fn row(model: &Model, thread: &Thread) -> ConversationRow {
    let about = &thread.about;
    // What another tab has delivered is in what the server says of the conversation.
    let known = !about.id.is_empty();
    let mut waiting =
        model.outbox.iter().filter(|message| message.key == thread.key && !(message.done && known));
    let failed = waiting.clone().any(|message| message.refused.is_some() || message.failures > 0);
    let newest = waiting.next_back();
    let mine = newest.is_some() || about.last_author.kind == AuthorKind::Contact;
    let by = match about.last_author.kind {
        AuthorKind::Participant => Some(&about.last_author),
        _ => teammate(thread),
    };
    let name = by.map_or(&model.workspace.name, |author| &author.name);
    ConversationRow {
        key: thread.key.clone(),
        name: name.clone(),
        avatar: by.and_then(|author| author.avatar.clone()),
        initials: initials(name),
        preview: newest
            .map_or_else(|| about.preview.clone(), |message| message.body.chars().take(PREVIEW).collect()),
        mine,
        at: newest.map_or(about.updated_at, |message| message.at_ms / 1_000),
        unread: thread.unread(),
        closed: about.state == ConversationState::Closed && newest.is_none(),
        failed,
        draft: thread.draft.trim().chars().take(PREVIEW).collect(),
    }
}

/// The teammate who wrote last, as far as we know.
fn teammate(thread: &Thread) -> Option<&Author> {
    if thread.about.last_author.kind == AuthorKind::Admin {
        return Some(&thread.about.last_author);
    }
    thread.parts.iter().rev().map(|part| &part.author).find(|author| author.kind == AuthorKind::Admin)
}

fn thread(model: &Model, thread: &Thread) -> crate::view_model::Thread {
    let by = teammate(thread);
    let items = items(model, thread);
    let state = match thread.state {
        _ if thread.id.is_none() || !items.is_empty() => LoadState::Ready,
        Parts::Fresh | Parts::Behind => LoadState::Ready,
        Parts::Failed => LoadState::Failed,
        Parts::Stale | Parts::Loading if !model.known && model.ping.failures > 0 => LoadState::Failed,
        Parts::Stale | Parts::Loading => LoadState::Loading,
    };
    let length = thread.draft.trim().chars().count();
    let too_long = length.checked_sub(LONGEST).filter(|over| *over > 0);
    crate::view_model::Thread {
        key: thread.key.clone(),
        title: by.map_or(&model.workspace.name, |author| &author.name).clone(),
        faces: match by {
            Some(author) => vec![face(author)],
            None => model.workspace.team.iter().map(face).collect(),
        },
        away: by.is_some_and(|author| author.away),
        state,
        more: thread.more,
        loading_older: model.requests.iter().any(|(_, request)| {
            matches!(request, Request::Thread { key, span: Span::Before(_) } if *key == thread.key)
        }),
        newer: thread.state == Parts::Behind,
        unread: thread.unread(),
        intro: items.is_empty() && thread.id.is_none(),
        items,
        email_card: model.email_card(thread),
        ending: model.ending(thread),
        composer: Composer {
            draft: thread.draft.clone(),
            can_send: (length > 0 || !thread.files.is_empty())
                && too_long.is_none()
                && !stuck(&thread.files)
                && !model.email_missing(thread),
            files: files::shown(&thread.files),
            too_long: too_long.map(|over| u32::try_from(over).unwrap_or(u32::MAX)),
        },
        typing: model
            .typing
            .as_ref()
            .filter(|(conversation, _)| thread.answers_to(conversation))
            .map(|(_, name)| name.clone()),
        closed: thread.about.state == ConversationState::Closed && !model.has_outgoing(&thread.key),
    }
}

fn items(model: &Model, thread: &Thread) -> Vec<ThreadItem> {
    let seen = thread.about.seen_by_team.as_deref().map_or(0, part_number);
    let parts = thread.parts.iter().map(|part| part_item(part, seen));
    let waiting = model.outbox.iter().filter(|message| message.key == thread.key);
    let mut items: Vec<ThreadItem> =
        parts.chain(waiting.map(|message| outgoing_item(message, model.ping.failures > 0))).collect();
    group(&mut items);
    items
}

fn part_item(part: &Part, seen: u64) -> ThreadItem {
    let mine = part.author.kind == AuthorKind::Contact;
    ThreadItem {
        key: part.client_id.as_ref().unwrap_or(&part.id).clone(),
        mine,
        author: (!mine).then(|| face(&part.author)),
        body: match &*part.id {
            // Said by the page, not by the server.
            "0" => Body::Text(part.body.clone()),
            _ => Body::Html(part.body.clone()),
        },
        files: files::shown(&files::attached(part)),
        at: part.created_at,
        status: if mine && part_number(&part.id) <= seen { Status::Seen } else { Status::Sent },
        first_of_group: false,
        last_of_group: false,
    }
}

fn outgoing_item(message: &Outgoing, unreachable: bool) -> ThreadItem {
    let status = match &message.refused {
        Some(words) => Status::Refused { message: words.clone() },
        None if stuck(&message.files) => Status::Refused { message: String::new() },
        None if message.done => Status::Sent,
        None if message.failures > 0 || unreachable => Status::NotDelivered,
        None => Status::Sending,
    };
    ThreadItem {
        key: message.client_id.clone(),
        mine: true,
        author: None,
        body: Body::Text(message.body.clone()),
        files: files::shown(&message.files),
        at: message.at_ms / 1_000,
        status,
        first_of_group: false,
        last_of_group: false,
    }
}

/// Marks where groups of one author begin and end. Days are the view's: they depend on the visitor's time zone.
fn group(items: &mut [ThreadItem]) {
    for index in 0..items.len() {
        let joins = |one: &ThreadItem, next: &ThreadItem| {
            one.mine == next.mine
                && one.author.as_ref().map(|face| &face.name) == next.author.as_ref().map(|face| &face.name)
                && next.at - one.at < GROUP_SECONDS
        };
        let first = index == 0 || !joins(&items[index - 1], &items[index]);
        let last = index + 1 == items.len() || !joins(&items[index], &items[index + 1]);
        items[index].first_of_group = first;
        items[index].last_of_group = last;
    }
}
