//! Programs that go on running after we end.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::command;

/// A background program with a log and a file that says which process it is.
pub(crate) struct Daemon {
    name: &'static str,
    pid_file: PathBuf,
    log: PathBuf,
}

impl Daemon {
    /// Names a program whose files are in `folder`.
    pub(crate) fn new(folder: &Path, name: &'static str) -> Self {
        Self {
            name,
            pid_file: folder.join(format!("{name}.pid")),
            log: folder.join(format!("{name}.log")),
        }
    }

    /// Returns the process, if it is running.
    pub(crate) fn pid(&self) -> Option<u32> {
        let Record { pid, start_time, .. } = self.record()?;
        (Process::look_up(pid)?.start_time == start_time).then_some(pid)
    }

    /// Starts the program in a process group of its own.
    pub(crate) fn start(&self, command: &mut Command) -> Result<()> {
        let log = File::create(&self.log)
            .with_context(|| format!("failed to create {}", self.log.display()))?;
        let child = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("failed to start {}", self.name))?;
        let pid = child.id();
        let start_time = Process::look_up(pid).map(|it| it.start_time).unwrap_or_default();
        let record = Record { pid, start_time, boot: boot()? };
        fs::write(&self.pid_file, serde_json::to_vec(&record)?)
            .with_context(|| format!("failed to write {}", self.pid_file.display()))
    }

    /// Waits until the program is ready, and fails as soon as it has ended.
    pub(crate) fn wait_until(&self, limit: Duration, ready: impl Fn() -> bool) -> Result<()> {
        let started = Instant::now();
        while !ready() {
            let log = self.log.display();
            if self.pid().is_none() {
                bail!("{} ended at once, see {log}:\n{}", self.name, command::tail(&self.log));
            }
            if started.elapsed() > limit {
                bail!("{} is not ready after {}s, see {log}", self.name, limit.as_secs());
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// Asks the program to end, insists after a while, and waits until its whole group is gone.
    pub(crate) fn stop(&self) -> Result<()> {
        if let Some(group) = self.group() {
            signal_group("TERM", group);
            if !group_ends_within(group, GRACE) {
                signal_group("KILL", group);
                if !group_ends_within(group, GRACE) {
                    bail!("failed to stop {} (process group {group})", self.name);
                }
            }
        }
        match fs::remove_file(&self.pid_file) {
            Err(error) if self.pid_file.exists() => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Returns the process group, which can outlive the process that leads it. Until it is empty, the
    /// kernel gives its id to no one else.
    fn group(&self) -> Option<u32> {
        let Record { pid, start_time, .. } = self.record()?;
        Process::look_up(pid).is_none_or(|leader| leader.start_time == start_time).then_some(pid)
    }

    fn record(&self) -> Option<Record> {
        let record: Record = serde_json::from_slice(&fs::read(&self.pid_file).ok()?).ok()?;
        (record.boot == boot().ok()?).then_some(record)
    }

    /// Asks the program to load its code and data again.
    pub(crate) fn reload(&self) {
        if let Some(pid) = self.pid() {
            command::succeeds(Command::new("sh").args(["-c", &format!("kill -s HUP {pid}")]));
        }
    }
}

fn signal_group(signal: &str, group: u32) {
    // The shell's own `kill` is always there. That a group is gone is seen later.
    command::succeeds(Command::new("sh").args(["-c", &format!("kill -s {signal} -- -{group}")]));
}

fn group_ends_within(group: u32, limit: Duration) -> bool {
    let started = Instant::now();
    while group_is_alive(group) {
        if started.elapsed() > limit {
            return false;
        }
        thread::sleep(POLL);
    }
    true
}

fn group_is_alive(group: u32) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| process.file_name().to_str()?.parse().ok())
        .filter_map(Process::look_up)
        .any(|process| process.group == group)
}

/// What is written down of a process. Its id alone may be another's by the time we read it.
#[derive(Serialize, Deserialize)]
struct Record {
    pid: u32,
    start_time: String,
    /// The run of the machine in which the other two mean something.
    boot: String,
}

/// What the kernel says of a process that has not ended.
struct Process {
    group: u32,
    /// In the kernel's ticks since it started.
    start_time: String,
}

fn boot() -> Result<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    Ok(id.context("failed to read which run of the machine this is")?.trim_end().to_owned())
}

impl Process {
    fn look_up(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the program's name in parentheses, which may hold anything. After it
        // come, by proc(5), the state, the parent, the group, and as the 20th the start time.
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let has_ended = matches!(*fields.first()?, "Z" | "X");
        let process =
            Self { group: fields.get(2)?.parse().ok()?, start_time: (*fields.get(19)?).to_owned() };
        (!has_ended).then_some(process)
    }
}

const GRACE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs;
    use std::process::{self, Command};
    use std::thread;

    use super::{Daemon, Process, group_is_alive, signal_group};

    #[test]
    fn stopping_ends_the_whole_group_even_without_its_leader() {
        let folder = env::temp_dir().join(format!("xtask-daemon-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let daemon = Daemon::new(&folder, "family");
        assert_eq!(daemon.pid(), None);

        let start = || {
            let family = "sleep 600 & sleep 600 & wait";
            daemon.start(Command::new("sh").args(["-c", family])).expect("a shell");
            daemon.pid().expect("a running shell")
        };
        let group = start();
        daemon.stop().expect("it ends");
        assert!(!group_is_alive(group));

        let group = start();
        Command::new("sh").args(["-c", &format!("kill -s KILL {group}")]).status().expect("kill");
        while daemon.pid().is_some() {
            thread::yield_now();
        }
        daemon.stop().expect("its children end");
        assert!(!group_is_alive(group));
        fs::remove_dir_all(&folder).expect("the folder is ours");
    }

    #[test]
    fn a_process_that_took_over_the_id_is_left_alone() {
        let folder = env::temp_dir().join(format!("xtask-taken-over-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let daemon = Daemon::new(&folder, "gone");
        daemon.start(Command::new("sleep").arg("600")).expect("sleep");
        let group = daemon.pid().expect("it runs");
        let record = fs::read_to_string(folder.join("gone.pid")).expect("a record");
        let start_time = Process::look_up(group).expect("it runs").start_time;
        let earlier = record.replace(&format!("\"{start_time}\""), "\"1\"");
        fs::write(folder.join("gone.pid"), earlier).expect("a record");

        assert_eq!(daemon.pid(), None);
        daemon.stop().expect("there is nothing to stop");
        assert!(group_is_alive(group));
        signal_group("KILL", group);
        fs::remove_dir_all(&folder).expect("the folder is ours");
    }
}
