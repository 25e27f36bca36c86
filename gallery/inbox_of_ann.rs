//! The conversations of a visitor called Ann: list rows and threads.

use doorstep_core::view_model::{
    Composer, ConversationRow, EmailCard, EmailState, LoadState, Status, Thread, ThreadItem,
};

use crate::people::{DAY, HOUR, MINUTE, face, grace, grouped, mine, now, team, theirs};

fn row(key: &str, name: &str, preview: &str, ago: i64) -> ConversationRow {
    let face = face(name);
    ConversationRow {
        key: key.to_owned(),
        name: face.name,
        initials: face.initials,
        preview: preview.to_owned(),
        at: now() - ago,
        ..ConversationRow::default()
    }
}

/// The newest is unread.
pub(crate) fn rows() -> Vec<ConversationRow> {
    vec![
        ConversationRow {
            unread: 2,
            avatar: grace().avatar,
            ..row(
                "1",
                "Grace Hopper",
                "We do, in four days. Would you like me to reserve one for you?",
                3 * MINUTE,
            )
        },
        ConversationRow {
            failed: true,
            mine: true,
            ..row("2", "Lovelace & Sons", "Is the blue one back?", HOUR)
        },
        ConversationRow {
            draft: "And one more thing".to_owned(),
            ..row("6", "Grace Hopper", "You are welcome!", 2 * HOUR)
        },
        ConversationRow { mine: true, ..row("3", "Tomás Oliveira", "Perfect, thank you!", 26 * HOUR) },
        ConversationRow { closed: true, ..row("4", "Yuki", "Your refund is on its way 🎉", 6 * DAY) },
        ConversationRow {
            closed: true,
            ..row(
                "5",
                "Wolfeschlegelsteinhausenbergerdorff of the Northern Department",
                "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen are sold out",
                400 * DAY,
            )
        },
    ]
}

/// A plain talk of two days.
pub(crate) fn talk() -> Vec<ThreadItem> {
    grouped(vec![
        mine("a", "Hello! Do you ship to Norway?", DAY + HOUR, Status::Seen),
        theirs("b", grace(), "<p>Hi Ann, thanks for writing.</p>", DAY + 50 * MINUTE),
        theirs(
            "c",
            grace(),
            "<p>We do, in four days. Would you like me to reserve one for you?</p>",
            DAY + 49 * MINUTE,
        ),
        mine("d", "Yes please", 20 * MINUTE, Status::Seen),
        mine("e", "The large one, in blue 💙", 19 * MINUTE, Status::Sent),
    ])
}

/// Everything the team's formatting can be.
pub(crate) fn rich() -> Vec<ThreadItem> {
    grouped(vec![
        mine("a", "How do I set it up?\nI have the new model.", 12 * MINUTE, Status::Seen),
        theirs(
            "b",
            grace(),
            "<p>Nice choice! In <b>three</b> steps, as <i>described</i> in <a href=\"#guide\">the guide</a>:</p>\
             <ol><li>Unpack everything.</li><li>Charge it for two hours.</li><li>Press the button until it blinks.</li></ol>\
             <p>You need:</p><ul><li>a cable</li><li>a quarter of an hour</li></ul>\
             <p>Then call <code>setup --fast</code>, or:</p><pre>curl https://example.com/install/a-rather-long-address.sh | sh</pre>",
            10 * MINUTE,
        ),
        theirs(
            "c",
            face("Tomás Oliveira"),
            "<p>And here is the same with more words, in one long line that has to wrap: https://example.com/a/very/long/address/without/any/place/to/break/it/at/all?with=parameters</p>",
            MINUTE,
        ),
        theirs("d", face("Tomás Oliveira"), "<p>مرحبا، كيف يمكنني مساعدتك؟</p>", 0),
    ])
}

/// How far messages can get.
pub(crate) fn statuses() -> Vec<ThreadItem> {
    let refused = |message: &str| Status::Refused { message: message.to_owned() };
    grouped(vec![
        theirs("a", grace(), "<p>What went wrong?</p>", HOUR),
        mine("b", "This one was seen", 50 * MINUTE, Status::Seen),
        mine(
            "c",
            "This one the server refused, with its reason",
            40 * MINUTE,
            refused("A message may have 10,000 characters at most"),
        ),
        mine("d", "This one it refused without a word", 30 * MINUTE, refused("")),
        mine("e", "This one is not delivered yet", 10 * MINUTE, Status::NotDelivered),
        mine("f", "This one is on its way", 0, Status::Sending),
    ])
}

