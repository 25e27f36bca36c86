//! JSON text as a value. `serde_json` writes JSON and holds the values here too; its reader is left out, because in
//! WebAssembly it weighs five times as much as this file, and every visitor who opens the panel downloads it.
//! The tests hold this reader to `serde_json`'s own.

use serde_json::{Map, Number, Value};

/// Deeper nesting is no message of ours.
const DEEPEST: u32 = 64;

/// Reads a text. `None` if it is not JSON, or nested more than 64 deep.
pub fn parse(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text.as_bytes(), depth: 0 };
    let value = reader.value()?;
    reader.space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a [u8],
    depth: u32,
}

impl Reader<'_> {
    fn space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Takes the next byte.
    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    /// Takes this byte if it is next, after white space.
    fn takes(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.rest.first() == Some(&byte);
        if found {
            self.rest = &self.rest[1..];
        }
        found
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.rest = self.rest.strip_prefix(word.as_bytes())?;
        Some(value)
    }

    fn value(&mut self) -> Option<Value> {
        self.space();
        match self.rest.first()? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => self.text().map(Value::String),
            b'[' | b'{' => {
                self.depth += 1;
                let value = if self.depth > DEEPEST {
                    None
                } else if self.takes(b'[') {
                    self.list()
                } else {
                    self.object()
                };
                self.depth -= 1;
                value
            }
            _ => self.number(),
        }
    }

    fn list(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        if self.takes(b']') {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            if !self.takes(b',') {
                return self.takes(b']').then_some(Value::Array(items));
            }
        }
    }

    fn object(&mut self) -> Option<Value> {
        self.takes(b'{');
        let mut members = Map::new();
        if self.takes(b'}') {
            return Some(Value::Object(members));
        }
        loop {
            self.space();
            let name = self.text()?;
            if !self.takes(b':') {
                return None;
            }
            let value = self.value()?;
            members.insert(name, value);
            if !self.takes(b',') {
                return self.takes(b'}').then_some(Value::Object(members));
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        if self.next()? != b'"' {
            return None;
        }
        let mut text = Vec::new();
        loop {
            match self.next()? {
                b'"' => return String::from_utf8(text).ok(),
                b'\\' => {
                    let byte = match self.next()? {
                        b'u' => {
                            let character = self.escaped()?;
                            text.extend(character.encode_utf8(&mut [0; 4]).bytes());
                            continue;
                        }
                        b'n' => b'\n',
                        b't' => b'\t',
                        b'r' => b'\r',
                        b'b' => 8,
                        b'f' => 12,
                        byte @ (b'"' | b'\\' | b'/') => byte,
                        _ => return None,
                    };
                    text.push(byte);
                }
                0..=31 => return None,
                byte => text.push(byte),
            }
        }
    }

    /// What follows `\u`: one unit of UTF-16, or two where the first needs the second.
    fn escaped(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        if (self.next()?, self.next()?) != (b'\\', b'u') {
            return None;
        }
        let second = self.unit()?.checked_sub(0xDC00).filter(|second| *second < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second)
    }

    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.next()?).to_digit(16)?;
        }
        Some(unit)
    }

    fn digits(&mut self, mantissa: &mut f64) -> i32 {
        let mut count = 0;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
            *mantissa = *mantissa * 10.0 + f64::from(digit - b'0');
            self.rest = rest;
            count += 1;
        }
        count
    }

    /// Whole numbers are exact; fractions as exact as a product of two floats is, which for up to 15 digits is exact.
    fn number(&mut self) -> Option<Value> {
        let start = self.rest;
        let negative = self.rest.first() == Some(&b'-');
        if negative {
            self.next();
        }
        let zero = self.rest.first() == Some(&b'0');
        let mut mantissa = 0.0;
        let whole = self.digits(&mut mantissa);
        if whole == 0 || (zero && whole > 1) {
            return None;
        }
        let (mut exponent, mut is_whole) = (0, true);
        if self.rest.first() == Some(&b'.') {
            self.next();
            is_whole = false;
            exponent = -self.digits(&mut mantissa);
            if exponent == 0 {
                return None;
            }
        }
        if let [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            is_whole = false;
            let down = self.rest.first() == Some(&b'-');
            if matches!(self.rest.first(), Some(b'+' | b'-')) {
                self.next();
            }
            let mut power = 0.0;
            if self.digits(&mut power) == 0 {
                return None;
            }
            #[expect(clippy::cast_possible_truncation, reason = "saturates, and 400 is beyond every float")]
            let power = power.min(400.0) as i32;
            exponent += if down { -power } else { power };
        }
        if is_whole && let Some(number) = integer(&start[..start.len() - self.rest.len()]) {
            return Some(Value::Number(number));
        }
        let mut scale = 1.0;
        for _ in 0..exponent.unsigned_abs() {
            scale *= 10.0;
        }
        let size = if exponent < 0 { mantissa / scale } else { mantissa * scale };
        Number::from_f64(if negative { -size } else { size }).map(Value::Number)
    }
}

fn integer(text: &[u8]) -> Option<Number> {
    let text = std::str::from_utf8(text).ok()?;
    match text.parse::<u64>() {
        Ok(number) => Some(number.into()),
        // `-0` is a float to serde_json too.
        Err(_) => text.parse::<i64>().ok().filter(|number| *number != 0).map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::parse;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-100_000_i32..100_000, 1_u32..1000)
                .prop_map(|(over, under)| Value::from(f64::from(over) / f64::from(under).round())),
            ".*".prop_map(Value::String),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                prop::collection::btree_map(".*", inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    /// The same but for the last bit of a float.
    fn same(one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
            }
            (Value::Object(one), Value::Object(other)) => {
                one.len() == other.len()
                    && one.iter().all(|(name, one)| other.get(name).is_some_and(|other| same(one, other)))
            }
            (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
                let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
                (one - other).abs() <= one.abs() * 1e-15
            }
            _ => one == other,
        }
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(value in values()) {
            for text in [serde_json::to_string(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap()] {
                prop_assert!(same(&parse(&text).unwrap(), &value), "{}", text);
            }
        }

        #[test]
        fn takes_and_refuses_what_serde_json_does(text in r#"[\[\]{}",:0-9eE+\-.truefalsn\\ u]{0,12}"#) {
            let theirs = serde_json::from_str::<Value>(&text).ok();
            match (parse(&text), theirs) {
                (Some(ours), Some(theirs)) => prop_assert!(same(&ours, &theirs)),
                // Numbers beyond every float are the one difference in what is taken.
                (ours, theirs) => prop_assert_eq!(ours.is_some(), theirs.is_some(), "{}", text),
            }
        }
    }

    #[test]
    fn escapes_depth_and_rubbish() {
        assert_eq!(parse(r#""\ud83d\ude00 \u00e9\n\/""#), Some("😀 é\n/".into()));
        for wrong in [
            r#""\ud83d""#,
            r#""\udc00""#,
            r#""\x""#,
            "\"\n\"",
            "01",
            "1.",
            ".5",
            "1e",
            "[1,]",
            "{\"a\"}",
            "tru",
            "",
            "1 2",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert!(parse(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_some());
        assert_eq!(parse(&"[".repeat(100_000)), None);
    }
}
