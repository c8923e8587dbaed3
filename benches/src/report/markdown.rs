//! The report as Markdown.

use std::fmt::Write as _;

use super::peers::Peer;
use super::systems;
use super::{DocumentRow, LevelRow, Report, RunRow, TaskRow};
use super::{forms, levels as surface_levels};
use crate::trace::Policy;

/// The whole report.
#[must_use]
pub fn report(report: &Report, peers: &[Peer]) -> String {
    let mut text = String::from(
        "# What an agent pays\n\n\
         Written by `cargo bench --bench token_compression`. Tokens of o200k_base, and of \
         cl100k_base where a column says so; other tokenizers count differently, so compare the \
         ratios. Equal code and documents give equal numbers: nothing here is a time.\n\n",
    );
    text += "## Surfaces\n\n";
    text += SURFACE_RULES;
    text += &surfaces(&report.surfaces);
    text += "\n## Tasks\n\n";
    text += TASK_RULES;
    text += &tasks(&report.tasks, peers);
    text += "\n### Sums over the tasks that succeeded\n\n";
    text += &sums(&report.tasks);
    text += "\n### Forms of the tools\n\n";
    text += FORM_RULES;
    text += &forms::sums(report);
    text += "\n";
    text += &forms::against(report, peers);
    text += "\n### Levels of the surface\n\n";
    text += &levels(&report.levels);
    text += "\n### Against other systems\n\n";
    text += &against(&report.tasks, peers);
    text += "\nWhat they show before the first call, of NetBox 4.7.0:\n\n";
    text += &systems::surfaces(peers);
    text += "\n### Every run\n\n";
    text += &runs(&report.tasks);
    text
}

/// What the README says: the surfaces of a few documents, the sums, and the ratios to the other
/// systems; the rest is in the results.
#[must_use]
pub fn readme(report: &Report, peers: &[Peer]) -> String {
    let is_older =
        |row: &DocumentRow| row.document.starts_with("NetBox 4.") && !row.document.contains("4.7");
    let mut recent: Vec<DocumentRow> =
        report.surfaces.iter().filter(|row| !is_older(row)).cloned().collect();
    for row in &mut recent {
        let is_reference = row.document.starts_with("NetBox");
        row.approaches.retain(|it| match it.approach.strip_prefix("mcp-dispatch, ") {
            None => true,
            Some("names, admin" | "one tool, bare, admin") => true,
            Some(other) => is_reference && (other.ends_with("admin") || other == "names, read"),
        });
    }
    let n_tasks = report.tasks.len();
    format!(
        "{}\nOver {n_tasks} tasks, under three policies of how well the agent knows its way:\n\n{}\n\
         With the tools in other forms:\n\n{}\n{README_RATIOS}{}\n\
         What they show before the first call:\n\n{}",
        surfaces(&recent),
        sums(&report.tasks),
        forms::sums(report),
        forms::ratios(report, peers),
        systems::surfaces(peers),
    )
}

/// The table of the surfaces.
#[must_use]
pub fn surfaces(rows: &[DocumentRow]) -> String {
    let mut text = String::from(
        "| document | approach | tools loaded | schema tokens | cl100k | raw ÷ this | flat ÷ this |\n\
         |---|---|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let tokens = |name: &str| {
            row.approaches.iter().find(|it| it.approach.starts_with(name)).map(|it| it.tokens)
        };
        let document = format!("{}, {} operations", row.document, row.n_operations);
        for it in &row.approaches {
            let ratio = |whole: Option<usize>| match whole {
                Some(whole) if whole != it.tokens => format!("{:.1}", part(whole, it.tokens)),
                _ => "-".to_owned(),
            };
            let _ = writeln!(
                text,
                "| {document} | {} | {} | {} | {} | {} | {} |",
                it.approach,
                it.n_tools,
                thousands(it.tokens),
                thousands(it.tokens_cl100k),
                ratio(tokens("raw")),
                ratio(tokens("flat")),
            );
        }
    }
    text
}

