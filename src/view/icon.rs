//! The icons: strokes of 2 on a field of 24, drawn in the text's colour. Decoration only: what they mean is said in words
//! beside them or in the label of the button around them.

use super::node::{Node, el};

/// An icon, by the data of its path.
pub(crate) fn icon(path: &'static str) -> Node {
    el("svg", "icon")
        .attr("viewBox", "0 0 24 24")
        .attr("aria-hidden", "true")
        .child(el("path", "").attr("d", path))
}

/// As [`icon`], mirrored in right-to-left languages.
pub(crate) fn flipped(path: &'static str) -> Node {
    el("span", "flip").child(icon(path))
}

/// A cross.
pub(crate) const CLOSE: &str = "M6 6l12 12M18 6L6 18";
/// To the line's start.
pub(crate) const BACK: &str = "M15 5l-7 7 7 7";
/// To the line's end.
pub(crate) const FORWARD: &str = "M9 5l7 7-7 7";
/// Downwards.
pub(crate) const DOWN: &str = "M6 9l6 6 6-6";
/// Upwards: send.
pub(crate) const SEND: &str = "M12 19V5M6 11l6-6 6 6";
/// Done.
pub(crate) const CHECK: &str = "M5 12.5l4.5 4.5L19 7.5";
/// A bell.
pub(crate) const BELL: &str = "M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4";
/// A bell that is silent.
pub(crate) const MUTED: &str = "M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4M4 3l16 18";
/// A paper clip.
pub(crate) const CLIP: &str =
    "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7L9.8 17a1.6 1.6 0 0 1-2.3-2.3L15 7.2";
/// A smiling face.
pub(crate) const SMILE: &str =
    "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8.5 14a4.2 4.2 0 0 0 7 0M9 9.5v.01M15 9.5v.01";
/// A house.
pub(crate) const HOME: &str = "M4 10.5L12 4l8 6.5V19a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 19z";
/// A speech bubble.
pub(crate) const MESSAGE: &str = "M6.5 4.5h11A2.5 2.5 0 0 1 20 7v8a2.5 2.5 0 0 1-2.5 2.5H11L6.5 21v-3.5A2.5 2.5 0 0 1 4 15V7a2.5 2.5 0 0 1 2.5-2.5z";
/// A cloud that lost its rain: something could not be fetched.
pub(crate) const TROUBLE: &str = "M12 8v5M12 16.5v.01M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z";
/// A sheet of paper on its way.
pub(crate) const SEND_ON: &str = "M4.5 5.2l15 6.8-15 6.8 2-6.8zM6.5 12h6";
