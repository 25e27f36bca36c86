//! The page we serve: the embed script behind a `MessagePort` (script tag), or the page itself (ES module).

#[cfg(feature = "module")]
pub mod direct;
pub mod framed;

use doorstep_protocol::host::FrameToHost;

/// Whoever performs what the core tells the page.
pub trait Host {
    /// Performs one order.
    fn perform(&self, order: FrameToHost);

    /// Whether the browser may keep anything changes now.
    fn keep(&self, stays: bool) {
        let _ = stays;
    }

    /// The view model has been published: whether the panel is shown, and whether the Messenger is booted.
    fn published(&self, open: bool, booted: bool) {
        let _ = (open, booted);
    }
}
