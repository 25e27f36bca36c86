//! A person's picture, or initials on a colour of their own.

use doorstep_core::view_model::Face;
use leptos::prelude::*;

/// One face. Decoration: the name stands beside it.
pub(crate) fn face(face: &Face) -> AnyView {
    // Always the same colour for the same name.
    let hue = face.name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 6;
    let avatar = face.avatar.clone().map(|address| view! { <img src=address alt="" /> });
    view! {
        <span class=["face h", &hue.to_string()].concat() aria-hidden="true">{face.initials.clone()}{avatar}</span>
    }
    .into_any()
}

/// Up to three faces, overlapping.
pub(crate) fn faces(list: &[Face]) -> AnyView {
    let list: Vec<AnyView> = list.iter().take(3).map(face).collect();
    view! { <span class="faces">{list}</span> }.into_any()
}
