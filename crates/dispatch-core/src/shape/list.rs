//! Lists: a line of counts, then a table, JSON lines or a JSON array, cut between rows.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::chain;
use super::columns::{self, Columns, cell_at};
use super::flatten::{self, Cell};
use super::secrets::{MASK, Secrets};
use super::{Format, Page, Row, Shaper, budget, quote};
use crate::catalog::Resource;

pub(super) fn list<R: Row>(
    shaper: &Shaper<'_>,
    rows: &[R],
    page: &Page,
    next_at: &dyn Fn(u64) -> Option<String>,
) -> String {
    let secrets = Secrets::new(&shaper.resource.secrets);
    let body = match shaper.format {
        Format::Json | Format::Raw if shaper.fields.is_none() => Body {
            remarks: Vec::new(),
            head: String::new(),
            rows: rows.iter().map(|row| exact(&secrets, row)).collect(),
            brackets: true,
            spans: Vec::new(),
        },
        format => {
            let values: Vec<Cow<'_, Value>> =
                rows.iter().map(|row| masked(&secrets, row)).collect();
            let columns = columns::choose(shaper, &values);
            match format {
                Format::Json | Format::Raw => projected(columns, &values),
                Format::Auto => {
                    let has_runs = shaper.action.has_runs && shaper.fields.is_none();
                    table(shaper, columns, &values, has_runs)
                }
            }
        }
    };
    fit(shaper, &body, page, next_at)
}

/// A row's value without its secrets.
pub(super) fn masked<'r, R: Row>(secrets: &Secrets<'_>, row: &'r R) -> Cow<'r, Value> {
    let mut value = row.value();
    if !secrets.is_empty() {
        secrets.mask(value.to_mut());
    }
    value
}

/// A row's JSON text without its secrets, on one line, its numbers as the API wrote them.
pub(super) fn exact<R: Row>(secrets: &Secrets<'_>, row: &R) -> String {
    let text = row.text();
    secrets.mask_text(&text).map_or_else(|_| quote::json(MASK), |masked| quote::compact(&masked))
}

/// What stands below the line of counts.
struct Body {
    /// One line each.
    remarks: Vec<String>,
    /// The lines above the rows: values common to all, the names of the columns.
    head: String,
    /// One line each.
    rows: Vec<String>,
    /// Whether the rows are the elements of one JSON array.
    brackets: bool,
    /// How many rows of the API each row stands for, where that is not one.
    spans: Vec<usize>,
}

impl Body {
    /// How many rows of the API the first rows stand for.
    fn n_rows(&self, n: usize) -> usize {
        if self.spans.is_empty() { n } else { self.spans[..n].iter().sum() }
    }
}

fn table(shaper: &Shaper<'_>, columns: Columns, rows: &[Cow<'_, Value>], has_runs: bool) -> Body {
    let Columns { mut paths, remarks } = columns;
    if rows.is_empty() || paths.is_empty() || rows.iter().any(|row| !row.is_object()) {
        // Rows that are no objects, or have nothing short, stand as they are.
        let row = |row: &Cow<'_, Value>| chain::chain(shaper, row).unwrap_or_else(|| bare(row));
        let rows = rows.iter().map(row).collect();
        return Body { remarks, head: String::new(), rows, brackets: false, spans: Vec::new() };
    }
    let mut cells: Vec<Vec<Cell>> =
        rows.iter().map(|row| paths.iter().map(|path| cell(shaper, row, path)).collect()).collect();
    let mut head = String::new();
    if rows.len() >= MIN_ROWS {
        head = hoist(&mut paths, &mut cells);
    }
    let spans = if has_runs { fold_runs(&mut cells) } else { Vec::new() };
    if !has_runs && is_sparse(&cells)
        || cells.iter().flatten().any(|cell| matches!(cell, Cell::Json(_)))
    {
        let rows = rows.iter().map(|row| json_line(&paths, row)).collect();
        return Body { remarks, head, rows, brackets: false, spans };
    }
    let names: Vec<Cow<'_, str>> = paths.iter().map(|path| quote::cell(path)).collect();
    head.push_str(&names.join("\t"));
    head.push('\n');
    let line = |row: &Vec<Cell>| row.iter().map(Cell::quoted).collect::<Vec<_>>().join("\t");
    Body { remarks, head, rows: cells.iter().map(line).collect(), brackets: false, spans }
}

