//! The words by which the document's texts are found: few, so that a catalog stays small.

use std::collections::{BTreeMap, BTreeSet};

use crate::find::words::{is_empty_word, split, stem};
use crate::lower::{Draft, DraftOperation};

/// The words of each operation's summary and description: those that its path does not have, and
/// that are not said of many others.
pub(super) fn words(draft: &Draft) -> Vec<Vec<String>> {
    let told: Vec<Vec<String>> = draft.operations.iter().map(of_one).collect();
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for words in &told {
        let stems: BTreeSet<String> = words.iter().map(|word| stem(word)).collect();
        stems.into_iter().for_each(|word| *counted.entry(word).or_default() += 1);
    }
    let most = (told.len() / RARE).max(FEW);
    let is_rare = |word: &String| counted.get(&stem(word)).is_some_and(|n| *n <= most);
    let kept = |words: Vec<String>| words.into_iter().filter(is_rare).take(MOST).collect();
    told.into_iter().map(kept).collect()
}

fn of_one(operation: &DraftOperation) -> Vec<String> {
    let mut seen: BTreeSet<String> = split(&operation.path).iter().map(|word| stem(word)).collect();
    let words = split(&operation.text).into_iter().filter(|it| it.len() > 1 && !is_empty_word(it));
    words.filter(|word| seen.insert(stem(word))).collect()
}

/// How many words of one operation are kept.
const MOST: usize = 8;

/// A word is kept if no more than one in so many operations has it, or no more than a few.
const RARE: usize = 20;
const FEW: usize = 4;
