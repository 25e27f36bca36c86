//! The name of one showing of a message: a UUID that the browser makes before it asks for the message, of version 8 (RFC
//! 9562: "custom"), whose last twelve digits are the message's number. It makes repetitions harmless, and it is the key of
//! the conversation that an answer begins, so that the server knows what is answered without having kept who saw it (P1).

/// Digits of the message's number.
const DIGITS: usize = 12;

/// The message's number in a delivery's name, given as [`uuid`] writes it; `None` for any other UUID.
///
/// [`uuid`]: https://docs.rs/uuid
pub fn message_of(name: &str) -> Option<i64> {
    let is_ours = name.len() == 36 && name.is_ascii() && name.as_bytes()[14] == b'8';
    let digits = is_ours.then(|| &name[name.len() - DIGITS..])?;
    i64::from_str_radix(digits, 16).ok().filter(|id| *id > 0)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::message_of;

    #[rstest]
    #[case("0f8c2a34-9d1e-8b7a-8f00-00000000002a", Some(42))]
    #[case("0f8c2a34-9d1e-8b7a-8f00-000000000000", None)]
    #[case("0f8c2a34-9d1e-4b7a-8f00-00000000002a", None)]
    #[case("0f8c2a34-9d1e-8b7a-8f00-0000000000zz", None)]
    #[case("", None)]
    #[case("ääääääääääääääääää", None)]
    fn a_delivery_names_its_message(#[case] name: &str, #[case] message: Option<i64>) {
        assert_eq!(message_of(name), message);
    }
}
