//! What is said of a batch: a line for every step, and one above them where something failed.

use http::StatusCode;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::perform::{Context, shaper};
use super::calls;
use super::group::{self, End, Row, is_read};
use super::understood::UnderstoodStep;
use super::wave::Ended;
use crate::batch::OnError;
use crate::catalog::Method;
use crate::shape::{Format, Sent, Text, max_bytes};

/// What is said of one step.
#[derive(Debug)]
pub(super) struct StepReport {
    number: usize,
    /// The resource and the action.
    call: String,
    /// How often, where it has `each`.
    times: String,
    is_read: bool,
    pub(super) told: Told,
    text: String,
    pub(super) undone: Option<UndoneReport>,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Done,
    Failed,
    NotRun,
}

/// What was undone of a step.
#[derive(Debug, Default)]
pub(super) struct UndoneReport {
    n_undone: usize,
    failures: Vec<String>,
}

impl StepReport {
    pub(super) fn new(index: usize, step: &UnderstoodStep<'_>, told: Told, text: String) -> Self {
        let resolved = &step.resolved;
        let times = match step.step.n_elements() {
            0 => String::new(),
            n => format!(" x{n}"),
        };
        Self {
            number: index + 1,
            call: format!("{} {}", resolved.resource.name, resolved.action.name),
            times,
            is_read: is_read(resolved),
            told,
            text,
            undone: None,
        }
    }

    /// The step as the answer shows it.
    fn shown(&self) -> String {
        let Self { number, call, times, text, .. } = self;
        // What says itself which call it is about need not be told twice.
        let is_said = text.contains(call.as_str()) || self.told == Told::Done && !self.is_read;
        let mut shown = match self.told {
            _ if is_said => format!("{number}: {text}"),
            _ if text.contains('\n') => format!("{number} {call}{times}:\n{text}"),
            _ => format!("{number} {call}{times}: {text}"),
        };
        if let Some(undone) = &self.undone {
            shown.push_str(&undone.shown());
        }
        shown
    }
}

impl UndoneReport {
    pub(super) fn add(&mut self, undone: Result<(), String>) {
        match undone {
            Ok(()) => self.n_undone += 1,
            Err(why) => self.failures.push(why),
        }
    }

    fn shown(&self) -> String {
        let failed = self.failures.len();
        match (self.n_undone, self.failures.first()) {
            (0, None) => String::new(),
            (_, None) => "\n  undone".to_owned(),
            (0, Some(why)) if failed == 1 => format!("\n  NOT undone: {why}"),
            (n, Some(why)) => {
                format!("\n  undone {n}, NOT undone {failed}; the first of these: {why}")
            }
        }
    }
}

