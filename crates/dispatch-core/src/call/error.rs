//! Why arguments cannot be read.

use super::Options;

/// Why arguments cannot be read, in words for an agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// They are larger than any call needs.
    #[error("the arguments are too large; send fewer items in one call")]
    TooLarge,
    /// They, or a string that should hold JSON, are not JSON.
    #[error("{place} cannot be read as JSON: {message}")]
    NotJson {
        /// The argument.
        place: &'static str,
        /// What the parser says.
        message: String,
    },
    /// An argument has the wrong type.
    #[error("{place} must be {expected}")]
    WrongType {
        /// The argument.
        place: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A list has more elements than any call needs.
    #[error("{place} takes at most {most}")]
    TooMany {
        /// The argument.
        place: &'static str,
        /// How many it takes.
        most: usize,
    },
    /// A name stands twice, so that it is not known which value is meant.
    #[error("{name} is given twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// A condition of `where` cannot be read.
    #[error("options.where {name}: {problem}")]
    WrongCondition {
        /// Its key as it was written.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no such option.
    #[error("unknown option {name}{question} (options: {})", Options::NAMES.join(", "))]
    UnknownOption {
        /// The name as it was written.
        name: String,
        /// Which option may have been meant.
        question: String,
    },
}

impl CallError {
    pub(crate) fn not_json(place: &'static str, error: &dyn std::error::Error) -> Self {
        Self::NotJson { place, message: error.to_string() }
    }

    pub(crate) fn wrong_type(place: impl Into<String>, expected: &'static str) -> Self {
        Self::WrongType { place: place.into(), expected }
    }
}
