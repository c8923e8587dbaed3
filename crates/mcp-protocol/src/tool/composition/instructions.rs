//! The instructions of several servers as one text.

use std::sync::Arc;

/// Is what one server has to say.
pub(super) struct Part<'a> {
    /// What its tools' names begin with.
    pub(super) prefix: String,
    /// What people call it.
    pub(super) title: &'a str,
    /// Its instructions.
    pub(super) text: Option<Arc<str>>,
}

/// Says which tools are whose, then what each has to say. The lines that all begin with and that all
/// end with are said once.
pub(super) fn join(parts: &[Part<'_>]) -> Option<Arc<str>> {
    if parts.is_empty() {
        return None;
    }
    let mut lines: Vec<String> =
        parts.iter().map(|it| format!("{}*: {}", it.prefix, it.title)).collect();
    let told: Vec<(&str, Vec<&str>)> = parts
        .iter()
        .filter_map(|it| Some((it.prefix.as_str(), it.text.as_deref()?.lines().collect())))
        .collect();
    let Some(((_, first), others)) = told.split_first() else {
        return Some(lines.join("\n").into());
    };
    // What one of them does not say is not said for it.
    let all_tell = told.len() == parts.len();
    let shortest = told.iter().map(|(_, text)| text.len()).min().filter(|_| all_tell).unwrap_or(0);
    let n_first = (0..shortest)
        .take_while(|at| others.iter().all(|(_, text)| text[*at] == first[*at]))
        .count();
    let n_last = (1..=shortest - n_first)
        .take_while(|back| {
            let line = first[first.len() - back];
            others.iter().all(|(_, text)| text[text.len() - back] == line)
        })
        .count();
    lines.extend(first[..n_first].iter().map(|line| (*line).to_owned()));
    for (prefix, text) in &told {
        let own = &text[n_first..text.len() - n_last];
        if !own.is_empty() {
            lines.push(format!("{prefix}*: {}", own.join("\n")));
        }
    }
    lines.extend(first[first.len() - n_last..].iter().map(|line| (*line).to_owned()));
    Some(lines.join("\n").into())
}
