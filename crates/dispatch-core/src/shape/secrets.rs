//! Fields whose values never reach an agent, masked before anything else sees an answer.
//!
//! A path names keys from the root of an object (`parameters.password`); `*` stands for any one key
//! and `**` for any number of them. Lists are walked through: a path goes on in every element.
//! Where a value cannot be looked into, it is masked whole. Of a path that ends in `@`, only the
//! credentials in the URL there are masked.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

mod userinfo;

/// The secrets of a resource.
#[derive(Clone, Debug)]
pub(super) struct Secrets<'p> {
    /// What is left of every path that leads here.
    paths: Vec<Path<'p>>,
}

#[derive(Clone, Debug)]
struct Path<'p> {
    keys: Vec<&'p str>,
    part: Part,
}

/// What of a value is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// All of it.
    Whole,
    /// The credentials in the URL that it is, or in those that it holds.
    Userinfo,
}

/// Whether a mask stands in a value, so that it may be another than it seems.
pub(super) fn is_masked(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text == MASK || userinfo::is_masked(text))
}

/// What stands in place of a secret.
pub(super) const MASK: &str = "***";

impl<'p> Secrets<'p> {
    /// Reads dotted paths.
    pub(super) fn new(paths: &'p [String]) -> Self {
        let path = |path: &'p String| {
            let (keys, part) = match path.strip_suffix('@') {
                Some(keys) => (keys, Part::Userinfo),
                None => (path.as_str(), Part::Whole),
            };
            Path { keys: keys.split('.').collect(), part }
        };
        Self { paths: paths.iter().map(path).collect() }
    }

    /// Whether nothing below here is secret.
    pub(super) const fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// The same secrets, for an object that holds the rows they are about under this key.
    pub(super) fn or_below(&self, key: &'p str) -> Self {
        let below = |path: &Path<'p>| Path {
            keys: [&[key], path.keys.as_slice()].concat(),
            part: path.part,
        };
        let below = self.paths.iter().map(below);
        Self { paths: self.paths.iter().cloned().chain(below).collect() }
    }

    /// Masks the secrets in a value.
    pub(super) fn mask(&self, value: &mut Value) {
        self.visit(value, "", &mut |_, secret, part| match part {
            Part::Whole => *secret = Value::from(MASK),
            Part::Userinfo => userinfo::mask(secret),
        });
    }

    /// The secrets in a value, as text, that are long enough to be told from other words.
    pub(super) fn found_in(&self, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.visit(&mut value.clone(), "", &mut |_, secret, part| match part {
            Part::Whole => strings(secret, &mut found),
            Part::Userinfo => userinfo::collect(secret, &mut found),
        });
        found.retain(|secret| secret.len() >= MIN_SECRET_BYTES);
        found.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        found
    }

    /// The keys of a value at which a mask stands in place of a secret.
    pub(super) fn masked_in(&self, value: &Value) -> Vec<String> {
        let mut keys = Vec::new();
        self.visit(&mut value.clone(), "", &mut |key, secret, part| {
            let is_mask = |text: &str| match part {
                Part::Whole => text == MASK,
                Part::Userinfo => userinfo::is_masked(text),
            };
            if secret.as_str().is_some_and(is_mask) {
                keys.push(key.to_owned());
            }
        });
        keys
    }

    fn visit(
        &self,
        value: &mut Value,
        at: &str,
        on_secret: &mut dyn FnMut(&str, &mut Value, Part),
    ) {
        if self.is_empty() {
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, member) in members {
                    match self.step(key) {
                        Step::Secret(_) if is_empty(member) => {}
                        Step::Secret(part) => on_secret(key, member, part),
                        Step::Below(secrets) => secrets.visit(member, key, on_secret),
                    }
                }
            }
            Value::Array(elements) => match self.through_list() {
                Step::Secret(part) => {
                    elements.iter_mut().for_each(|element| on_secret(at, element, part));
                }
                Step::Below(secrets) => {
                    elements.iter_mut().for_each(|element| secrets.visit(element, at, on_secret));
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
        for (secret, part) in spans {
            // The secret is a part of `json`, so its place is the distance of the two.
            let start = secret.as_ptr().addr() - json.as_ptr().addr();
            masked.push_str(&json[done..start]);
            masked.push_str(&match part {
                Part::Whole => Value::from(MASK).to_string(),
                Part::Userinfo => {
                    let mut value: Value = serde_json::from_str(secret)?;
                    userinfo::mask(&mut value);
                    value.to_string()
                }
            });
            done = start + secret.len();
        }
        masked.push_str(&json[done..]);
        Ok(Cow::Owned(masked))
    }

    fn spans<'t>(
        &self,
        value: &'t RawValue,
        depth: usize,
        spans: &mut Vec<(&'t str, Part)>,
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
            spans.push((text, Part::Whole));
            return Ok(());
        }
        if is_object {
            let Members(members) = serde_json::from_str(text)?;
            for (key, member) in members {
                match self.step(&key) {
                    Step::Secret(_) if matches!(member.get(), "null" | "\"\"") => {}
                    Step::Secret(part) => spans.push((member.get(), part)),
                    Step::Below(secrets) => secrets.spans(member, depth + 1, spans)?,
                }
            }
            return Ok(());
        }
        let elements: Vec<&RawValue> = serde_json::from_str(text)?;
        match self.through_list() {
            Step::Secret(part) => {
                spans.extend(elements.into_iter().map(|element| (element.get(), part)));
            }
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
        let mut secret = None;
        for path in &self.paths {
            let mut rests = Vec::new();
            match leads(&path.keys, key, &mut rests) {
                true if path.part == Part::Whole => return Step::Secret(Part::Whole),
                true => secret = Some(path.part),
                false => {}
            }
            below.extend(rests.into_iter().map(|keys| Path { keys, part: path.part }));
        }
        secret.map_or(Step::Below(Self { paths: below }), Step::Secret)
    }

    /// A list is walked through; a path may also name its elements with `*`.
    fn through_list(&self) -> Step<'p> {
        let mut paths = self.paths.clone();
        for path in &self.paths {
            match path.keys.as_slice() {
                ["*" | "**"] => return Step::Secret(path.part),
                ["*", rest @ ..] => paths.push(Path { keys: rest.to_vec(), part: path.part }),
                _ => {}
            }
        }
        Step::Below(Self { paths })
    }
}

enum Step<'p> {
    Secret(Part),
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
