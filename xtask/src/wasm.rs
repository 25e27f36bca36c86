//! Leaving out of a WebAssembly module what the page at hand never calls: an export keeps everything it reaches alive, so
//! `wasm-opt` can only drop it when the export is gone.

use anyhow::{Context as _, Result, bail};

const EXPORTS: u8 = 7;

/// The module without the exports `drop` names.
pub(crate) fn without_exports(module: &[u8], drop: impl Fn(&str) -> bool) -> Result<Vec<u8>> {
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
        if section == EXPORTS {
            let kept = exports(module, at, &drop)?;
            out.push(EXPORTS);
            write(&mut out, kept.len());
            out.extend(kept);
        } else {
            out.extend(module.get(start..end).context("a section is cut off")?);
        }
        at = end;
    }
    Ok(out)
}

fn exports(module: &[u8], mut at: usize, drop: &impl Fn(&str) -> bool) -> Result<Vec<u8>> {
    let count = number(module, &mut at)?;
    let (mut kept, mut left) = (Vec::<u8>::new(), 0);
    for _ in 0..count {
        let start = at;
        let length = number(module, &mut at)?;
        let name = module.get(at..at + length).context("a name is cut off")?;
        let dropped = drop(std::str::from_utf8(name)?);
        // The name, the kind, the index.
        at += length + 1;
        number(module, &mut at)?;
        if !dropped {
            kept.extend(&module[start..at]);
            left += 1;
        }
    }
    let mut section = Vec::new();
    write(&mut section, left);
    section.extend(kept);
    Ok(section)
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
    use super::without_exports;

    #[test]
    fn drops_the_exports_named_and_nothing_else() {
        // Header, a custom section, exports `a` (function 0) and `bc` (function 1).
        let custom = [0, 2, 1, b'x'];
        let module = |exports: &[u8]| {
            [b"\0asm\x01\0\0\0".as_slice(), &custom, &[7, u8::try_from(exports.len()).unwrap()], exports]
                .concat()
        };
        let both = module(&[2, 1, b'a', 0, 0, 2, b'b', b'c', 0, 1]);
        assert_eq!(without_exports(&both, |_| false).unwrap(), both);
        assert_eq!(without_exports(&both, |name| name == "a").unwrap(), module(&[1, 2, b'b', b'c', 0, 1]));
        assert!(without_exports(&both[..both.len() - 1], |_| false).is_err());
        assert!(without_exports(b"GIF8", |_| false).is_err());
    }
}
