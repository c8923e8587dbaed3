//! A shell in a folder of its own, as a user of a guide has it.

use std::fs::{self, File, Permissions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use std::{env, thread};

use tempfile::TempDir;

use crate::server::{example, lasting_address};

/// A running bash, ended with all that it started when it is dropped.
pub(super) struct Shell {
    bash: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
    folder: TempDir,
    /// Where servers listen.
    pub(super) address: String,
    /// What guides say, and what it is here.
    replaced: Vec<(String, String)>,
}

impl Shell {
    /// Starts a shell whose servers listen at an address that is free. Answers nothing where something
    /// is missing that guides use.
    pub(super) fn start(environment: &[(&str, &Path)]) -> Option<Self> {
        for program in ["bash", "curl", "jq", "openssl"] {
            if !is_installed(program) {
                crate::skipped(&format!("there is no {program}"));
                return None;
            }
        }
        let Some(server) = example("netbox_server") else {
            crate::skipped("the example netbox_server is not built");
            return None;
        };
        let folder = checkout();
        let address = lasting_address();
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc"]).current_dir(folder.path()).process_group(0);
        for variable in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NETBOX_TOKEN"] {
            bash.env_remove(variable);
        }
        let path = format!(
            "{}:{}",
            folder.path().join(BUILT).display(),
            env::var("PATH").unwrap_or_default()
        );
        bash.env("EXAMPLES", server.parent().expect("an example has a folder"))
            .env("PATH", path)
            .env("LISTEN", &address)
            .env("XDG_CACHE_HOME", folder.path().join("cache"))
            .env("END", END)
            .envs(environment.iter().copied());
        let mut bash =
            bash.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("bash starts");
        let stdin = bash.stdin.take().expect("a pipe");
        let stdout = BufReader::new(bash.stdout.take().expect("a pipe"));
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| send.send(line))
        });
        let replaced = vec![(String::from("127.0.0.1:8080"), address.clone())];
        let mut shell = Self { bash, stdin, lines, folder, address, replaced };
        shell.send(PRELUDE);
        Some(shell)
    }

    /// Has something else stand for what guides say.
    pub(super) fn replace(&mut self, of_guide: &str, here: &str) {
        self.replaced.push((of_guide.to_owned(), here.to_owned()));
    }

    /// A text of a guide, with what it is here.
    pub(super) fn here(&self, text: &str) -> String {
        let replaced = self.replaced.iter();
        replaced.fold(text.to_owned(), |text, (of_guide, here)| text.replace(of_guide, here))
    }

    /// Runs a block, each command of which has to succeed, and answers what it said.
    #[track_caller]
    pub(super) fn run(&mut self, block: &str) -> String {
        let block = self.here(block);
        self.write("block.sh", &block);
        self.send("block\n");
        let mut said = Vec::new();
        loop {
            let line = self.lines.recv_timeout(LIMIT);
            let line =
                line.unwrap_or_else(|_| panic!("it does not end, after {said:#?}:\n{block}"));
            match line.strip_prefix(END) {
                Some(failed) if failed.trim() == "no" => break,
                Some(_) => panic!("{block}said {said:#?}\n{}", self.read("block.err")),
                None => said.push(line),
            }
        }
        said.join("\n").trim().to_owned()
    }

    /// Sets a variable.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.send(&format!("{name}='{value}'\n"));
    }

    /// Writes a file of a guide.
    pub(super) fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), self.here(text)).expect("the file is written");
    }

    /// Reads a file.
    #[track_caller]
    pub(super) fn read(&self, file: &str) -> String {
        let text = fs::read_to_string(self.path(file));
        text.unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// A file in the folder of the shell.
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// What the server said of an access token that it made.
    #[track_caller]
    pub(super) fn token_of_server(&self) -> String {
        let said = self.read("server.said");
        let token = said.lines().map(str::trim).find(|line| line.starts_with("mcpd_"));
        token.unwrap_or_else(|| panic!("no token: {said}")).to_owned()
    }

    /// The address of the endpoint.
    pub(super) fn endpoint(&self) -> String {
        format!("http://{}/api/mcp", self.address)
    }

    fn send(&mut self, text: &str) {
        self.stdin.write_all(text.as_bytes()).expect("bash reads");
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        // Whatever it started is of its group.
        let kill = format!("kill -s KILL -- -{}", self.bash.id());
        let _ = Command::new("sh").args(["-c", &kill]).status();
        let _ = self.bash.wait();
    }
}

/// Whether the file may be read by its owner alone.
pub(super) fn is_private(file: &Path) -> bool {
    let mode = fs::metadata(file).expect("the file").permissions().mode();
    mode & 0o777 == 0o600
}

/// A folder that looks like a clone of this repository in which the examples were built.
fn checkout() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    symlink(here.join("examples"), folder.path().join("examples")).expect("a link");
    // NetBox needs half a minute to write its document: catalogs are those of other tests.
    let catalogs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogs");
    fs::create_dir_all(&catalogs).expect("a folder");
    let cache = folder.path().join("cache");
    fs::create_dir(&cache).expect("a folder");
    symlink(catalogs, cache.join("mcp-dispatch")).expect("a link");

    let built = folder.path().join(BUILT);
    fs::create_dir_all(&built).expect("a folder");
    for name in ["netbox_server", "openapi_server"] {
        let path = built.join(name);
        File::create(&path)
            .and_then(|mut file| file.write_all(EXAMPLE.as_bytes()))
            .expect("a file");
        fs::set_permissions(&path, Permissions::from_mode(0o755)).expect("a program");
    }
    folder
}

fn is_installed(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Where cargo puts examples.
const BUILT: &str = "target/release/examples";

const PRELUDE: &str = include_str!("prelude.sh");
const EXAMPLE: &str = include_str!("example.sh");

/// What a block ends with.
const END: &str = "@@ the block ended; did a command fail:";

/// How long a block may take: NetBox may be busy with other tests.
const LIMIT: Duration = Duration::from_secs(600);
