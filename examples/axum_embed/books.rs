//! A small REST API with a generated document: the kind of server that mounts an MCP endpoint.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A book as it is answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct Book {
    id: u32,
    #[serde(flatten)]
    book: NewBook,
}

/// A book as it is written.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBook {
    /// Its title.
    #[schema(max_length = 200)]
    title: String,
    /// The year it appeared.
    year: Option<i32>,
    /// Where it is.
    #[serde(default)]
    status: Status,
}

/// Where a book is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    #[default]
    OnShelf,
    OnLoan,
}

/// Which books to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Only books of this title.
    title: Option<String>,
}

type Books = Arc<Mutex<BTreeMap<u32, NewBook>>>;

/// The API as a router, and its OpenAPI document as JSON.
pub(crate) fn api() -> (Router, String) {
    #[derive(OpenApi)]
    #[openapi(info(title = "Books", version = "1.0.0"))]
    struct Info;

    let (router, document) = OpenApiRouter::with_openapi(Info::openapi())
        .routes(routes!(list, create))
        .routes(routes!(get_one, delete))
        .with_state(Books::default())
        .split_for_parts();
    // INVARIANT: the document is plain data with string keys, which always serializes.
    (router, document.to_json().expect("a document serializes"))
}

#[utoipa::path(get, path = "/api/books", params(Filter),
    responses((status = 200, body = Vec<Book>)))]
async fn list(State(books): State<Books>, Query(filter): Query<Filter>) -> Json<Vec<Book>> {
    let books = books.lock().unwrap_or_else(PoisonError::into_inner);
    let wanted = |book: &NewBook| filter.title.as_ref().is_none_or(|title| *title == book.title);
    let found = books.iter().filter(|(_, book)| wanted(book));
    Json(found.map(|(id, book)| Book { id: *id, book: book.clone() }).collect())
}

#[utoipa::path(post, path = "/api/books", request_body = NewBook, responses((status = 201, body = Book)))]
async fn create(State(books): State<Books>, Json(book): Json<NewBook>) -> (StatusCode, Json<Book>) {
    let mut books = books.lock().unwrap_or_else(PoisonError::into_inner);
    let id = books.last_key_value().map_or(1, |(id, _)| id + 1);
    books.insert(id, book.clone());
    (StatusCode::CREATED, Json(Book { id, book }))
}

#[utoipa::path(get, path = "/api/books/{id}", params(("id" = u32, Path)),
    responses((status = 200, body = Book), (status = 404)))]
async fn get_one(
    State(books): State<Books>,
    Path(id): Path<u32>,
) -> Result<Json<Book>, StatusCode> {
    let books = books.lock().unwrap_or_else(PoisonError::into_inner);
    let book = books.get(&id).cloned().ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(Book { id, book }))
}

#[utoipa::path(delete, path = "/api/books/{id}", params(("id" = u32, Path)),
    responses((status = 204), (status = 404)))]
async fn delete(State(books): State<Books>, Path(id): Path<u32>) -> StatusCode {
    let mut books = books.lock().unwrap_or_else(PoisonError::into_inner);
    match books.remove(&id) {
        Some(_) => StatusCode::NO_CONTENT,
        None => StatusCode::NOT_FOUND,
    }
}
