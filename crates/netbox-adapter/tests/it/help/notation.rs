//! A reader of the notation of `help`, written from its grammar alone.

use serde_json::{Map, Value};

/// A field: its name, whether a call must have it, its type.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) ty: Vec<One>,
}

/// One alternative of a type.
#[derive(Clone, Debug)]
pub(super) enum One {
    /// `any`, `bool`, `int`, `str`, a format: with its range.
    Named(String, Option<f64>),
    /// A value.
    Literal(Value),
    /// A list of values, at least so many.
    List(Vec<Self>, usize),
    /// An object with these fields.
    Object(Vec<Field>),
    /// A reference, by an id of this type.
    Reference(Option<Vec<Self>>),
    /// Something left out.
    Omitted,
}

/// The words that name a type.
const WORDS: [&str; 18] = [
    "any",
    "bool",
    "int",
    "num",
    "str",
    "date",
    "date-time",
    "time",
    "duration",
    "uri",
    "uuid",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "byte",
    "binary",
    "password",
];

/// Reads the fields of the body of an action from the help of its resource.
pub(super) fn body_of(page: &str, action: &str) -> Vec<Field> {
    let names = |line: &'_ str| -> Option<String> {
        let (names, rest) = line.split_once(": ")?;
        let is_named = names.split(' ').any(|name| name == action);
        (is_named && !line.starts_with(' ')).then(|| rest.to_owned())
    };
    let inside = page.lines().find_map(names);
    let inside = inside.unwrap_or_else(|| panic!("no line for {action} in\n{page}"));
    let mut reader = Reader { rest: &inside };
    let fields = reader.fields();
    let is_end = reader.rest.is_empty() || reader.rest.starts_with("; ");
    assert!(is_end, "cannot read {:?} of\n{page}", reader.rest);
    fields
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn takes(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self, also: &str) -> String {
        let legal = |c: char| c.is_alphanumeric() || "_-./+".contains(c) || also.contains(c);
        let mut end = self.rest.find(|c| !legal(c)).unwrap_or(self.rest.len());
        end = self.rest[..end].find("..").unwrap_or(end);
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    fn json_string(&mut self) -> String {
        let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
        let text = values.next().and_then(Result::ok).expect("a JSON string");
        self.rest = &self.rest[values.byte_offset()..];
        text
    }

    fn fields(&mut self) -> Vec<Field> {
        let mut fields = Vec::new();
        loop {
            if self.takes("*") {
                // Any other keys.
                if self.takes(":") || self.rest.starts_with("->") {
                    self.ty();
                }
            } else {
                let is_quoted = self.rest.starts_with('"');
                let name = if is_quoted { self.json_string() } else { self.name() };
                let required = self.takes("!");
                assert!(self.takes(":") || self.rest.starts_with("->"), "no type: {:?}", self.rest);
                fields.push(Field { name, required, ty: self.ty() });
            }
            if !self.takes(" ") {
                return fields;
            }
        }
    }

    /// A bare name; `-` before `>` is the start of a reference.
    fn name(&mut self) -> String {
        let before = self.rest;
        let mut name = self.word("$@");
        if self.rest.starts_with('>') && name.ends_with('-') {
            name.pop();
            self.rest = &before[name.len()..];
        }
        name
    }

    fn ty(&mut self) -> Vec<One> {
        let mut alternatives = vec![self.one()];
        while self.takes("|") {
            alternatives.push(self.one());
        }
        if self.takes("?") {
            alternatives.push(One::Literal(Value::Null));
        }
        alternatives
    }

    fn one(&mut self) -> One {
        if self.takes("[") {
            let ty = self.ty();
            assert!(self.takes("]"), "{:?}", self.rest);
            let low = self.range().unwrap_or(0.0);
            return One::List(ty, low as usize);
        }
        if self.takes("{…}") {
            return One::Omitted;
        }
        if self.takes("{") {
            let fields = self.fields();
            assert!(self.takes("}"), "{:?}", self.rest);
            return One::Object(fields);
        }
        if self.takes("->") {
            self.word("");
            let id = self.takes("(").then(|| self.ty());
            assert!(id.is_none() || self.takes(")"), "{:?}", self.rest);
            return One::Reference(id);
        }
        if self.takes("…") {
            self.word("");
            return One::Omitted;
        }
        if self.rest.starts_with('"') {
            return One::Literal(Value::from(self.json_string()));
        }
        let word = self.word("");
        assert!(!word.is_empty(), "no type: {:?}", self.rest);
        if WORDS.contains(&word.as_str()) {
            let low = self.range();
            return One::Named(word, low);
        }
        One::Literal(serde_json::from_str(&word).unwrap_or(Value::from(word)))
    }

    /// The least that a range allows; of a limit that is itself refused, one more.
    fn range(&mut self) -> Option<f64> {
        if !self.takes("(") {
            return None;
        }
        let (range, rest) = self.rest.split_once(')').expect("the end of a range");
        self.rest = rest;
        let (low, high) = range.split_once("..").expect("a range");
        let number = |text: &str| text.trim_start_matches('<').parse::<f64>().ok();
        let low = number(low).map(|number| number + f64::from(u8::from(low.starts_with('<'))));
        low.or_else(|| number(high).map(|high| high.min(1.0)))
    }
}

/// A value that fields allow: those that a call must have, or all.
pub(super) fn object(fields: &[Field], all: bool) -> Value {
    let chosen = fields.iter().filter(|field| all || field.required);
    let values = chosen.filter_map(|field| Some((field.name.clone(), value(&field.ty, all)?)));
    Value::Object(values.collect::<Map<String, Value>>())
}

/// A value that a type allows, if it can be told.
fn value(ty: &[One], all: bool) -> Option<Value> {
    ty.iter().find_map(|one| match one {
        One::Literal(value) => Some(value.clone()),
        One::Named(word, low) => Some(named(word, *low)),
        One::List(ty, low) => {
            let item = value(ty, all);
            let n_items = if all && item.is_some() { (*low).max(1) } else { *low };
            Some(std::iter::repeat_n(item.unwrap_or_default(), n_items).collect())
        }
        One::Object(fields) => Some(object(fields, all)),
        One::Reference(None) => Some(Value::from(1)),
        One::Reference(Some(id)) => value(id, all),
        One::Omitted => None,
    })
}

/// A value of a named type. The text is a word, and short: so it is a slug and a colour too.
fn named(word: &str, low: Option<f64>) -> Value {
    let text = match word {
        "any" | "bool" => return Value::from(true),
        "int" => return Value::from(low.unwrap_or(1.0) as i64),
        "num" => return Value::from(low.unwrap_or(1.0)),
        "date" => "2026-11-22",
        "date-time" => "2026-11-22T10:30:00Z",
        "time" => "10:30:00",
        "duration" => "PT1H",
        "uri" => "https://example.com/",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        "email" => "noc@example.com",
        "hostname" => "leaf-1.example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" | "binary" => "YQ==",
        _ => "abcdef",
    };
    let least = low.map_or(0, |low| low as usize);
    Value::from(text.repeat(least.div_ceil(text.len()).max(1)))
}
