//! Making a WebAssembly module smaller than `wasm-opt` can by itself: short names for what the module and its script call
//! each other. wasm-bindgen's names end in random digits, which no compression shortens, in both files.

use std::collections::HashMap;

use anyhow::{Context as _, Result, bail};

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Short for the script that a module imports from.
const SCRIPT: &str = "m";

/// The module and its script with short names for what they import from each other. What the page itself may call keeps
/// its name; custom sections are left out.
pub(crate) fn with_short_names(module: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut names = Names::default();
    let module = rewritten(module, |section, at| match section {
        CUSTOM => Ok(Some(Vec::new())),
        IMPORTS => names.imports(module, at).map(Some),
        EXPORTS => names.exports(module, at).map(Some),
        _ => Ok(None),
    })?;
    Ok((module, names.script(script)?))
}

/// The module with sections replaced by what `change` makes of them, given the section's number and where its content
/// begins; an empty one is left out.
fn rewritten(module: &[u8], mut change: impl FnMut(u8, usize) -> Result<Option<Vec<u8>>>) -> Result<Vec<u8>> {
    if module.get(..4) != Some(b"\0asm") {
        bail!("not a WebAssembly module");
    }
    let mut out = module[..8].to_vec();
    let mut at = 8;
    while at < module.len() {
        let start = at;
        let section = module[at];
        at += 1;
        let length = number(module, &mut at)?;
        let end = at + length;
        let whole = module.get(start..end).context("a section is cut off")?;
        match change(section, at)? {
            None => out.extend(whole),
            Some(changed) if changed.is_empty() => {}
            Some(changed) => {
                out.push(section);
                write(&mut out, changed.len());
                out.extend(changed);
            }
        }
        at = end;
    }
    Ok(out)
}

/// Which short name stands for which.
#[derive(Default)]
struct Names {
    short: HashMap<String, String>,
    /// The script as the module calls it.
    from: Option<String>,
}

impl Names {
    /// A name's short form. Only wasm-bindgen's own are shortened.
    fn of(&mut self, name: &str) -> String {
        if !name.starts_with('_') && !name.starts_with("wasm_bindgen_") {
            return name.to_owned();
        }
        let next = self.short.len();
        self.short.entry(name.to_owned()).or_insert_with(|| letters(next)).clone()
    }

    fn imports(&mut self, module: &[u8], mut at: usize) -> Result<Vec<u8>> {
        let count = number(module, &mut at)?;
        let mut section = Vec::new();
        write(&mut section, count);
        for _ in 0..count {
            let from = text(module, &mut at)?;
            let name = text(module, &mut at)?;
            if self.from.get_or_insert_with(|| from.clone()) != &from {
                bail!("a module that imports from {from} besides its script");
            }
            let start = at;
            at += 1;
            if module.get(start) != Some(&0) {
                bail!("the import {name} is no function");
            }
            number(module, &mut at)?;
            for word in [SCRIPT, &self.of(&name)] {
                write(&mut section, word.len());
                section.extend(word.as_bytes());
            }
            section.extend(module.get(start..at).context("an import is cut off")?);
        }
        Ok(section)
    }

    fn exports(&mut self, module: &[u8], mut at: usize) -> Result<Vec<u8>> {
        let count = number(module, &mut at)?;
        let mut section = Vec::new();
        write(&mut section, count);
        for _ in 0..count {
            let name = text(module, &mut at)?;
            let short = self.of(&name);
            let start = at;
            at += 1;
            number(module, &mut at)?;
            write(&mut section, short.len());
            section.extend(short.as_bytes());
            section.extend(module.get(start..at).context("an export is cut off")?);
        }
        Ok(section)
    }

    /// The script, minified before, with the same names.
    fn script(&self, script: &str) -> Result<String> {
        let mut out = String::with_capacity(script.len());
        let mut word = String::new();
        let from = self.from.as_ref().map(|from| format!("\"{from}\""));
        let script = from.map_or_else(|| script.to_owned(), |from| script.replace(&from, SCRIPT));
        for letter in script.chars() {
            if letter.is_ascii_alphanumeric() || letter == '_' || letter == '$' {
                word.push(letter);
                continue;
            }
            out.push_str(self.short.get(&word).unwrap_or(&word));
            word.clear();
            out.push(letter);
        }
        out.push_str(self.short.get(&word).unwrap_or(&word));
        if let Some(left) = self.short.keys().find(|name| out.contains(name.as_str())) {
            bail!("the script still calls {left}");
        }
        Ok(out)
    }
}

/// Two letters for each number: `aa`, `ba`, …
fn letters(mut number: usize) -> String {
    const LETTERS: &[u8; 52] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut word = String::new();
    while word.len() < 2 || number > 0 {
        word.push(char::from(LETTERS[number % 52]));
        number /= 52;
    }
    word
}

/// A name: its length and its bytes.
fn text(module: &[u8], at: &mut usize) -> Result<String> {
    let length = number(module, at)?;
    let bytes = module.get(*at..*at + length).context("a name is cut off")?;
    *at += length;
    Ok(std::str::from_utf8(bytes)?.to_owned())
}

/// An unsigned LEB128 number.
fn number(module: &[u8], at: &mut usize) -> Result<usize> {
    let mut value = 0;
    for shift in (0..35).step_by(7) {
        let byte = *module.get(*at).context("a number is cut off")?;
        *at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    bail!("a number is too long")
}

fn write(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::{letters, with_short_names};

    #[test]
    fn module_and_script_call_each_other_by_short_names() {
        // Imports `./x_bg.js`.`__wbg_a_0f` (type 0); exports `boot` and `__wbindgen_start` (functions 1 and 2).
        let imports = [&[1, 9], b"./x_bg.js".as_slice(), &[10], b"__wbg_a_0f", &[0, 0]].concat();
        let exports = [&[2, 4], b"boot".as_slice(), &[0, 1, 16], b"__wbindgen_start", &[0, 2]].concat();
        let section =
            |number: u8, content: &[u8]| [&[number, u8::try_from(content.len()).unwrap()], content].concat();
        let header = b"\0asm\x01\0\0\0".as_slice();
        let module = [header, &section(0, &[1, b'x']), &section(2, &imports), &section(7, &exports)].concat();
        let script = "({\"./x_bg.js\":{__wbg_a_0f:e=>e}});x.__wbindgen_start();x.boot(\"__wbg_a_0f1\")";
        let (module, script) = with_short_names(&module, &script.replace("0f1", "0g")).unwrap();
        assert_eq!(script, "({m:{aa:e=>e}});x.ba();x.boot(\"__wbg_a_0g\")");
        let imports = [1, 1, b'm', 2, b'a', b'a', 0, 0];
        let exports = [&[2, 4], b"boot".as_slice(), &[0, 1, 2], b"ba", &[0, 2]].concat();
        assert_eq!(module, [header, &section(2, &imports), &section(7, &exports)].concat());
    }

    #[test]
    fn words_are_two_letters_at_least_and_all_different() {
        let words: std::collections::HashSet<String> = (0..3000).map(letters).collect();
        assert_eq!(words.len(), 3000);
        assert_eq!([letters(0), letters(52), letters(2704)], ["aa", "ab", "aab"]);
    }
}
