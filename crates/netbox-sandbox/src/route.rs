//! From a request to what answers it.

use http::{Method, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::{
    bulk, delete, filter, order, page,
    problem::Failure,
    render::{Shape, View},
    reply::Reply,
    request::Request,
    rules::action,
    state::State,
    table::{self, Resource, Verbs},
    write::{self, Author, Extent},
};

/// gunicorn's limit on a request line.
const MAX_REQUEST_LINE: usize = 4094;

const LIST_METHODS: &str = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS";
const DETAIL_METHODS: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";
const READ_METHODS: &str = "GET, HEAD, OPTIONS";

/// Answers a request of a user who is known to be allowed to ask.
pub(crate) fn answer(state: &mut State, request: &Request, author: Author<'_>) -> Reply {
    let mark = state.mark();
    match dispatch(state, request, author) {
        Ok(reply) => {
            state.commit();
            reply
        }
        Err(failure) => {
            state.roll_back(mark);
            failure.into()
        }
    }
}

fn dispatch(state: &mut State, request: &Request, author: Author<'_>) -> Result<Reply, Failure> {
    let length = request.method.as_str().len() + request.target.len() + " HTTP/1.1".len() + 3;
    if length > MAX_REQUEST_LINE {
        return Ok(Reply::line_too_long(length));
    }
    let Some(rest) = request.path.strip_prefix("/api/").or((request.path == "/api").then_some(""))
    else {
        return match request.path.as_str() {
            "/graphql/" => Err(Failure::not_implemented("GraphQL")),
            _ => Ok(Reply::no_such_path()),
        };
    };
    check_accept(request)?;
    let segments: Vec<&str> = rest.split('/').filter(|segment| !segment.is_empty()).collect();
    let known = segments.len() < 2
        || table::by_path(&segments[..2].join("/")).is_some()
        || segments[0] == "plugins";
    if !request.path.ends_with('/') {
        let read = matches!(request.method, Method::GET | Method::HEAD);
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let found = read && known;
        return Ok(if found {
            Reply::redirect(format!("{path}/{query}"))
        } else {
            Reply::no_such_path()
        });
    }
    if rest.contains("//") || rest.starts_with('/') {
        return Ok(Reply::no_such_path());
    }
    if let Some(reply) = action::singleton(state, request, author, &segments)? {
        return Ok(reply);
    }
    match segments.as_slice() {
        [] => only_get(request, || Ok(roots(request))),
        ["status"] => only_get(request, || Ok(status())),
        ["authentication-check"] => only_get(request, || who_am_i(state, author)),
        ["schema"] => Err(Failure::not_implemented("the OpenAPI document")),
        ["plugins"] => only_get(request, || {
            Ok(
                json!({"installed-plugins": format!("{}/api/plugins/installed-plugins/", request.base)}),
            )
        }),
        ["plugins", "installed-plugins"] => only_get(request, || Ok(json!([]))),
        [app] => app_root(request, app),
        [app, name, rest @ ..] => {
            let Some(resource) = table::by_path(&format!("{app}/{name}")) else {
                return Ok(Reply::no_such_path());
            };
            if resource.verbs == Verbs::Unruled {
                return Err(Failure::not_implemented(&format!("the resource {}", resource.path)));
            }
            match rest {
                [] => collection(state, request, author, resource),
                ["provision"] if resource.path == "users/tokens" => {
                    Err(Failure::not_implemented("provisioning a token"))
                }
                [id] => detail(state, request, author, resource, id),
                [id, name] => action::answer(
                    state,
                    request,
                    author,
                    (resource, object_id(state, resource, id)?, name),
                ),
                _ => Ok(Reply::no_such_path()),
            }
        }
    }
}

fn only_get(
    request: &Request,
    body: impl FnOnce() -> Result<Value, Failure>,
) -> Result<Reply, Failure> {
    match request.method {
        Method::GET | Method::HEAD => Ok(Reply::ok(body()?).with_allow(READ_METHODS)),
        _ => Err(not_allowed(request)),
    }
}

/// 405, or 501 for OPTIONS, which NetBox answers with a description of the resource.
pub(crate) fn not_allowed(request: &Request) -> Failure {
    if request.method == Method::OPTIONS {
        return Failure::not_implemented("OPTIONS");
    }
    Failure::detail(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("Method \"{}\" not allowed.", request.method),
    )
}

fn check_accept(request: &Request) -> Result<(), Failure> {
    let not_acceptable = |detail: &str| Err(Failure::detail(StatusCode::NOT_ACCEPTABLE, detail));
    let format = request.query.last("format");
    if request.method != Method::GET && format.is_some_and(|format| format != "json") {
        return not_acceptable("Could not satisfy the request Accept header.");
    }
    if format.is_some_and(|format| format != "json") {
        return Err(Failure::not_found());
    }
    let Some(accept) = request.header(header::ACCEPT) else { return Ok(()) };
    if accept.starts_with("text/html") {
        return Err(Failure::not_implemented("the browsable API"));
    }
    let ranges = accept.split(',').map(|range| {
        let mut parts = range.split(';').map(str::trim);
        (parts.next().unwrap_or_default(), parts.find_map(|part| part.strip_prefix("version=")))
    });
    let fitting = ranges.filter(|(kind, _)| {
        matches!(*kind, "" | "*/*" | "application/*" | "application/json" | "text/plain")
    });
    let fitting: Vec<_> = fitting.collect();
    if fitting.is_empty() {
        return not_acceptable("Could not satisfy the request Accept header.");
    }
    if fitting.iter().all(|(_, version)| version.is_some_and(|one| one != crate::API_VERSION)) {
        return not_acceptable("Invalid version in \"Accept\" header.");
    }
    Ok(())
}

fn roots(request: &Request) -> Value {
    let mut apps: Vec<_> = table::all().map(Resource::app).collect();
    apps.extend(["plugins", "status"]);
    apps.sort_unstable();
    apps.dedup();
    let links =
        apps.into_iter().map(|app| (app.to_owned(), json!(format!("{}/api/{app}/", request.base))));
    Value::Object(links.collect())
}

fn app_root(request: &Request, app: &str) -> Result<Reply, Failure> {
    let prefix = format!("{app}/");
    let paths = table::all().map(|resource| resource.path);
    let paths = paths.chain(action::SINGLETONS.iter().copied());
    let mut names: Vec<_> = paths.filter_map(|path| path.strip_prefix(&prefix)).collect();
    if names.is_empty() {
        return Ok(Reply::no_such_path());
    }
    names.sort_unstable();
    only_get(request, || {
        let links = names
            .into_iter()
            .map(|name| (name.to_owned(), json!(format!("{}/api/{app}/{name}/", request.base))));
        Ok(Value::Object(links.collect()))
    })
}

fn status() -> Value {
    json!({
        "django-version": "none",
        "hostname": "netbox-sandbox",
        "installed_apps": {},
        "netbox-version": crate::VERSION,
        "netbox-full-version": crate::VERSION,
        "plugins": {},
        "python-version": "none",
        "rq-workers-running": 0,
        "sandbox": true,
    })
}

fn who_am_i(state: &State, author: Author<'_>) -> Result<Value, Failure> {
    let resource = table::by_path("users/users").ok_or_else(Failure::not_found)?;
    let user = state.all(resource.path).find(|user| user.text("username") == author.user);
    let user = user.ok_or_else(Failure::not_found)?;
    Ok(View { state, base: author.base }.show(resource, user, &Shape::All))
}

/// The id in a path. NetBox answers 404 to what is no number.
fn object_id(state: &State, resource: &Resource, id: &str) -> Result<u64, Failure> {
    let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let Some(id) = id.parse().ok().filter(|_| digits) else { return Err(Failure::not_found()) };
    if state.get(resource.path, id).is_some() {
        return Ok(id);
    }
    let detail = format!("No {} matches the given query.", resource.class);
    Err(Failure::detail(StatusCode::NOT_FOUND, detail))
}

fn collection(
    state: &mut State,
    request: &Request,
    author: Author<'_>,
    resource: &'static Resource,
) -> Result<Reply, Failure> {
    let shape = request.shape();
    let read_only = resource.verbs == Verbs::Read;
    match request.method {
        Method::GET | Method::HEAD => list(state, request, resource),
        _ if read_only => Err(not_allowed(request)),
        Method::POST => {
            let body = request.json()?;
            check_background(request, &body)?;
            if let Value::Array(items) = &body {
                let ids = bulk::create(state, author, resource, items, &shape)?;
                return Ok(several(state, author, (resource, &shape), &ids, StatusCode::CREATED));
            }
            let id = write::create(state, author, resource, &body, &shape)?;
            Ok(one(state, author, (resource, &shape), id, StatusCode::CREATED)
                .with_location(format!("{}/api/{}/{id}/", request.base, resource.path)))
        }
        Method::PUT | Method::PATCH => {
            let body = request.json()?;
            check_background(request, &body)?;
            let extent =
                if request.method == Method::PUT { Extent::Whole } else { Extent::Partial };
            let form = (extent, &shape);
            let ids = bulk::update(state, author, resource, &body, form, request.if_match())?;
            Ok(several(state, author, (resource, &shape), &ids, StatusCode::OK))
        }
        Method::DELETE => {
            let body = request.json()?;
            check_background(request, &body)?;
            bulk::delete(state, author, resource, &body, request.if_match())?;
            Ok(Reply::empty(StatusCode::NO_CONTENT).with_allow(LIST_METHODS))
        }
        _ => Err(not_allowed(request)),
    }
}

/// Work in the background needs a worker, and the sandbox has none.
fn check_background(request: &Request, body: &Value) -> Result<(), Failure> {
    let asked =
        request.query.last("background").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if !asked || !body.is_array() {
        return Ok(());
    }
    if request.if_match().is_some() {
        let text = "The If-Match header is not supported with background processing.";
        return Err(Failure::new(StatusCode::BAD_REQUEST, json!([text])));
    }
    Err(Failure::detail(
        StatusCode::SERVICE_UNAVAILABLE,
        "Unable to process request: RQ worker process not running.",
    ))
}

fn list(state: &State, request: &Request, resource: &'static Resource) -> Result<Reply, Failure> {
    let view = View { state, base: &request.base };
    if let Some(name) = request.query.last("export") {
        let found = state.all("extras/export-templates").any(|one| one.text("name") == name);
        return Err(if found {
            Failure::not_implemented("rendering an export template")
        } else {
            Failure::not_found()
        });
    }
    let shape = request.shape();
    let start = page::start(request)?;
    let mut objects = filter::select(&view, resource, &request.query)?;
    let page = if let Some(start) = start {
        page::by_cursor(request, start, &objects)
    } else {
        let criteria = request.query.last("ordering").map(|text| order::parse(resource, text));
        order::sort(&view, resource, &criteria.unwrap_or_default(), &mut objects);
        page::by_offset(request, &objects)
    };
    let results: Vec<_> =
        page.items.iter().map(|object| view.show(resource, object, &shape)).collect();
    let methods = if resource.verbs == Verbs::Read { READ_METHODS } else { LIST_METHODS };
    Ok(Reply::ok(page.wrap(&results)).with_allow(methods))
}

fn detail(
    state: &mut State,
    request: &Request,
    author: Author<'_>,
    resource: &'static Resource,
    id: &str,
) -> Result<Reply, Failure> {
    let read_only = resource.verbs == Verbs::Read;
    if read_only && !matches!(request.method, Method::GET | Method::HEAD) {
        return Err(not_allowed(request));
    }
    let id = object_id(state, resource, id)?;
    let shape = request.shape();
    let Some(object) = state.get(resource.path, id).cloned() else {
        return Err(Failure::not_found());
    };
    match request.method {
        Method::GET | Method::HEAD => {}
        Method::PUT | Method::PATCH => {
            write::check_precondition(request.if_match(), &object)?;
            let body = request.json()?;
            let extent =
                if request.method == Method::PUT { Extent::Whole } else { Extent::Partial };
            write::update(state, author, resource, &object, &body, (extent, &shape))?;
        }
        Method::DELETE => {
            write::check_precondition(request.if_match(), &object)?;
            let body = request.json()?;
            let none = Map::new();
            let message = write::change_message(body.as_object().unwrap_or(&none))?;
            delete::delete(state, author, resource, id, &message)
                .map_err(delete::Protected::into_failure)?;
            return Ok(Reply::empty(StatusCode::NO_CONTENT).with_allow(DETAIL_METHODS));
        }
        _ => return Err(not_allowed(request)),
    }
    let methods = if read_only { READ_METHODS } else { DETAIL_METHODS };
    Ok(one(state, author, (resource, &shape), id, StatusCode::OK).with_allow(methods))
}

/// One object as an answer, with its ETag.
pub(crate) fn one(
    state: &State,
    author: Author<'_>,
    (resource, shape): (&'static Resource, &Shape),
    id: u64,
    status: StatusCode,
) -> Reply {
    let view = View { state, base: author.base };
    let object = state.get(resource.path, id);
    let body = object.map_or(Value::Null, |object| view.show(resource, object, shape));
    let etag = object.and_then(|object| write::etag(object));
    Reply::json(status, body).with_etag(etag).with_allow(LIST_METHODS)
}

/// Several objects as an answer.
pub(crate) fn several(
    state: &State,
    author: Author<'_>,
    (resource, shape): (&'static Resource, &Shape),
    ids: &[u64],
    status: StatusCode,
) -> Reply {
    let view = View { state, base: author.base };
    let objects = ids.iter().filter_map(|id| state.get(resource.path, *id));
    let shown = objects.map(|object| view.show(resource, object, shape)).collect();
    Reply::json(status, shown).with_allow(LIST_METHODS)
}
