//! A script that is told what to do line by line, and answers with lines.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A running script, ended when it is dropped.
pub(super) struct Conversation {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Conversation {
    /// Starts the script.
    pub(super) fn start(mut command: Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("the script starts");
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        Self { child, stdin, stdout }
    }

    /// Says a line.
    pub(super) fn say(&mut self, line: &Value) {
        let stdin = self.stdin.as_mut().expect("there is more to say");
        writeln!(stdin, "{line}").expect("the script listens");
    }

    /// Hears a line.
    pub(super) fn hear(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("the script speaks UTF-8");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the script ended with {line:?}"))
    }

    /// Says that this was all, and hears what comes of it.
    pub(super) fn hear_the_end(&mut self) -> Value {
        self.stdin = None;
        self.hear()
    }

    /// Says a line, and hears the answer.
    pub(super) fn ask(&mut self, line: &Value) -> Value {
        self.say(line);
        self.hear()
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
