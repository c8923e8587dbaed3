//! Reducers: what is told of rows in place of the rows.
//!
//! They work on what was read: as many rows as one call reads. Where there are more, the answer says
//! of how many rows it speaks.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde_json::{Number, Value, json};

use super::columns::{self, cell_at};
use super::flatten::Cell;
use super::list::{self, masked};
use super::secrets::Secrets;
use super::{Format, Page, Row, Shaper, Text, quote};

mod condition;

pub use condition::Condition;

/// What is told of rows in place of the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reducers {
    /// Whether rows are counted.
    pub count: bool,
    /// The paths by whose values rows are counted.
    pub count_by: Vec<String>,
    /// The paths whose numbers are added up.
    pub sum: Vec<String>,
    /// What a row must meet to be told of.
    pub conditions: Vec<Condition>,
}

impl Reducers {
    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.count && self.is_count_alone()
    }

    /// Whether nothing but the number of all rows is asked for, which an API may tell by itself.
    #[must_use]
    pub const fn is_count_alone(&self) -> bool {
        self.count_by.is_empty() && self.sum.is_empty() && self.conditions.is_empty()
    }

    /// Whether the rows themselves are told.
    #[must_use]
    pub const fn tells_rows(&self) -> bool {
        !self.count && self.count_by.is_empty() && self.sum.is_empty()
    }

    fn paths(&self) -> impl Iterator<Item = &String> {
        let conditions = self.conditions.iter().map(|condition| &condition.path);
        self.count_by.iter().chain(&self.sum).chain(conditions)
    }
}

/// The rows that have the same values at the paths of `count_by`.
struct Group<'r> {
    key: Vec<Cell>,
    rows: Vec<&'r Value>,
}

pub(super) fn reduced<R: Row>(
    shaper: &Shaper<'_>,
    reducers: &Reducers,
    rows: &[R],
    page: &Page,
    limit: Option<u64>,
) -> Text {
    if let Some(total) = page.total.filter(|_| reducers.is_count_alone()) {
        return Text::ok(number(shaper, "count", total, &list::things_of(shaper, total)));
    }
    let secrets = Secrets::new(&shaper.resource.secrets);
    let values: Vec<Cow<'_, Value>> = rows.iter().map(|row| masked(&secrets, row)).collect();
    if !values.is_empty() {
        let unknown = |path: &&String| !columns::is_known(shaper, &values, path);
        let faults: Vec<String> = reducers
            .paths()
            .filter(unknown)
            .map(|it| columns::unknown(shaper, &values, it))
            .collect();
        if !faults.is_empty() {
            return Text::error(faults.join("\n"));
        }
    }
    let is_told = |row: &Value| reducers.conditions.iter().all(|condition| condition.is_met(row));
    let told: Vec<&Value> = values.iter().map(|row| &**row).filter(|row| is_told(row)).collect();
    let read = Read::of(rows.len(), page);
    if reducers.tells_rows() {
        return of_rows(shaper, &told, &read, limit);
    }
    let mut text = String::new();
    if shaper.format == Format::Auto {
        text = format!("{} {}", told.len(), list::things_of(shaper, told.len() as u64));
        if !reducers.conditions.is_empty() || read.is_part {
            text.push_str(&format!(" of {read}"));
        }
    }
    let groups = groups(&reducers.count_by, &told);
    let body = match shaper.format {
        Format::Auto => table(reducers, &groups),
        Format::Json | Format::Raw => vec![objects(reducers, &groups).to_string()],
    };
    let lines: Vec<String> =
        Some(text).into_iter().filter(|text| !text.is_empty()).chain(body).collect();
    let how = "count by fewer fields, or narrow with filters in params";
    Text::ok(super::budget::cut(lines.join("\n"), shaper.max_tokens, how))
}

/// How many rows were read, of how many.
struct Read {
    n: usize,
    total: Option<u64>,
    is_part: bool,
}

impl Read {
    fn of(n: usize, page: &Page) -> Self {
        let is_part = page.first > 0
            || page.next.is_some()
            || page.total.is_some_and(|total| total > n as u64);
        Self { n, total: page.total, is_part }
    }
}

impl std::fmt::Display for Read {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { n, total, is_part } = self;
        match (total, is_part) {
            (_, false) => write!(f, "{n}"),
            (Some(total), true) => {
                write!(f, "{n} read, out of {total}: narrow with filters in params to cover all")
            }
            (None, true) => {
                write!(
                    f,
                    "{n} read, and there are more: narrow with filters in params to cover all"
                )
            }
        }
    }
}

