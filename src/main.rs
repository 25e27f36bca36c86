//! What runs when the module is loaded: the Messenger, if the page is its frame; nothing in a page that imports the
//! module and calls its exports.

fn main() {
    doorstep_widget::frame::start();
}
