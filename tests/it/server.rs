//! The example server as a process, as a user starts it.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A running `netbox_server`, ended when it is dropped.
pub(crate) struct Server {
    child: Child,
    /// The URL it said that it listens on.
    pub(crate) url: String,
    /// The access token it said, where it made one.
    pub(crate) token: Option<String>,
    /// Everything it said until it was waited for no longer.
    pub(crate) said: Vec<String>,
}

impl Server {
    /// Starts the server on a free port and waits until it is ready. Answers nothing where the
    /// example is not built, as when one test alone is run.
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Option<Self> {
        let arguments = [&["--listen", "127.0.0.1:0"], arguments].concat();
        Self::start_on(&arguments, environment)
    }

    /// Starts the server where the arguments say.
    pub(crate) fn start_on(arguments: &[&str], environment: &[(&str, &str)]) -> Option<Self> {
        Self::start_until("\"mcpServers\"", arguments, environment)
    }

    /// Starts the server where the arguments say, and waits no longer than until it listens and has
    /// said its access token.
    pub(crate) fn start_early(arguments: &[&str], environment: &[(&str, &str)]) -> Option<Self> {
        let arguments = [&["--listen", "127.0.0.1:0"], arguments].concat();
        Self::start_until("mcpd_", &arguments, environment)
    }

    fn start_until(
        last: &'static str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Option<Self> {
        let Some(program) = example("netbox_server") else {
            crate::skipped("the example netbox_server is not built");
            return None;
        };
        let mut child = Command::new(program)
            .args(arguments)
            .env_remove("NETBOX_TOKEN")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the example starts");
        let said = said_until(last, &mut child);
        let after = |start: &str| {
            said.iter().find_map(|line| line.strip_prefix(start).map(|rest| rest.trim().to_owned()))
        };
        let url = after("listening on ").unwrap_or_else(|| panic!("no address in {said:#?}"));
        let token = said.iter().position(|line| line.starts_with("access token"));
        let token = token.map(|place| said[place + 1].trim().to_owned());
        Some(Self { child, url, token, said })
    }

    /// Starts another example, whose first line says where it listens.
    pub(crate) fn start_example(name: &str, arguments: &[&str]) -> Option<Self> {
        let Some(program) = example(name) else {
            crate::skipped(&format!("the example {name} is not built"));
            return None;
        };
        let child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("the example starts");
        let mut said = String::new();
        let stdout = child.stdout.as_mut().expect("stdout is a pipe");
        BufReader::new(stdout).read_line(&mut said).expect("a line");
        let url = said.trim().rsplit(' ').next().expect("an address").to_owned();
        Some(Self { child, url, token: None, said: vec![said] })
    }

    /// The URL below which everything stands.
    pub(crate) fn base_url(&self) -> &str {
        let path =
            self.url.find("://").and_then(|at| self.url[at + 3..].find('/').map(|to| at + 3 + to));
        &self.url[..path.unwrap_or(self.url.len())]
    }

    /// Sends a signal to the process.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let (signal, pid) = (format!("-{name}"), self.child.id().to_string());
        let sent = Command::new("kill").args([&signal, &pid]).status().expect("kill runs");
        assert!(sent.success(), "the signal was not sent");
    }

    /// Asks the process to end as Ctrl-C does, and answers whether it ended well and in time.
    #[cfg(unix)]
    pub(crate) fn interrupt(mut self) -> bool {
        self.signal("INT");
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().expect("the child can be waited for") {
                return status.success();
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the server with arguments that it refuses, and answers what it said.
pub(crate) fn refused(arguments: &[&str]) -> Option<String> {
    refused_with(arguments, &[])
}

/// Runs the server with arguments and variables that it refuses, and answers what it said.
pub(crate) fn refused_with(arguments: &[&str], environment: &[(&str, &str)]) -> Option<String> {
    let Some(program) = example("netbox_server") else {
        crate::skipped("the example netbox_server is not built");
        return None;
    };
    let output = Command::new(program)
        .args(arguments)
        .env_remove("NETBOX_TOKEN")
        .envs(environment.iter().copied())
        .output()
        .expect("the example starts");
    assert!(!output.status.success(), "{arguments:?} was not refused");
    Some(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// An address on loopback that nobody listens on.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

/// An address that nobody has, for what listens there again and again, or only after a while: its port
/// is below those that the system gives out by itself, one of which might be somebody else's by then.
pub(crate) fn lasting_address() -> String {
    static N_GIVEN: AtomicU32 = AtomicU32::new(0);
    loop {
        let n_given = N_GIVEN.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (process::id() + n_given) % 10_000;
        let address = format!("127.0.0.1:{port}");
        if TcpListener::bind(&address).is_ok() {
            return address;
        }
    }
}

/// Reads lines until one that holds this.
fn said_until(last: &str, child: &mut Child) -> Vec<String> {
    let stdout = child.stdout.take().expect("stdout is a pipe");
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 0) {
            if send.send(line.trim_end().to_owned()).is_err() {
                // Nobody listens any more, but the process must not fail to write.
                let _ = reader.read_to_end(&mut Vec::new());
                return;
            }
            line.clear();
        }
    });
    let mut said = Vec::new();
    let until = Instant::now() + Duration::from_secs(180);
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        match lines.recv_timeout(left) {
            Ok(line) => {
                let is_last = line.contains(last);
                said.push(line);
                if is_last {
                    return said;
                }
            }
            Err(_) => break,
        }
    }
    panic!("the server did not get ready; it said {said:#?}");
}

/// The program of an example, which `cargo test` builds beside the tests.
pub(crate) fn example(name: &str) -> Option<PathBuf> {
    let deps = env::current_exe().ok()?;
    let program = deps.parent()?.parent()?.join("examples").join(name);
    program.exists().then_some(program)
}
