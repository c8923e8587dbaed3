//! Fields whose values never reach an agent, masked before anything else sees an answer.
//!
//! A path names keys from the root of an object (`parameters.password`); `*` stands for any one key
//! and `**` for any number of them. Lists are walked through: a path goes on in every element.
//! Where a value cannot be looked into, it is masked whole.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The secrets of a resource.
#[derive(Clone, Debug)]
pub(super) struct Secrets<'p> {
    /// What is left of every path that leads here.
    paths: Vec<Vec<&'p str>>,
}

/// What stands in place of a secret.
pub(super) const MASK: &str = "***";

impl<'p> Secrets<'p> {
    /// Reads dotted paths.
    pub(super) fn new(paths: &'p [String]) -> Self {
        Self { paths: paths.iter().map(|path| path.split('.').collect()).collect() }
    }

    /// Whether nothing below here is secret.
    pub(super) const fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The same secrets, for an object that holds the rows they are about under this key.
    pub(super) fn or_below(&self, key: &'p str) -> Self {
        let below = self.paths.iter().map(|path| [&[key], path.as_slice()].concat());
        Self { paths: self.paths.iter().cloned().chain(below).collect() }
    }

    /// Masks the secrets in a value.
    pub(super) fn mask(&self, value: &mut Value) {
        self.visit(value, &mut |secret| *secret = Value::from(MASK));
    }

    /// The secrets in a value, as text, that are long enough to be told from other words.
    pub(super) fn found_in(&self, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.visit(&mut value.clone(), &mut |secret| strings(secret, &mut found));
        found.retain(|secret| secret.len() >= MIN_SECRET_BYTES);
        found.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        found
    }

    fn visit(&self, value: &mut Value, on_secret: &mut dyn FnMut(&mut Value)) {
        if self.is_empty() {
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    match self.step(key) {
                        Step::Secret if is_empty(member) => {}
                        Step::Secret => on_secret(member),
                        Step::Below(secrets) => secrets.visit(member, on_secret),
                    }
                }
            }
            Value::Array(elements) => match self.through_list() {
                Step::Secret => elements.iter_mut().for_each(on_secret),
                Step::Below(secrets) => {
                    elements.iter_mut().for_each(|element| secrets.visit(element, on_secret));
                }
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Masks the secrets in a JSON text, and leaves every other byte as it is.
    ///
    /// # Errors
    ///
    /// Fails if the text is no JSON.
    pub(super) fn mask_text<'t>(&self, json: &'t str) -> Result<Cow<'t, str>, serde_json::Error> {
        let root: &RawValue = serde_json::from_str(json)?;
        let mut spans = Vec::new();
        self.spans(root, 0, &mut spans)?;
        if spans.is_empty() {
            return Ok(Cow::Borrowed(json));
        }
        let mut masked = String::with_capacity(json.len());
        let mut done = 0;
        for secret in spans {
            // The secret is a part of `json`, so its place is the distance of the two.
            let start = secret.as_ptr().addr() - json.as_ptr().addr();
            masked.push_str(&json[done..start]);
            masked.push('"');
            masked.push_str(MASK);
            masked.push('"');
            done = start + secret.len();
        }
        masked.push_str(&json[done..]);
        Ok(Cow::Owned(masked))
    }

    fn spans<'t>(
        &self,
        value: &'t RawValue,
        depth: usize,
        spans: &mut Vec<&'t str>,
    ) -> Result<(), serde_json::Error> {
        let text = value.get();
        if self.is_empty() {
            return Ok(());
        }
        let is_object = text.starts_with('{');
        if !is_object && !text.starts_with('[') {
            return Ok(());
        }
        if depth == MAX_DEPTH {
            spans.push(text);
            return Ok(());
        }
        if is_object {
            let Members(members) = serde_json::from_str(text)?;
            for (key, member) in members {
                match self.step(&key) {
                    Step::Secret if matches!(member.get(), "null" | "\"\"") => {}
                    Step::Secret => spans.push(member.get()),
                    Step::Below(secrets) => secrets.spans(member, depth + 1, spans)?,
                }
            }
            return Ok(());
        }
        let elements: Vec<&RawValue> = serde_json::from_str(text)?;
        match self.through_list() {
            Step::Secret => spans.extend(elements.into_iter().map(RawValue::get)),
            Step::Below(secrets) => {
                for element in elements {
                    secrets.spans(element, depth + 1, spans)?;
                }
            }
        }
        Ok(())
    }

    fn step(&self, key: &str) -> Step<'p> {
        let mut below = Vec::new();
        for path in &self.paths {
            if leads(path, key, &mut below) {
                return Step::Secret;
            }
        }
        Step::Below(Self { paths: below })
    }

    /// A list is walked through; a path may also name its elements with `*`.
    fn through_list(&self) -> Step<'p> {
        let mut paths = self.paths.clone();
        for path in &self.paths {
            match path.as_slice() {
                ["*" | "**"] => return Step::Secret,
                ["*", rest @ ..] => paths.push(rest.to_vec()),
                _ => {}
            }
        }
        Step::Below(Self { paths })
    }
}

enum Step<'p> {
    Secret,
    Below(Secrets<'p>),
}

/// Whether the path ends at this key; where it goes on below it, says how.
fn leads<'p>(path: &[&'p str], key: &str, below: &mut Vec<Vec<&'p str>>) -> bool {
    match path {
        [] => false,
        ["**"] => true,
        ["**", rest @ ..] => {
            below.push(path.to_vec());
            leads(rest, key, below)
        }
        [first, rest @ ..] if *first == "*" || *first == key => {
            if rest.is_empty() {
                return true;
            }
            below.push(rest.to_vec());
            false
        }
        _ => false,
    }
}

/// Whether there is no secret to keep: that none is set may be known.
fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Number(number) => into.push(number.to_string()),
        Value::Array(elements) => elements.iter().for_each(|element| strings(element, into)),
        Value::Object(members) => members.values().for_each(|member| strings(member, into)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// The members of an object in their order, repeated keys included: a map would drop, and so not
/// mask, the first of two.
struct Members<'t>(Vec<(Cow<'t, str>, &'t RawValue)>);

impl<'t> Deserialize<'t> for Members<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'t> Visitor<'t> for InOrder {
            type Value = Members<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    members.push((key, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[derive(Deserialize)]
struct Key<'t>(#[serde(borrow)] Cow<'t, str>);

/// As deep as `serde_json` itself parses.
const MAX_DEPTH: usize = 128;

/// A shorter value would also be found in words that have nothing to do with it.
const MIN_SECRET_BYTES: usize = 4;
