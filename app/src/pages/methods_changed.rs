//! What pages tell the list of methods, where there is one.

use domain::connection::MethodSummary;
use leptos::prelude::*;

use crate::server_fns::connections::list_methods;

/// Tells the list of methods that something it shows may have changed.
#[derive(Clone, Copy)]
pub struct MethodsChanged(pub RwSignal<Vec<MethodSummary>>);

impl MethodsChanged {
    /// Asks the server for both methods again.
    pub fn reload(self) {
        leptos::task::spawn_local(async move {
            if let Ok(methods) = list_methods().await {
                self.0.set(methods);
            }
        });
    }
}
