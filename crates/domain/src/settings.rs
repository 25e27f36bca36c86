//! Tolerant reading of the settings a page gives to `boot` and `update` (M§3.2): wrong types are ignored, never an
//! error, because pages written for Intercom send all sorts of things. Called by the server's `ping`.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::companies::ADDRESS;
use crate::email::Email;

/// Longest value kept of any text, in characters; longer ones are cut.
pub const TEXT_LIMIT: usize = 255;
/// Longest token or encrypted payload read, in bytes.
pub const PROOF_LIMIT: usize = 16 * 1024;
/// Most custom attributes read from one page.
pub const ATTRIBUTE_LIMIT: usize = 100;

/// Settings of the Messenger itself (M§3.1) and those with a meaning of their own (M§3.2): not custom attributes.
const NOT_CUSTOM: &[&str] = &[
    "action_color",
    "alignment",
    "anonymous_id",
    "api_base",
    "app_id",
    "article_id",
    "auth_tokens",
    "avatar",
    "background_color",
    "companies",
    "company",
    "cookie_consent",
    "created_at",
    "custom_launcher_selector",
    "email",
    "hide_default_launcher",
    "hide_notifications",
    "horizontal_padding",
    "increments",
    "installation_type",
    "intercomEncryptedPayload",
    "intercom_user_jwt",
    "language_override",
    "last_request_at",
    "link_color",
    "messenger_style_id",
    "name",
    "page_title",
    "phone",
    "session_duration",
    "theme_mode",
    "unsubscribed_from_emails",
    "user_hash",
    "user_id",
    "utm_campaign",
    "utm_content",
    "utm_medium",
    "utm_source",
    "utm_term",
    "vertical_padding",
    "widget",
    "z_index",
];

/// What a page says about the person in front of it, as it was written.
#[derive(Clone, Default, PartialEq)]
pub struct BootSettings {
    /// The site's own id of a user.
    pub user_id: Option<String>,
    /// The email exactly as given; `user_hash` is computed over this (M§6.1).
    pub email: Option<String>,
    /// Proof of `user_id` or `email`. Not logged.
    pub user_hash: Option<String>,
    /// `intercom_user_jwt`. Not logged.
    pub user_jwt: Option<String>,
    /// `intercomEncryptedPayload`. Not logged.
    pub encrypted: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// When the person signed up, Unix seconds.
    pub created_at: Option<i64>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Whether they want no mail.
    pub unsubscribed_from_emails: Option<bool>,
    /// Custom attributes: scalars only.
    pub attributes: Map<String, Value>,
}

impl std::fmt::Debug for BootSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BootSettings")
            .field("user_id", &self.user_id)
            .field("email", &self.email)
            .field("user_hash", &self.user_hash.as_ref().map(|_| "…"))
            .field("user_jwt", &self.user_jwt.as_ref().map(|_| "…"))
            .field("encrypted", &self.encrypted.as_ref().map(|_| "…"))
            .field("name", &self.name)
            .field("phone", &self.phone)
            .field("created_at", &self.created_at)
            .field("avatar", &self.avatar)
            .field("unsubscribed_from_emails", &self.unsubscribed_from_emails)
            .field("attributes", &self.attributes)
            .finish()
    }
}

/// "This person is user so-and-so", after [`crate::identity`] has let it through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claim {
    /// The site's own id; `None` for a claim by email alone.
    pub user_id: Option<String>,
    /// The email. At least one of `user_id` and `email` is there.
    pub email: Option<Email>,
    /// Display name.
    pub name: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// When the person signed up, Unix seconds.
    pub created_at: Option<i64>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Whether they want no mail.
    pub unsubscribed_from_emails: Option<bool>,
    /// Custom attributes.
    pub attributes: Map<String, Value>,
    /// The settings that the site's own server signed: what a token or encrypted payload holds; of a `user_hash` the
    /// `user_id`, or without one the email (M§6.1).
    pub signed: BTreeSet<String>,
}

impl Claim {
    /// Whether the site's own server says that this is the user: `user_id` is signed, or without one the email.
    pub fn proven(&self) -> bool {
        self.signed.contains(if self.user_id.is_some() { "user_id" } else { "email" })
    }

    /// Whether the email itself is proven.
    pub fn email_proven(&self) -> bool {
        self.email.is_some() && self.signed.contains("email")
    }
}

impl BootSettings {
    /// Reads the settings of a page.
    pub fn read(settings: &Map<String, Value>) -> Self {
        let mut attributes = Map::new();
        for (key, value) in settings {
            if attributes.len() == ATTRIBUTE_LIMIT {
                break;
            }
            if key.is_empty() || key.chars().count() > TEXT_LIMIT || NOT_CUSTOM.contains(&key.as_str()) {
                continue;
            }
            if let Some(value) = scalar(value) {
                attributes.insert(key.clone(), value);
            }
        }
        Self {
            user_id: settings.get("user_id").and_then(string_or_number),
            email: settings.get("email").and_then(text),
            user_hash: settings.get("user_hash").and_then(text),
            user_jwt: settings.get("intercom_user_jwt").and_then(proof),
            encrypted: settings.get("intercomEncryptedPayload").and_then(proof),
            name: settings.get("name").and_then(text),
            phone: settings.get("phone").and_then(string_or_number),
            created_at: settings.get("created_at").and_then(seconds),
            avatar: settings.get("avatar").and_then(picture),
            unsubscribed_from_emails: settings.get("unsubscribed_from_emails").and_then(truth),
            attributes,
        }
    }

