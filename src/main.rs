//! What runs when the module is loaded: in the frame, the Messenger; in a page that imports the module, nothing but what
//! the page calls.

// Links the commands: nothing here calls them.
#[cfg(feature = "module")]
use doorstep_widget as _;

fn main() {
    #[cfg(not(feature = "module"))]
    doorstep_widget::frame::start();
}
