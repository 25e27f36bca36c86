//! Making the script that wasm-bindgen writes smaller than a bundler can by itself. Called by `build.rs`.

use anyhow::{Context as _, Result};

/// Where wasm-bindgen's own loading begins. It takes whatever a page may have: an address, bytes, an answer on its way.
const LOADING: &str = "async function __wbg_load(";

/// Loading for a page that knows the address, which the server serves as what it is. A proxy may serve it as something else:
/// then not while it arrives. What has been loaded starts in a task of its own: both together keep a slow page from answering. It
/// starts after what the page has it wait for (embed/frame/main.js), if anything.
const OWN: &str = r"let loading;
export default ({ module_or_path: from, after }) => (loading ||= (async () => {
  const imports = __wbg_get_imports();
  const arriving = async () => WebAssembly.instantiateStreaming(fetch(from), imports);
  const whole = async () => WebAssembly.instantiate(await (await fetch(from)).arrayBuffer(), imports);
  const { instance, module } = await arriving().catch(whole);
  await after;
  await new Promise((next) => setTimeout(next));
  return __wbg_finalize_init(instance, module);
})());
";

/// The names of the functions that a script exports.
pub(crate) fn exported(script: &str) -> impl Iterator<Item = &str> {
    script.lines().filter_map(|line| line.strip_prefix("export function ")?.split('(').next())
}

/// The script without what would keep the stream classes that come with Leptos's server functions: nothing here uses them,
/// and the module does not have them (link.rs).
pub(crate) fn without_streams(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut inside = false;
    for line in script.lines() {
        inside |= line.starts_with("const IntoUnderlying");
        if !inside && !line.starts_with("if (Symbol.dispose)") {
            kept.push_str(line);
            kept.push('\n');
        }
        inside &= !line.ends_with(';');
    }
    kept
}

/// The script with a loader that can only what the frame needs. An error if the script is not as wasm-bindgen has written it
/// so far.
pub(crate) fn with_own_loader(script: &str) -> Result<String> {
    let (kept, _) = script.split_once(LOADING).context("wasm-bindgen writes its loading otherwise")?;
    Ok([kept, OWN].concat())
}

#[cfg(test)]
mod tests {
    use super::{exported, with_own_loader, without_streams};

    const WRITTEN: &str = "\
export class IntoUnderlyingSink {
}
if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = IntoUnderlyingSink.prototype.free;
export function boot(settings) {
}
const IntoUnderlyingSinkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_intounderlyingsink_free(ptr, 1));
let cached = null;
async function __wbg_load(module, imports) {
}
export { __wbg_init as default };
";

    #[test]
    fn streams_go_and_the_rest_stays() {
        let kept = without_streams(WRITTEN);
        assert!(!kept.contains("Finalization") && !kept.contains("dispose"), "{kept}");
        assert!(kept.contains("let cached = null;\nasync function"), "{kept}");
        assert_eq!(exported(&kept).collect::<Vec<_>>(), ["boot"]);
    }

    #[test]
    fn the_frame_has_a_loader_of_its_own() {
        let script = with_own_loader(WRITTEN).unwrap();
        assert!(script.contains("let cached = null;\nlet loading;"), "{script}");
        assert!(!script.contains("__wbg_load") && script.matches("default").count() == 1, "{script}");
        assert!(with_own_loader("let cached = null;").is_err());
    }
}
