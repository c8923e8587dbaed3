//! What the tasks cost with each form of this project's tools, and against the other systems.

use std::fmt::Write as _;

use super::markdown::{best, part, thousands};
use super::peers::Peer;
use super::{Report, TaskRow};
use crate::cost::Cost;
use crate::ours::Form;
use crate::trace::Policy;

/// A form, and what the tasks cost with it.
struct Measured<'a> {
    name: String,
    tasks: &'a [TaskRow],
}

fn all(report: &Report) -> Vec<Measured<'_>> {
    let default = Measured { name: Form::ALL[0].name(), tasks: &report.tasks };
    let others = report.forms.iter();
    let others = others.map(|it| Measured { name: it.form.clone(), tasks: &it.tasks });
    [default].into_iter().chain(others).collect()
}

impl Measured<'_> {
    /// The tasks that succeed under a policy, with what they cost.
    fn done(&self, policy: Policy) -> impl Iterator<Item = (&str, &Cost)> {
        self.tasks.iter().filter_map(move |row| {
            let run = row.run(policy.name()).filter(|run| run.missing.is_empty())?;
            Some((row.task.as_str(), &run.cost))
        })
    }

    fn sum(&self, policy: Policy, of: fn(&Cost) -> usize) -> usize {
        self.done(policy).map(|(_, cost)| of(cost)).sum()
    }
}

/// The table of the sums, and which form is the cheapest.
#[must_use]
pub fn sums(report: &Report) -> String {
    let forms = all(report);
    let mut text = String::from(
        "| form | surface, admin | unique: oracle | cautious | stumbling | cumulative: oracle | cautious | stumbling | turns |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let surfaces = [report.levels.first().map_or(0, |level| level.surface)];
    let surfaces = surfaces.into_iter().chain(report.forms.iter().map(|it| it.surface));
    for (form, surface) in forms.iter().zip(surfaces) {
        let sums = |of: fn(&Cost) -> usize| {
            Policy::ALL.map(|policy| thousands(form.sum(policy, of))).join(" | ")
        };
        let turns = Policy::ALL.map(|policy| form.sum(policy, |cost| cost.turns).to_string());
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            form.name,
            thousands(surface),
            sums(|cost| cost.unique),
            sums(|cost| cost.cumulative),
            turns.join("/"),
        );
    }
    let whole = |form: &Measured<'_>| -> usize {
        Policy::ALL.into_iter().map(|policy| form.sum(policy, |cost| cost.unique)).sum()
    };
    if let Some(cheapest) = forms.iter().min_by_key(|form| whole(form)) {
        let others = forms.iter().filter(|form| form.name != cheapest.name);
        let times: Vec<String> = others
            .map(|form| format!("{:.1} times in {}", part(whole(form), whole(cheapest)), form.name))
            .collect();
        let _ = writeln!(
            text,
            "\nOver the three policies together the cheapest form is *{}*: {} unique tokens, and {}.",
            cheapest.name,
            thousands(whole(cheapest)),
            times.join(", "),
        );
    }
    text
}

/// The table of the ratios: each other system to each form, over the tasks that it completes, and
/// the best other system of each task.
#[must_use]
pub fn against(report: &Report, peers: &[Peer]) -> String {
    let forms = all(report);
    let mut text = String::from("| system | policy |");
    for form in &forms {
        let _ = write!(text, " {}: unique | cumulative | median |", form.name);
    }
    text += "\n|---|---|";
    text += &"---:|---:|---:|".repeat(forms.len());
    text += "\n";
    for peer in peers {
        let is_run = |policy: &Policy| {
            report.tasks.iter().any(|row| peer.cost(&row.task, policy.name()).is_some())
        };
        for policy in Policy::ALL.into_iter().filter(is_run) {
            let _ = write!(text, "| {} | {} |", peer.title, policy.name());
            for form in &forms {
                let pairs: Vec<(&Cost, &Cost)> = form
                    .done(policy)
                    .filter_map(|(task, ours)| Some((peer.cost(task, policy.name())?, ours)))
                    .collect();
                let ratio = |of: fn(&Cost) -> usize| {
                    let theirs = pairs.iter().map(|(theirs, _)| of(theirs)).sum();
                    part(theirs, pairs.iter().map(|(_, ours)| of(ours)).sum())
                };
                let median =
                    median(pairs.iter().map(|(theirs, ours)| (theirs.unique, ours.unique)));
                let _ = write!(
                    text,
                    " {:.1} | {:.1} | {median:.1} |",
                    ratio(|cost| cost.unique),
                    ratio(|cost| cost.cumulative),
                );
            }
            text += "\n";
        }
    }
    for policy in Policy::ALL {
        let _ = write!(text, "| the best of each task | {} |", policy.name());
        for form in &forms {
            let pairs = form.done(policy).filter_map(|(task, ours)| {
                Some((best(task, policy.name(), peers)?.1, ours.unique))
            });
            let _ = write!(text, " | | {:.1} |", median(pairs));
        }
        text += "\n";
    }
    text
}

/// The table of the README: the sums of unique tokens of each other system divided by those of each
/// form, and the medians against the best other system of each task.
#[must_use]
pub fn ratios(report: &Report, peers: &[Peer]) -> String {
    let forms = all(report);
    let names: Vec<&str> = forms.iter().map(|form| form.name.as_str()).collect();
    let mut text = String::from("| system |");
    for policy in Policy::ALL {
        let _ = write!(text, " {}: {} |", policy.name(), names.join(" / "));
    }
    text += "\n|---|";
    text += &"---:|".repeat(Policy::ALL.len());
    text += "\n";
    let row = |title: &str, ratio: &dyn Fn(&Measured<'_>, Policy) -> Option<f64>| {
        let cell = |policy: Policy| {
            let of_forms = forms.iter().map(|form| match ratio(form, policy) {
                Some(ratio) => format!("{ratio:.1}"),
                None => "-".to_owned(),
            });
            of_forms.collect::<Vec<_>>().join(" / ")
        };
        format!("| {title} | {} |\n", Policy::ALL.map(cell).join(" | "))
    };
    for peer in peers.iter().filter(|peer| peer.runs.iter().any(|run| run.done)) {
        text += &row(&peer.title, &|form, policy| {
            let pairs = form.done(policy).filter_map(|(task, ours)| {
                Some((peer.cost(task, policy.name())?.unique, ours.unique))
            });
            let (theirs, ours) =
                pairs.fold((0, 0), |sums, pair| (sums.0 + pair.0, sums.1 + pair.1));
            (theirs > 0).then(|| part(theirs, ours))
        });
    }
    text +=
        &row("median, against the best of each task", &|form, policy| {
            Some(median(form.done(policy).filter_map(|(task, ours)| {
                Some((best(task, policy.name(), peers)?.1, ours.unique))
            })))
        });
    text
}

/// The median of the ratios of theirs to ours.
fn median(pairs: impl Iterator<Item = (usize, usize)>) -> f64 {
    let mut ratios: Vec<f64> = pairs.map(|(theirs, ours)| part(theirs, ours)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or_default()
}
