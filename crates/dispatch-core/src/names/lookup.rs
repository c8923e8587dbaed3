//! Looking names up: the lists that are read, and what is found in them.

use http::StatusCode;
use serde_json::Value;
use serde_json::value::RawValue;

use super::query::{self, Query};
use super::{Wanted, matching, told};
use crate::access::{Access, Standing};
use crate::backend::BackendError;
use crate::catalog::{Catalog, Operation, ResourceId, Style};
use crate::check::{Arguments, QueryArgument, QueryValue};
use crate::plan::{Arrived, List, ListLimits, Outcome, Plan, Position, Step};
use crate::request::Caller;

/// What looking up a name needs beside the name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) access: Access,
    pub(crate) caller: &'a Caller,
    pub(crate) limits: ListLimits,
}

/// An object that a name stands for.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) id: Value,
    pub(crate) row: Box<RawValue>,
}

impl Found {
    fn nothing() -> Self {
        Self { id: Value::Null, row: RawValue::NULL.to_owned() }
    }
}

/// Looks names up: all at once, those of one resource and one key in one request. Its output is the
/// object of each, in their order, or what there is to say of those that stand for none or several.
#[derive(Debug)]
pub(crate) struct Lookup<'a> {
    sources: Sources<'a>,
    wanted: Vec<Wanted>,
    searches: Vec<Search<'a>>,
    /// Names nearby, for those that stand for nothing.
    nearby: Vec<Search<'a>>,
    is_nearby: bool,
    /// Whether a name may stand for nothing, and is then found as nothing.
    is_optional: bool,
}

/// One list that is read.
#[derive(Debug)]
struct Search<'a> {
    /// The names it may find.
    wanted: Vec<usize>,
    /// Whether it is made again, since the API refused it.
    is_again: bool,
    list: List<'a>,
    rows: Option<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    rows: Vec<ReadRow>,
    is_cut: bool,
    /// Whether the API refused the values that were looked for.
    is_refused: bool,
    failed: Option<String>,
}

/// A row, as the API wrote it and as it is compared.
#[derive(Debug)]
pub(super) struct ReadRow {
    pub(super) text: Box<RawValue>,
    pub(super) value: Value,
}

impl<'a> Lookup<'a> {
    /// Plans to look up these names.
    ///
    /// # Errors
    ///
    /// Says which name cannot be looked up: its resource has no list that the caller may read, or
    /// none that finds it.
    pub(crate) fn new(sources: Sources<'a>, wanted: Vec<Wanted>) -> Result<Self, String> {
        let mut lookup = Self {
            sources,
            wanted,
            searches: Vec::new(),
            nearby: Vec::new(),
            is_nearby: false,
            is_optional: false,
        };
        let mut queries = Vec::new();
        for (place, wanted) in lookup.wanted.iter().enumerate() {
            let list = lookup.list_of(wanted.resource).ok_or_else(|| lookup.no_way(place))?;
            let resource = sources.catalog.resource(wanted.resource);
            let found = query::queries(sources.catalog, resource, list, &wanted.value, false);
            if found.is_empty() {
                return Err(lookup.no_way(place));
            }
            queries.extend(found.into_iter().map(|query| (wanted.resource, query, vec![place])));
        }
        for (resource, query, wanted) in
            query::merged(sources.catalog, queries, &|resource| lookup.list_of(resource))
        {
            let search = lookup.search(resource, query, wanted)?;
            lookup.searches.push(search);
        }
        Ok(lookup)
    }

    /// Lets names stand for nothing: `null` is then found.
    pub(crate) fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    /// The names that are looked up.
    pub(crate) fn wanted(&self) -> &[Wanted] {
        &self.wanted
    }

