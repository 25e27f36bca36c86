//! What happens once a batch's commit is decided: its callers are answered, and those who listen are told. It goes on while
//! the writer has the next batch in hand.

use tokio::sync::mpsc;

use crate::error::{Error, Result};
use crate::poller::Told;
use crate::switchboard::Switchboard;
use crate::types::Wake;

/// Answers a caller, who is given what the commit came to.
pub(super) type Answer = Box<dyn FnOnce(Result<()>) + Send>;

/// A batch that was committed, or could not be.
pub(super) struct Committed {
    /// Everybody in it.
    pub(super) answers: Vec<Answer>,
    /// Whom to tell of it.
    pub(super) news: Result<Vec<Wake>>,
}

/// Tells of batch after batch, in their order.
pub(super) async fn tell(mut results: mpsc::Receiver<Committed>, wakes: Switchboard<Wake>, told: Told) {
    while let Some(Committed { answers, news }) = results.recv().await {
        match news {
            Ok(news) => {
                for answer in answers {
                    answer(Ok(()));
                }
                for wake in news {
                    wakes.tell(&wake.contacts, &wake);
                    told.here(&wake);
                }
            }
            Err(error) => {
                tracing::error!(%error, "a batch was not committed");
                for answer in answers {
                    answer(Err(Error::Unavailable(error.to_string())));
                }
            }
        }
    }
}
