//! The inbox: where teammates answer.

fn main() {
    leptos::mount::mount_to_body(|| "Inbox");
}
