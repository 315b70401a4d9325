//! The library's warnings, which it gives through `tracing`: above all that a kernel could not be
//! run, and that the native tier answered in its place.

use std::fmt::{self, Write as _};
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::output::print_note;

/// From here on, prints each warning on standard error, once: a long input goes through a kernel in
/// thousands of pieces, and each would warn.
pub(crate) fn print() {
    let warnings = Warnings {
        given: Mutex::default(),
        show: |warning: &str| print_note(format_args!("warning: {warning}")),
    };
    // Fails only if it was done before, and then it is done.
    let _ = tracing::subscriber::set_global_default(warnings);
}

struct Warnings<S> {
    given: Mutex<Vec<String>>,
    show: S,
}

impl<S: Fn(&str) + Send + Sync + 'static> Subscriber for Warnings<S> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
            && *metadata.level() <= Level::WARN
            && metadata.target().starts_with("kilowat")
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        let warning = text.finish();
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        if given.contains(&warning) {
            return;
        }
        (self.show)(&warning);
        given.push(warning);
    }

    // No span is enabled, so these are never called with one.
    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

/// The message of an event, with its other fields behind it.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn add(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let name = field.name();
        // Writing to a string does not fail.
        let _ = if name == "message" {
            write!(self.message, "{value}")
        } else {
            let comma = if self.fields.is_empty() { "" } else { ", " };
            write!(self.fields, "{comma}{name}: {value}")
        };
    }

    fn finish(self) -> String {
        if self.fields.is_empty() {
            self.message
        } else {
            format!("{} ({})", self.message, self.fields)
        }
    }
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format_args!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::Warnings;

    #[test]
    fn warnings_are_given_once_each() {
        let shown: Arc<Mutex<Vec<String>>> = Arc::default();
        let show = {
            let shown = Arc::clone(&shown);
            move |warning: &str| shown.lock().unwrap().push(warning.to_owned())
        };
        let given = Mutex::default();
        tracing::subscriber::with_default(Warnings { given, show }, || {
            for _ in 0..3 {
                tracing::warn!(tier = "jit", error = %"trap", "a slower tier answers");
            }
            tracing::info!("all is well");
            tracing::warn!(target: "elsewhere", "not ours");
            tracing::warn!("plain");
        });
        let expected = ["a slower tier answers (tier: jit, error: trap)", "plain"];
        assert_eq!(*shown.lock().unwrap(), expected);
    }
}
