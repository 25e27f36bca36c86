//! The browser's files: from a directory at run time (`DOORSTEP_ASSETS`, which `cargo xtask run` sets), else from what
//! was embedded when the binary was built. Not the pages around them: those are in `pages/`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use rust_embed::RustEmbed;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// `target/assets` as `cargo xtask dist` leaves it. A debug build reads the same folder from disk.
#[derive(RustEmbed)]
#[folder = "../../target/assets"]
#[allow_missing = true]
struct Embedded;

/// `manifest.json`: the names of the built files, relative to the assets' root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// The embed script, with the placeholder for its configuration.
    pub embed: String,
    /// Its part that is fetched on intent.
    pub embed_later: String,
    /// Its part that wipes the frame's storage.
    pub embed_wipe: String,
    /// Its part that shows outbound messages, with the placeholder for their rules.
    pub embed_outbound: String,
    /// The widget's ES module.
    pub widget_js: String,
    /// The widget's WebAssembly.
    pub widget_wasm: String,
    /// The script in the frame's page, with places for what it starts.
    pub frame_start: String,
    /// The script of the composer before the widget, which may stand before it.
    pub early_script: String,
    /// That composer's style sheet.
    pub early_style: String,
    /// The same as the widget for the frame, without the commands of the ES module.
    pub frame_js: String,
    /// Its WebAssembly.
    pub frame_wasm: String,
    /// The inbox's ES module.
    pub inbox_js: String,
    /// The inbox's WebAssembly.
    pub inbox_wasm: String,
    /// The inbox's style sheet.
    pub inbox_css: String,
    /// TypeScript declarations of the widget's module.
    pub module_types: String,
    /// The widget's texts in other languages than English, by language tag.
    pub locales: BTreeMap<String, String>,
    /// Parts of the widget that are fetched when they are used (`parts/`), by name.
    pub parts: BTreeMap<String, String>,
}

/// Tags that browsers report and the texts that serve them: Chinese by script and place, the two written forms of
/// Norwegian under their common and their lesser name, and codes that were replaced.
const OTHER_TAGS: [(&str, &str); 8] = [
    ("zh", "zh-CN"),
    ("zh-hant", "zh-TW"),
    ("zh-hk", "zh-TW"),
    ("zh-mo", "zh-TW"),
    ("no", "nb"),
    ("nn", "nb"),
    ("iw", "he"),
    ("in", "id"),
];

impl Manifest {
    /// The part of the embed script that does for one of another build: the same name up to the content's hash.
    pub fn embed_part_like(&self, path: &str) -> Option<&str> {
        let stem = path.rsplit_once('-')?.0;
        let parts = [&self.embed_later, &self.embed_wipe].map(String::as_str);
        parts.into_iter().find(|part| part.rsplit_once('-').is_some_and(|(own, _)| own == stem))
    }

    /// The texts that serve a language tag; none for English, which nobody has to fetch.
    pub fn locale(&self, tag: &str) -> Option<&str> {
        let mut tag = tag.to_ascii_lowercase();
        loop {
            let same = |own: &&String| own.eq_ignore_ascii_case(&tag);
            let other = OTHER_TAGS.iter().find(|(other, _)| *other == tag).map(|(_, own)| *own);
            if let Some(own) = self.locales.keys().find(same).map(String::as_str).or(other) {
                return self.locales.get(own).map(String::as_str);
            }
            tag.truncate(tag.rfind('-')?);
        }
    }

    /// What the widget has to know to fetch texts: JSON, language tag in lower case to path. English has an empty path,
    /// because the widget carries it. A tag that is not there is looked for without its last part (`de-at`: `de`), so
    /// `OTHER_TAGS` holds only what this rule would miss.
    pub fn locale_paths(&self) -> String {
        let path = |tag: &str| self.locales.get(tag).map(|path| format!("/{path}").into());
        let own = self.locales.keys().filter_map(|tag| Some((tag.to_ascii_lowercase(), path(tag)?)));
        let others = OTHER_TAGS.iter().filter_map(|(tag, own)| Some(((*tag).to_owned(), path(own)?)));
        let mut paths: serde_json::Map<String, serde_json::Value> = own.chain(others).collect();
        paths.insert("en".to_owned(), "".into());
        serde_json::Value::Object(paths).to_string()
    }
}

