//! What may be uploaded: the size, the name and the kind of a file. Kinds are told by the first bytes where those are known
//! (`upload/picture.rs`), else by the name; what the sender says of the kind counts only where both say nothing.
//!
//! Not here: whose file it is and what becomes of it (`store`), where its bytes are (`server`).

mod picture;

pub use picture::{Picture, picture};

/// Largest file, bytes (M§8.6).
pub const LARGEST: u64 = 100 * 1024 * 1024;
/// As many of the first bytes are looked at: a JPEG's size may stand behind a preview of 64 KiB.
pub const HEAD: usize = 128 * 1024;
/// Longest name kept, in characters.
const NAME: usize = 150;

/// Names that end so are programs, or are run by a double click on some system: nobody sends them to help.
const REFUSED: [&str; 84] = [
    "ade",
    "adp",
    "apk",
    "app",
    "appimage",
    "application",
    "appref-ms",
    "appx",
    "appxbundle",
    "bash",
    "bat",
    "cab",
    "chm",
    "cmd",
    "com",
    "command",
    "cpl",
    "csh",
    "deb",
    "desktop",
    "dll",
    "dmg",
    "exe",
    "fish",
    "gadget",
    "hta",
    "inf",
    "ins",
    "ipa",
    "iso",
    "isp",
    "jar",
    "jnlp",
    "js",
    "jse",
    "ksh",
    "lib",
    "lnk",
    "mde",
    "mjs",
    "msc",
    "msh",
    "msi",
    "msix",
    "msixbundle",
    "msp",
    "mst",
    "nsh",
    "osx",
    "out",
    "pif",
    "pkg",
    "pl",
    "ps1",
    "ps1xml",
    "ps2",
    "psc1",
    "psm1",
    "reg",
    "rpm",
    "run",
    "scf",
    "scr",
    "sct",
    "service",
    "settingcontent-ms",
    "sh",
    "shb",
    "shs",
    "sys",
    "url",
    "vb",
    "vbe",
    "vbs",
    "vhd",
    "vhdx",
    "vxd",
    "workflow",
    "ws",
    "wsc",
    "wsf",
    "wsh",
    "xll",
    "zsh",
];
/// Kinds of programs and scripts, whatever the name is.
const REFUSED_KINDS: [&str; 9] = [
    "application/javascript",
    "application/vnd.microsoft.portable-executable",
    "application/x-dosexec",
    "application/x-executable",
    "application/x-msdownload",
    "application/x-sh",
    "application/x-shellscript",
    "text/javascript",
    "text/x-shellscript",
];
/// How programs begin: ELF, Mach-O in both orders and sizes, Mach-O for several machines and Java, scripts.
const REFUSED_HEADS: [&[u8]; 7] = [
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!/",
];
/// Endings of names, and what files with them are.
const KINDS: [(&str, &str); 24] = [
    ("avif", "image/avif"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("log", "text/plain"),
    ("md", "text/markdown"),
    ("mov", "video/quicktime"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("xls", "application/vnd.ms-excel"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("zip", "application/zip"),
];
/// What nothing is known of.
const BYTES: &str = "application/octet-stream";

/// Why a file is not taken. The texts are for a developer; the widget has words of its own for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// No bytes.
    #[error("the file is empty")]
    Empty,
    /// Too many bytes.
    #[error("the file is larger than {} MB", LARGEST / 1024 / 1024)]
    TooLarge,
    /// A program.
    #[error("files of this type cannot be sent: they can be run")]
    Runs,
}

impl UploadError {
    /// What clients know it by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "file_empty",
            Self::TooLarge => "file_too_large",
            Self::Runs => "file_type_refused",
        }
    }
}

/// What is known of a file that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its kind, `type/subtype`.
    pub content_type: String,
    /// Width and height in pixels, of pictures.
    pub pixels: Option<(u32, u32)>,
}

/// The name to keep: the last part of a path, without signs that cannot be seen or turn the reading around ("gpj.exe" shown
/// as "exe.jpg"), not too long but with its ending. `file` if nothing is left.
pub fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let unseen = |c: &char| {
        !c.is_control()
            && !matches!(*c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let shown: String = last.chars().filter(unseen).collect();
    // Some systems drop dots and spaces at the end, and with them the last ending would be another.
    let name = shown.trim().trim_end_matches(['.', ' ']);
    if name.is_empty() {
        return "file".to_owned();
    }
    let length = name.chars().count();
    if length <= NAME {
        return name.to_owned();
    }
    let ending: String = match name.rsplit_once('.') {
        Some((_, ending)) if ending.chars().count() < 20 => format!(".{ending}"),
        _ => String::new(),
    };
    name.chars().take(NAME - ending.chars().count()).chain(ending.chars()).collect()
}

/// Whether the name alone says that the file is a program. Known before its bytes are there.
pub fn runs_by_name(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| REFUSED.contains(&&*ending))
}

