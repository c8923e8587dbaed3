//! Ranking: how well the words of a query are explained by each resource and its actions.
//!
//! Each word of the query counts for a resource as much as the best phrase that holds it: a phrase
//! counts by the share of its own words that the query has, so that `device` means the device and
//! not its type. An action is singled out where it explains words that its resource does not.

use std::collections::{BTreeMap, BTreeSet};

use strsim::damerau_levenshtein;

use super::Hit;
use super::index::Index;
use super::words::{is_empty_word, split, stem, usual_action};

/// A word of the query: the words of the index that it may be, each with how surely.
struct Asked {
    readings: Vec<(String, f32)>,
}

/// How much each word of the query counts for something.
type Counts = Vec<f32>;

/// Finds what words mean, the likeliest first.
pub(super) fn hits(index: &Index, words: &str) -> Vec<Hit> {
    let cut: String = words.chars().take(MAX_CHARS).collect();
    let spoken: Vec<String> = split(&cut).into_iter().take(MAX_WORDS).collect();
    let usual = spoken.iter().find_map(|word| usual_action(word));
    let asked = read(index, &spoken);
    let mut of_actions: BTreeMap<(usize, usize), Counts> = BTreeMap::new();
    let mut of_entries: BTreeMap<usize, Counts> = BTreeMap::new();
    for place in touched(index, &asked) {
        let phrase = &index.phrases[place];
        let counts = explained(index, place, &asked);
        let known = match phrase.action {
            Some(action) => of_actions.entry((phrase.entry, action)).or_default(),
            None => of_entries.entry(phrase.entry).or_default(),
        };
        raise(known, &counts);
    }
    for (position, word) in asked.iter().enumerate() {
        for (reading, surety) in &word.readings {
            for (entry, strength) in index.hints.get(reading).into_iter().flatten() {
                let mut counts = vec![0.0; asked.len()];
                counts[position] = strength * surety;
                raise(of_entries.entry(*entry).or_default(), &counts);
            }
        }
    }
    let mut scored: Vec<(f32, usize, Hit)> = Vec::new();
    for (entry, known) in index.entries.iter().enumerate() {
        let own = of_entries.remove(&entry).unwrap_or_default();
        let of_entry = of_actions.range((entry, 0)..(entry + 1, 0));
        let (score, actions) = singled_out(&own, of_entry.map(|((_, it), counts)| (*it, counts)));
        let mut actions: Vec<String> =
            actions.into_iter().map(|place| known.actions[place].clone()).collect();
        let usual = usual.filter(|usual| known.actions.iter().any(|it| it == usual));
        if actions.is_empty() {
            actions.extend(usual.map(str::to_owned));
        }
        if score > 0.0 {
            scored.push((score * known.prior, entry, Hit { resource: known.id, actions }));
        }
    }
    scored.sort_by(|(a, at, _), (b, other, _)| b.total_cmp(a).then(at.cmp(other)));
    let least = scored.first().map_or(0.0, |(best, ..)| best * LEAST_SHARE);
    let best = scored.into_iter().take(MOST_HITS).filter(|(score, ..)| *score >= least);
    best.map(|(_, _, hit)| hit).collect()
}

/// The phrases that share a word with the query.
fn touched(index: &Index, asked: &[Asked]) -> BTreeSet<usize> {
    let readings = asked.iter().flat_map(|word| &word.readings);
    readings.filter_map(|(reading, _)| index.by_word.get(reading)).flatten().copied().collect()
}

/// How much each word of the query counts for a phrase.
fn explained(index: &Index, place: usize, asked: &[Asked]) -> Counts {
    let phrase = &index.phrases[place];
    let weights: BTreeMap<&str, f32> =
        phrase.words.iter().map(|word| (word.as_str(), index.weight(word))).collect();
    let total: f32 = weights.values().sum();
    let mut matched: BTreeMap<&str, f32> = BTreeMap::new();
    let mut counts = vec![0.0; asked.len()];
    for (count, (position, word)) in counts.iter_mut().zip(asked.iter().enumerate()) {
        for (reading, surety) in &word.readings {
            if let Some((reading, weight)) = weights.get_key_value(reading.as_str()) {
                let known = matched.entry(reading).or_default();
                *known = known.max(weight * surety);
                let earliness = 1.0 - LATE * position as f32 / asked.len() as f32;
                *count = f32::max(*count, weight * surety * earliness);
            }
        }
    }
    let share = matched.values().sum::<f32>() / total;
    counts.iter().map(|count| count * share * phrase.weight).collect()
}

