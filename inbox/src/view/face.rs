//! A person's picture, or their initials on a colour of their own.

use leptos::prelude::*;

/// The face of a name, with the picture at an address if there is one and it can be had. Decoration: the name stands
/// beside it.
pub(super) fn face(name: &str, avatar: Option<String>) -> impl IntoView + use<> {
    let hue = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 6;
    let initials: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect();
    let missing = RwSignal::new(false);
    // A page may name any address: what is there need not learn where the inbox stands.
    let picture = move || {
        avatar.clone().filter(|_| !missing.get()).map(|address| {
            view! { <img referrerpolicy="no-referrer" loading="lazy" alt="" src=address on:error=move |_| missing.set(true) /> }
        })
    };
    view! { <span class=format!("face h{hue}") aria-hidden="true">{initials} {picture}</span> }
}