/// Judges a file by its name (as [`file_name`] made it), its first bytes and what the sender calls it.
pub fn kind(name: &str, head: &[u8], said: &str) -> Result<Kind, UploadError> {
    let said = essence(said);
    let runs = REFUSED_HEADS.iter().any(|start| head.starts_with(start))
        // Programs of Windows and DOS begin with two letters, which a text can do too.
        || (head.starts_with(b"MZ") && head.iter().take(128).any(|byte| *byte == 0));
    if runs || runs_by_name(name) || REFUSED_KINDS.contains(&&*said) {
        return Err(UploadError::Runs);
    }
    if let Some(picture) = picture(head) {
        return Ok(Kind { content_type: picture.content_type.to_owned(), pixels: picture.pixels });
    }
    let known = kind_of_name(name).map(ToOwned::to_owned);
    let content_type = match known {
        // It says that it is a picture which browsers show, and is none.
        Some(kind) if is_shown(&kind) => BYTES.to_owned(),
        Some(kind) => kind,
        None if said.is_empty() || is_shown(&said) => BYTES.to_owned(),
        None => said,
    };
    Ok(Kind { content_type, pixels: None })
}

/// What a name says of a file.
pub fn kind_of_name(name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    KINDS.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)
}

/// Whether browsers may show files of this kind by themselves: pictures that cannot hold a script.
pub fn is_shown(content_type: &str) -> bool {
    matches!(content_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif")
}

/// The kind to serve a file under: none that a browser would run or render as a page.
pub fn served_as(content_type: &str) -> &str {
    let tame = is_shown(content_type)
        || content_type.starts_with("audio/")
        || content_type.starts_with("video/")
        || matches!(content_type, "application/pdf" | "application/zip" | "text/csv" | "text/plain");
    if tame { content_type } else { BYTES }
}

/// `type/subtype` of a header in small letters; empty if it is none.
fn essence(said: &str) -> String {
    let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    let fits = kind.len() <= 100 && kind.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub));
    if fits { kind } else { String::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("cat.png", "cat.png")]
    #[case("C:\\fake path\\cat.png", "cat.png")]
    #[case("../../etc/passwd", "passwd")]
    #[case("a\u{202e}gpj.exe", "agpj.exe")]
    #[case("evil.exe. . ", "evil.exe")]
    #[case("line\nbreak\u{0}.txt", "linebreak.txt")]
    #[case("", "file")]
    #[case("...", "file")]
    #[case("Übersicht 📎.pdf", "Übersicht 📎.pdf")]
    fn names(#[case] given: &str, #[case] kept: &str) {
        assert_eq!(file_name(given), kept);
    }

    #[test]
    fn long_names_keep_their_ending() {
        let name = file_name(&format!("{}.pdf", "ä".repeat(400)));
        assert_eq!((name.chars().count(), name.ends_with("ä.pdf")), (150, true));
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08";

    #[rstest]
    #[case("a.txt", b"hi", "text/html", Ok("text/plain"))]
    #[case("a.png", PNG, "", Ok("image/png"))]
    #[case("a.txt", PNG, "text/plain", Ok("image/png"))]
    #[case("a.png", b"<html>", "image/png", Ok("application/octet-stream"))]
    #[case("a.unknown", b"x", "application/x-thing; a=b", Ok("application/x-thing"))]
    #[case("a.unknown", b"x", "no kind", Ok("application/octet-stream"))]
    #[case("a.unknown", b"x", "image/png", Ok("application/octet-stream"))]
    #[case("a.svg", b"<svg", "", Ok("image/svg+xml"))]
    #[case("a.EXE", b"x", "", Err(UploadError::Runs))]
    #[case("a.tar.sh", b"x", "", Err(UploadError::Runs))]
    #[case("a.txt", b"#!/bin/sh\n", "", Err(UploadError::Runs))]
    #[case("a.jpg", b"MZ\x90\0\x03", "image/jpeg", Err(UploadError::Runs))]
    #[case("a.txt", b"MZ is how it begins", "", Ok("text/plain"))]
    #[case("a", b"\x7fELF\x02", "", Err(UploadError::Runs))]
    #[case("a", b"x", "text/javascript", Err(UploadError::Runs))]
    fn kinds(
        #[case] name: &str,
        #[case] head: &[u8],
        #[case] said: &str,
        #[case] right: Result<&str, UploadError>,
    ) {
        assert_eq!(kind(name, head, said).map(|kind| kind.content_type), right.map(ToOwned::to_owned));
    }

    #[rstest]
    #[case("image/png", "image/png")]
    #[case("text/html", "application/octet-stream")]
    #[case("image/svg+xml", "application/octet-stream")]
    #[case("application/xhtml+xml", "application/octet-stream")]
    #[case("video/mp4", "video/mp4")]
    fn served(#[case] kind: &str, #[case] right: &str) {
        assert_eq!(served_as(kind), right);
    }

    proptest! {
        #[test]
        fn nothing_panics_and_names_are_tame(name in ".{0,300}", head in proptest::collection::vec(any::<u8>(), 0..300), said in ".{0,120}") {
            let kept = file_name(&name);
            prop_assert!(!kept.is_empty() && kept.chars().count() <= 150);
            prop_assert!(!kept.contains(['/', '\\', '\n', '\r', '\0']));
            prop_assert_eq!(&file_name(&kept), &kept);
            if let Ok(kind) = kind(&kept, &head, &said) {
                prop_assert!(kind.content_type.is_ascii() && kind.content_type.contains('/'));
            }
        }
    }
}
