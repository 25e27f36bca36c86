//! The workspace's colours as custom properties, made readable: text on them, and them as text, keep a contrast of 4.5
//! to 1 (WCAG 2.2, 1.4.3). The browser has read them (`style.rs`); what is no opaque colour gives the default.

/// Intensity of red, green, blue: 0 to 255.
type Colour = [f32; 3];

const DEFAULT: Colour = [31.0, 94.0, 255.0];
const WHITE: Colour = [255.0; 3];
const BLACK: Colour = [0.0; 3];
/// `--raised` of style/dark.css, the lightest surface links stand on.
const DARK: Colour = [33.0, 37.0, 44.0];
/// `--sunken` of style/base.css, the darkest of the light ones.
const LIGHT: Colour = [244.0, 245.0, 247.0];
/// `--bubble` of style/dark.css and of style/base.css, which links in messages stand on.
const DARK_BUBBLE: Colour = [41.0, 46.0, 55.0];
const BUBBLE: Colour = [240.0, 242.0, 245.0];
/// A little over the 4.5 asked for: [`luminance`] is not exact.
const READABLE: f32 = 4.6;

/// A rule that sets the properties named in style/base.css. `hero` falls back to `action`; without `link`, links are as the
/// text around them.
pub(crate) fn sheet(action: &str, hero: &str, link: &str) -> String {
    let action = parse(action).unwrap_or(DEFAULT);
    let hero = parse(hero).unwrap_or(action);
    let link = parse(link);
    let links = link.unwrap_or(action);
    let all = [
        ("--action", action),
        ("--on-action", on(action)),
        ("--action-ink", readable(action, LIGHT, BLACK)),
        ("--action-ink-dark", readable(action, DARK, WHITE)),
        ("--hero", hero),
        ("--on-hero", on(hero)),
        ("--link", readable(links, BUBBLE, BLACK)),
        ("--link-dark", readable(links, DARK_BUBBLE, WHITE)),
    ];
    let mut text = String::from(":host,:root{");
    for (name, colour) in all.into_iter().take(if link.is_some() { 8 } else { 6 }) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
        let [red, green, blue] = colour.map(|part| (part as u8).to_string());
        for part in [name, ":rgb(", &red, " ", &green, " ", &blue, ");"] {
            text.push_str(part);
        }
    }
    text.push('}');
    text
}

/// What a browser computes: `rgb(r, g, b)`. What is transparent, or in another space of colours, is none.
fn parse(text: &str) -> Option<Colour> {
    let mut colour = BLACK;
    let mut at = 0;
    // By bytes: a search for strings, or a reader of numbers, weighs more than this file.
    for byte in text.strip_prefix("rgb(")?.bytes() {
        match (byte, colour.get_mut(at)) {
            (b'0'..=b'9', Some(part)) => *part = *part * 10.0 + f32::from(byte - b'0'),
            (b',', _) => at += 1,
            _ => {}
        }
    }
    Some(colour)
}

/// White where it can be read, else black: one of them always can.
fn on(colour: Colour) -> Colour {
    if contrast(colour, WHITE) >= 4.5 { WHITE } else { BLACK }
}

/// The colour, moved towards `end` until it can be read on `surface`.
fn readable(colour: Colour, surface: Colour, end: Colour) -> Colour {
    let mut share = 0.0;
    loop {
        let mixed = std::array::from_fn(|index| colour[index] + (end[index] - colour[index]) * share);
        if share >= 1.0 || contrast(mixed, surface) >= READABLE {
            return mixed;
        }
        share += 0.05;
    }
}

/// WCAG 2.2's contrast ratio.
fn contrast(one: Colour, other: Colour) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: Colour) -> f32 {
    // A polynomial within 0.3 % of the piecewise curve, without `powf`, which weighs more than all of this file.
    let [red, green, blue] = colour.map(|part| {
        let part = part / 255.0;
        part * (part * (part * 0.305_306 + 0.682_171) + 0.012_523)
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