/// The rows that meet the conditions.
fn of_rows(shaper: &Shaper<'_>, told: &[&Value], read: &Read, limit: Option<u64>) -> Text {
    let n_shown = limit.map_or(told.len(), |limit| told.len().min(limit as usize));
    let page = Page { first: 0, total: Some(told.len() as u64), next: None };
    let text = list::list(shaper, &told[..n_shown], &page, &|_| None);
    let (head, rows) = text.split_once('\n').unwrap_or((&text, ""));
    let mut text = format!("{head}, where; of {read}");
    if !rows.is_empty() {
        text.push('\n');
        text.push_str(rows);
    }
    Text::ok(text)
}

/// Puts rows together that have the same values, the largest group first.
fn groups<'r>(paths: &[String], rows: &[&'r Value]) -> Vec<Group<'r>> {
    let mut groups: IndexMap<Vec<String>, Group<'r>> = IndexMap::new();
    for row in rows {
        let key: Vec<Cell> = paths.iter().map(|path| cell_at(row, path)).collect();
        let said = key.iter().map(|cell| cell.quoted().into_owned()).collect();
        groups.entry(said).or_insert_with(|| Group { key, rows: Vec::new() }).rows.push(row);
    }
    groups.sort_by(|said, group, other_said, other| {
        other.rows.len().cmp(&group.rows.len()).then_with(|| said.cmp(other_said))
    });
    groups.into_values().collect()
}

/// One line for each group, or the sums alone.
fn table(reducers: &Reducers, groups: &[Group<'_>]) -> Vec<String> {
    let Reducers { count_by, sum, .. } = reducers;
    if count_by.is_empty() {
        let rows = groups.first().map(|group| group.rows.as_slice()).unwrap_or_default();
        return sum
            .iter()
            .map(|path| format!("sum of {}: {}", quote::word(path), add(path, rows)))
            .collect();
    }
    let names = count_by.iter().map(|path| quote::cell(path).into_owned());
    let sums = sum.iter().map(|path| format!("sum {}", quote::cell(path)));
    let head: Vec<String> = names.chain(["n".to_owned()]).chain(sums).collect();
    let line = |group: &Group<'_>| {
        let key = group.key.iter().map(|cell| cell.quoted().into_owned());
        let sums = sum.iter().map(|path| add(path, &group.rows).to_string());
        let cells: Vec<String> = key.chain([group.rows.len().to_string()]).chain(sums).collect();
        cells.join("\t")
    };
    [head.join("\t")].into_iter().chain(groups.iter().map(line)).collect()
}

fn objects(reducers: &Reducers, groups: &[Group<'_>]) -> Value {
    let object = |rows: &[&Value]| {
        let sums = reducers.sum.iter().map(|path| (path.clone(), Value::from(add(path, rows))));
        let mut object = json!({"count": rows.len()});
        if !reducers.sum.is_empty() {
            object["sum"] = Value::Object(sums.collect());
        }
        object
    };
    if reducers.count_by.is_empty() {
        return object(groups.first().map(|group| group.rows.as_slice()).unwrap_or_default());
    }
    let of_group = |group: &Group<'_>| {
        let mut row = columns::project(&reducers.count_by, group.rows[0]);
        row.extend(object(&group.rows).as_object().cloned().unwrap_or_default());
        Value::Object(row)
    };
    groups.iter().map(of_group).collect()
}

/// Adds up the numbers at a path, whole as long as all of them are; what is no number is nothing.
fn add(path: &str, rows: &[&Value]) -> Number {
    let numbers =
        rows.iter().flat_map(|row| columns::at(row, path)).filter_map(|value| match value {
            Value::Number(number) => Some(number.clone()),
            Value::String(text) => text.parse().ok(),
            _ => None,
        });
    let numbers: Vec<Number> = numbers.collect();
    let whole = numbers.iter().try_fold(0_i64, |sum, number| sum.checked_add(number.as_i64()?));
    let sum = || numbers.iter().filter_map(Number::as_f64).sum::<f64>();
    // The sum of finite numbers is finite but for the largest, for which there is no number.
    whole.map(Number::from).or_else(|| Number::from_f64(sum())).unwrap_or_else(|| 0.into())
}

/// One number by itself.
fn number(shaper: &Shaper<'_>, name: &str, n: u64, things: &str) -> String {
    match shaper.format {
        Format::Auto => format!("{n} {things}"),
        Format::Json | Format::Raw => json!({name: n}).to_string(),
    }
}
