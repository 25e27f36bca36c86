//! Pictures by their first bytes: which kind, and how many pixels, so that a thread can keep their place free.

/// A picture of a kind that browsers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its kind.
    pub content_type: &'static str,
    /// Width and height; `None` if the first bytes do not say.
    pub pixels: Option<(u32, u32)>,
}

/// The picture that begins so, if it is one.
pub fn picture(head: &[u8]) -> Option<Picture> {
    let (content_type, pixels) = if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        ("image/png", pair(big(head, 16, 4), big(head, 20, 4)))
    } else if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
        ("image/gif", pair(little(head, 6, 2), little(head, 8, 2)))
    } else if head.starts_with(b"\xff\xd8\xff") {
        ("image/jpeg", jpeg(head))
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        ("image/webp", webp(head))
    } else if head.get(4..8) == Some(b"ftyp") && matches!(head.get(8..12), Some(b"avif" | b"avis")) {
        ("image/avif", avif(head))
    } else {
        return None;
    };
    Some(Picture { content_type, pixels: pixels.filter(|(width, height)| *width > 0 && *height > 0) })
}

fn pair(width: Option<u32>, height: Option<u32>) -> Option<(u32, u32)> {
    Some((width?, height?))
}

fn big(head: &[u8], at: usize, bytes: usize) -> Option<u32> {
    Some(head.get(at..at + bytes)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

fn little(head: &[u8], at: usize, bytes: usize) -> Option<u32> {
    Some(head.get(at..at + bytes)?.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// Goes from segment to segment to the frame's header. A picture that its camera held sideways is turned by browsers.
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    let (mut at, mut turned) = (2, false);
    loop {
        if *head.get(at)? != 0xff {
            return None;
        }
        let marker = *head.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd9 => at += 2,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let (height, width) = pair(big(head, at + 5, 2), big(head, at + 7, 2))?;
                return Some(if turned { (height, width) } else { (width, height) });
            }
            _ => {
                let length = big(head, at + 2, 2)? as usize;
                if marker == 0xe1 {
                    turned |=
                        head.get(at + 4..at + 2 + length).is_some_and(|exif| sideways(exif) == Some(true));
                }
                at += 2 + length.max(2);
            }
        }
    }
}

/// Whether EXIF says that width and height change places (orientations 5 to 8).
fn sideways(exif: &[u8]) -> Option<bool> {
    let tiff = exif.strip_prefix(b"Exif\0\0")?;
    let read = if tiff.starts_with(b"II") { little } else { big };
    let list = read(tiff, 4, 4)? as usize;
    (0..read(tiff, list, 2)? as usize).find_map(|entry| {
        let at = list.checked_add(2 + entry * 12)?;
        (read(tiff, at, 2)? == 0x0112).then(|| read(tiff, at + 8, 2).map(|turn| (5..=8).contains(&turn)))?
    })
}

fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8 " => Some((little(head, 26, 2)? & 0x3fff, little(head, 28, 2)? & 0x3fff)),
        b"VP8L" => {
            let bits = little(head, 21, 4)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(head, 24, 3)? + 1, little(head, 27, 3)? + 1)),
        _ => None,
    }
}

/// The first box that tells an image's extent.
fn avif(head: &[u8]) -> Option<(u32, u32)> {
    let at = head.windows(4).position(|name| name == b"ispe")?;
    pair(big(head, at + 8, 4), big(head, at + 12, 4))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    /// A JPEG's first bytes: an EXIF segment with this orientation, then a header of 300 by 200 pixels.
    fn camera(orientation: u8) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let length = u8::try_from(exif.len() + 2).unwrap();
        let mut all = vec![0xff, 0xd8, 0xff, 0xe1, 0, length];
        all.extend(exif);
        all.extend([0xff, 0xdb, 0, 4, 0, 0, 0xff, 0xc2, 0, 17, 8, 0, 200, 1, 44, 3]);
        all
    }

    #[rstest]
    #[case(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x10", "image/png", Some((256, 16)))]
    #[case(b"\x89PNG\r\n\x1a\n", "image/png", None)]
    #[case(b"GIF89a\x05\0\x01\x01", "image/gif", Some((5, 257)))]
    #[case(b"GIF89a\0\0\x01\x01", "image/gif", None)]
    #[case(b"\xff\xd8\xff\xdb\0\x03\0\xff\xc0\0\x11\x08\0\x10\0\x20\x03", "image/jpeg", Some((32, 16)))]
    #[case(b"\xff\xd8\xff\xc4\0\0", "image/jpeg", None)]
    #[case(b"RIFF....WEBPVP8 ....\0\0\0\x9d\x01\x2a\x40\x01\xf0\0", "image/webp", Some((320, 240)))]
    #[case(b"RIFF....WEBPVP8X\x0a\0\0\0\x10\0\0\0\x3f\x01\0\xef\0\0", "image/webp", Some((320, 240)))]
    #[case(b"RIFF....WEBPVP8L....\x2f\x3f\xc1\x3b\0", "image/webp", Some((320, 240)))]
    #[case(b"\0\0\0\x1cftypavif....ispe\0\0\0\0\0\0\x01\x40\0\0\0\xf0", "image/avif", Some((320, 240)))]
    fn pictures(#[case] head: &[u8], #[case] content_type: &'static str, #[case] pixels: Option<(u32, u32)>) {
        assert_eq!(picture(head), Some(Picture { content_type, pixels }));
    }

    #[rstest]
    #[case(1, (300, 200))]
    #[case(6, (200, 300))]
    fn cameras(#[case] orientation: u8, #[case] pixels: (u32, u32)) {
        assert_eq!(picture(&camera(orientation)).unwrap().pixels, Some(pixels));
    }

    #[rstest]
    #[case(b"")]
    #[case(b"hello")]
    #[case(b"RIFF....AVI ")]
    #[case(b"<svg xmlns=")]
    fn no_pictures(#[case] head: &[u8]) {
        assert_eq!(picture(head), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(start in 0_usize..6, rest in proptest::collection::vec(any::<u8>(), 0..200)) {
            let starts: [&[u8]; 6] = [b"\xff\xd8\xff", b"\xff\xd8\xff\xe1\0\x30Exif\0\0II", b"RIFF....WEBPVP8L", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\0\0\0\0ftypavifispe"];
            let mut head = starts[start].to_vec();
            head.extend(rest);
            let _ = picture(&head);
        }
    }
}