    /// The list of a resource, where the caller may read it.
    fn list_of(&self, id: ResourceId) -> Option<&'a Operation> {
        let Sources { catalog, access, .. } = self.sources;
        let list = catalog.operation(catalog.resource(id).action("list")?.operation);
        (access.standing(list.tier) == Standing::Granted).then_some(list)
    }

    fn no_way(&self, place: usize) -> String {
        let wanted = &self.wanted[place];
        let resource = self.sources.catalog.resource(wanted.resource);
        told::no_way(resource, wanted)
    }

    fn search(
        &self,
        id: ResourceId,
        query: Query,
        wanted: Vec<usize>,
    ) -> Result<Search<'a>, String> {
        let Sources { catalog, caller, limits, .. } = self.sources;
        let list = self.list_of(id).ok_or_else(|| told::unlisted(catalog.resource(id)))?;
        let query = query.into_iter().map(|(name, mut values)| {
            let known = list.query.iter().find(|parameter| parameter.name == name);
            let style = known.map_or(Style::Repeated, |known| known.style);
            let value = match values.pop() {
                Some(value) if values.is_empty() => QueryValue::One(value),
                Some(value) => {
                    values.push(value);
                    QueryValue::List(values)
                }
                None => QueryValue::One(String::new()),
            };
            QueryArgument { name, style, value }
        });
        let arguments = Arguments { query: query.collect(), ..Arguments::default() };
        let n_rows = if wanted.len() > 1 { limits.max_rows } else { limits.default_rows };
        let from = Position::default();
        let list = List::new(list, arguments, caller.clone(), limits, Some(n_rows), from);
        let list = list.map_err(|error| error.to_string())?;
        Ok(Search { wanted, is_again: false, list, rows: None })
    }

    /// Searches that the API refused, since one of the values is none that it knows, are made again
    /// for each name by itself, and then by what is sure of it.
    fn split(&mut self) -> Result<(), String> {
        let is_split = |it: &mut Search<'_>| {
            let is_alone = it.wanted.len() == 1;
            let is_object = || it.wanted.iter().all(|place| self.wanted[*place].value.is_object());
            let may_be_again = !is_alone || !it.is_again && is_object();
            may_be_again && it.rows.as_ref().is_some_and(|rows| rows.is_refused)
        };
        let split: Vec<Search<'a>> = self.searches.extract_if(.., is_split).collect();
        for mut search in split {
            let is_sure = search.wanted.len() == 1;
            let n_before = self.searches.len();
            for place in &search.wanted {
                let id = self.wanted[*place].resource;
                let Some(list) = self.list_of(id) else { continue };
                let catalog = self.sources.catalog;
                let resource = catalog.resource(id);
                let name = &self.wanted[*place].value;
                for query in query::queries(catalog, resource, list, name, is_sure) {
                    let again = self.search(id, query, vec![*place])?;
                    self.searches.push(Search { is_again: is_sure, ..again });
                }
            }
            if self.searches.len() == n_before {
                search.is_again = true;
                self.searches.push(search);
            }
        }
        Ok(())
    }

    /// The rows that a name stands for.
    fn candidates(&self, place: usize) -> Vec<&'_ ReadRow> {
        let wanted = &self.wanted[place];
        let catalog = self.sources.catalog;
        let resource = catalog.resource(wanted.resource);
        let searches = self.searches.iter().filter(|search| search.wanted.contains(&place));
        let rows = searches.flat_map(|it| it.rows.iter().flat_map(|rows| &rows.rows));
        let found = matching::of_name(catalog, resource, &wanted.value, &rows);
        let mut distinct: Vec<&ReadRow> = Vec::new();
        for row in found {
            if distinct.iter().all(|known| known.text.get() != row.text.get()) {
                distinct.push(row);
            }
        }
        distinct
    }

    /// What came of it.
    fn finish(&self) -> Result<Vec<Found>, String> {
        let catalog = self.sources.catalog;
        let mut found = Vec::new();
        let mut told = Vec::new();
        for (place, wanted) in self.wanted.iter().enumerate() {
            let resource = catalog.resource(wanted.resource);
            let searches = || self.searches.iter().filter(|it| it.wanted.contains(&place));
            let rows = || searches().filter_map(|search| search.rows.as_ref());
            let candidates = self.candidates(place);
            let is_cut = rows().any(|rows| rows.is_cut);
            match candidates.as_slice() {
                [only] if !is_cut => {
                    if let Some(id) = matching::id(catalog, resource, &only.value) {
                        found.push(Found { id, row: only.text.clone() });
                        continue;
                    }
                    told.push(told::no_way(resource, wanted));
                }
                [] => match rows().find_map(|rows| rows.failed.as_ref()) {
                    Some(failed) => told.push(told::failed(resource, wanted, failed)),
                    None if self.is_optional && rows().any(|rows| rows.is_refused) => {
                        told.push(told::failed(resource, wanted, REFUSED));
                    }
                    None if self.is_optional && !is_cut => found.push(Found::nothing()),
                    None if is_cut => told.push(told::too_many(resource, wanted)),
                    None => {
                        let nearby = self.nearby.iter().filter(|it| it.wanted.contains(&place));
                        let rows = nearby.flat_map(|it| &it.rows).flat_map(|rows| &rows.rows);
                        told.push(told::none(catalog, resource, wanted, rows));
                    }
                },
                several => told.push(told::several(catalog, resource, wanted, several)),
            }
        }
        if told.is_empty() { Ok(found) } else { Err(told::all(told)) }
    }

    /// Plans to look for names like those that stand for nothing.
    fn look_nearby(&mut self) {
        self.is_nearby = true;
        let missed = (0..self.wanted.len()).filter(|place| self.candidates(*place).is_empty());
        let missed: Vec<usize> = missed.take(MAX_NEARBY).collect();
        for place in missed {
            let wanted = &self.wanted[place];
            let resource = self.sources.catalog.resource(wanted.resource);
            let Some(list) = self.list_of(wanted.resource) else { continue };
            for query in query::nearby(resource, list, &wanted.value) {
                if let Ok(search) = self.search(wanted.resource, query, vec![place]) {
                    self.nearby.push(search);
                }
            }
        }
    }
}