/// The table of the tasks: unique tokens under each policy beside the floor and the best peer.
#[must_use]
pub fn tasks(rows: &[TaskRow], peers: &[Peer]) -> String {
    let mut text = String::from(
        "| task | floor | oracle | ÷ floor | cautious | stumbling | turns | API calls | best other, oracle | its ÷ ours |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---|---:|\n",
    );
    for row in rows {
        let cell = |policy: Policy| match row.run(policy.name()) {
            None => "-".to_owned(),
            Some(run) if !run.missing.is_empty() => format!("{} (failed)", run.cost.unique),
            Some(run) => thousands(run.cost.unique),
        };
        let turns = |of: fn(&RunRow) -> usize| {
            let runs = Policy::ALL.map(|policy| row.run(policy.name()));
            runs.map(|run| run.map_or_else(|| "-".to_owned(), |run| of(run).to_string())).join("/")
        };
        let oracle = row.run("oracle").map(|run| run.cost.unique);
        let best = best(&row.task, "oracle", peers);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            row.task,
            thousands(row.floor),
            cell(Policy::Oracle),
            oracle.map_or_else(|| "-".to_owned(), |it| format!("{:.1}", part(it, row.floor))),
            cell(Policy::Cautious),
            cell(Policy::Stumbling),
            turns(|run| run.cost.turns),
            turns(|run| run.cost.api_calls),
            best.map_or_else(|| "-".to_owned(), |(name, it)| format!("{} ({name})", thousands(it))),
            match (best, oracle) {
                (Some((_, best)), Some(oracle)) => format!("{:.1}", part(best, oracle)),
                _ => "-".to_owned(),
            },
        );
    }
    text
}

/// The other system that completes a task with the fewest unique tokens.
#[must_use]
pub fn best<'a>(task: &str, policy: &str, peers: &'a [Peer]) -> Option<(&'a str, usize)> {
    let costs = peers.iter().filter_map(|peer| Some((peer, peer.cost(task, policy)?)));
    costs.map(|(peer, cost)| (peer.peer.as_str(), cost.unique)).min_by_key(|(_, unique)| *unique)
}

/// Sums over the tasks that succeed under all three policies.
#[must_use]
pub fn sums(rows: &[TaskRow]) -> String {
    let mut text = String::from(
        "| policy | tasks | floor | unique | cumulative | cached at 0.1 | output | turns | API calls | unique, cl100k |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for policy in Policy::ALL {
        let runs = rows.iter().filter_map(|row| Some((row, row.run(policy.name())?)));
        let runs: Vec<_> = runs.filter(|(_, run)| run.missing.is_empty()).collect();
        let sum = |of: fn(&RunRow) -> usize| thousands(runs.iter().map(|(_, run)| of(run)).sum());
        let _ = writeln!(
            text,
            "| {} | {} of {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            policy.name(),
            runs.len(),
            rows.len(),
            thousands(runs.iter().map(|(row, _)| row.floor).sum()),
            sum(|run| run.cost.unique),
            sum(|run| run.cost.cumulative),
            rounded(runs.iter().map(|(_, run)| run.cost.cached).sum()),
            sum(|run| run.cost.output),
            sum(|run| run.cost.turns),
            sum(|run| run.cost.api_calls),
            sum(|run| run.unique_cl100k),
        );
    }
    text
}

/// What the tasks cost at each level of the surface, and which level is the default.
#[must_use]
pub fn levels(rows: &[LevelRow]) -> String {
    let mut text = String::from(
        "| level | surface, admin | unique: oracle | cautious | stumbling | cautious, no help on what is shown | cumulative: oracle | cautious | stumbling |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for row in rows {
        let join =
            |sums: &[usize]| sums.iter().map(|sum| thousands(*sum)).collect::<Vec<_>>().join(" | ");
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            row.level,
            thousands(row.surface),
            join(&row.unique),
            thousands(row.unique_without_help),
            join(&row.cumulative),
        );
    }
    if let Some(cheapest) = surface_levels::cheapest(rows) {
        let _ = writeln!(
            text,
            "\nSums over the tasks that succeed under every policy, each in a session of its own. \
             Over the three policies together the cheapest level is *{}*, which is the default; the \
             others are for sessions of many writes.",
            cheapest.level
        );
    }
    text
}

