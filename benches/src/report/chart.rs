//! The chart of the README: unique tokens of a few tasks, as an SVG with a ground of its own, which
//! is readable on a light and on a dark page.

use std::fmt::Write as _;

use super::markdown::{best, thousands};
use super::peers::Peer;
use super::{Report, TaskRow};
use crate::trace::Policy;

/// The chart: for each of some tasks the floor, this project with its tools by group and as one, and
/// the best of the other systems, where the agent knows the operations and where it looks them up
/// first.
#[must_use]
pub fn chart(report: &Report, peers: &[Peer]) -> String {
    let tasks = report.tasks.iter();
    let rows: Vec<&TaskRow> = tasks.filter(|row| CHARTED.contains(&row.task.as_str())).collect();
    let one = report.forms.iter().find(|form| form.form == ONE);
    let panels = PANELS.map(|(policy, ..)| {
        let bars = rows.iter().map(|row| {
            let one = one.and_then(|form| form.tasks.iter().find(|it| it.task == row.task));
            bars(row, one, policy.name(), peers)
        });
        bars.collect::<Vec<_>>()
    });
    let all = panels.iter().flatten().flatten();
    let longest = all.map(|bar| bar.tokens).max().unwrap_or(1).max(1);
    let height = TOP + rows.len() * TASK_HEIGHT + 8;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-label=\"{TITLE}\">\n\
         <style>{STYLE}</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n\
         <text class=\"strong\" x=\"20\" y=\"30\">{TITLE}</text>\n",
        WIDTH - 1,
        height - 1,
    );
    for (class, x, name) in LEGEND {
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"43\" width=\"11\" height=\"11\" rx=\"2\"/>\
             <text x=\"{}\" y=\"53\">{name}</text>",
            x + 17
        );
    }
    for (policy, left, says) in PANELS {
        let _ = writeln!(
            svg,
            "<text x=\"{left}\" y=\"84\"><tspan class=\"strong\">{}</tspan>: {says}</text>",
            policy.name()
        );
    }
    for (row, top) in rows.iter().zip((TOP..).step_by(TASK_HEIGHT)) {
        let _ = writeln!(
            svg,
            "<path class=\"line\" d=\"M20 {}H{}\"/><text class=\"strong\" x=\"20\" y=\"{}\">{}</text>",
            top - 8,
            WIDTH - 20,
            top + 33,
            row.task
        );
    }
    for ((_, left, _), bars) in PANELS.iter().zip(&panels) {
        for (bars, top) in bars.iter().zip((TOP..).step_by(TASK_HEIGHT)) {
            for (bar, top) in bars.iter().zip((top..).step_by(BAR_STEP)) {
                let width = (bar.tokens * BAR_WIDTH).div_ceil(longest);
                let _ = writeln!(
                    svg,
                    "<rect class=\"{}\" x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"11\" \
                     rx=\"2\"/><text x=\"{}\" y=\"{}\">{}<tspan class=\"faint\" dx=\"5\">{}</tspan></text>",
                    bar.class,
                    left + width + 6,
                    top + 10,
                    thousands(bar.tokens),
                    bar.note,
                );
            }
        }
    }
    svg + "</svg>\n"
}

/// A bar, and what stands behind its number.
struct Bar {
    class: &'static str,
    tokens: usize,
    note: String,
}

fn bars(row: &TaskRow, one: Option<&TaskRow>, policy: &str, peers: &[Peer]) -> Vec<Bar> {
    let bar = |class, tokens, note| Bar { class, tokens, note };
    let done = |row: &TaskRow| {
        row.run(policy).filter(|run| run.missing.is_empty()).map(|run| run.cost.unique)
    };
    let best = best(&row.task, policy, peers);
    let bars = [
        Some(bar("floor", row.floor, String::new())),
        done(row).map(|unique| bar("ours", unique, String::new())),
        one.and_then(done).map(|unique| bar("one", unique, String::new())),
        best.map(|(name, unique)| bar("peer", unique, name.to_owned())),
    ];
    bars.into_iter().flatten().collect()
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

const TITLE: &str = "Unique tokens of a finished task, surface included (o200k_base)";

/// Where the bars of a policy begin, and what it says of the agent.
const PANELS: [(Policy, usize, &str); 2] = [
    (Policy::Oracle, 170, "the agent knows every operation"),
    (Policy::Cautious, 510, "it looks up what it uses"),
];

const LEGEND: [(&str, usize, &str); 4] = [
    ("floor", 20, "floor: the bare answer"),
    ("ours", 185, "mcp-dispatch, a tool per group"),
    ("one", 405, "mcp-dispatch, one tool"),
    ("peer", 575, "the best other system for that task"),
];

/// The form that is shown beside the default.
const ONE: &str = "one tool, bare";

const WIDTH: usize = 840;
const TOP: usize = 106;
const TASK_HEIGHT: usize = 73;
const BAR_STEP: usize = 15;
const BAR_WIDTH: usize = 220;

const STYLE: &str = "\
text{font:12px -apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}\
.strong{font-weight:600}.faint{fill:#59636e}.ground{fill:#fff;stroke:#d1d9e0}\
.line{stroke:#d1d9e0}.floor{fill:#818b98}.ours{fill:#1a7f37}.one{fill:#4ac26b}.peer{fill:#0969da}\
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.faint{fill:#9198a1}\
.ground{fill:#0d1117;stroke:#3d444d}.line{stroke:#3d444d}.floor{fill:#656c76}\
.ours{fill:#3fb950}.one{fill:#7ee787}.peer{fill:#4493f8}}";
