//! First-party cookies for the ES module (M§4); by script tag the embed script keeps the same ones.

use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

/// Nine months, as Intercom's: `intercom-id-` and `intercom-device-id-`.
pub const NINE_MONTHS: i64 = 270 * 86_400;

/// The cookies of one workspace.
pub struct Cookies {
    app_id: String,
    /// `; domain=…` of the registrable domain; empty for a host without one (localhost, an address).
    domain: String,
}

impl Cookies {
    /// Finds out which domain cookies of this page may have: the shortest on which one stays. Cookies that a browser
    /// blocks stay nowhere; reading then gives nothing.
    pub fn open(app_id: &str) -> Self {
        let domain = registrable_domain(&host_name());
        Self { app_id: app_id.to_owned(), domain }
    }

    /// The value of `intercom-<name>-<app_id>`; `None` if missing or empty.
    pub fn get(&self, name: &str) -> Option<String> {
        let wanted = self.full_name(name);
        read(&wanted).filter(|value| !value.is_empty())
    }

    /// Writes it. Values are UUIDs and secrets of letters and digits: anything else is not written.
    pub fn set(&self, name: &str, value: &str, max_age: i64) {
        if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.=~+/".contains(&byte)) {
            write(&self.full_name(name), value, &self.domain, max_age);
        }
    }

    /// Expires it on the host and on every parent domain (P10).
    pub fn expire(&self, name: &str) {
        let name = self.full_name(name);
        write(&name, "", "", 0);
        for domain in domains(&host_name()) {
            write(&name, "", &["; domain=", &domain].concat(), 0);
        }
    }

    fn full_name(&self, name: &str) -> String {
        ["intercom-", name, "-", &self.app_id].concat()
    }
}

fn document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}

fn location() -> Option<web_sys::Location> {
    Some(web_sys::window()?.location())
}

fn host_name() -> String {
    location().and_then(|location| location.hostname().ok()).unwrap_or_default()
}

/// A cookie by its full name.
fn read(name: &str) -> Option<String> {
    let all = document()?.cookie().ok()?;
    let value = all.split(';').find_map(|pair| pair.trim_start().strip_prefix(name)?.strip_prefix('='))?;
    Some(value.to_owned())
}

fn write(name: &str, value: &str, domain: &str, max_age: i64) {
    let Some(document) = document() else { return };
    let https =
        location().and_then(|location| location.protocol().ok()).is_some_and(|scheme| scheme == "https:");
    let secure = if https { "; Secure" } else { "" };
    let age = max_age.to_string();
    let cookie = [name, "=", value, domain, "; path=/; max-age=", &age, "; SameSite=Lax", secure].concat();
    // Blocked cookies throw in sandboxed frames: then there are none.
    let _ = document.set_cookie(&cookie);
}

/// The host and its parents, the shortest first; none for an address or a single name.
fn domains(host: &str) -> Vec<String> {
    let labels: Vec<&str> = host.split('.').collect();
    let is_address = host.contains(':') || labels.last().is_some_and(|last| last.parse::<u8>().is_ok());
    if is_address || labels.len() < 2 {
        return Vec::new();
    }
    (0..labels.len() - 1).rev().map(|from| labels[from..].join(".")).collect()
}

fn registrable_domain(host: &str) -> String {
    const TEST: &str = "intercom-doorstep-domain-test";
    for domain in domains(host) {
        let attribute = ["; domain=", &domain].concat();
        write(TEST, "1", &attribute, 10);
        let stays = read(TEST).is_some();
        write(TEST, "", &attribute, 0);
        if stays {
            return attribute;
        }
    }
    String::new()
}