/// Each other system against this one, over the tasks that it completes.
#[must_use]
pub fn against(rows: &[TaskRow], peers: &[Peer]) -> String {
    if peers.is_empty() {
        return "No results of other systems are committed yet.\n".to_owned();
    }
    let mut text = String::from(
        "| system | policy | completes | ours completes | its unique | ours, same tasks | ÷ | its cumulative | ours | ÷ | median of unique ÷ | where it wins |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n",
    );
    for peer in peers {
        for policy in Policy::ALL {
            let ours = |row: &TaskRow| {
                row.run(policy.name()).filter(|run| run.missing.is_empty()).map(|run| run.cost)
            };
            let pairs: Vec<_> = rows
                .iter()
                .filter_map(|row| {
                    Some((&row.task, *peer.cost(&row.task, policy.name())?, ours(row)?))
                })
                .collect();
            if pairs.is_empty() {
                continue;
            }
            let mut ratios: Vec<f64> =
                pairs.iter().map(|(_, peer, ours)| part(peer.unique, ours.unique)).collect();
            ratios.sort_by(f64::total_cmp);
            let theirs: usize = pairs.iter().map(|(_, peer, _)| peer.unique).sum();
            let own: usize = pairs.iter().map(|(_, _, ours)| ours.unique).sum();
            let their_reading: usize = pairs.iter().map(|(_, peer, _)| peer.cumulative).sum();
            let own_reading: usize = pairs.iter().map(|(_, _, ours)| ours.cumulative).sum();
            let wins = pairs.iter().filter(|(_, peer, ours)| peer.unique < ours.unique);
            let wins: Vec<&str> = wins.map(|(task, ..)| task.as_str()).collect();
            let n_done = rows.iter().filter(|row| peer.cost(&row.task, policy.name()).is_some());
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {:.1} | {} | {} | {:.1} | {:.1} | {} |",
                peer.title,
                policy.name(),
                n_done.count(),
                rows.iter().filter(|row| ours(row).is_some()).count(),
                thousands(theirs),
                thousands(own),
                part(theirs, own),
                thousands(their_reading),
                thousands(own_reading),
                part(their_reading, own_reading),
                ratios.get(ratios.len() / 2).copied().unwrap_or_default(),
                wins.join(", "),
            );
        }
    }
    text
}

fn runs(rows: &[TaskRow]) -> String {
    let mut text = String::from(
        "| task | style | policy | unique | cumulative | cached | output | results | turns | calls | API calls | unique, cl100k | success |\n\
         |---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n",
    );
    for row in rows {
        for run in &row.runs {
            let cost = &run.cost;
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                row.task,
                run.style.as_deref().unwrap_or("-"),
                run.policy,
                thousands(cost.unique),
                thousands(cost.cumulative),
                rounded(cost.cached),
                thousands(cost.output),
                thousands(cost.results),
                cost.turns,
                cost.calls,
                cost.api_calls,
                thousands(run.unique_cl100k),
                if run.missing.is_empty() { "yes" } else { "no" },
            );
        }
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) fn part(whole: usize, part: usize) -> f64 {
    if part == 0 { 0.0 } else { whole as f64 / part as f64 }
}

/// A number with commas.
#[must_use]
pub fn thousands(number: usize) -> String {
    with_commas(&number.to_string())
}

/// A cost with a fraction, as a whole number with commas.
fn rounded(cost: f64) -> String {
    with_commas(&format!("{cost:.0}"))
}

fn with_commas(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const README_RATIOS: &str = "\
Other systems, over the same tasks and the same sandbox, with traces written to make them win \
(`benches/peers/README.md`). The sum of unique tokens of each, over the tasks that it completes, divided by ours in each form. Below 1, \
the other system is cheaper; `-` where it was not run under a policy. On which tasks each of them \
wins is in the results.\n\n";

const FORM_RULES: &str = "\
*Groups* is the default: a tool for each group, beside `find` and `batch`. *One tool* takes every \
resource (`tools = \"one\"`), with finding and batches in it: at level *names* it names every resource, at \
*bare* none. The traces are the same, each call sent to the one tool; a cautious agent that sees no \
names first looks for words of the task (`benches/traces/find.toml`). Ratios above 1 are in favour of \
this project.\n\n";

const SURFACE_RULES: &str = "\
What an agent loads before its first call. *Raw* is the document as compact JSON. *Flat* is one tool \
for each operation: its `operationId`, its summary or description, and an input schema with a property \
for each parameter and one for the body, every reference replaced by what it refers to (where a schema \
is within itself, by `{\"type\":\"object\"}`). Of tools, `name`, `description` and `inputSchema` count, \
as compact JSON; of mcp-dispatch the server's instructions too, which the others do not have.\n\n";

const TASK_RULES: &str = "\
Scripted traces over the real server and a fresh sandbox; what is counted is what was sent and received. \
The columns of the policies are *unique* tokens: everything that enters the context, once, surface and \
instructions included. The *floor* is the bare fields of the task's answer key, with no surface at all. \
`benches/tasks/README.md` and `benches/traces/README.md` say how tasks, keys and traces are written. \
No model took part: a trace is what an agent would send that behaves as its policy says.\n\n";