    /// What `user_hash` has to be computed over, with its name: `user_id` if present, else the email; `None` for an
    /// anonymous page.
    pub fn subject(&self) -> Option<(&'static str, &str)> {
        let user_id = self.user_id.as_deref().map(|user_id| ("user_id", user_id));
        user_id.or(self.email.as_deref().map(|email| ("email", email)))
    }

    /// What they say of somebody they do not name.
    pub fn about(&self) -> Claim {
        Claim {
            name: self.name.clone(),
            phone: self.phone.clone(),
            avatar: self.avatar.clone(),
            unsubscribed_from_emails: self.unsubscribed_from_emails,
            attributes: self.attributes.clone(),
            ..Claim::default()
        }
    }

    /// The claim of these settings, if they name a user: a `user_id`, or an email that is one. `signed` are the settings
    /// that the site's server signed.
    pub fn claim(&self, signed: BTreeSet<String>) -> Option<Claim> {
        let email = self.email.as_deref().and_then(|email| Email::parse(email).ok());
        if self.user_id.is_none() && email.is_none() {
            return None;
        }
        Some(Claim {
            user_id: self.user_id.clone(),
            email,
            name: self.name.clone(),
            phone: self.phone.clone(),
            created_at: self.created_at,
            avatar: self.avatar.clone(),
            unsubscribed_from_emails: self.unsubscribed_from_emails,
            attributes: self.attributes.clone(),
            signed,
        })
    }
}

/// A text that is known: `""`, `"undefined"` and `"null"` mean unknown (M§3.2).
pub(crate) fn text(value: &Value) -> Option<String> {
    let text = clean(value.as_str()?);
    (!matches!(text.as_str(), "" | "undefined" | "null")).then_some(text)
}

/// A proof, which may be long and means nothing when cut.
fn proof(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let known = !matches!(text, "" | "undefined" | "null") && text.len() <= PROOF_LIMIT;
    known.then(|| text.to_owned())
}

/// Ids arrive as numbers from many sites.
pub(crate) fn string_or_number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        other => text(other),
    }
}

/// A time in Unix seconds; some wrappers send a float, some a string.
pub(crate) fn seconds(value: &Value) -> Option<i64> {
    let seconds = match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }?;
    // Later than the year 3000 is a time in milliseconds.
    (0..=32_503_680_000).contains(&seconds).then_some(seconds)
}

/// The whole seconds of a float, if it is a time at all.
fn whole(number: f64) -> Option<i64> {
    if !(0.0..1e12).contains(&number) {
        return None;
    }
    format!("{:.0}", number.trunc()).parse().ok()
}

/// The address in `{type: "avatar", image_url}`. Of https only: the team's browsers fetch it.
fn picture(value: &Value) -> Option<String> {
    let address = value.get("image_url")?.as_str()?.trim();
    let secure = address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    let whole = address.len() > 8 && address.chars().count() <= ADDRESS;
    let plain = !address.contains(|c: char| c.is_control() || c.is_whitespace());
    (secure && whole && plain).then(|| address.to_owned())
}

