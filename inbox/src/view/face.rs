//! A person's initials on a colour of their own.

use leptos::prelude::*;

/// The face of a name. Decoration: the name stands beside it.
pub(super) fn face(name: &str) -> impl IntoView + use<> {
    let hue = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 6;
    let initials: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect();
    view! { <span class=format!("face h{hue}") aria-hidden="true">{initials}</span> }
}