/// How an answer body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
    /// Not at all.
    Identity,
}

impl Encoding {
    /// The best encoding the client accepts: brotli, gzip, nothing. `q=0` refuses one.
    pub fn accepted(headers: &HeaderMap) -> Self {
        let accepts = |name: &str| {
            headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(
                |value| {
                    value.split(',').any(|item| {
                        let mut pieces = item.split(';').map(str::trim);
                        let named = pieces.next().is_some_and(|piece| piece.eq_ignore_ascii_case(name));
                        let refused = pieces.any(|piece| {
                            piece.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
                        });
                        named && !refused
                    })
                },
            )
        };
        if accepts("br") {
            Self::Brotli
        } else if accepts("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// A made text (the embed script of one workspace) in all its encodings.
#[derive(Debug)]
struct Packed {
    etag: String,
    plain: Vec<u8>,
    brotli: Vec<u8>,
    gzip: Vec<u8>,
}

/// Where the files come from, and the made texts kept in memory.
#[derive(Debug)]
pub struct Assets {
    directory: Option<PathBuf>,
    packed: Mutex<HashMap<[u8; 32], Arc<Packed>>>,
}

/// How many made texts are kept; one per workspace whose script was asked for.
const PACKED_KEPT: usize = 1024;

impl Assets {
    /// Files of `directory`, or the embedded ones.
    pub fn new(directory: Option<PathBuf>) -> Self {
        Self { directory, packed: Mutex::default() }
    }

    /// The bytes of a file. `path` is relative, with `/` between its segments; anything that could leave the root is
    /// not found.
    pub fn read(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if path.is_empty() || !plain || path.contains('\\') {
            return None;
        }
        match &self.directory {
            Some(directory) => std::fs::read(directory.join(path)).ok().map(Cow::Owned),
            None => Embedded::get(path).map(|file| file.data),
        }
    }

    /// The names of the built files; `None` when nothing has been built.
    pub fn manifest(&self) -> Option<Manifest> {
        let bytes = self.read("manifest.json")?;
        serde_json::from_slice(&bytes)
            .map_err(|error| tracing::error!(%error, "manifest.json cannot be read"))
            .ok()
    }

    /// The texts of these keys in a language, each with its English, which is not among the files.
    pub fn words<const N: usize>(&self, language: &str, keys: &[(&str, &str); N]) -> [String; N] {
        let texts: serde_json::Value = self
            .manifest()
            .and_then(|manifest| self.read(manifest.locale(language)?))
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        keys.map(|(key, english)| texts[key].as_str().unwrap_or(english).to_owned())
    }

    /// Answers with a file in the best encoding there is beside it.
    pub fn answer(
        &self,
        path: &str,
        request: &HeaderMap,
        content_type: &str,
        cache: &'static str,
    ) -> Response {
        let wanted = Encoding::accepted(request);
        let found = [wanted, Encoding::Identity].into_iter().find_map(|encoding| {
            self.read(&format!("{path}{}", encoding.suffix())).map(|bytes| (encoding, bytes))
        });
        let Some((encoding, bytes)) = found else { return StatusCode::NOT_FOUND.into_response() };
        let etag = etag_of(&bytes);
        respond(request, &etag, encoding, content_type, cache, bytes.into_owned())
    }

    /// Answers with a text made by the server, compressed once per content and kept.
    pub async fn answer_made(
        &self,
        text: String,
        request: &HeaderMap,
        content_type: &str,
        cache: &'static str,
    ) -> Response {
        let key: [u8; 32] = Sha256::digest(text.as_bytes()).into();
        let known = self.packed.lock().ok().and_then(|packed| packed.get(&key).cloned());
        let packed = match known {
            Some(packed) => packed,
            None => match tokio::task::spawn_blocking(move || Arc::new(pack(text.into_bytes()))).await {
                Ok(made) => {
                    if let Ok(mut packed) = self.packed.lock() {
                        if packed.len() >= PACKED_KEPT {
                            packed.clear();
                        }
                        packed.insert(key, Arc::clone(&made));
                    }
                    made
                }
                Err(error) => return crate::error::AppError::internal(&error).into_response(),
            },
        };
        let encoding = Encoding::accepted(request);
        let bytes = match encoding {
            Encoding::Brotli => &packed.brotli,
            Encoding::Gzip => &packed.gzip,
            Encoding::Identity => &packed.plain,
        };
        respond(request, &packed.etag, encoding, content_type, cache, bytes.clone())
    }
}

fn respond(
    request: &HeaderMap,
    etag: &str,
    encoding: Encoding,
    content_type: &str,
    cache: &'static str,
    bytes: Vec<u8>,
) -> Response {
    // A weak tag: the same content has one tag in every encoding.
    let fresh = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(|tag| tag.trim() == etag || tag.trim() == "*"));
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut response = Response::new(Body::from(bytes));
        if let Ok(value) = HeaderValue::from_str(content_type) {
            response.headers_mut().insert(header::CONTENT_TYPE, value);
        }
        if let Some(name) = encoding.name() {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
        }
        response
    };
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, value);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn etag_of(bytes: &[u8]) -> String {
    use base64::Engine as _;
    let digest = Sha256::digest(bytes);
    format!("W/\"{}\"", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..15]))
}