/// A truth, also when given as text.
fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Strings, numbers, booleans; `null` and unknown strings are `null`, which clears an attribute.
pub(crate) fn scalar(value: &Value) -> Option<Value> {
    match value {
        Value::String(_) => Some(text(value).map_or(Value::Null, Value::String)),
        Value::Number(_) | Value::Bool(_) | Value::Null => Some(value.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// Without NUL (which PostgreSQL cannot store) and other control characters, trimmed, cut to [`TEXT_LIMIT`].
fn clean(text: &str) -> String {
    let kept: String = text.trim().chars().filter(|c| !c.is_control()).take(TEXT_LIMIT).collect();
    kept.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::{Map, Value, json};

    use super::BootSettings;

    fn read(value: &Value) -> BootSettings {
        BootSettings::read(value.as_object().unwrap())
    }

    #[rstest]
    #[case(json!("abc"), Some("abc"))]
    #[case(json!(42), Some("42"))]
    #[case(json!(" 7 "), Some("7"))]
    #[case(json!(""), None)]
    #[case(json!("undefined"), None)]
    #[case(json!("null"), None)]
    #[case(json!(null), None)]
    #[case(json!(["abc"]), None)]
    #[case(json!({"id": 1}), None)]
    #[case(json!(true), None)]
    fn user_id(#[case] given: Value, #[case] expected: Option<&str>) {
        assert_eq!(read(&json!({ "user_id": given })).user_id.as_deref(), expected);
    }

    #[rstest]
    #[case(json!(1_700_000_000), Some(1_700_000_000))]
    #[case(json!(1_700_000_000.75), Some(1_700_000_000))]
    #[case(json!("1700000000"), Some(1_700_000_000))]
    #[case(json!(1_700_000_000_000_i64), None)]
    #[case(json!(-1), None)]
    #[case(json!("2024-01-01"), None)]
    fn created_at(#[case] given: Value, #[case] expected: Option<i64>) {
        assert_eq!(read(&json!({ "created_at": given })).created_at, expected);
    }

    #[rstest]
    #[case(json!({"type": "avatar", "image_url": " https://a.example/a.png "}), Some("https://a.example/a.png"))]
    #[case(json!({"image_url": "HTTPS://a.example/a.png?b=c"}), Some("HTTPS://a.example/a.png?b=c"))]
    #[case(json!({"type": "avatar", "image_url": "http://a.example/a.png"}), None)]
    #[case(json!({"type": "avatar", "image_url": "javascript:alert(1)"}), None)]
    #[case(json!({"type": "avatar", "image_url": "https://"}), None)]
    #[case(json!({"type": "avatar", "image_url": "https://a.example/a b\n"}), None)]
    #[case(json!({"type": "avatar", "image_url": format!("https://{}", "a".repeat(2041))}), None)]
    #[case(json!({"type": "avatar", "image_url": "äöüäöü"}), None)]
    #[case(json!({"type": "avatar", "image_url": null}), None)]
    #[case(json!("https://a.example/a.png"), None)]
    #[case(json!(["https://a.example/a.png"]), None)]
    #[case(json!(null), None)]
    fn avatar(#[case] given: Value, #[case] expected: Option<&str>) {
        let settings = read(&json!({ "avatar": given, "user_id": 1 }));
        assert_eq!(settings.avatar.as_deref(), expected);
        assert_eq!(settings.about().avatar.as_deref(), expected);
        assert_eq!(settings.claim(BTreeSet::new()).unwrap().avatar.as_deref(), expected);
    }

    #[rstest]
    #[case(json!(true), Some(true))]
    #[case(json!(false), Some(false))]
    #[case(json!("true"), Some(true))]
    #[case(json!(" false "), Some(false))]
    #[case(json!("yes"), None)]
    #[case(json!(1), None)]
    #[case(json!(null), None)]
    #[case(json!({}), None)]
    fn unsubscribed_from_emails(#[case] given: Value, #[case] expected: Option<bool>) {
        let settings = read(&json!({ "unsubscribed_from_emails": given, "email": "a@b.co" }));
        assert_eq!(settings.unsubscribed_from_emails, expected);
        assert_eq!(settings.about().unsubscribed_from_emails, expected);
        assert_eq!(settings.claim(BTreeSet::new()).unwrap().unsubscribed_from_emails, expected);
    }

    #[test]
    fn messenger_settings_and_structures_are_not_custom_attributes() {
        let settings = read(&json!({
            "app_id": "x", "z_index": 3, "user_hash": "00", "company": {"id": 1}, "utm_source": "ad",
            "plan": "pro", "seats": 3, "trial": false, "gone": null, "blank": "", "list": [1], "object": {},
        }));
        let expected = json!({"plan": "pro", "seats": 3, "trial": false, "gone": null, "blank": null});
        assert_eq!(Value::Object(settings.attributes), expected);
    }

    #[rstest]
    #[case(json!({}), None, false)]
    #[case(json!({"name": "Ada"}), None, false)]
    #[case(json!({"user_id": 1, "email": "a@b.co"}), Some("1"), true)]
    #[case(json!({"email": "a@b.co"}), Some("a@b.co"), true)]
    #[case(json!({"email": "not an address"}), Some("not an address"), false)]
    fn who_is_claimed(#[case] given: Value, #[case] subject: Option<&str>, #[case] claim: bool) {
        let settings = read(&given);
        assert_eq!(settings.subject().map(|(_, value)| value), subject);
        assert_eq!(settings.claim(BTreeSet::new()).is_some(), claim);
    }

    #[test]
    fn debug_keeps_the_hash_to_itself() {
        for name in ["user_hash", "intercom_user_jwt", "intercomEncryptedPayload"] {
            assert!(!format!("{:?}", read(&json!({name: "deadbeef"}))).contains("deadbeef"), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_settings_can_be_read(pairs in proptest::collection::vec((".{0,12}", ".{0,300}"), 0..8)) {
            let settings: Map<String, Value> = pairs.into_iter().map(|(k, v)| (k, Value::String(v))).collect();
            let read = BootSettings::read(&settings);
            for value in read.attributes.values().filter_map(Value::as_str) {
                prop_assert!(value.chars().count() <= super::TEXT_LIMIT && !value.contains('\0'));
            }
        }
    }
}
