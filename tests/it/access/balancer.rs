//! Stands before several servers, and leads each connection to the next of them.

use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// An address with several servers behind it.
pub(crate) struct Balancer {
    pub(crate) url: String,
    behind: Arc<Mutex<Vec<String>>>,
}

impl Balancer {
    pub(crate) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let behind: Arc<Mutex<Vec<String>>> = Arc::default();
        let servers = Arc::clone(&behind);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let next = {
                    let mut servers = servers.lock().expect("nobody panics in here");
                    servers.rotate_left(1);
                    servers[0].clone()
                };
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(next).await.expect("the server listens");
                    // Either side may hang up.
                    let _ = copy_bidirectional(&mut stream, &mut server).await;
                });
            }
        });
        Self { url, behind }
    }

    /// Puts a server behind it.
    pub(crate) fn add(&self, address: &str) {
        self.behind.lock().expect("nobody panics in here").push(address.to_owned());
    }

    /// Takes all servers away.
    pub(crate) fn forget(&self) {
        self.behind.lock().expect("nobody panics in here").clear();
    }
}
