//! What is on screen, as plain data. Made by [`crate::Messenger::view`], drawn by the widget's `view` folder.
//!
//! Not here: words (the view translates its own texts; strings in here are data of people and workspaces), date
//! formats (times are Unix seconds; the view formats them by `Intl`), colours other than the workspace's.

/// Everything the views draw.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts for the view")]
pub struct ViewModel {
    /// Whether the application is booted; before it and after `shutdown` nothing is drawn.
    pub booted: bool,
    /// Whether the panel is shown.
    pub open: bool,
    /// Whether somebody is about to look at the panel, or has: it is not drawn before.
    pub near: bool,
    /// Whether the panel fills the screen.
    pub mobile: bool,
    /// Whether we live in a frame: the page draws the launcher and places the panel. Otherwise (ES module) the view
    /// does both.
    pub framed: bool,
    /// Number of unread conversations.
    pub unread: u32,
    /// The launcher (drawn by the view for the ES module only).
    pub launcher: Launcher,
    /// Languages in the order of preference: BCP 47 tags with commas between them, some of them possibly empty.
    pub language: String,
    /// Setting `theme_mode`.
    pub theme: Theme,
    /// Which screen.
    pub screen: Screen,
    /// What the workspace shows.
    pub workspace: Workspace,
    /// Whether the server can be reached.
    pub connection: Connection,
    /// A line above the screen's content.
    pub notice: Option<Notice>,
    /// Row keys of the conversations to preview while the panel is hidden, the newest first; three at most.
    pub previews: Vec<String>,
    /// Number of unread messages in conversations for which there is no room.
    pub more: u32,
    /// Whether a teammate's message makes a sound; `None` where the workspace wants none.
    pub sound: Option<bool>,
    /// Home.
    pub home: Home,
    /// The conversation list.
    pub list: ConversationList,
    /// The open conversation; present while `screen` is [`Screen::Thread`].
    pub thread: Option<Thread>,
}

/// The launcher and where it stands (M§3.1).
#[derive(Clone, Debug, PartialEq)]
pub struct Launcher {
    /// Whether to draw one.
    pub visible: bool,
    /// Whether it and the panel stand on the right.
    pub right: bool,
    /// CSS pixels from the side.
    pub horizontal_padding: u32,
    /// CSS pixels from the bottom.
    pub vertical_padding: u32,
}

impl Default for Launcher {
    fn default() -> Self {
        Self { visible: false, right: true, horizontal_padding: 20, vertical_padding: 20 }
    }
}

/// Light, dark, or what the visitor's system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light, whatever the system says.
    #[default]
    Light,
    /// Dark, whatever the system says.
    Dark,
    /// As the system.
    System,
}

/// The screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// Greeting, newest conversation, the button that starts one.
    #[default]
    Home,
    /// All conversations.
    Messages,
    /// One conversation, or a new one.
    Thread,
}

/// What the workspace shows. Empty texts mean "the language's own".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workspace {
    /// The company's name.
    pub name: String,
    /// Home's first line.
    pub greeting: String,
    /// Home's second line.
    pub introduction: String,
    /// First line of a new conversation.
    pub team_intro: String,
    /// When the team answers, for `parts/hours.js`.
    pub office: String,
    /// CSS colours, a line each, empty for the default: of buttons and the person's own messages, behind the greeting, of
    /// links in the team's messages. One text, because a field of the view costs a visitor more than the words in it.
    pub colours: String,
    /// Teammates' faces.
    pub faces: Vec<Face>,
}

/// A person's picture, or the initials in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Face {
    /// Display name.
    pub name: String,
    /// Picture address.
    pub avatar: Option<String>,
    /// One or two letters.
    pub initials: String,
    /// Whether this teammate is away.
    pub away: bool,
}

/// Whether the server can be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// As far as we know.
    #[default]
    Fine,
    /// It failed; we are trying again.
    Connecting,
    /// The browser says there is no network.
    Offline,
}

/// A line above the screen's content.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The server refuses to serve this person or workspace for good; its own words.
    Refused {
        /// The server's message.
        message: String,
    },
    /// Older messages could not be loaded; trying again is offered by scrolling.
    OlderFailed,
}

/// Whether something that must be fetched is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoadState {
    /// On its way.
    #[default]
    Loading,
    /// There.
    Ready,
    /// "Something's gone wrong", with a button that sends [`crate::UserAction::Retry`].
    Failed,
}

/// Home.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Home {
    /// The conversation that changed last.
    pub recent: Option<ConversationRow>,
    /// Whether the workspace and the conversations are known.
    pub state: LoadState,
}

