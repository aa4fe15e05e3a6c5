//! The filter of a list while somebody types it. The address says which filter counts; the form leads to another address.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::server_fns::connections::search_applications;

/// A filter as typed. Copies share it.
pub struct TypedFilter<F: Send + Sync + 'static>(RwSignal<F>);

impl<F: Send + Sync + 'static> Clone for TypedFilter<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Send + Sync + 'static> Copy for TypedFilter<F> {}

impl<F: Clone + PartialEq + Send + Sync + 'static> TypedFilter<F> {
    /// Begins with the filter of the address, and takes it again when Back or Forward change it.
    pub fn new(asked: Memo<F>) -> Self {
        let typed = RwSignal::new(asked.get_untracked());
        Effect::new(move |before: Option<()>| {
            let asked = asked.get();
            if before.is_some() {
                typed.set(asked);
            }
        });
        Self(typed)
    }

    /// The text of a field.
    pub fn text(self, of: fn(&F) -> &String) -> Signal<String> {
        Signal::derive(move || self.0.with(|typed| of(typed).clone()))
    }

    /// Takes what is typed or chosen in a field.
    pub fn set(self, of: fn(&mut F) -> &mut String) -> Callback<String> {
        Callback::new(move |text| self.0.update(|typed| *of(typed) = text))
    }

    /// Reads what is typed, once.
    pub fn read<T>(self, read: impl FnOnce(&F) -> T) -> T {
        self.0.with_untracked(read)
    }

    /// As [`TypedFilter::set`], for a field that names an application: also suggests those that fit, after what it always suggests.
    pub fn suggest(
        self,
        of: fn(&F) -> &String,
        set: fn(&mut F) -> &mut String,
        always: Vec<String>,
    ) -> (Callback<String>, RwSignal<Vec<String>>) {
        let found = RwSignal::new(always.clone());
        let always = StoredValue::new(always);
        let typed = self.0;
        let search = Callback::new(move |text: String| {
            typed.update(|typed| set(typed).clone_from(&text));
            spawn_local(async move {
                // A search that fails leaves the suggestions as they are; an answer that was overtaken says nothing.
                if let Ok(applications) = search_applications(text.clone()).await
                    && typed.try_with_untracked(|typed| *of(typed) == text) == Some(true)
                {
                    let names = applications.into_iter().map(|(_, name)| name);
                    found.set(always.get_value().into_iter().chain(names).collect());
                }
            });
        });
        (search, found)
    }
}
