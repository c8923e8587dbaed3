//! References: values that stand for what an earlier step answered.

use std::fmt;

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::resolve::quoted;
use crate::suggest;

/// A value that stands for what an earlier step answered, or for the element of `each`:
/// `$1.id`, `$rtr.site.name`, `$1[0].name`, `$1[*].id`, `$each`, `$each.name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it refers to.
    pub source: Source,
    /// What is taken of it.
    pub path: Vec<Segment>,
}

/// What a reference refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The element of `each`.
    Each,
    /// A step, by its number, which counts from 1.
    Number(usize),
    /// A step, by the name that its `as` gave it.
    Name(String),
}

/// A part of the path of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// The value of a key: `.id`.
    Key(String),
    /// One element of a list, counted from 0: `[0]`.
    Index(usize),
    /// Every element of a list: `[*]`.
    All,
}

/// What a text that begins with `$` means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// This text: it was written with two of them.
    Text(String),
    /// A reference.
    Reference(Reference),
}

/// Why a text that begins with `$` is no reference, in words for an agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadReference {
    /// It is not written like one.
    #[error(
        "{0} is no reference ($1.id, $name.id, $1[*].id); a text that begins with $ is written $$"
    )]
    Syntax(String),
    /// There is no such step.
    #[error("{written} refers to no step{question}; a text that begins with $ is written $$")]
    Unknown {
        /// The reference.
        written: String,
        /// Which step may have been meant.
        question: String,
    },
    /// It refers to the step it stands in.
    #[error("{0} refers to its own step")]
    Own(String),
    /// It refers to a step after the one it stands in.
    #[error("{0} refers to a later step; only what comes before can be used")]
    Later(String),
    /// There is no `each`.
    #[error("{0} stands for an element of each, and the step has none")]
    NoEach(String),
    /// What it refers to has not what it names.
    #[error("{at} {problem}")]
    Lacks {
        /// What was looked into: `$1.site`.
        at: String,
        /// What is wrong there.
        problem: String,
    },
}

/// What the steps of a batch are called.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<Option<String>>);

impl Names {
    /// Lists the names of the steps, in the order of the steps.
    #[must_use]
    pub const fn new(names: Vec<Option<String>>) -> Self {
        Self(names)
    }

    /// The step that a reference in the step `from` refers to, both counted from 0; `None` where it
    /// is the element of `each`.
    ///
    /// # Errors
    ///
    /// Fails if there is no such step, or it does not come before.
    pub fn step(&self, reference: &Reference, from: usize) -> Result<Option<usize>, BadReference> {
        let written = || quoted(&reference.to_string());
        let step = match &reference.source {
            Source::Each => return Ok(None),
            Source::Number(number) => {
                number.checked_sub(1).filter(|step| *step < self.0.len()).ok_or_else(|| {
                    let question = format!(" (there are {})", self.0.len());
                    BadReference::Unknown { written: written(), question }
                })?
            }
            Source::Name(name) => {
                let found = self.0.iter().position(|known| known.as_ref() == Some(name));
                found.ok_or_else(|| {
                    let known = self.0.iter().flatten().map(String::as_str);
                    let question = suggest::did_you_mean(name, known);
                    BadReference::Unknown { written: written(), question }
                })?
            }
        };
        match step.cmp(&from) {
            std::cmp::Ordering::Less => Ok(Some(step)),
            std::cmp::Ordering::Equal => Err(BadReference::Own(written())),
            std::cmp::Ordering::Greater => Err(BadReference::Later(written())),
        }
    }
}

impl Written {
    /// Reads a text; `None` where it does not begin with `$`.
    #[must_use]
    pub fn read(text: &str) -> Option<Result<Self, BadReference>> {
        let rest = text.strip_prefix('$')?;
        if rest.starts_with('$') {
            return Some(Ok(Self::Text(rest.to_owned())));
        }
        let reference = reference(rest).ok_or_else(|| BadReference::Syntax(quoted(text)));
        Some(reference.map(Self::Reference))
    }
}

impl Reference {
    /// The value that it stands for, as JSON text, in what its source answered.
    ///
    /// An object that has an `id` is its id, since that is what the API takes for it; a choice is
    /// its `value`; and a list is the list of these.
    ///
    /// # Errors
    ///
    /// Fails if the answer lacks what it names.
    pub fn value(&self, answer: &RawValue) -> Result<String, BadReference> {
        let mut at = Self { source: self.source.clone(), path: Vec::new() };
        walk(answer, &self.path, &mut at)
    }

    /// The elements of the list that it stands for, as the API answered them.
    ///
    /// # Errors
    ///
    /// Fails if it stands for no list.
    pub fn elements(&self, answer: &RawValue) -> Result<Vec<Box<RawValue>>, BadReference> {
        let path = match self.path.as_slice() {
            [path @ .., Segment::All] => path,
            path => path,
        };
        let elements = match raw_at(answer, path) {
            Some(value) => serde_json::from_str(value.get()),
            None => serde_json::from_str(&self.value(answer)?),
        };
        elements.map_err(|_| self.lacks("is no list"))
    }

