//! One value of an answer, parsed or as it was written.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

/// One JSON value of an answer. As a [`RawValue`] its numbers stay as the API wrote them, whatever
/// their size, in the forms that promise exact values.
pub trait Row {
    /// The value, parsed.
    fn value(&self) -> Cow<'_, Value>;

    /// The value, as JSON text.
    fn text(&self) -> Cow<'_, str>;
}

impl Row for Value {
    fn value(&self) -> Cow<'_, Value> {
        Cow::Borrowed(self)
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

impl Row for RawValue {
    fn value(&self) -> Cow<'_, Value> {
        let parsed = serde_json::from_str(self.get());
        Cow::Owned(parsed.unwrap_or_else(|_| Value::from("(nested too deeply to show)")))
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.get())
    }
}

impl<R: Row + ?Sized> Row for Box<R> {
    fn value(&self) -> Cow<'_, Value> {
        (**self).value()
    }

    fn text(&self) -> Cow<'_, str> {
        (**self).text()
    }
}

impl<R: Row + ?Sized> Row for &R {
    fn value(&self) -> Cow<'_, Value> {
        (**self).value()
    }

    fn text(&self) -> Cow<'_, str> {
        (**self).text()
    }
}
