//! The rules about people and text: who is who, what a message may hold, what a page's settings mean.
//!
//! Pure: no database, network, clock or randomness. `store` applies these rules inside its operations; `server` uses
//! them at its edge. Rule numbers (P1 … P12) are those of the project's design.

pub mod attachment;
pub mod attributes;
pub mod companies;
pub mod contacts;
pub mod edit;
pub mod email;
pub mod events;
pub mod faces;
pub mod identity;
pub mod import;
pub mod inbound_mail;
pub mod markup;
pub mod message_html;
pub mod message_text;
pub mod messenger_styles;
pub mod office_hours;
pub mod outbound;
pub mod outbound_address;
pub mod people;
pub mod pseudonym;
pub mod rating;
pub mod reply_mail;
pub mod search;
pub mod segments;
pub mod settings;
pub mod topics;
pub mod trusted_domains;
pub mod upload;
pub mod user_agent;
pub mod visit;
pub mod webhooks;
