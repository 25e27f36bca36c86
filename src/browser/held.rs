//! What the page says happened and the server does not have yet, in the page's own storage (ES module; by script tag the
//! embed script does this, under the same key). What storage refuses is kept for the life of the page.

use std::cell::RefCell;

use serde_json::Value;

use super::storage::Storage;

/// How many may wait; of more the oldest go.
const MOST: usize = 500;

thread_local! {
    static REFUSED: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Not under `doorstep.<app_id>.`, which belongs to the core.
fn key(app_id: &str) -> String {
    ["intercom.doorstep-events-", app_id].concat()
}

/// What waits, the oldest first.
pub fn all(app_id: &str) -> Vec<Value> {
    let refused = REFUSED.with_borrow(Clone::clone);
    if !refused.is_empty() {
        return refused;
    }
    let text = Storage::open().get(&key(app_id)).unwrap_or_default();
    match doorstep_core::json::parse(&text) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// Keeps one more; says whether the oldest had to go.
pub fn add(app_id: &str, event: String) -> bool {
    let mut list = all(app_id);
    list.push(event.into());
    let full = list.len() > MOST;
    if full {
        list.remove(0);
    }
    keep(app_id, list);
    full
}

/// The server has these.
pub fn arrived(app_id: &str, events: &Value) {
    let arrived = |event: &Value| events.as_array().is_some_and(|events| events.contains(event));
    keep(app_id, all(app_id).into_iter().filter(|event| !arrived(event)).collect());
}

/// Takes them out of the storage, which may keep nothing any longer.
pub fn release(app_id: &str) {
    let list = all(app_id);
    Storage::open().remove(&key(app_id));
    REFUSED.set(list);
}

/// Forgets all.
pub fn clear(app_id: &str) {
    keep(app_id, Vec::new());
}

fn keep(app_id: &str, list: Vec<Value>) {
    let (key, mut storage) = (key(app_id), Storage::open());
    storage.remove(&key);
    let text = serde_json::to_string(&list).unwrap_or_default();
    if list.is_empty() {
        REFUSED.take();
    } else {
        storage.set(key.clone(), text.clone());
        // A full storage, or none beyond this call.
        let kept = storage.lasts() && storage.get(&key) == Some(text);
        REFUSED.set(if kept { Vec::new() } else { list });
    }
}