/// So many that they scroll.
pub(crate) fn many() -> Vec<ThreadItem> {
    let item = |index: i64| {
        let (key, ago) = (index.to_string(), (40 - index) * 7 * HOUR);
        if index % 3 == 0 {
            mine(&key, "And then?", ago, Status::Seen)
        } else {
            theirs(
                &key,
                grace(),
                "<p>Then it goes on like this, with one line after the other until it is done.</p>",
                ago,
            )
        }
    };
    grouped((0..40).map(item).collect())
}

/// Lines as `doorstep_core` gives them to `parts/attach.js`.
fn file(name: &str, size: u32, rest: &str) -> String {
    format!(
        r#"{{"id":"","name":"{name}","size":{size},"upload":null,"url":"","pixels":[0,0],"problem":"",{rest}}}"#
    )
}

/// A picture without a file of its own.
const PICTURE: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='480' height='300'%3E%3Crect \
                       width='480' height='300' fill='%23cfe3ff'/%3E%3Ccircle cx='360' cy='90' r='44' fill='%23ffd76b'/%3E\
                       %3Cpath d='M0 300L170 120l110 110 70-60 130 130z' fill='%234a7c59'/%3E%3C/svg%3E";

/// Pictures and other files of both sides.
pub(crate) fn files() -> Vec<ThreadItem> {
    let picture =
        file("The view from here.jpg", 240_000, &format!(r#""url":"{PICTURE}","pixels":[480,300]"#));
    let long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen, second edition.pdf";
    let files = [file(long, 1_400_000, r#""url":"/a""#), file("notes.txt", 900, r#""url":"/b""#)];
    let with =
        |item: ThreadItem, files: &[String]| ThreadItem { files: format!("[{}]", files.join(",")), ..item };
    grouped(vec![
        with(mine("a", "This is what I see", HOUR, Status::Seen), std::slice::from_ref(&picture)),
        with(theirs("b", grace(), "<p>Lovely! Please read these:</p>", 50 * MINUTE), &files),
        with(theirs("c", grace(), "", 49 * MINUTE), &[picture]),
        with(mine("d", "", MINUTE, Status::Sent), &files[1..]),
    ])
}

/// Files in the composer: whole, on their way, failed, refused.
pub(crate) fn attaching() -> Thread {
    let one = |id: &str, name: &str, size, rest: &str| file(name, size, &format!(r#""id":"{id}",{rest}"#));
    let files = [
        one("1", "The view from here.jpg", 240_000, r#""upload":"u""#),
        one("2", "A rather long film of the view from here.mov", 98_000_000, r#""percent":40"#),
        one("3", "notes.txt", 900, r#""problem":"attach.failed""#),
        one("4", "setup.exe", 1_000_000, r#""problem":"attach.type""#),
    ];
    let mut thread = drafting("", None);
    thread.composer.files = format!("[{}]", files.join(","));
    thread.composer.can_send = false;
    thread
}

/// Answers to choose from.
pub(crate) fn replies() -> String {
    let texts = [
        "Where is my order?",
        "I want to return something",
        "Something else that takes a few more words to say",
    ];
    let one = |text: &&str| format!(r#"{{"text":"{text}","uuid":"00000000-0000-4000-8000-000000000000"}}"#);
    format!("q[{}]", texts.iter().map(one).collect::<Vec<_>>().join(","))
}

/// An open thread.
pub(crate) fn thread(items: Vec<ThreadItem>) -> Thread {
    Thread {
        key: "1".to_owned(),
        title: "Grace Hopper".to_owned(),
        faces: vec![grace()],
        state: LoadState::Ready,
        items,
        ..Thread::default()
    }
}

/// A conversation that has not begun.
pub(crate) fn new_thread() -> Thread {
    Thread { title: "Lovelace & Sons".to_owned(), faces: team(), intro: true, ..thread(Vec::new()) }
}

/// A thread with the email card in this state.
pub(crate) fn asked(state: EmailState, value: &str, required: bool) -> Thread {
    let items = vec![mine("a", "Hello! Do you ship to Norway?", MINUTE, Status::Sent)];
    Thread {
        title: "Lovelace & Sons".to_owned(),
        faces: team(),
        email_card: Some(EmailCard { value: value.to_owned(), state, required, ..EmailCard::default() }),
        ..thread(items)
    }
}

/// A thread with this draft in its composer.
pub(crate) fn drafting(draft: &str, too_long: Option<u32>) -> Thread {
    let composer =
        Composer { draft: draft.to_owned(), files: String::new(), can_send: too_long.is_none(), too_long };
    Thread { composer, ..thread(talk()) }
}
