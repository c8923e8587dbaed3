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

/// How a list is paged, told by the names of its parameters.
pub(super) fn paging(query: &[Parameter]) -> Option<Paging> {
    let named = |names: &[&str]| {
        let parameter = query.iter().find(|p| names.contains(&p.name.as_str()))?;
        Some(parameter.name.clone())
    };
    let limit = named(&["limit", "max_results", "maxResults", "page_limit"]);
    if let (Some(limit), Some(offset)) = (limit.clone(), named(&["offset", "skip", "startAt"])) {
        return Some(Paging::Offset { limit, offset });
    }
    if let Some(page) = named(&["page", "page_number", "pageNumber"]) {
        let size = named(&["per_page", "page_size", "pageSize", "perPage", "size"]).or(limit);
        return Some(Paging::Page { page, first: 1, size });
    }
    let cursor = named(&["cursor", "page_token", "pageToken", "starting_after", "after"])?;
    Some(Paging::Cursor { cursor, limit })
}

const ROWS: &[&str] = &["results", "items", "data", "records", "entries", "values", "rows"];
const TOTALS: &[&str] = &["count", "total", "total_count", "totalCount", "total_items"];
const NEXT: &[&str] = &["next", "next_cursor", "nextCursor", "next_page_token", "nextPageToken"];
const FRAME: &[&str] = &[
    "previous",
    "prev",
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
    "meta",
    "kind",
    "object",
    "total_pages",
];
