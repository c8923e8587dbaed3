//! The chart of the README: unique tokens of a few tasks, as an SVG that is readable on a light and
//! on a dark page.

use std::fmt::Write as _;

use super::TaskRow;
use super::markdown::{best, thousands};
use super::peers::Peer;

/// The chart: for each of some tasks the floor, this project and the best of the other systems.
#[must_use]
pub fn chart(rows: &[TaskRow], peers: &[Peer]) -> String {
    let mut bars = Vec::new();
    for row in rows.iter().filter(|row| CHARTED.contains(&row.task.as_str())) {
        let Some(run) = row.run("oracle") else { continue };
        bars.push((row.task.clone(), "floor", "floor".to_owned(), row.floor));
        bars.push((row.task.clone(), "ours", "mcp-dispatch".to_owned(), run.cost.unique));
        if let Some((name, unique)) = best(&row.task, "oracle", peers) {
            bars.push((row.task.clone(), "peer", format!("best other: {name}"), unique));
        }
    }
    let longest = bars.iter().map(|(.., tokens)| *tokens).max().unwrap_or(1).max(1);
    let mut body = String::new();
    let mut top = 40;
    let mut last = String::new();
    for (task, class, label, tokens) in &bars {
        if *task != last {
            let _ =
                writeln!(body, "<text class=\"task\" x=\"12\" y=\"{}\">{task}</text>", top + 24);
            top += 32;
            last.clone_from(task);
        }
        let width = (tokens * BAR_WIDTH).div_ceil(longest);
        let _ = writeln!(
            body,
            "<text x=\"12\" y=\"{y}\">{label}</text>\
             <rect class=\"{class}\" x=\"220\" y=\"{top}\" width=\"{width}\" height=\"12\" rx=\"2\"/>\
             <text x=\"{after}\" y=\"{y}\">{tokens}</text>",
            y = top + 10,
            after = 228 + width,
            tokens = thousands(*tokens),
        );
        top += 18;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 {height}\" width=\"760\" \
         height=\"{height}\" role=\"img\" aria-label=\"Unique tokens of finished tasks\">\n\
         <style>{STYLE}</style>\n\
         <text class=\"title\" x=\"12\" y=\"24\">Unique tokens of a finished task, surface included \
         (o200k_base, policy oracle)</text>\n{body}</svg>\n",
        height = top + 12,
    )
}

/// The tasks of the chart.
const CHARTED: [&str; 6] = [
    "devices-of-a-site",
    "provision-a-device",
    "set-a-status",
    "bulk-interfaces",
    "sum-of-vcpus",
    "federation",
];

const BAR_WIDTH: usize = 440;

const STYLE: &str = "\
text{font:12px sans-serif;fill:#24292f}.title{font-weight:bold}.task{font-weight:bold}\
.floor{fill:#8c959f}.ours{fill:#1a7f37}.peer{fill:#0969da}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.floor{fill:#6e7681}.ours{fill:#3fb950}\
.peer{fill:#58a6ff}}";
