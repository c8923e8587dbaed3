//! What an agent reads in a result, in pieces that belong together: an object, a row, a line.
//!
//! Results come as tab-separated tables, JSON, Python's notation of the same, Markdown and prose.
//! All of them are taken apart into *units*, and a row of an answer key has been told where one
//! unit holds all of its cells. JSON within a text, or within a string of other JSON, is found.
//!
//! - An object with everything in it is a unit, but for a list of several objects: each of those
//!   is one of its own.
//! - A list of plain values is a unit.
//! - A line of text is a unit; a line that begins with `all:` holds for every line of its result.
//! - Lines without tabs that begin with a name each and a colon or an equals sign, no name twice,
//!   are one unit together.

mod literal;

use std::collections::BTreeSet;

use literal::{Literal, scan};

/// The units of a result, in lower case.
#[derive(Clone, Debug, Default)]
pub struct Units(Vec<String>);

impl Units {
    /// Takes the texts of one result apart.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut units = Self::default();
        for text in texts {
            units.add_text(text);
        }
        units.0.iter_mut().for_each(|unit| *unit = unit.to_lowercase());
        units
    }

    /// Tells whether one unit holds all of these cells. A cell `-` is an empty one and says nothing, and `12.0` is also `12`.
    #[must_use]
    pub fn hold(&self, cells: &[String]) -> bool {
        let cells: Vec<String> = cells.iter().map(|cell| cell.to_lowercase()).collect();
        self.0.iter().any(|unit| {
            cells.iter().all(|cell| cell == "-" || has(unit, cell) || has_whole(unit, cell))
        })
    }

    fn add_text(&mut self, text: &str) {
        let (values, rest) = scan(text);
        values.iter().for_each(|value| self.add(value));
        let hoisted: String = lines_beginning_with(text, "all:").collect::<Vec<_>>().join("\n");
        // A line with tabs is a row, whatever is in its cells; of others, what is no value of its own.
        let rows = text.lines().filter(|line| line.contains('\t'));
        self.0.extend(rows.chain(rest.lines()).map(|line| format!("{line}\n{hoisted}")));
        self.0.extend(rest.split("\n\n").filter(|it| is_record(it)).map(str::to_owned));
    }

    fn add(&mut self, value: &Literal) {
        let mut unit = Vec::new();
        self.gather(value, &mut unit);
        self.0.push(unit.join("\n"));
    }

    /// Gathers the plain values of one unit, and adds the units within it that stand for themselves.
    fn gather(&mut self, value: &Literal, unit: &mut Vec<String>) {
        match value {
            Literal::Plain(text) => {
                if text.starts_with(['{', '[']) || text.contains('\n') {
                    self.add_text(text);
                }
                unit.push(text.clone());
            }
            Literal::Object(members) => {
                for (name, value) in members {
                    unit.push(name.clone());
                    self.gather(value, unit);
                }
            }
            Literal::List(items) => {
                let n_nested = items.iter().filter(|it| !matches!(it, Literal::Plain(_))).count();
                if n_nested > 1 {
                    items.iter().for_each(|item| self.add(item));
                } else {
                    items.iter().for_each(|item| self.gather(item, unit));
                }
            }
        }
    }
}

/// Tells whether a text has a cell as a word of its own, not within a longer name or number.
fn has(text: &str, cell: &str) -> bool {
    text.match_indices(cell).any(|(start, _)| {
        let mut before = text[..start].chars().rev();
        let mut after = text[start + cell.len()..].chars();
        !goes_on(before.next(), before.next()) && !goes_on(after.next(), after.next())
    })
}

/// Tells whether a text has a number without the `.0` of the cell: some languages print 12.0 as 12.
fn has_whole(text: &str, cell: &str) -> bool {
    cell.strip_suffix(".0").is_some_and(|whole| has(text, whole))
}

/// Tells whether a word goes on with these characters, the nearer one first.
fn goes_on(near: Option<char>, far: Option<char>) -> bool {
    let in_word = |char: Option<char>| char.is_some_and(|it| it.is_alphanumeric() || it == '_');
    in_word(near) || (matches!(near, Some('.' | '-')) && in_word(far))
}

fn lines_beginning_with<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter(move |line| line.starts_with(start))
}

/// Tells whether lines are the fields of one object.
fn is_record(paragraph: &str) -> bool {
    let mut names = BTreeSet::new();
    // The first line may be a title.
    let fields = paragraph.trim().lines().skip(1);
    let mut fields = fields.map(|line| line.trim_start_matches(['-', '*', ' '])).peekable();
    fields.peek().is_some()
        && fields.all(|line| {
            let end = line.find([':', '=']).filter(|_| !line.contains('\t'));
            end.is_some_and(|end| names.insert(&line[..end]))
        })
}

#[cfg(test)]
mod tests {
    use super::{Units, has};

    #[track_caller]
    fn check(text: &str, row: &str, expected: bool) {
        let cells: Vec<String> = row.split(' ').map(str::to_owned).collect();
        assert_eq!(Units::of([text]).hold(&cells), expected, "{row} in {text}");
    }

    #[test]
    fn a_row_is_found_in_every_notation() {
        let row = "sw-1 active 10.0.0.1/24";
        check("id\tname\tip\n1\tsw-1\tactive\t10.0.0.1/24", row, true);
        check("2 of 2\nall: status=active\nname\tip\nsw-1\t10.0.0.1/24", row, true);
        check(
            r#"{"count":2,"results":[{"name":"sw-1","status":{"value":"active"},"ip":{"address":"10.0.0.1/24"}},{"name":"sw-2"}]}"#,
            row,
            true,
        );
        check("[{'name': 'sw-1', 'status': 'Active', 'ip': '10.0.0.1/24', 'x': None}]", row, true);
        check(
            r#"{"result":"[{\"a\":\"sw-1\",\"b\":\"active\",\"c\":\"10.0.0.1/24\"}]"}"#,
            row,
            true,
        );
        check("| sw-1 | active | 10.0.0.1/24 |", row, true);
        check("device 1\nname: sw-1\nstatus: active\nip: 10.0.0.1/24", row, true);
        check(r#"Found: [["sw-1","active","10.0.0.1/24"],["sw-2","active",null]]"#, row, true);
        check(
            r#"[{"name":"sw-1","status":"active","ip":"10.0.0.1/24"},{"name":"sw-2","sta"#,
            row,
            true,
        );
    }

    #[test]
    fn cells_of_different_rows_do_not_make_one() {
        let row = "sw-1 planned";
        check("sw-1\tactive\nsw-2\tplanned", row, false);
        check(
            r#"{"results":[{"name":"sw-1","s":"active"},{"name":"sw-2","s":"planned"}]}"#,
            row,
            false,
        );
        check("name: sw-1\nstatus: active\n\nname: sw-2\nstatus: planned", row, false);
    }

    #[test]
    fn a_cell_is_a_word_of_its_own() {
        assert!(has("sw-1", "sw-1"));
        assert!(has("(sw-1).", "sw-1"));
        assert!(!has("sw-10", "sw-1"));
        assert!(!has("sw-1-b", "sw-1"));
        assert!(!has("110.0.0.1", "10.0.0.1"));
        assert!(!has("4.0", "4"));
        assert!(has("10.0.0.1/24", "10.0.0.1"));
    }
}
