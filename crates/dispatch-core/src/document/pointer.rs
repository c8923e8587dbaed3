//! JSON pointers (RFC 6901) and the references that hold them.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Where a `$ref` leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To this pointer in the same document.
    Local(String),
    /// Out of the document.
    External,
}

impl Target {
    /// Reads the value of a `$ref`: a URI reference whose fragment is a pointer.
    pub(crate) fn of(reference: &str) -> Self {
        match reference.strip_prefix('#') {
            None => Self::External,
            Some(fragment) => Self::Local(percent_decode_str(fragment).decode_utf8_lossy().into()),
        }
    }
}

/// The pointer to a child.
pub(crate) fn child(parent: &str, key: &str) -> String {
    let mut pointer = String::with_capacity(parent.len() + 1 + key.len());
    pointer.push_str(parent);
    pointer.push('/');
    for c in key.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
    pointer
}

/// The name of the component schema that a pointer leads to.
pub(crate) fn component(pointer: &str) -> Option<String> {
    let token = pointer.strip_prefix("/components/schemas/")?;
    (!token.contains('/')).then(|| unescape(token))
}

/// The value a pointer leads to. The root itself is no part that a reference could mean.
pub(super) fn resolve<'d>(root: &'d Map<String, Value>, pointer: &str) -> Option<&'d Value> {
    let mut tokens = pointer.strip_prefix('/')?.split('/');
    let mut value = root.get(&unescape(tokens.next()?))?;
    for token in tokens {
        value = match value {
            Value::Object(map) => map.get(&unescape(token))?,
            Value::Array(list) => list.get(token.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(value)
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
