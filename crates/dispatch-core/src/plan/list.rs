//! A list: one page or several, until there are as many rows as were asked for.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::value::RawValue;

use super::page::{self, Next, Page};
use super::{Arrived, One, Outcome, Plan, Position, Step};
use crate::backend::BackendError;
use crate::catalog::{AnswerKind, Envelope, Operation, Paging, Style};
use crate::check::{Arguments, QueryArgument, QueryValue};
use crate::request::{self, Caller, RequestError};

/// Reads a list page by page.
#[derive(Debug)]
pub struct List<'a> {
    operation: &'a Operation,
    envelope: Option<&'a Envelope>,
    arguments: Arguments,
    caller: Caller,
    limits: ListLimits,
    wanted: Option<u64>,
    page_size: u64,
    at: Position,
    asked: Option<u64>,
    /// Whether the bytes of the answer are what is wanted, so that no row more is asked for.
    is_exact: bool,
    n_pages: usize,
    first: Option<Request<Bytes>>,
    rows: Rows,
}

/// How much of a list one call reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListLimits {
    /// How many rows are asked for if the caller does not say.
    pub default_rows: u64,
    /// How many rows are asked for in one request at most.
    pub page_rows: u64,
    /// How many rows one call reads at most.
    pub max_rows: u64,
    /// How many pages one call reads at most.
    pub max_pages: usize,
}

impl Default for ListLimits {
    fn default() -> Self {
        Self { default_rows: 50, page_rows: 250, max_rows: 1000, max_pages: 50 }
    }
}

/// Rows of a list.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows, as the API wrote them.
    pub rows: Vec<Box<RawValue>>,
    /// How many rows of the list come before them.
    pub first: u64,
    /// How many rows the list has, where the API says it.
    pub total: Option<u64>,
    /// Where the row after them is, if there is one.
    pub next: Option<Position>,
    /// Why there are fewer rows than were asked for, if a page could not be read.
    pub broken: Option<String>,
    starts: Vec<Position>,
}

impl Rows {
    /// Where one of these rows is, told by how many rows of the list come before it.
    #[must_use]
    pub fn position(&self, row: u64) -> Option<Position> {
        let start = self.starts.iter().rev().find(|start| start.row <= row)?;
        Some(start.further(row - start.row))
    }
}

impl<'a> List<'a> {
    /// Plans to read `wanted` rows from a position on, or one page if it is not said how many.
    /// The arguments hold no parameter of the paging: [`take_paging`] takes them out.
    ///
    /// # Errors
    ///
    /// Fails if the first request cannot be built.
    pub fn new(
        operation: &'a Operation,
        arguments: Arguments,
        caller: Caller,
        limits: ListLimits,
        wanted: Option<u64>,
        from: Position,
    ) -> Result<Self, RequestError> {
        let envelope = match &operation.answer.kind {
            AnswerKind::List { item: _, envelope } => envelope.as_ref(),
            _ => None,
        };
        let wanted = match &operation.paging {
            Some(Paging::First { .. }) => Some(wanted.unwrap_or(limits.default_rows)),
            _ => wanted,
        };
        let wanted = wanted.map(|wanted| wanted.clamp(1, limits.max_rows));
        let mut list = Self {
            operation,
            envelope,
            arguments,
            caller,
            limits,
            wanted,
            page_size: wanted.unwrap_or(limits.default_rows).clamp(1, limits.default_rows),
            rows: Rows { first: from.row, ..Rows::default() },
            at: from,
            asked: None,
            is_exact: false,
            n_pages: 0,
            first: None,
        };
        list.first = Some(list.request()?);
        Ok(list)
    }

    /// Plans to read the first page alone, as it comes.
    #[must_use]
    pub fn first_page(mut self) -> One {
        self.is_exact = true;
        One::of(self.request().ok())
    }

    /// How many rows are still to be read.
    fn missing(&self) -> u64 {
        let n_rows = self.rows.rows.len() as u64;
        self.wanted.map_or(u64::MAX, |wanted| wanted.saturating_sub(n_rows))
    }

    /// How many rows of the page that is due come before the first one wanted.
    fn skip(&self) -> u64 {
        match (&self.operation.paging, &self.at.page) {
            (_, Some(page)) => page.skip,
            (Some(Paging::Offset { .. }), None) => 0,
            (Some(Paging::Page { size: Some(_), .. }), None) => self.at.row % self.page_size,
            _ => self.at.row,
        }
    }

