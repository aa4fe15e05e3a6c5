//! Closures without their types. Every closure has a type of its own, and Leptos writes a view, an attribute or a listener anew
//! for each type it is given; through these the browser carries that once for each kind of value.

/// A closure that is asked for a value again and again.
trait Ask<T>: Send {
    fn ask(&mut self) -> T;
}

impl<T, F: FnMut() -> T + Send> Ask<T> for F {
    fn ask(&mut self) -> T {
        self()
    }
}

/// A part of a view, or an attribute, that follows its signals.
pub fn live<T: 'static>(make: impl FnMut() -> T + Send + 'static) -> impl FnMut() -> T + Send + 'static {
    asking(Box::new(make))
}

fn asking<T: 'static>(mut make: Box<dyn Ask<T>>) -> impl FnMut() -> T + Send + 'static {
    move || make.ask()
}

/// A closure that hears of events.
trait Hear<E> {
    fn hear(&mut self, event: E);
}

impl<E, F: FnMut(E)> Hear<E> for F {
    fn hear(&mut self, event: E) {
        self(event);
    }
}

/// A listener.
pub fn hears<E: 'static>(listener: impl FnMut(E) + 'static) -> impl FnMut(E) + 'static {
    hearing(Box::new(listener))
}

fn hearing<E: 'static>(mut listener: Box<dyn Hear<E>>) -> impl FnMut(E) + 'static {
    move |event| listener.hear(event)
}
