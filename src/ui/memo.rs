//! What a view reads and wants to hear of when it differs. Made by [`super::Ui::get`] and [`memo`].
//!
//! Leptos's memo counts the changes; the value stands beside it, under one type for all. Memos of a dozen types would be
//! Leptos's code a dozen times: a fourteenth of what a visitor downloads.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::{Arc, RwLock};

use leptos::prelude::{Get as _, GetValue as _, StoredValue};

/// A place for a value of any type.
pub(super) type Place = Arc<dyn Any + Send + Sync>;
/// Makes the value anew, and says whether it is another one than the one in the place.
pub(super) type Renew = Box<dyn Fn(&Place) -> bool + Send + Sync>;

/// A value made of signals. Cheap to copy; lives as long as the reactive owner it was made under.
pub struct Memo<T> {
    inner: Counted,
    of: PhantomData<fn() -> T>,
}

#[derive(Clone, Copy)]
struct Counted {
    changes: leptos::prelude::Memo<u32>,
    place: StoredValue<Place>,
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T: Send + Sync + 'static> Memo<T> {
    /// Whatever `renew` puts there by [`differs`].
    pub(super) fn new(renew: Renew) -> Self {
        let place: Place = Arc::new(RwLock::new(None::<T>));
        Self { inner: Counted::new(place, renew), of: PhantomData }
    }

    /// Reads the value and follows it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let place = self.inner.look();
        let value = place.downcast_ref::<RwLock<Option<T>>>().and_then(|place| place.read().ok());
        match value.as_deref() {
            Some(Some(value)) => read(value),
            _ => unreachable!("it was made before it is read, and of this type"),
        }
    }

    /// Copies the value and follows it.
    #[inline(never)]
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }
}

impl Counted {
    #[inline(never)]
    fn new(place: Place, renew: Renew) -> Self {
        let own = Arc::clone(&place);
        let count = move |count: Option<&u32>| {
            count.copied().unwrap_or_default().wrapping_add(u32::from(renew(&own)))
        };
        Self { changes: leptos::prelude::Memo::new(count), place: StoredValue::new(place) }
    }

    #[inline(never)]
    fn look(self) -> Place {
        self.changes.get();
        self.place.get_value()
    }
}

/// A value made of whatever signals `make` reads.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    make: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    Memo::new(Box::new(move |place| differs(place, make())))
}

/// Puts a value in its place, and says whether it is another one.
#[inline(never)]
pub(super) fn differs<T: PartialEq + 'static>(place: &Place, value: T) -> bool {
    let Some(mut old) = place.downcast_ref::<RwLock<Option<T>>>().and_then(|place| place.write().ok()) else {
        return false;
    };
    let differs = old.as_ref() != Some(&value);
    if differs {
        *old = Some(value);
    }
    differs
}