/// The conversation list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConversationList {
    /// The most recently changed first.
    pub rows: Vec<ConversationRow>,
    /// Whether they are known. `Ready` with no rows is the empty state.
    pub state: LoadState,
}

/// A line of the conversation list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConversationRow {
    /// Stable over the first acknowledgement; what [`crate::UserAction::OpenConversation`] takes.
    pub key: String,
    /// Who wrote last: a teammate's name; the workspace's when it was the person.
    pub name: String,
    /// Picture of that teammate.
    pub avatar: Option<String>,
    /// Letters in its place.
    pub initials: String,
    /// Plain text of the newest message.
    pub preview: String,
    /// Whether the person wrote it ("You: …").
    pub mine: bool,
    /// When, Unix seconds.
    pub at: i64,
    /// Teammates' messages not seen.
    pub unread: u32,
    /// Whether the conversation is closed.
    pub closed: bool,
    /// Whether a message in it is not delivered or was refused.
    pub failed: bool,
    /// What is written there and not sent; empty for nothing.
    pub draft: String,
}

/// The open conversation.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts for the view")]
pub struct Thread {
    /// Stable over the first acknowledgement.
    pub key: String,
    /// The teammate's name, or the workspace's.
    pub title: String,
    /// Teammates to show in the header.
    pub faces: Vec<Face>,
    /// Whether the teammate who answers is away.
    pub away: bool,
    /// Whether the messages are there.
    pub state: LoadState,
    /// Whether there are older messages ([`crate::UserAction::LoadOlder`]).
    pub more: bool,
    /// Whether older ones are being fetched.
    pub loading_older: bool,
    /// Whether there are newer messages than those in `items` ([`crate::UserAction::LoadNewer`]): a long thread is held
    /// in part only.
    pub newer: bool,
    /// Teammates' messages in it that were not seen.
    pub unread: u32,
    /// Oldest first.
    pub items: Vec<ThreadItem>,
    /// The card that asks for an email (P4). Stands after the person's first message.
    pub email_card: Option<EmailCard>,
    /// What a part draws below the messages (`ending.rs`): quick replies or the rating's card; empty for nothing.
    pub ending: String,
    /// The composer.
    pub composer: Composer,
    /// Name of the teammate who is typing.
    pub typing: Option<String>,
    /// A new conversation: show `team_intro`.
    pub intro: bool,
    /// Whether the conversation is closed; a reply opens it again.
    pub closed: bool,
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct ThreadItem {
    /// Client id or part id; does not change when the server acknowledges.
    pub key: String,
    /// Whether the person wrote it.
    pub mine: bool,
    /// Who wrote it, when it was not the person.
    pub author: Option<Face>,
    /// What.
    pub body: Body,
    /// What is attached: a JSON array for `parts/attach.js`, as `files.rs` writes it; empty for nothing. Addresses in it may
    /// change.
    pub files: String,
    /// When, Unix seconds.
    pub at: i64,
    /// How far it got; `Sent` for teammates' messages.
    pub status: Status,
    /// First of a run by one author.
    pub first_of_group: bool,
    /// Last of a run by one author.
    pub last_of_group: bool,
}

/// The text of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// HTML the server has made safe.
    Html(String),
    /// Plain text, as typed.
    Text(String),
}

/// How far a message got.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// On its way for the first time.
    Sending,
    /// The first attempt failed; it is tried again by itself ("Not delivered yet").
    NotDelivered,
    /// Committed by the server.
    Sent,
    /// A teammate has seen it.
    Seen,
    /// The server refused it: retry or delete.
    Refused {
        /// The server's message; possibly empty.
        message: String,
    },
}

/// The card "Get notified by email".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EmailCard {
    /// What is in the field.
    pub value: String,
    /// How far it got.
    pub state: EmailState,
    /// Whether the first message waits for it.
    pub required: bool,
    /// Whether nobody is there to answer.
    pub away: bool,
}

/// State of the email card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmailState {
    /// Waiting for input.
    #[default]
    Asking,
    /// On its way.
    Sending,
    /// Not an address; what was typed stays.
    Invalid,
    /// The server could not be reached or failed; may be submitted again.
    Failed,
    /// Given.
    Done,
}

/// The composer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Composer {
    /// What it should hold. The view writes it into the field only when it differs from what is typed.
    pub draft: String,
    /// Files to be sent with it, as those of [`ThreadItem::files`].
    pub files: String,
    /// Whether there is something to send, and not too much.
    pub can_send: bool,
    /// By how many characters it is too long.
    pub too_long: Option<u32>,
}
