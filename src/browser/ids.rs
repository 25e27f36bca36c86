//! UUIDs, version 4.

use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// A new UUID: `crypto.randomUUID`, which only secure contexts have, else from `crypto.getRandomValues`.
pub fn uuid() -> String {
    let Ok(crypto) = Reflect::get(&js_sys::global(), &"crypto".into()) else { return from_bytes(&dice()) };
    if let Some(uuid) = call(&crypto, "randomUUID", None).and_then(|value| value.as_string()) {
        return uuid;
    }
    let array = Uint8Array::new_with_length(16);
    match call(&crypto, "getRandomValues", Some(&array)) {
        Some(_) => {
            let mut bytes = [0; 16];
            array.copy_to(&mut bytes);
            from_bytes(&bytes)
        }
        None => from_bytes(&dice()),
    }
}

fn call(object: &JsValue, name: &str, argument: Option<&JsValue>) -> Option<JsValue> {
    let function = Reflect::get(object, &name.into()).ok()?.dyn_into::<Function>().ok()?;
    match argument {
        Some(argument) => function.call1(object, argument).ok(),
        None => function.call0(object).ok(),
    }
}

/// Without any `crypto` there is still need of an id that is unlikely to repeat.
fn dice() -> [u8; 16] {
    let mut bytes = [0; 16];
    for chunk in bytes.chunks_exact_mut(4) {
        chunk.copy_from_slice(&super::clock::random().to_le_bytes());
    }
    bytes
}

fn from_bytes(bytes: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = match place {
            6 => (byte & 0x0f) | 0x40,
            8 => (byte & 0x3f) | 0x80,
            _ => *byte,
        };
        for digit in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}
