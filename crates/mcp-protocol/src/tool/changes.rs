use tokio::sync::watch;

/// Tells the clients that listen that the list of tools is another.
///
/// Every clone speaks for the same list. Nothing is remembered for clients that do not listen, so
/// that replicas need not know of each other.
#[derive(Clone, Debug)]
pub struct ListChanges(watch::Sender<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    n_changes: u64,
    ended: bool,
}

/// Is one listener's place in the changes.
#[derive(Debug)]
pub(crate) struct Changes {
    state: watch::Receiver<State>,
    n_seen: u64,
}

impl ListChanges {
    /// Creates the changes of one list.
    #[must_use]
    pub fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// Says that the list is another now. Several in a row may reach a slow client as one.
    pub fn notify(&self) {
        self.0.send_modify(|state| state.n_changes += 1);
    }

    /// Ends what clients listen to, as before the server stops; it is theirs to ask again.
    pub fn end(&self) {
        self.0.send_modify(|state| state.ended = true);
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> Changes {
        let state = self.0.subscribe();
        let n_seen = state.borrow().n_changes;
        Changes { state, n_seen }
    }
}

impl Default for ListChanges {
    fn default() -> Self {
        Self::new()
    }
}

impl Changes {
    /// Waits for the next change; answers whether there is one, and not the end.
    pub(crate) async fn next(&mut self) -> bool {
        let n_seen = self.n_seen;
        match self.state.wait_for(|state| state.ended || state.n_changes != n_seen).await {
            Ok(state) => {
                self.n_seen = state.n_changes;
                !state.ended
            }
            Err(_) => false,
        }
    }
}