/// How well a resource explains the query together with the actions that are singled out, if any.
fn singled_out<'a>(
    own: &Counts,
    actions: impl Iterator<Item = (usize, &'a Counts)>,
) -> (f32, Vec<usize>) {
    let alone: f32 = own.iter().sum();
    let mut together: Vec<(f32, usize)> = actions
        .map(|(place, counts)| {
            let mut both = own.clone();
            raise(&mut both, counts);
            (both.iter().sum(), place)
        })
        .filter(|(both, _)| *both >= alone + LEAST_GAIN)
        .collect();
    together.sort_by(|(a, at), (b, other)| b.total_cmp(a).then(at.cmp(other)));
    let Some((best, _)) = together.first().copied() else {
        return (alone, Vec::new());
    };
    let close = |both: f32| both - alone >= (best - alone) * CLOSE;
    let places = together.iter().filter(|(both, _)| close(*both)).map(|(_, place)| *place);
    (best, places.take(MOST_ACTIONS).collect())
}

fn raise(known: &mut Counts, counts: &Counts) {
    known.resize(counts.len(), 0.0);
    for (known, count) in known.iter_mut().zip(counts) {
        *known = known.max(*count);
    }
}

/// Reads the words of a query as words of the index.
fn read(index: &Index, spoken: &[String]) -> Vec<Asked> {
    let says_more = |word: &String| !is_empty_word(word);
    let any_more = spoken.iter().any(says_more);
    let kept: Vec<&String> = spoken.iter().filter(|it| says_more(it) || !any_more).collect();
    let mut asked: Vec<Asked> = Vec::new();
    for (place, word) in kept.iter().enumerate() {
        let surety = if usual_action(word).is_some() { VERB } else { 1.0 };
        let stemmed = stem(word);
        let mut readings = match index.knows(&stemmed) {
            true => vec![(stemmed, surety)],
            false => near(index, &stemmed),
        };
        // `data center` is also `datacenter`.
        let next = kept.get(place + 1).map(|next| stem(&format!("{word}{next}")));
        let before = place.checked_sub(1).map(|it| stem(&format!("{}{word}", kept[it])));
        let joined = [next, before].into_iter().flatten().filter(|it| index.knows(it));
        readings.extend(joined.map(|word| (word, 1.0)));
        asked.push(Asked { readings });
    }
    asked
}

/// The words of the index that an unknown word may be: slips of the keyboard, else what it begins.
fn near(index: &Index, word: &str) -> Vec<(String, f32)> {
    let len = word.chars().count();
    let most = match len {
        0..=3 => 0,
        4..=8 => 1,
        _ => 2,
    };
    let letters = sorted(word);
    let known = || index.by_word.keys().chain(index.hints.keys());
    let mut slips: Vec<(usize, &String)> = known()
        .filter(|known| known.chars().count().abs_diff(len) <= most && known.len() > 2)
        .map(|known| (damerau_levenshtein(word, known), known))
        .filter(|(slips, _)| *slips <= most)
        // One other letter makes a short word another word: only letters in the wrong order count.
        .filter(|(_, known)| len > SHORT || sorted(known) == letters)
        .collect();
    slips.sort();
    slips.dedup();
    if let Some((fewest, _)) = slips.first().copied() {
        let nearest = slips.into_iter().filter(|(slips, _)| *slips == fewest);
        return nearest.take(MOST_READINGS).map(|(_, it)| (it.clone(), SLIP)).collect();
    }
    if len < 3 {
        return Vec::new();
    }
    let begun = index.by_word.keys().filter(|known| known.starts_with(word));
    begun.take(MOST_READINGS).map(|it| (it.clone(), BEGUN)).collect()
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

/// How much of a query is looked at.
const MAX_CHARS: usize = 300;
const MAX_WORDS: usize = 24;

/// How many results are shown, and how good they have to be beside the first.
const MOST_HITS: usize = 5;
const LEAST_SHARE: f32 = 0.3;

/// How many actions of one resource are shown, how much the first has to add to its resource, and
/// how close the others have to be to it.
const MOST_ACTIONS: usize = 2;
const LEAST_GAIN: f32 = 0.3;
const CLOSE: f32 = 0.8;

/// How surely a word of the query is a word of the index.
const VERB: f32 = 0.4;
const SLIP: f32 = 0.75;
const SHORT: usize = 4;
const BEGUN: f32 = 0.7;
const MOST_READINGS: usize = 4;

/// How much less the last word of a query says than the first: "devices of a site" asks for devices.
const LATE: f32 = 0.15;
