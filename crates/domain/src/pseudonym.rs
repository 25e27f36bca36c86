//! What to call a lead whose name and email are unknown: two words made from the id ("Violet Suitcase", S§1.7).
//! The same id has the same pseudonym for ever, so the lists are never changed.

const COLORS: [&str; 32] = [
    "Amber",
    "Azure",
    "Beige",
    "Blue",
    "Bronze",
    "Coral",
    "Crimson",
    "Cyan",
    "Emerald",
    "Golden",
    "Green",
    "Grey",
    "Indigo",
    "Ivory",
    "Jade",
    "Khaki",
    "Lavender",
    "Lilac",
    "Magenta",
    "Maroon",
    "Mint",
    "Ochre",
    "Olive",
    "Orange",
    "Pink",
    "Purple",
    "Red",
    "Silver",
    "Teal",
    "Turquoise",
    "Violet",
    "Yellow",
];

const THINGS: [&str; 64] = [
    "Anchor",
    "Apple",
    "Balloon",
    "Banjo",
    "Basket",
    "Bell",
    "Bicycle",
    "Boat",
    "Book",
    "Bridge",
    "Butterfly",
    "Camera",
    "Candle",
    "Carousel",
    "Castle",
    "Cello",
    "Clock",
    "Cloud",
    "Compass",
    "Cup",
    "Dolphin",
    "Drum",
    "Duck",
    "Feather",
    "Fern",
    "Flute",
    "Fountain",
    "Garden",
    "Globe",
    "Guitar",
    "Harbour",
    "Hat",
    "Island",
    "Kettle",
    "Kite",
    "Ladder",
    "Lamp",
    "Lantern",
    "Leaf",
    "Lighthouse",
    "Meadow",
    "Mountain",
    "Notebook",
    "Owl",
    "Paintbrush",
    "Parrot",
    "Pebble",
    "Piano",
    "Pillow",
    "Puzzle",
    "Rabbit",
    "River",
    "Rocket",
    "Sailboat",
    "Scarf",
    "Shell",
    "Suitcase",
    "Sunflower",
    "Teapot",
    "Telescope",
    "Train",
    "Umbrella",
    "Violin",
    "Window",
];

/// The pseudonym of the contact with this id.
pub fn pseudonym(contact_id: &str) -> String {
    // FNV-1a with splitmix64's finish: small, fixed for ever, and independent of the standard library's hasher.
    let mut hash = contact_id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    let pick = |bits: u64, words: &[&'static str]| {
        usize::try_from(bits % words.len() as u64)
            .ok()
            .and_then(|at| words.get(at).copied())
            .unwrap_or("Blue")
    };
    format!("{} {}", pick(hash >> 48, &COLORS), pick(hash >> 24, &THINGS))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::pseudonym;

    #[test]
    fn is_two_words_and_stays_the_same() {
        let name = pseudonym("5f1c0ffee0ddba11deadbeef");
        assert_eq!(name, pseudonym("5f1c0ffee0ddba11deadbeef"));
        assert_eq!(name.split(' ').count(), 2);
        assert_eq!(pseudonym("").split(' ').count(), 2);
    }

    #[test]
    fn is_fixed_for_ever() {
        assert_eq!(pseudonym("000000000000000000000001"), EXPECTED);
    }

    const EXPECTED: &str = "Crimson Anchor";

    #[test]
    fn spreads_over_the_words() {
        let names: HashSet<String> = (0..2000).map(|id| pseudonym(&format!("{id:024x}"))).collect();
        assert!(names.len() > 1000, "only {} names", names.len());
    }
}