    /// The number of the page that is due, where pages have numbers.
    fn number(&self, first: u32) -> u64 {
        match &self.at.page {
            Some(page) => page.token.parse().unwrap_or_else(|_| first.into()),
            None => match &self.operation.paging {
                Some(Paging::Page { size: Some(_), .. }) => {
                    u64::from(first) + self.at.row / self.page_size
                }
                _ => first.into(),
            },
        }
    }

    /// Builds the request of the page that is due.
    fn request(&mut self) -> Result<Request<Bytes>, RequestError> {
        let mut paging = Vec::new();
        self.asked = None;
        match &self.operation.paging {
            None => {}
            Some(Paging::Offset { limit, offset }) => {
                let wanted = if self.wanted.is_some() { self.missing() } else { self.page_size };
                let asked = wanted.min(self.limits.page_rows);
                self.asked = Some(asked);
                paging.push((limit, asked.to_string()));
                if self.at.row > 0 {
                    paging.push((offset, self.at.row.to_string()));
                }
            }
            Some(Paging::Page { page, first, size }) => {
                if let Some(size) = size {
                    self.asked = Some(self.page_size);
                    paging.push((size, self.page_size.to_string()));
                }
                let number = self.number(*first);
                if number != u64::from(*first) {
                    paging.push((page, number.to_string()));
                }
            }
            Some(Paging::First { limit }) => {
                // One row more tells whether there are more.
                let wanted = self.at.row + self.missing() + u64::from(!self.is_exact);
                let asked = wanted.min(self.limits.max_rows);
                self.asked = Some(asked);
                paging.push((limit, asked.to_string()));
            }
            Some(Paging::Cursor { cursor, limit }) => {
                if let Some(limit) = limit {
                    self.asked = Some(self.page_size);
                    paging.push((limit, self.page_size.to_string()));
                }
                if let Some(at) = &self.at.page {
                    paging.push((cursor, at.token.clone()));
                }
            }
        }
        let mut arguments = self.arguments.clone();
        arguments.query.extend(paging.into_iter().map(|(name, value)| QueryArgument {
            name: name.clone(),
            style: Style::Repeated,
            value: QueryValue::One(value),
        }));
        request::build(self.operation, &arguments, &self.caller)
    }

    /// Takes the rows of a page and finds out where the next one is.
    fn take(&mut self, page: Page) {
        let n_rows = page.rows.len() as u64;
        let skip = self.skip().min(n_rows);
        let taken = (n_rows - skip).min(self.missing());
        self.rows.total = page.total.or(self.rows.total);
        self.rows.starts.push(self.at.clone());
        let rows = page.rows.into_iter().skip(index(skip)).take(index(taken));
        self.rows.rows.extend(rows);
        let after = self.at.further(taken);
        self.rows.next = if skip + taken < n_rows {
            Some(after)
        } else if n_rows == 0 || !self.has_more(&page.next, page.total, n_rows, after.row) {
            None
        } else {
            self.next_page(page.next, after.row, n_rows)
        };
    }

    /// Whether there are rows after a page that was read to its end.
    fn has_more(&self, next: &Next, total: Option<u64>, n_rows: u64, after: u64) -> bool {
        match (next, total) {
            (Next::End, _) => false,
            (Next::At(_), _) => true,
            (Next::Unsaid, Some(total)) => after < total,
            (Next::Unsaid, None) => self.asked.is_some_and(|asked| n_rows >= asked),
        }
    }

    /// Whether a list that is always read from its first row on was read as far as it can be.
    fn is_capped(&self) -> bool {
        let is_of_first = matches!(self.operation.paging, Some(Paging::First { .. }));
        let n_read = self.rows.first + self.rows.rows.len() as u64;
        is_of_first && n_read >= self.limits.max_rows
    }

