//! A reader of the filters in `help`, written from its grammar alone.

use std::collections::BTreeSet;

/// The names of all filters of `list`, from the help of a resource and the help of its tool; `None`
/// where they are not folded.
pub(super) fn of_list(page: &str, tool: &str) -> Option<BTreeSet<String>> {
    let mut lines = page.lines().skip_while(|line| !line.starts_with("list:"));
    let head = lines.next()?.trim_start_matches("list:").trim();
    let mut names = BTreeSet::new();
    let own: Vec<&str> = lines.take_while(|line| line.starts_with(' ')).collect();
    if let Some(rest) = head.strip_prefix("+list") {
        let shared = section(tool, "+list:");
        shared.iter().for_each(|line| read(line, tool, &mut names));
        for without in rest.trim().trim_start_matches("without").split_whitespace() {
            let is_it = |name: &String| {
                name == without || name.strip_prefix(without).is_some_and(|it| it.starts_with("__"))
            };
            names.retain(|name| !is_it(name));
        }
    } else if own.is_empty() {
        return None;
    }
    own.iter().for_each(|line| read(line, tool, &mut names));
    Some(names)
}

/// The lines below a headline.
fn section<'a>(text: &'a str, headline: &str) -> Vec<&'a str> {
    let lines = text.lines().skip_while(|line| *line != headline).skip(1);
    lines.take_while(|line| line.starts_with(' ')).collect()
}

/// Reads one line: the lookups, then the names by their types.
fn read(line: &str, tool: &str, into: &mut BTreeSet<String>) {
    let mut rest = line.trim_start();
    let mut lookups: Vec<String> = Vec::new();
    while rest.starts_with("__") {
        let (word, after) = rest.split_once(' ').expect("a type after lookups");
        lookups.extend(set(word, tool));
        rest = after;
    }
    for typed in rest.split("; ") {
        let (ty, names) = typed.split_once(": ").expect("names after a type");
        for name in names.split(' ') {
            let name = name.trim_end_matches('!');
            let with_id = ty.contains(" +_id").then(|| format!("{name}_id"));
            for name in [Some(name.to_owned()), with_id].into_iter().flatten() {
                into.extend(lookups.iter().map(|lookup| format!("{name}__{lookup}")));
                into.insert(name);
            }
        }
    }
}

/// The lookups of one word: `__n`, `__gte,lte:num`, or `__empty..regex`, which the tool's help says.
fn set(word: &str, tool: &str) -> Vec<String> {
    let word = word.trim_start_matches("__");
    let Some((first, last)) = word.split_once("..") else {
        let names = word.split(':').next().unwrap_or(word);
        return names.split(',').map(str::to_owned).collect();
    };
    let is_it = |words: &Vec<&str>| words.first() == Some(&first) && words.last() == Some(&last);
    let sets = tool.split([' ', '\n']).filter_map(|word| word.strip_prefix("__"));
    // A set with lookups of several types is more than one word.
    let words: Vec<Vec<&str>> =
        sets.map(|set| set.split(':').next().unwrap_or(set).split(',').collect()).collect();
    let whole = words.iter().find(|words| is_it(words) && words.len() > 1);
    let joined = words.windows(2).map(|two| two.concat()).find(|words| is_it(words));
    let found = whole.cloned().or(joined).unwrap_or_else(|| panic!("no set {word} in\n{tool}"));
    found.into_iter().map(str::to_owned).collect()
}
