//! Which texts a list of languages leads to.

use doorstep_widget::browser::locale;
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