    fn next_page(&self, next: Next, row: u64, n_rows: u64) -> Option<Position> {
        match &self.operation.paging {
            None | Some(Paging::First { .. }) => None,
            Some(Paging::Offset { .. }) => Some(Position::row(row)),
            // An API that gives fewer rows than asked for counts its pages by that number.
            Some(Paging::Page { first, .. }) => {
                let is_by_row = self.asked == Some(n_rows) && self.at.page.is_none();
                let number = self.number(*first).saturating_add(1);
                Some(if is_by_row {
                    Position::row(row)
                } else {
                    Position::page(row, number.to_string())
                })
            }
            Some(Paging::Cursor { cursor, .. }) => match next {
                Next::At(link) => Some(Position::page(row, page::cursor_of(&link, cursor)?)),
                Next::Unsaid | Next::End => None,
            },
        }
    }

    /// The rows that were read, and why there are no more of them.
    fn rows(&mut self, broken: Option<String>) -> Outcome {
        let mut rows = std::mem::take(&mut self.rows);
        rows.broken = broken;
        Outcome::Rows(rows)
    }

    fn finish(&mut self, broken: Option<String>) -> Step<Outcome> {
        Step::Done(self.rows(broken))
    }

    fn broken(&mut self, answer: Result<Response<Bytes>, BackendError>) -> Step<Outcome> {
        let is_first = self.rows.starts.is_empty();
        match answer {
            Ok(response) if is_first => Step::Done(Outcome::Answer(response)),
            Err(error) if is_first => Step::Done(Outcome::Failed(error)),
            Ok(response) => {
                let status = response.status();
                self.finish(Some(format!("the API answered the next page with {status}")))
            }
            Err(error) => self.finish(Some(error.message().to_owned())),
        }
    }
}

impl Plan for List<'_> {
    type Output = Outcome;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Outcome> {
        if let Some(request) = self.first.take() {
            return Step::Send(vec![request]);
        }
        let Some(answer) = arrived.into_iter().next() else {
            return self.finish(Some("no answer was delivered".to_owned()));
        };
        let page = match &answer {
            Ok(response) if response.status().is_success() => {
                page::read(response.body(), self.envelope)
            }
            _ => None,
        };
        let Some(page) = page else { return self.broken(answer) };
        self.take(page);
        self.n_pages += 1;
        let Some(next) = &self.rows.next else {
            let broken = self.is_capped().then(|| "no more are told at once".to_owned());
            return self.finish(broken);
        };
        if self.wanted.is_none() || self.missing() == 0 || self.n_pages >= self.limits.max_pages {
            return self.finish(None);
        }
        self.at = next.clone();
        match self.request() {
            Ok(request) => Step::Send(vec![request]),
            Err(error) => self.finish(Some(error.to_string())),
        }
    }

    fn give_up(&mut self, error: BackendError) -> Outcome {
        if self.rows.starts.is_empty() {
            return Outcome::Failed(error);
        }
        self.rows(Some(error.message().to_owned()))
    }
}

/// Takes the parameters of the paging out of arguments, where the caller gave them among the
/// others: where to begin, and how many rows to read.
pub fn take_paging(paging: &Paging, arguments: &mut Arguments) -> (Position, Option<u64>) {
    let mut take = |name: &str| {
        let place = arguments.query.iter().position(|argument| argument.name == name)?;
        match arguments.query.remove(place).value {
            QueryValue::One(value) => Some(value),
            QueryValue::List(values) => values.into_iter().next(),
            QueryValue::Object(_) => None,
        }
    };
    let mut number = |name: &str| take(name)?.parse::<u64>().ok();
    match paging {
        Paging::Offset { limit, offset } => {
            (Position::row(number(offset).unwrap_or_default()), number(limit))
        }
        Paging::Page { page, first, size } => {
            let wanted = size.as_ref().and_then(|size| number(size));
            let before = number(page).map_or(0, |page| page.saturating_sub(u64::from(*first)));
            let row = before.saturating_mul(wanted.unwrap_or_default());
            let from = match before {
                0 => Position::default(),
                before => Position::page(row, before.saturating_add(u64::from(*first)).to_string()),
            };
            (from, wanted)
        }
        Paging::First { limit } => (Position::default(), number(limit)),
        Paging::Cursor { cursor, limit } => {
            let wanted = limit.as_ref().and_then(|limit| number(limit));
            (take(cursor).map_or_else(Position::default, |at| Position::page(0, at)), wanted)
        }
    }
}

/// A number of rows of an answer in memory.
fn index(n_rows: u64) -> usize {
    usize::try_from(n_rows).unwrap_or(usize::MAX)
}
