//! TypeScript declarations that wasm-bindgen cannot derive: what `boot` and `update` take.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const SETTINGS: &'static str = r#"
/** What `boot` and `update` take. Names and meanings are Intercom's. */
export interface IntercomSettings {
  /** The workspace. Needed by `boot`. */
  app_id?: string;
  /** Address of the Doorstep server; by default where the module came from. Intercom's own hosts are ignored. */
  api_base?: string;
  /** Your own id of a logged-in person. With `user_id` or `email` the person is a user. */
  user_id?: string | number;
  /** Email of a logged-in person. */
  email?: string;
  /** HMAC-SHA256 of `user_id` (or of `email` without one), in hexadecimal, made by your server. */
  user_hash?: string;
  intercom_user_jwt?: string;
  /** Full name. */
  name?: string;
  /** Phone number. */
  phone?: string;
  /** When the person signed up, in Unix seconds. */
  created_at?: number;
  /** The person's picture, https only. */
  avatar?: { type: "avatar"; image_url: string };
  /** Whether the person wants no emails. */
  unsubscribed_from_emails?: boolean;
  /** Language of the Messenger, a BCP 47 tag; beats the browser's. */
  language_override?: string;
  /** Side of the launcher and the panel. Default `right`. */
  alignment?: "left" | "right";
  /** CSS pixels from the side, at least 20. */
  horizontal_padding?: number;
  /** CSS pixels from the bottom, at least 20. */
  vertical_padding?: number;
  /** Whether to leave the launcher out. */
  hide_default_launcher?: boolean;
  /** Elements whose click opens the Messenger. */
  custom_launcher_selector?: string;
  /** Light, dark, or what the visitor's system says. */
  theme_mode?: "light" | "dark" | "system";
  /** Colour of buttons and of the person's own messages. */
  action_color?: string;
  /** Colour behind the greeting. */
  background_color?: string;
  /** Colour of links in the team's messages; default the text's. */
  link_color?: string;
  /** Title of the page for the team; default `document.title`. */
  page_title?: string;
  cookie_consent?: boolean;
  /** Longest life of the session cookie, in milliseconds. */
  session_duration?: number;
  /** Further attributes of the person. */
  [attribute: string]: unknown;
}

/** Who the server says the person is. */
export interface IntercomPerson {
  type: "visitor" | "lead" | "user";
  id?: string;
  user_id?: string;
  email?: string;
  name?: string;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// Settings as JavaScript gives them.
    #[wasm_bindgen(typescript_type = "IntercomSettings")]
    pub type IntercomSettings;
    /// Metadata of an event: strings, numbers, `{url, value}`, `{amount, currency}`.
    #[wasm_bindgen(typescript_type = "Record<string, unknown>")]
    pub type IntercomMetadata;
    /// The person as JavaScript gets them.
    #[wasm_bindgen(typescript_type = "IntercomPerson | undefined")]
    pub type IntercomPerson;
}
