//! A person's picture, or initials on a colour of their own.

use doorstep_core::view_model::Face;

use super::node::{Node, el};

/// One face. Decoration: the name stands beside it.
pub(crate) fn face(face: &Face) -> Node {
    // Always the same colour for the same name.
    let hue = face.name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 6;
    let picture = face.avatar.clone().map(|address| el("img", "").data("src", address).attr("alt", ""));
    el("span", "")
        .data("class", ["face h", &hue.to_string(), if face.away { " away" } else { "" }].concat())
        .attr("aria-hidden", "true")
        .text(face.initials.clone())
        .maybe(picture)
}

/// Up to three faces, overlapping.
pub(crate) fn faces(list: &[Face]) -> Node {
    el("span", "faces").children(list.iter().take(3).map(face))
}
