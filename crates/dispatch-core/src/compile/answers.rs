//! Answers: whether an operation answers with one object or a list, and how lists are paged.

use crate::catalog::{
    Answer, AnswerKind, Envelope, ObjectType, Paging, Parameter, Shape, TypeId, Types,
};
use crate::lower::DraftAnswer;

/// What an operation answers.
pub(super) fn answer(types: &Types, draft: &DraftAnswer) -> Answer {
    let kind = match (draft.ty, &draft.media) {
        (None, None) => AnswerKind::Empty,
        (None, Some(media)) => AnswerKind::Other { media: media.clone() },
        (Some(ty), _) => kind(types, ty),
    };
    Answer { status: draft.status, kind }
}

fn kind(types: &Types, ty: TypeId) -> AnswerKind {
    match &types.get(ty).shape {
        Shape::Array { items, .. } => AnswerKind::List { item: *items, envelope: None },
        Shape::Object(object) => match page(types, object) {
            Some((item, envelope)) => AnswerKind::List { item, envelope: Some(envelope) },
            None => AnswerKind::One { ty },
        },
        _ => AnswerKind::One { ty },
    }
}

/// An object that is nothing but the frame of a page: one list under a usual name, and beside it
/// only what counts it or leads on.
fn page(types: &Types, object: &ObjectType) -> Option<(TypeId, Envelope)> {
    let (rows, item) = object.fields.iter().find_map(|field| match types.get(field.ty).shape {
        Shape::Array { items, .. } if ROWS.contains(&field.name.as_str()) => {
            Some((field.name.clone(), items))
        }
        _ => None,
    })?;
    let frame = |name: &str| {
        name == rows || [TOTALS, NEXT, FRAME].iter().any(|names| names.contains(&name))
    };
    if !object.fields.iter().all(|field| frame(&field.name)) {
        return None;
    }
    let named = |names: &[&str]| {
        let field = object.fields.iter().find(|field| names.contains(&field.name.as_str()))?;
        Some(field.name.clone())
    };
    Some((item, Envelope { rows, total: named(TOTALS), next: named(NEXT) }))
}

/// How a list is paged, told by the names of its parameters. A cursor is only of use where the
/// envelope has the next one: without it, the parameter is left to the caller.
pub(super) fn paging(
    types: &Types,
    query: &[Parameter],
    envelope: Option<&Envelope>,
) -> Option<Paging> {
    let find = |names: &[&str]| query.iter().find(|p| names.contains(&p.name.as_str()));
    let bounds = |parameter: &Parameter| match &types.get(parameter.ty).shape {
        Shape::Integer(bounds) | Shape::Number(bounds) => Some(bounds.clone()),
        _ => None,
    };
    let number = |names: &[&str]| {
        let parameter = find(names)?;
        Some((parameter.name.clone(), bounds(parameter)?))
    };
    let limit = number(LIMIT).map(|(limit, _)| limit);
    if let (Some(limit), Some((offset, _))) = (limit.clone(), number(OFFSET)) {
        return Some(Paging::Offset { limit, offset });
    }
    if let Some((page, bounds)) = number(PAGE) {
        let is_zero_allowed = bounds.min.is_some_and(|min| min.as_f64() == Some(0.0));
        let first = u32::from(!is_zero_allowed || bounds.exclusive_min);
        let size = number(SIZE).map(|(size, _)| size).or(limit);
        return Some(Paging::Page { page, first, size });
    }
    let cursor = find(CURSOR).filter(|_| envelope.is_some_and(|it| it.next.is_some()));
    if let Some(cursor) = cursor {
        let (cursor, size) = (cursor.name.clone(), number(SIZE).map(|(size, _)| size));
        return Some(Paging::Cursor { cursor, limit: limit.or(size) });
    }
    // A list without a frame does not say whether there is more.
    let is_first = envelope.is_none() && find(&[OFFSET, PAGE, CURSOR].concat()).is_none();
    limit.filter(|_| is_first).map(|limit| Paging::First { limit })
}

const LIMIT: &[&str] = &["limit", "max_results", "maxResults", "page_limit"];
const OFFSET: &[&str] = &["offset", "skip", "startAt"];
const PAGE: &[&str] = &["page", "page_number", "pageNumber"];
const SIZE: &[&str] = &["per_page", "page_size", "pageSize", "perPage", "size"];
const CURSOR: &[&str] = &["cursor", "page_token", "pageToken", "starting_after", "after"];
const ROWS: &[&str] = &["results", "items", "data", "records", "entries", "values", "rows"];
const TOTALS: &[&str] = &["count", "total", "total_count", "totalCount", "total_items"];
const NEXT: &[&str] = &["next", "next_cursor", "nextCursor", "next_page_token", "nextPageToken"];
const FRAME: &[&str] = &[
    "previous",
    "prev",
    "first",
    "last",
    "self",
    "page",
    "pages",
    "page_size",
    "pageSize",
    "per_page",
    "limit",
    "offset",
    "has_more",
    "hasMore",
    "links",
    "_links",
    "included",
    "jsonapi",
    "meta",
    "pagination",
    "paging",
    "incomplete_results",
    "kind",
    "object",
    "total_pages",
];
