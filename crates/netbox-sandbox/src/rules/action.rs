//! What can be asked of an object beyond reading and writing it.

use crate::{
    problem::Failure, reply::Reply, request::Request, state::State, table::Resource, write::Author,
};

/// Answers `/api/<app>/<resource>/<id>/<name>/`.
pub(crate) fn answer(
    _state: &mut State,
    _request: &Request,
    _author: Author<'_>,
    (resource, _id, name): (&'static Resource, u64, &str),
) -> Result<Reply, Failure> {
    Err(Failure::not_implemented(&format!("the action {name} of {}", resource.path)))
}

/// Answers what is no collection, though its path looks like one.
pub(crate) fn singleton(
    _state: &mut State,
    _request: &Request,
    _author: Author<'_>,
    _resource: &'static Resource,
    _rest: &[&str],
) -> Result<Option<Reply>, Failure> {
    Ok(None)
}
