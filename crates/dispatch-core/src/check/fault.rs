//! What is wrong with a call.

use std::fmt;

/// One thing that is wrong with a call, in words for an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: `status`, `items[3].site.slug`.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
    /// Whether a name is unknown and no known one is near it, so that the known ones should be told.
    pub is_stray_name: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "{}: {}", self.place, self.problem)
        }
    }
}

/// Everything that is wrong with a call, in the order it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    shown: Vec<Fault>,
    n_faults: usize,
}

impl Faults {
    /// How many faults there are; not all of them are kept.
    #[must_use]
    pub const fn n_faults(&self) -> usize {
        self.n_faults
    }

    /// The faults, the first few if there are many.
    #[must_use]
    pub fn shown(&self) -> &[Fault] {
        &self.shown
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.n_faults == 0
    }

    /// Whether a further fault is kept.
    const fn has_room(&self) -> bool {
        self.shown.len() < MAX_SHOWN
    }

    /// Tells that a field is missing in place of two that are both missing, wherever they are.
    pub(super) fn replace_missing(
        &mut self,
        one: &str,
        other: &str,
        field: &str,
        how: &dyn Fn() -> String,
    ) {
        let missing = |name: &str, fault: &Fault| -> Option<String> {
            let within = fault.place.strip_suffix(name)?;
            let is_whole = within.is_empty() || within.ends_with('.');
            (is_whole && fault.problem.starts_with("required")).then(|| within.to_owned())
        };
        let found: Vec<String> = self.shown.iter().filter_map(|it| missing(one, it)).collect();
        for within in found {
            let is_of = |name: &str, it: &Fault| missing(name, it).as_ref() == Some(&within);
            let Some(place) = self.shown.iter().position(|it| is_of(other, it)) else { continue };
            self.shown.remove(place);
            self.n_faults -= 1;
            if let Some(fault) = self.shown.iter_mut().find(|it| is_of(one, it)) {
                (fault.place, fault.problem) = (format!("{within}{field}"), how());
            }
        }
    }

    pub(super) fn add(&mut self, place: &impl fmt::Display, problem: impl Into<String>) {
        self.push(place, problem.into(), false);
    }

    /// Adds the fault of a name that is unknown; `question` asks what may have been meant, which is
    /// not asked of more names than are told.
    pub(super) fn add_unknown(
        &mut self,
        place: &impl fmt::Display,
        what: &str,
        question: impl FnOnce() -> String,
    ) {
        let question = if self.has_room() { question() } else { String::new() };
        self.push(place, format!("no such {what}{question}"), question.is_empty());
    }

    fn push(&mut self, place: &impl fmt::Display, problem: String, is_stray_name: bool) {
        self.n_faults += 1;
        if self.has_room() {
            self.shown.push(Fault { place: place.to_string(), problem, is_stray_name });
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.n_faults += other.n_faults;
        let room = MAX_SHOWN - self.shown.len();
        self.shown.extend(other.shown.into_iter().take(room));
    }
}

/// One line each, and how many more there are.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.shown.iter().enumerate() {
            let line_end = if i == 0 { "" } else { "\n" };
            write!(f, "{line_end}{fault}")?;
        }
        match self.n_faults - self.shown.len() {
            0 => Ok(()),
            more => write!(f, "\n... and {more} more"),
        }
    }
}

/// How many faults are kept: enough to mend a call in one go, few enough to read.
const MAX_SHOWN: usize = 10;
