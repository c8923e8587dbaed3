//! The sandbox as a service.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
    time::SystemTime,
};

use bytes::Bytes;
use http::{Method, Response};
use serde_json::json;
use tower::Service;

use crate::{
    auth::{self, Token},
    clock::Clock,
    render::members,
    reply::Reply,
    request::Request,
    route,
    state::State,
    write::Author,
};

/// The user of a request that needs no token.
const OPEN_USER: &str = "sandbox";

/// An in-process stand-in for NetBox. Clones share one state.
#[derive(Debug, Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    tokens: Vec<Token>,
    user: String,
}

/// Makes a [`Sandbox`] that differs from the default.
#[derive(Debug, Clone)]
pub struct Builder {
    clock: Clock,
    tokens: Vec<Token>,
    user: String,
}

impl Sandbox {
    /// An empty sandbox, open to everyone, with the operating system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A sandbox made to measure.
    #[must_use]
    pub fn builder() -> Builder {
        Builder { clock: Clock::system(), tokens: Vec::new(), user: OPEN_USER.to_owned() }
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.shared.tokens
    }

    /// Another sandbox that begins with what this one holds now; what is done to one is not done to
    /// the other.
    #[must_use]
    pub fn fork(&self) -> Self {
        let shared = Shared {
            state: Mutex::new(self.state().clone()),
            tokens: self.shared.tokens.clone(),
            user: self.shared.user.clone(),
        };
        Self { shared: Arc::new(shared) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(|poisoned| {
            // What a request that panicked wrote is in the journal still.
            self.shared.state.clear_poison();
            let mut state = poisoned.into_inner();
            state.roll_back_all();
            state
        })
    }

    /// Answers a request, without the detour of a future.
    #[must_use]
    pub fn handle(&self, request: http::Request<Bytes>) -> Response<Bytes> {
        let request = Request::new(request);
        let mut state = self.state();
        let request_id = state.request_id();
        // NetBox answers these without a token, too.
        let public =
            matches!(request.path.as_str(), "/api/schema/" | "/api/users/tokens/provision/");
        let tokens = if public { &[] } else { self.shared.tokens.as_slice() };
        let reply = match auth::user(tokens, &request) {
            Ok(user) => {
                let user = user.unwrap_or(&self.shared.user);
                let author = Author { user, request_id: &request_id, base: &request.base };
                route::answer(&mut state, &request, author)
            }
            Err(failure) => Reply::from(failure),
        };
        reply.into_response(&request_id, request.method == Method::HEAD)
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// Takes the time from this clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Stops the time, for reproducible tests.
    #[must_use]
    pub fn fixed_time(self, at: SystemTime) -> Self {
        self.clock(Clock::fixed(at))
    }

    /// Accepts only requests with one of these tokens, as NetBox does.
    #[must_use]
    pub fn with_tokens(mut self, tokens: impl IntoIterator<Item = Token>) -> Self {
        self.tokens.extend(tokens);
        self
    }

    /// Names the user of requests that need no token.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = user.into();
        self
    }

    /// The sandbox.
    #[must_use]
    pub fn build(self) -> Sandbox {
        let mut state = State::new(self.clock);
        let mut users: Vec<&str> = self.tokens.iter().map(Token::user).collect();
        if users.is_empty() {
            users.push(&self.user);
        }
        users.dedup();
        for user in users {
            let joined = state.now();
            let values = members([
                ("username", json!(user)),
                ("is_active", json!(true)),
                ("date_joined", json!(joined)),
            ]);
            state.make("users/users", &values);
        }
        state.commit();
        Sandbox {
            shared: Arc::new(Shared {
                state: Mutex::new(state),
                tokens: self.tokens,
                user: self.user,
            }),
        }
    }
}

impl Service<http::Request<Bytes>> for Sandbox {
    type Response = Response<Bytes>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Bytes>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Bytes>) -> Self::Future {
        ready(Ok(self.handle(request)))
    }
}
