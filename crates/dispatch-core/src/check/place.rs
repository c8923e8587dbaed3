//! Where in a call's parameters a value stands.

use std::fmt;

/// The place of a value: keys and indices from the outside in, shown as `items[3].status`.
#[derive(Clone, Debug, Default)]
pub(super) struct Place(Vec<Step>);

#[derive(Clone, Debug)]
enum Step {
    Key(String),
    Index(usize),
}

impl Place {
    pub(super) fn new(key: &str) -> Self {
        Self(vec![Step::Key(cut(key))])
    }

    pub(super) fn root() -> Self {
        Self::default()
    }

    pub(super) fn enter(&mut self, key: &str) {
        self.0.push(Step::Key(cut(key)));
    }

    pub(super) fn enter_index(&mut self, index: usize) {
        self.0.push(Step::Index(index));
    }

    pub(super) fn leave(&mut self) {
        self.0.pop();
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if i == 0 => f.write_str(key)?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A key as a text repeats it: without control characters, and cut where it is no name any more.
fn cut(key: &str) -> String {
    let shown = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut cut: String = key.chars().take(64).map(shown).collect();
    if cut.len() < key.len() && key.chars().count() > 64 {
        cut.push('…');
    }
    cut
}
