//! One field of a partial update: absent, `null`, or a value. Read from JSON by the server, carried out by the store.

/// What happens to a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// The request does not name it.
    #[default]
    Keep,
    /// The request says `null`.
    Clear,
    /// The request gives a value.
    Set(T),
}

impl<T> Edit<T> {
    /// The field afterwards.
    pub fn over(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The given value, if there is one.
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Another type, by a conversion that can refuse.
    pub fn try_map<U, E>(self, convert: impl FnOnce(T) -> Result<U, E>) -> Result<Edit<U>, E> {
        Ok(match self {
            Self::Keep => Edit::Keep,
            Self::Clear => Edit::Clear,
            Self::Set(value) => Edit::Set(convert(value)?),
        })
    }
}
