//! What browsers load from us: the ES module, the inbox's shell, the demo
//! site, and the operator's two pages. Not the JSON APIs.

pub mod demo;
pub mod files;
pub mod frame;
pub mod html;
pub mod inbox;
pub mod module;
pub mod operator;
pub mod outbound;
pub mod widget;
pub mod wipe;
