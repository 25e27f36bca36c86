//! What the demo site needs to know about its workspace and its user. Seeding the database is not done here.

/// The demo workspace's app id.
pub const DEMO_APP_ID: &str = "demo";

/// The facts the demo pages are filled with.
#[derive(Clone, Default)]
pub struct Demo {
    /// The site's own id of the demo user.
    pub user_id: String,
    /// Proof of `user_id` (M§6.1). Not logged.
    pub user_hash: String,
    /// The user's email.
    pub user_email: String,
    /// The user's name.
    pub user_name: String,
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Demo").field("user_id", &self.user_id).finish_non_exhaustive()
    }
}
