//! "Did you mean": the known names nearest to what was written.
//!
//! It knows nothing of access: the caller passes only names that its own caller may see.

use strsim::damerau_levenshtein;

use crate::catalog::normalize;

/// Names the candidates nearest to `wanted`, the nearest first, at most `n` of them.
///
/// Case and separators do not count, and neither does the order of the candidates: equally near
/// ones come in the order of their names. What is too far off to be what was meant is left out.
#[must_use]
pub fn nearest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    n: usize,
) -> Vec<&'a str> {
    let written: String = wanted.chars().take(MAX_CHARS).collect();
    let wanted = normalize(&written);
    if wanted.is_empty() {
        return Vec::new();
    }
    let distance = |candidate: &str| {
        let slips = distance(&wanted, &normalize(candidate));
        let begins = begins(&written, candidate).then_some(BEGINS);
        slips.into_iter().chain(begins).min()
    };
    let mut near: Vec<(bool, usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((is_lookup(candidate), distance(candidate)?, candidate)))
        .collect();
    // A lookup of a name is seldom meant by one who does not write it as one.
    if !is_lookup(&written) && near.iter().any(|(is_lookup, ..)| !is_lookup) {
        near.retain(|(is_lookup, ..)| !is_lookup);
    }
    near.sort_unstable_by_key(|(_, distance, candidate)| (*distance, *candidate));
    near.dedup();
    near.into_iter().map(|(.., candidate)| candidate).take(n).collect()
}

/// Whether a name is another with a lookup behind it: `name__ic`.
fn is_lookup(name: &str) -> bool {
    name.contains("__")
}

/// Whether what was written is a candidate and more words: `serial_number` is `serial` and more.
fn begins(written: &str, candidate: &str) -> bool {
    let rest = written.strip_prefix(candidate).filter(|_| candidate.len() >= 3);
    rest.is_some_and(|rest| rest.starts_with(['_', '-', ' ']))
}

/// Says what may have been meant: `; did you mean a, b or c?`, or nothing where nothing is near.
#[must_use]
pub fn did_you_mean<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    question(&nearest(wanted, candidates, 3))
}

/// Asks whether one of these was meant; nothing where there is none.
pub(crate) fn question<S: AsRef<str>>(names: &[S]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("; did you mean {}?", only.as_ref()),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("; did you mean {} or {}?", first.join(", "), last.as_ref())
        }
    }
}

/// How far a candidate is from what was wanted, both normalized; `None` where it is too far.
///
/// A slip of the keyboard counts for what it is; a name that holds the other whole, such as
/// `devicerole` for `role`, comes after any slip.
fn distance(wanted: &str, candidate: &str) -> Option<usize> {
    let (len_wanted, len_candidate) = (wanted.chars().count(), candidate.chars().count());
    let tolerated = (len_wanted.max(len_candidate) / 3).clamp(1, 4);
    let slips = if len_wanted.abs_diff(len_candidate) > tolerated {
        usize::MAX
    } else {
        damerau_levenshtein(wanted, candidate)
    };
    if slips <= tolerated {
        return Some(slips);
    }
    let shorter = len_wanted.min(len_candidate);
    let holds = candidate.contains(wanted) || wanted.contains(candidate);
    (shorter >= 3 && holds).then(|| 10 + len_wanted.abs_diff(len_candidate))
}

/// A name that begins what was written is as near as one of so many slips.
const BEGINS: usize = 2;

/// How much of what was written is looked at: comparing costs the product of the lengths.
const MAX_CHARS: usize = 64;

#[cfg(test)]
mod tests {
    use super::{did_you_mean, nearest};

    const NAMES: [&str; 7] =
        ["device", "devicerole", "devicetype", "interface", "ipaddress", "site", "vlan"];

    #[track_caller]
    fn check(wanted: &str, expect: &[&str]) {
        assert_eq!(nearest(wanted, NAMES, 3), expect);
    }

    #[test]
    fn the_nearest_name_comes_first() {
        check("devcie", &["device"]);
        check("Device-Rol", &["devicerole", "device"]);
        check("device_types", &["devicetype", "device"]);
        check("ipadress", &["ipaddress"]);
        check("role", &["devicerole"]);
        check("vlans", &["vlan"]);
    }

    #[test]
    fn a_name_comes_before_its_lookups() {
        let names = ["serial", "serial__n", "serial__nie", "part_id", "asset_tag__ic"];
        for (wanted, expect) in [
            ("serial_number", vec!["serial"]),
            ("serials", vec!["serial"]),
            ("serial__in", vec!["serial__n", "serial"]),
            ("asset_tag", vec!["asset_tag__ic"]),
        ] {
            assert_eq!(nearest(wanted, names, 2), expect, "{wanted}");
        }
    }

    #[test]
    fn what_is_far_off_is_not_suggested() {
        check("", &[]);
        check("--", &[]);
        check("q", &[]);
        check("contract", &[]);
        check(&"site".repeat(100_000), &["site"]);
    }

    #[test]
    fn the_question_reads_as_a_sentence() {
        assert_eq!(did_you_mean("contract", NAMES), "");
        assert_eq!(did_you_mean("sites", NAMES), "; did you mean site?");
        assert_eq!(did_you_mean("device_types", NAMES), "; did you mean devicetype or device?");
    }
}