/// The cell at a dotted path; a chain of objects is a text.
fn cell(shaper: &Shaper<'_>, row: &Value, path: &str) -> Cell {
    match row.get(path).and_then(|value| chain::chain(shaper, value)) {
        Some(chain) => Cell::Text(chain),
        None => cell_at(row, path),
    }
}

/// Makes one row of neighbours that differ in their first column only, which then says from where to
/// where they go; answers how many each row stands for.
fn fold_runs(cells: &mut Vec<Vec<Cell>>) -> Vec<usize> {
    let mut spans = Vec::new();
    let mut folded: Vec<Vec<Cell>> = Vec::new();
    let mut lasts: Vec<Cell> = Vec::new();
    for row in cells.drain(..) {
        match (folded.last(), lasts.last_mut(), spans.last_mut()) {
            (Some(known), Some(last), Some(span)) if known[1..] == row[1..] => {
                *last = row[0].clone();
                *span += 1;
            }
            _ => {
                lasts.push(row[0].clone());
                folded.push(row);
                spans.push(1);
            }
        }
    }
    for ((row, last), span) in folded.iter_mut().zip(lasts).zip(&spans) {
        if let (true, Cell::Text(first), Cell::Text(last)) = (*span > 1, &row[0], &last) {
            row[0] = Cell::Text(format!("{first}..{last}"));
        }
    }
    *cells = folded;
    spans
}

/// Takes the columns that are the same in every row out of the table, into a line of their own. The
/// first column stays: it tells the rows apart.
fn hoist(paths: &mut Vec<String>, cells: &mut [Vec<Cell>]) -> String {
    let is_common = |i: usize| cells.iter().all(|row| row[i] == cells[0][i]);
    let common: Vec<usize> = (1..paths.len()).filter(|i| is_common(*i)).collect();
    if common.is_empty() {
        return String::new();
    }
    let pair = |i: &usize| format!(" {}={}", quote::word(&paths[*i]), cells[0][*i].word());
    let line = format!("all:{}\n", common.iter().map(pair).collect::<String>());
    for i in common.into_iter().rev() {
        paths.remove(i);
        cells.iter_mut().for_each(|row| drop(row.remove(i)));
    }
    line
}

/// Whether a table would be mostly empty; its first column, the id as a rule, says nothing of the
/// others.
fn is_sparse(cells: &[Vec<Cell>]) -> bool {
    let others = || cells.iter().flat_map(|row| &row[1..]);
    let n_empty = others().filter(|cell| **cell == Cell::Empty).count();
    cells.len() >= MIN_ROWS && n_empty * 100 >= others().count() * MIN_PERCENT_SPARSE && n_empty > 0
}

/// One row of a sparse or deep list: what it has of the columns, as JSON.
fn json_line(paths: &[String], row: &Value) -> String {
    let found = columns::project(paths, row).into_iter();
    let shown = found.filter_map(|(path, value)| Some((path, flatten::slim_member(&value)?)));
    quote::json(&shown.collect::<Map<String, Value>>())
}

/// A row that is no object, or that has nothing short.
fn bare(row: &Value) -> String {
    quote::json(&flatten::slim(row).unwrap_or_default())
}

