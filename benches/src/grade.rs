//! Whether a run did its task: what the agent was told, and what the sandbox holds afterwards.

use serde_json::Value;

use crate::run::{Transcript, at, plain};
use crate::sandbox::Fresh;
use crate::table::Table;
use crate::task::{Data, State, Task};
use crate::units::Units;

/// Finds what is missing to success; nothing where the task is done.
#[must_use]
pub fn grade(task: &Task, transcript: &Transcript, fresh: &Fresh) -> Vec<String> {
    let mut missing: Vec<String> = transcript.broke.iter().cloned().collect();
    if task.refusal.is_empty() {
        let untold =
            |answer: &Option<Table>| answer.as_ref().map(|answer| untold(answer, transcript));
        let reckoned = untold(&task.or).is_some_and(|untold| untold.is_empty());
        missing.extend(untold(&task.answer).filter(|_| !reckoned).unwrap_or_default());
    } else if !last_says(transcript, &task.refusal) {
        missing.push(format!("the last result says none of {:?}", task.refusal));
    }
    for cell in &task.absent {
        if last_says(transcript, std::slice::from_ref(cell)) {
            missing.push(format!("the last result says {cell}, which is wrong"));
        }
    }
    for data in &task.data {
        missing.extend(unwritten(data, fresh));
    }
    missing.extend(task.state.iter().filter_map(|state| different(state, fresh)));
    missing
}

/// What the sandbox holds in place of what it should.
fn different(state: &State, fresh: &Fresh) -> Option<String> {
    let found = match fresh.get(&state.get) {
        Ok(answer) => at(&answer, &state.at).cloned().unwrap_or_default(),
        // The API refuses to filter by what is not there.
        Err(error) => Value::String(format!("{error:#}")),
    };
    let State { get, at, is } = state;
    (found != *is).then(|| format!("{at} of {get} is {found}, not {is}"))
}

/// The rows that no result held in one piece.
fn untold(answer: &Table, transcript: &Transcript) -> Vec<String> {
    let exchanges = transcript.turns.iter().flatten();
    let results: Vec<Units> =
        exchanges.map(|exchange| Units::of(exchange.answer.parts())).collect();
    let rows = answer.rows.iter().filter(|row| !results.iter().any(|units| units.hold(row)));
    rows.map(|row| format!("no result says {}", row.join(" "))).collect()
}

/// Tells whether a result of the last turn has one of these words, in any case.
fn last_says(transcript: &Transcript, words: &[String]) -> bool {
    let results = transcript.turns.last().into_iter().flatten();
    let text: Vec<String> =
        results.flat_map(|exchange| exchange.answer.parts()).map(str::to_lowercase).collect();
    words.iter().any(|word| text.iter().any(|text| text.contains(&word.to_lowercase())))
}

/// The rows that no object of their list has.
fn unwritten(data: &Data, fresh: &Fresh) -> Vec<String> {
    // The API refuses to filter by what is not there: then nothing is.
    let list = fresh.get(&data.get).unwrap_or_default();
    let objects = list["results"].as_array().cloned().unwrap_or_default();
    let fields = &data.rows.header;
    let has = |object: &Value, row: &[String]| {
        fields.iter().zip(row).all(|(field, cell)| stands_in(&object[field], cell))
    };
    let rows = data.rows.rows.iter();
    let rows = rows.filter(|row| !objects.iter().any(|object| has(object, row)));
    rows.map(|row| format!("no object of {} is {}", data.get, row.join(" "))).collect()
}

/// Tells whether a field is this cell, or holds it: a reference its object's name, a choice its value.
fn stands_in(value: &Value, cell: &str) -> bool {
    match value {
        Value::Array(items) if items.is_empty() => cell == "-",
        Value::Array(items) => items.iter().any(|item| stands_in(item, cell)),
        Value::Object(members) => members.values().any(|value| stands_in(value, cell)),
        Value::Null => cell == "-",
        Value::Number(number) => number.as_f64() == cell.parse().ok(),
        _ => plain(value) == cell,
    }
}