/// Compresses with the strongest settings: it is done once per content.
fn pack(plain: Vec<u8>) -> Packed {
    use std::io::Write as _;
    let mut brotli = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    // Writing into memory cannot fail; if it did, the uncompressed text would still be right, but its header not.
    let _ = brotli::BrotliCompress(&mut plain.as_slice(), &mut brotli, &parameters);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let _ = encoder.write_all(&plain);
    let gzip = encoder.finish().unwrap_or_default();
    Packed { etag: etag_of(&plain), plain, brotli, gzip }
}

/// The content type for a file name's ending.
pub fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "application/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "ts" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(accept: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accept))])
    }

    #[test]
    fn the_best_accepted_encoding_is_chosen() {
        assert_eq!(Encoding::accepted(&headers("gzip, deflate, br;q=0.9")), Encoding::Brotli);
        assert_eq!(Encoding::accepted(&headers("br;q=0, gzip")), Encoding::Gzip);
        assert_eq!(Encoding::accepted(&headers("deflate")), Encoding::Identity);
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn nothing_outside_the_root_is_read() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("assets");
        std::fs::create_dir(&root).unwrap();
        std::fs::write(outer.path().join("secret"), "no").unwrap();
        std::fs::write(root.join("a.js"), "yes").unwrap();
        let assets = Assets::new(Some(root));
        assert!(assets.read("a.js").is_some());
        for path in ["../secret", "/etc/passwd", "", "x/../../secret", "./../secret"] {
            assert!(assets.read(path).is_none(), "{path}");
        }
    }

    #[test]
    fn addresses_of_texts_are_found_by_any_tag_browsers_report() {
        let locales = ["de", "he", "nb", "pt-BR", "zh-CN", "zh-TW"];
        let manifest = Manifest {
            locales: locales.iter().map(|tag| ((*tag).to_owned(), format!("assets/{tag}.json"))).collect(),
            ..Manifest::default()
        };
        insta::assert_json_snapshot!(serde_json::from_str::<serde_json::Value>(&manifest.locale_paths()).unwrap(), @r#"
        {
          "de": "/assets/de.json",
          "en": "",
          "he": "/assets/he.json",
          "iw": "/assets/he.json",
          "nb": "/assets/nb.json",
          "nn": "/assets/nb.json",
          "no": "/assets/nb.json",
          "pt-br": "/assets/pt-BR.json",
          "zh": "/assets/zh-CN.json",
          "zh-cn": "/assets/zh-CN.json",
          "zh-hant": "/assets/zh-TW.json",
          "zh-hk": "/assets/zh-TW.json",
          "zh-mo": "/assets/zh-TW.json",
          "zh-tw": "/assets/zh-TW.json"
        }
        "#);
    }
}