/// Exact values of the fields that were asked for.
fn projected(columns: Columns, rows: &[Cow<'_, Value>]) -> Body {
    let Columns { paths, remarks } = columns;
    let rows = rows.iter().map(|row| quote::json(&columns::project(&paths, row))).collect();
    Body { remarks, head: String::new(), rows, brackets: true, spans: Vec::new() }
}

/// Writes as many rows as fit, and says how many that are.
fn fit(
    shaper: &Shaper<'_>,
    body: &Body,
    page: &Page,
    next_at: &dyn Fn(u64) -> Option<String>,
) -> String {
    let max = budget::max_bytes(shaper.max_tokens);
    let whole = write_rows(shaper, body, page, body.rows.len(), page.next.as_deref());
    if whole.len() <= max || body.rows.is_empty() {
        return whole;
    }
    let fixed = whole.len() - body.rows.iter().map(|row| row.len() + 1).sum::<usize>();
    let mut room = max.saturating_sub(fixed);
    let fits = |row: &&String| {
        let left = room.checked_sub(row.len() + 1);
        room = left.unwrap_or_default();
        left.is_some()
    };
    let mut n = body.rows.iter().take_while(fits).count();
    while n > 0 {
        let cursor = next_at(page.first + body.n_rows(n) as u64);
        let text = write_rows(shaper, body, page, n, cursor.as_deref());
        if text.len() <= max {
            return text;
        }
        n -= 1;
    }
    too_large(shaper, body, page)
}

fn write_rows(
    shaper: &Shaper<'_>,
    body: &Body,
    page: &Page,
    n: usize,
    next: Option<&str>,
) -> String {
    let (n_shown, n_given) = (body.n_rows(n), body.n_rows(body.rows.len()));
    let mut text = count(shaper, page, n_shown, n_given, next);
    for remark in &body.remarks {
        text.push_str("\nremark: ");
        text.push_str(remark);
    }
    if n == 0 && !body.brackets {
        return text;
    }
    text.push('\n');
    text.push_str(&body.head);
    let rows = &body.rows[..n];
    if body.brackets {
        text.push('[');
        text.push_str(&rows.join(",\n"));
        text.push(']');
    } else {
        text.push_str(&rows.join("\n"));
    }
    text
}

/// The line of counts: `50 of 1234 devices (rows 1-50), more: options.cursor="..."`.
fn count(shaper: &Shaper<'_>, page: &Page, n: usize, n_given: usize, next: Option<&str>) -> String {
    let things = things(shaper, n);
    let mut line = match page.total {
        Some(total) if total > 0 => format!("{n} of {total} {things}"),
        _ => format!("{n} {things}"),
    };
    let is_whole = page.first == 0
        && n == n_given
        && next.is_none()
        && page.total.is_none_or(|total| total == n as u64);
    if n > 0 && !is_whole {
        line.push_str(&format!(" (rows {}-{})", page.first + 1, page.first + n as u64));
    }
    if n < n_given {
        line.push_str(&format!(", cut at {} tokens", shaper.max_tokens));
    }
    match next {
        Some(cursor) => line.push_str(&format!(", more: options.cursor={}", quote::json(cursor))),
        None if n < n_given => {
            line.push_str(", for the others ask for fewer rows (options.limit) or options.fields");
        }
        None => {}
    }
    line
}

fn too_large(shaper: &Shaper<'_>, body: &Body, page: &Page) -> String {
    let first = &body.rows[0];
    let n = body.rows.len();
    let (row, tokens, max) = (page.first + 1, budget::tokens(first.len()), shaper.max_tokens);
    format!(
        "0 of {} {} shown: row {row} alone takes about {tokens} tokens, and an answer at most {max}; \
         name the fields you need in options.fields",
        page.total.unwrap_or(n as u64),
        things(shaper, n),
    )
}

/// What the rows are called: the collection by the last part of its path, the rows of another
/// action by its name.
pub(super) fn things_of(shaper: &Shaper<'_>, n: u64) -> String {
    things(shaper, usize::try_from(n).unwrap_or(usize::MAX))
}

fn things(shaper: &Shaper<'_>, n: usize) -> String {
    if shaper.action.name == "list" {
        return plural(shaper.resource).to_owned();
    }
    let rows = if n == 1 { "row" } else { "rows" };
    format!("{rows} of {} {}", shaper.resource.name, shaper.action.name)
}

/// The last fixed part of the collection's path, which is the API's own word for many of them.
pub(super) fn plural(resource: &Resource) -> &str {
    let mut parts = resource.path.rsplit('/').filter(|part| !part.is_empty());
    parts.find(|part| !part.starts_with('{')).unwrap_or(&resource.name)
}

/// From this share of empty cells on, a line of JSON for each row costs less than a table: measured by
/// `xtask/src/answers/forms.rs` over lists of a sandbox and of a real API.
const MIN_PERCENT_SPARSE: usize = 80;

/// Fewer rows are not worth a line for what they have in common, nor another form.
const MIN_ROWS: usize = 3;
