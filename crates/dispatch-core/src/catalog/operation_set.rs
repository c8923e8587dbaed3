//! A set of operations.

use super::operation::OperationId;

/// A set of operations of one catalog, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationSet {
    /// No zeros at the end, so that equal sets are equal values.
    words: Vec<u64>,
}

impl OperationSet {
    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether it holds an operation.
    #[must_use]
    pub fn contains(&self, id: OperationId) -> bool {
        let (word, bit) = place(id);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Adds an operation.
    pub fn insert(&mut self, id: OperationId) {
        let (word, bit) = place(id);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= bit;
    }

    /// Takes an operation out.
    pub fn remove(&mut self, id: OperationId) {
        let (word, bit) = place(id);
        if let Some(word) = self.words.get_mut(word) {
            *word &= !bit;
        }
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }
}

impl FromIterator<OperationId> for OperationSet {
    fn from_iter<I: IntoIterator<Item = OperationId>>(ids: I) -> Self {
        let mut set = Self::default();
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}

const fn place(id: OperationId) -> (usize, u64) {
    ((id.0 / u64::BITS) as usize, 1 << (id.0 % u64::BITS))
}