    pub(crate) fn lacks(&self, problem: impl Into<String>) -> BadReference {
        BadReference::Lacks { at: self.to_string(), problem: problem.into() }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Each => f.write_str("$each")?,
            Source::Number(number) => write!(f, "${number}")?,
            Source::Name(name) => write!(f, "${name}")?,
        }
        for segment in &self.path {
            match segment {
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::All => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

/// Whether a text can name a step.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    begins && text.len() <= MAX_NAME_BYTES && bytes.all(is_of_name)
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Reads a reference without its `$`.
fn reference(text: &str) -> Option<Reference> {
    let end = text.bytes().position(|byte| !is_of_name(byte)).unwrap_or(text.len());
    let (source, path) = text.split_at(end);
    let source = match source {
        "each" => Source::Each,
        name if is_name(name) => Source::Name(name.to_owned()),
        number => Source::Number(number.parse().ok()?),
    };
    Some(Reference { source, path: self::path(path)? })
}

fn path(mut text: &str) -> Option<Vec<Segment>> {
    let mut path = Vec::new();
    while !text.is_empty() {
        if let Some(rest) = text.strip_prefix('.') {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, rest) = rest.split_at(end);
            if key.is_empty() {
                return None;
            }
            path.push(Segment::Key(key.to_owned()));
            text = rest;
        } else {
            let (index, rest) = text.strip_prefix('[')?.split_once(']')?;
            path.push(match index {
                "*" => Segment::All,
                index => Segment::Index(index.parse().ok()?),
            });
            text = rest;
        }
    }
    (path.len() <= MAX_SEGMENTS).then_some(path)
}

/// Goes down a path and gives what stands at its end, as JSON text.
fn walk(value: &RawValue, path: &[Segment], at: &mut Reference) -> Result<String, BadReference> {
    let Some((segment, rest)) = path.split_first() else {
        let text = plain(value, 0);
        return if text.contains(SECRET) {
            Err(at.lacks("is kept secret, and no reference reads it"))
        } else {
            Ok(text)
        };
    };
    match segment {
        Segment::All => {
            let elements = list(value).ok_or_else(|| at.lacks(is_no("list", value)))?;
            let mut texts = Vec::new();
            for (index, element) in elements.into_iter().enumerate() {
                at.path.push(Segment::Index(index));
                let text = walk(element, rest, at)?;
                at.path.pop();
                // The elements of lists within lists are one list.
                let is_nested = rest.contains(&Segment::All);
                texts.push(if is_nested { text[1..text.len() - 1].to_owned() } else { text });
            }
            texts.retain(|text| !text.is_empty());
            Ok(format!("[{}]", texts.join(",")))
        }
        Segment::Index(index) => {
            let elements = list(value).ok_or_else(|| at.lacks(is_no("list", value)))?;
            let n_elements = elements.len();
            let element = elements.into_iter().nth(*index).ok_or_else(|| match n_elements {
                0 => at.lacks("is empty"),
                n => at.lacks(format!("has no [{index}]: it has {n}, counted from 0")),
            })?;
            at.path.push(segment.clone());
            walk(element, rest, at)
        }
        Segment::Key(key) => {
            let members = object(value).ok_or_else(|| {
                let hint = if value.get().starts_with('[') { "; say [0] or [*]" } else { "" };
                at.lacks(format!("{}{hint}", is_no("object", value)))
            })?;
            let member = members.get(key).copied().ok_or_else(|| {
                let names: Vec<&str> = members.keys().map(String::as_str).collect();
                at.lacks(format!("has no {}; it has {}", quoted(key), shortened(&names)))
            })?;
            at.path.push(segment.clone());
            walk(member, rest, at)
        }
    }
}

/// The value at a path that names single values only.
fn raw_at<'v>(value: &'v RawValue, path: &[Segment]) -> Option<&'v RawValue> {
    path.iter().try_fold(value, |value, segment| match segment {
        Segment::Key(key) => object(value)?.get(key).copied(),
        Segment::Index(index) => list(value)?.get(*index).copied(),
        Segment::All => None,
    })
}

/// A value as a parameter takes it: the id of an object, the value of a choice.
pub(crate) fn plain(value: &RawValue, depth: u8) -> String {
    if let Some(members) = object(value) {
        let label = members.get("label").and(members.get("value"));
        return members.get("id").copied().or(label.copied()).unwrap_or(value).get().to_owned();
    }
    match list(value) {
        Some(elements) if depth < MAX_LISTS => {
            let texts: Vec<String> =
                elements.into_iter().map(|element| plain(element, depth + 1)).collect();
            format!("[{}]", texts.join(","))
        }
        _ => value.get().to_owned(),
    }
}

fn object(value: &RawValue) -> Option<IndexMap<String, &RawValue>> {
    value.get().starts_with('{').then(|| serde_json::from_str(value.get()).ok()).flatten()
}

fn list(value: &RawValue) -> Option<Vec<&RawValue>> {
    value.get().starts_with('[').then(|| serde_json::from_str(value.get()).ok()).flatten()
}

fn is_no(what: &str, value: &RawValue) -> String {
    let found = match value.get().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'n') => "null",
        Some(b'"') => "a text",
        _ => "a plain value",
    };
    format!("is {found}, no {what}")
}

/// The first names, and how many more there are.
fn shortened(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().take(MAX_NAMES).map(|name| plain_name(name)).collect();
    let more = names.len().saturating_sub(MAX_NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// A key of the API's answer as a text repeats it.
fn plain_name(name: &str) -> String {
    if name.len() <= MAX_NAME_BYTES && name.bytes().all(is_of_name) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// What stands in an answer in place of a secret.
const SECRET: &str = "\"***\"";

/// A longer text is no name.
const MAX_NAME_BYTES: usize = 64;

/// No answer is deeper than this.
const MAX_SEGMENTS: usize = 32;

/// How deep lists within lists are looked into.
const MAX_LISTS: u8 = 8;

/// So many keys of an answer are named.
const MAX_NAMES: usize = 20;
