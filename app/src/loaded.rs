//! Data that a page loads: rendered into the page by the server, read from it at hydration, fetched when one navigates.
//!
//! A `Resource` for each type would put a copy of its machinery for each into the browser's WASM. Here there is one: it holds any
//! value, and knows how to write and read it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use domain::wire::{self, Wire};
use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};

use crate::error::AppError;

/// Data that a page loads. Copies share it.
pub struct Loaded<T> {
    resource: Resource<Held, Written>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loaded<T> {}

impl<T: Wire + Clone + Send + Sync + 'static> Loaded<T> {
    /// Loads by a key, and again when the key changes.
    pub fn new<F, Fut>(key: impl Fn() -> String + Send + Sync + 'static, fetch: F) -> Self
    where
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let key: Box<dyn Fn() -> String + Send + Sync> = Box::new(key);
        let fetch: Fetch = Box::new(move |key| {
            let fetched = fetch(key);
            Box::pin(async move { Held::new(fetched.await) })
        });
        Self { resource: Resource::new_with_options(key, fetch, false), of: PhantomData }
    }

    /// Loads once.
    pub fn once<F, Fut>(fetch: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        Self::new(String::new, move |_| fetch())
    }

    /// What was loaded, once it is there.
    pub async fn get(self) -> Result<T, AppError> {
        self.resource.await.read()
    }

    /// What was loaded at first. Who waits for it hears nothing of later loads.
    pub async fn first(self) -> Result<T, AppError> {
        let mut loaded = Box::pin(self.resource.into_future());
        poll_fn(move |context| untrack(|| loaded.as_mut().poll(context))).await.read()
    }
}

/// Data of a view that the server makes several times for one page, because what is suspended is made again as it resolves: there it
/// is loaded once. What the key and the fetch read must outlive the view.
pub struct OncePerPage<T> {
    owner: StoredValue<Owner>,
    loaded: StoredValue<Option<Loaded<T>>>,
}

impl<T> Clone for OncePerPage<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for OncePerPage<T> {}

impl<T: Wire + Clone + Send + Sync + 'static> OncePerPage<T> {
    /// Nothing is loaded yet; it will belong to the present owner.
    pub fn empty() -> Self {
        Self { owner: StoredValue::new(Owner::current().unwrap_or_default()), loaded: StoredValue::new(None) }
    }

    /// What `make` makes; on the server what it made first.
    pub fn load(self, make: impl FnOnce() -> Loaded<T>) -> Loaded<T> {
        if !cfg!(feature = "ssr") {
            return make();
        }
        if let Some(loaded) = self.loaded.get_value() {
            return loaded;
        }
        let loaded = self.owner.with_value(|owner| owner.with(make));
        self.loaded.set_value(Some(loaded));
        loaded
    }
}

type Fetch = Box<dyn Fn(String) -> Pin<Box<dyn Future<Output = Held> + Send>> + Send + Sync>;

/// A value of any type, or one as it is written.
#[derive(Clone)]
enum Held {
    Value(Arc<dyn Any + Send + Sync>, Option<fn(&(dyn Any + Send + Sync)) -> Option<String>>),
    Written(Arc<str>),
}

impl Held {
    fn new<T: Wire + Send + Sync + 'static>(value: Result<T, AppError>) -> Self {
        // The browser never writes what it loaded, so it need not carry the code that could.
        let write = if cfg!(feature = "ssr") {
            Some(write::<T> as fn(&(dyn Any + Send + Sync)) -> Option<String>)
        } else {
            None
        };
        Self::Value(Arc::new(value), write)
    }

    fn read<T: Wire + Clone + 'static>(&self) -> Result<T, AppError> {
        match self {
            Self::Value(value, _) => match value.downcast_ref::<Result<T, AppError>>() {
                Some(value) => value.clone(),
                None => Err(AppError::BadRequest),
            },
            Self::Written(text) => wire::read(text).unwrap_or(Err(AppError::BadRequest)),
        }
    }
}

fn write<T: Wire + 'static>(value: &(dyn Any + Send + Sync)) -> Option<String> {
    value.downcast_ref::<Result<T, AppError>>().map(wire::write)
}

/// Writes and reads what a [`Loaded`] holds.
struct Written;

/// What was loaded cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("what was loaded cannot be written")]
struct NotWritten;

impl Encoder<Held> for Written {
    type Error = NotWritten;
    type Encoded = String;

    fn encode(held: &Held) -> Result<String, NotWritten> {
        match held {
            Held::Value(value, Some(write)) => write(value.as_ref()).map(|text| without_tags(&text)).ok_or(NotWritten),
            Held::Value(_, None) => Err(NotWritten),
            Held::Written(text) => Ok(without_tags(text)),
        }
    }
}

impl Decoder<Held> for Written {
    type Error = NotWritten;
    type Encoded = str;

    fn decode(text: &str) -> Result<Held, NotWritten> {
        Ok(Held::Written(with_tags(text).into()))
    }
}

/// The text without `<`: where the server puts it into a script, Leptos escapes that letter as only JSON would read it back.
fn without_tags(text: &str) -> String {
    text.replace('\u{1}', "\u{1}1").replace('<', "\u{1}0")
}

/// Undoes [`without_tags`].
fn with_tags(text: &str) -> String {
    text.replace("\u{1}0", "<").replace("\u{1}1", "\u{1}")
}

/// A part of a page that waits for data; one kind for all, for the same reason.
pub fn suspended<Fut>(view: impl Fn() -> Fut + Send + Sync + 'static) -> AnyView
where
    Fut: Future<Output = AnyView> + Send + 'static,
{
    let view: Box<dyn FnMut() -> Suspend<AnyView> + Send> = Box::new(move || {
        let view: Pin<Box<dyn Future<Output = AnyView> + Send>> = Box::pin(view());
        Suspend::new(view)
    });
    view.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_survives_its_way_through_the_page() {
        for text in ["", "<p>a</p>", "\u{1}", "\u{1}0<\u{1}1", "ü\u{1}<"] {
            let written = without_tags(text);
            assert!(!written.contains('<'));
            assert_eq!(with_tags(&written), text);
        }
    }
}
