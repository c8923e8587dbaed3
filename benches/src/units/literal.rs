//! Values in the notation of JSON or of Python, wherever they stand in a text.

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// A string, number, truth value or nothing.
    Plain(String),
    /// A list or a tuple.
    List(Vec<Self>),
    /// An object or a dictionary.
    Object(Vec<(String, Self)>),
}

/// Finds the outermost lists and objects of a text, and returns them and the text without them. One
/// that breaks off gives those within it.
pub(super) fn scan(text: &str) -> (Vec<Literal>, String) {
    let mut found = Vec::new();
    let mut other = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(['{', '[']) {
        let (before, value) = rest.split_at(start);
        other += before;
        let mut reader = Reader { rest: value, depth: 0 };
        match reader.value() {
            Some(value) => {
                found.push(value);
                rest = reader.rest;
            }
            None => rest = &value[1..],
        }
    }
    (found, other + rest)
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Option<Literal> {
        self.skip_space();
        match self.rest.chars().next()? {
            '{' => self.nested(Self::object),
            '[' => self.nested(|reader| reader.list(']')),
            '(' => self.nested(|reader| reader.list(')')),
            '"' | '\'' => self.string().map(Literal::Plain),
            _ => self.word().map(Literal::Plain),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<Literal>) -> Option<Literal> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.rest = &self.rest[1..];
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self, end: char) -> Option<Literal> {
        let mut items = Vec::new();
        while !self.ends(end) {
            items.push(self.value()?);
            self.comma(end)?;
        }
        Some(Literal::List(items))
    }

    fn object(&mut self) -> Option<Literal> {
        let mut members = Vec::new();
        while !self.ends('}') {
            let Literal::Plain(name) = self.value()? else { return None };
            self.skip_space();
            self.rest = self.rest.strip_prefix(':')?;
            members.push((name, self.value()?));
            self.comma('}')?;
        }
        Some(Literal::Object(members))
    }

    /// Takes the end of a list or an object, where it is there.
    fn ends(&mut self, end: char) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(end) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn comma(&mut self, end: char) -> Option<()> {
        self.skip_space();
        match self.rest.strip_prefix(',') {
            Some(rest) => self.rest = rest,
            None if self.rest.starts_with(end) => {}
            None => return None,
        }
        Some(())
    }

    fn string(&mut self) -> Option<String> {
        let quote = self.rest.chars().next()?;
        let mut text = String::new();
        let mut chars = self.rest[1..].char_indices();
        while let Some((place, char)) = chars.next() {
            match char {
                '\\' => text.push(match chars.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'u' => {
                        let digits: String = chars.by_ref().take(4).map(|(_, it)| it).collect();
                        let code = u32::from_str_radix(&digits, 16).ok()?;
                        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
                    }
                    other => other,
                }),
                _ if char == quote => {
                    self.rest = &self.rest[1 + place + 1..];
                    return Some(text);
                }
                _ => text.push(char),
            }
        }
        None
    }

    /// A number, `true`, `None` and the like.
    fn word(&mut self) -> Option<String> {
        let end = self.rest.find([',', ']', '}', ')', ':', '\n', ' ']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

/// Deeper values are not read.
const MAX_DEPTH: usize = 64;