/// Says what came of the calls of one step, and gives what the step answered.
pub(super) fn of_rows(
    context: Context<'_>,
    step: &UnderstoodStep<'_>,
    rows: &[Row<'_>],
    folded: &[Ended],
) -> (Told, String, Option<Box<RawValue>>) {
    let failed = |row: &&Row<'_>| row.end.text(folded).is_some_and(|text| text.is_error);
    let n_failed = rows.iter().filter(failed).count();
    let is_not_run = |row: &&Row<'_>| matches!(row.end, End::NotRun);
    let n_not_run = rows.iter().filter(is_not_run).count();
    let has_each = step.step.each.is_some();
    if n_not_run == rows.len() {
        return (Told::NotRun, "not run".to_owned(), None);
    }
    let done: Vec<&Row<'_>> = rows.iter().filter(|row| !failed(row) && !is_not_run(row)).collect();
    if n_failed + n_not_run == 0 {
        return (
            Told::Done,
            done_text(context, &done, folded, has_each),
            answer(rows, folded, has_each),
        );
    }
    if let (false, End::Folded { first, .. }) = (has_each, &rows[0].end)
        && *first != rows[0].step
    {
        let text = format!("not done: sent in one request with step {}", first + 1);
        return (Told::Failed, text, None);
    }
    let failures = failures(rows, folded, has_each);
    if done.is_empty() && n_not_run == 0 {
        return (Told::Failed, failures, None);
    }
    let is_dry = rows.iter().any(|row| row.call.options.dry_run);
    let fare = if is_dry { "would be " } else { "" };
    let mut text = format!("{} of {} rows {fare}done", done.len(), rows.len());
    if !done.is_empty() {
        text.push_str(&format!(": {}", done_text(context, &done, folded, has_each)));
    }
    text.push_str(&format!("\nfailed: {failures}"));
    if n_not_run > 0 {
        let numbers = numbered(rows).filter(|(_, row)| is_not_run(row)).map(|(row, _)| row);
        text.push_str(&format!("\nnot run: {}", calls::rows(&numbers.collect::<Vec<_>>())));
    }
    (Told::Failed, text, None)
}

/// Says what was done.
fn done_text(context: Context<'_>, rows: &[&Row<'_>], folded: &[Ended], has_each: bool) -> String {
    let own = |row: &&Row<'_>| row.end.text(folded).map(|text| text.text.clone());
    let call = &rows[0].call;
    let shaper = shaper(context, &call.resolved, &call.options);
    let status = match call.resolved.operation.method {
        Method::Post => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    let answers: Option<Vec<&RawValue>> = rows.iter().map(|row| row.end.effect(folded).1).collect();
    let is_write = !is_read(&call.resolved);
    if call.options.dry_run && is_write && answers.is_none() {
        let mut texts: Vec<String> = rows.iter().filter_map(own).collect();
        texts.dedup();
        return texts.join("\n");
    }
    match answers {
        _ if has_each && call.resolved.action.name == "delete" => {
            let ids = rows.iter().flat_map(|row| group::keys(&row.call));
            let ids = ids.map(|id| serde_json::from_str(&id).unwrap_or_default());
            let ids = Value::Array(ids.collect());
            shaper.done(Sent { body: Some(&ids), ..Sent::default() }).text
        }
        Some(answers) if is_write && has_each && shaper.format != Format::Raw => {
            shaper.bulk(status, &answers, Sent::default()).text
        }
        Some(answers) if matches!(rows[0].end, End::Folded { .. }) => {
            let body = sent(rows[0]);
            shaper.written(status, &answers[0], Sent { body: Some(&body), ..Sent::default() }).text
        }
        _ if has_each => {
            let texts = rows.iter().enumerate().filter_map(|(n, row)| Some((n + 1, own(row)?)));
            let mut shown: Vec<String> = Vec::new();
            for (n, text) in texts {
                // What was done in one request is said once.
                if !shown.last().is_some_and(|last| last.ends_with(&text)) {
                    shown.push(format!("row {n}: {text}"));
                }
            }
            shown.join("\n")
        }
        _ => own(&rows[0]).unwrap_or_default(),
    }
}

/// What a folded call sent.
fn sent(row: &Row<'_>) -> Value {
    let params = serde_json::to_string(&row.call.params).unwrap_or_default();
    serde_json::from_str(&params).unwrap_or_default()
}

/// What failed and why; rows that failed in the same words share a line.
fn failures(rows: &[Row<'_>], folded: &[Ended], has_each: bool) -> String {
    let mut grouped: Vec<(&str, Vec<usize>)> = Vec::new();
    for (number, row) in numbered(rows) {
        let Some(text) = row.end.text(folded).filter(|text| text.is_error) else { continue };
        match grouped.iter_mut().find(|(known, _)| *known == text.text) {
            Some((_, rows)) => rows.push(number),
            None => grouped.push((&text.text, vec![number])),
        }
    }
    let n_more = grouped.iter().skip(MAX_FAILURES).map(|(_, rows)| rows.len()).sum::<usize>();
    let is_whole = |(_, failed): &(&str, Vec<usize>)| failed.len() == rows.len();
    let is_one_request = grouped.iter().any(is_whole) && matches!(rows[0].end, End::Folded { .. });
    let lines = grouped.into_iter().take(MAX_FAILURES).map(|(text, rows)| {
        if has_each && !is_one_request {
            format!("{}: {text}", calls::rows(&rows))
        } else {
            text.to_owned()
        }
    });
    let mut lines: Vec<String> = lines.collect();
    if n_more > 0 {
        lines.push(format!("(and {n_more} more rows)"));
    }
    lines.join("\n")
}

/// What a step answered: the answer to its call, or the list of the answers to its rows.
fn answer(rows: &[Row<'_>], folded: &[Ended], has_each: bool) -> Option<Box<RawValue>> {
    let of = |row: &Row<'_>| row.end.effect(folded).1.map(RawValue::to_owned);
    if !has_each {
        return of(rows.first()?);
    }
    let answers: Vec<Option<Box<RawValue>>> = rows.iter().map(of).collect();
    let is_told_only = rows.iter().any(|row| row.call.options.dry_run);
    if is_told_only && answers.iter().any(Option::is_none) {
        return None;
    }
    serde_json::value::to_raw_value(&answers).ok()
}

fn numbered<'r, 'a>(rows: &'r [Row<'a>]) -> impl Iterator<Item = (usize, &'r Row<'a>)> {
    (1..).zip(rows)
}

/// Says what came of a batch.
pub(super) fn told(reports: &[StepReport], on_error: OnError, max_tokens: usize) -> Text {
    let n_done = reports.iter().filter(|report| report.told == Told::Done).count();
    let is_error = n_done < reports.len();
    let headline =
        format!("{n_done} of {} steps done; {}", reports.len(), stays(reports, on_error));
    let headline = if is_error { headline } else { String::new() };
    Text { text: with_steps(headline, reports, max_tokens), is_error }
}

/// Says what a batch would do, of which nothing was written.
pub(super) fn rehearsed(reports: &[StepReport], max_tokens: usize) -> Text {
    let is_error = reports.iter().any(|report| report.told != Told::Done);
    let headline = "dry run: nothing was written".to_owned();
    Text { text: with_steps(headline, reports, max_tokens), is_error }
}

/// Says what came of a bulk call that was made in parts.
pub(super) fn of_parts(reports: &[StepReport], max_tokens: usize) -> Text {
    let is_error = reports.iter().any(|report| report.told != Told::Done);
    let texts: Vec<&str> = reports.iter().map(|report| report.text.as_str()).collect();
    let text = fitting(texts.join("\n"), max_bytes(max_tokens), 1);
    Text { text, is_error }
}

/// Puts a line for every step under a headline.
fn with_steps(headline: String, reports: &[StepReport], max_tokens: usize) -> String {
    let mut text = headline;
    let mut room = max_bytes(max_tokens).saturating_sub(text.len());
    for (index, report) in reports.iter().enumerate() {
        let shown = report.shown();
        // Every step after this one is told of in a line at least.
        let kept = LINE_BYTES.saturating_mul(reports.len() - index - 1);
        let shown = fitting(shown, room.saturating_sub(kept).max(LINE_BYTES), report.number);
        room = room.saturating_sub(shown.len() + 1);
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&shown);
    }
    text
}

/// What a failed batch leaves behind.
fn stays(reports: &[StepReport], on_error: OnError) -> &'static str {
    if on_error != OnError::Undo {
        return "not atomic: what is done stays done";
    }
    let undone = || reports.iter().filter_map(|report| report.undone.as_ref());
    if undone().any(|undone| !undone.failures.is_empty()) {
        "NOT all of it could be undone"
    } else if undone().next().is_some() {
        "what was written is undone"
    } else {
        "nothing was written"
    }
}

/// Cuts what is said of a step after its last line that fits, and says so.
fn fitting(text: String, room: usize, number: usize) -> String {
    if text.len() <= room {
        return text;
    }
    let remark =
        format!("[cut: step {number} said {} bytes; ask for less, or by itself]", text.len());
    let end = text.floor_char_boundary(room.saturating_sub(remark.len() + 1));
    let end = text[..end].rfind('\n').unwrap_or(end);
    format!("{}\n{remark}", &text[..end])
}

/// Failures of so many kinds are told of one step.
const MAX_FAILURES: usize = 10;

/// About what one line takes.
const LINE_BYTES: usize = 200;
