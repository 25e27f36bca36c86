//! Which texts a list of languages leads to, and how dates are written.

use doorstep_widget::browser::{intl, locale};
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_first_language_there_are_texts_for_is_taken() {
    locale::set_addresses(
        r#"{"en": "", "de": "/de", "pt": "/pt", "pt-br": "/br", "zh": "/cn", "zh-hant": "/tw", "zh-hk": "/tw"}"#,
    );
    for (languages, path) in [
        ("de", "/de"),
        ("de-AT", "/de"),
        ("DE_at", "/de"),
        ("pt-BR", "/br"),
        ("pt-br-x-any", "/br"),
        ("pt-AO", "/pt"),
        ("zh-Hans-SG", "/cn"),
        ("zh-Hant-TW", "/tw"),
        ("zh-HK", "/tw"),
        (",gsw-CH,de-CH,en", "/de"),
        ("tlh,,de", "/de"),
        ("en-GB,de", ""),
        ("tlh", ""),
        (",,", ""),
        ("constructor,__proto__,de", "/de"),
    ] {
        assert_eq!(locale::path(languages), path, "{languages}");
    }
    locale::set_addresses("");
    assert_eq!(locale::path("de"), "");
}

/// Counts the formats for dates that are made from now on.
fn formats_made() -> Function {
    let count = Function::new_no_args(
        "const real = Intl.DateTimeFormat; let made = 0;
         Intl.DateTimeFormat = function (...given) { made += 1; return new real(...given) };
         return () => made",
    );
    count.call0(&JsValue::NULL).unwrap().unchecked_into()
}

#[wasm_bindgen_test]
fn dates_are_written_by_language_with_formats_that_are_made_once() {
    let made = formats_made();
    let made = || made.call0(&JsValue::NULL).unwrap().as_f64();
    let noon = 1_795_780_800;
    // Languages that no other test writes in: formats stay.
    let day = |language| intl::long_date(language, noon, false);
    assert_eq!(made(), Some(0.0));
    assert_eq!(day("nl"), "vrijdag 27 november");
    assert_eq!(day("it"), "venerdì 27 novembre");
    assert_eq!(made(), Some(2.0));
    assert_eq!((day("nl"), day("it")), ("vrijdag 27 november".into(), "venerdì 27 novembre".into()));
    assert_eq!(intl::long_date("nl", noon + 86_400, false), "zaterdag 28 november");
    assert_eq!(made(), Some(2.0));
    assert_eq!(intl::long_date("nl", noon, true), "vrijdag 27 november 2026");
    assert_eq!(intl::short_date("nl", noon, false), "27 nov");
    assert_eq!(intl::short_date("nl", noon, true), "27 nov 2026");
    assert_eq!(made(), Some(5.0));
}