impl Plan for Lookup<'_> {
    type Output = Result<Vec<Found>, String>;

    fn next(&mut self, arrived: Vec<Arrived>) -> Step<Self::Output> {
        let mut arrived = arrived.into_iter();
        let mut requests = Vec::new();
        loop {
            let is_first = arrived.len() == 0;
            let searches = if self.is_nearby { &mut self.nearby } else { &mut self.searches };
            for search in searches.iter_mut().filter(|search| search.rows.is_none()) {
                let of_this: Vec<Arrived> = match is_first && arrived.len() == 0 {
                    true => Vec::new(),
                    false => arrived.next().into_iter().collect(),
                };
                match search.list.next(of_this) {
                    Step::Send(sent) => requests.extend(sent),
                    Step::Done(outcome) => search.rows = Some(Rows::of(outcome)),
                }
            }
            if !requests.is_empty() {
                return Step::Send(requests);
            }
            if self.is_nearby {
                return Step::Done(self.finish());
            }
            if let Err(error) = self.split() {
                return Step::Done(Err(error));
            }
            if self.searches.iter().all(|search| search.rows.is_some()) {
                if self.is_optional
                    || (0..self.wanted.len()).all(|place| !self.candidates(place).is_empty())
                {
                    return Step::Done(self.finish());
                }
                self.look_nearby();
                if self.nearby.is_empty() {
                    return Step::Done(self.finish());
                }
            }
            arrived = Vec::new().into_iter();
        }
    }

    fn give_up(&mut self, error: BackendError) -> Self::Output {
        Err(error.to_string())
    }
}

impl ReadRow {
    fn read(text: Box<RawValue>) -> Option<Self> {
        Some(Self { value: serde_json::from_str(text.get()).ok()?, text })
    }
}

impl Rows {
    fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Rows(rows) => Self {
                is_cut: rows.next.is_some() || rows.broken.is_some(),
                rows: rows.rows.into_iter().filter_map(ReadRow::read).collect(),
                ..Self::default()
            },
            Outcome::Answer(response) => {
                let status = response.status();
                let is_refused =
                    matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY);
                let failed = (!is_refused).then(|| format!("the API answered {status}"));
                Self { is_refused, failed, ..Self::default() }
            }
            Outcome::Failed(error) => Self { failed: Some(error.to_string()), ..Self::default() },
            Outcome::Running(text) | Outcome::NotSent(text) => {
                Self { failed: Some(text), ..Self::default() }
            }
            Outcome::Rehearsed(_) => Self::default(),
        }
    }
}

/// Whether there is such an object is not known then.
const REFUSED: &str = "the API refused what it is looked for by; it may refer to what is not there";

/// For so many names that stand for nothing, names like them are looked for.
const MAX_NEARBY: usize = 3;
