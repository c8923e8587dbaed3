//! The PostgreSQL cluster: this machine's binaries, our own data and port.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{apt, command};

/// A database cluster with one database of interest.
pub(crate) struct Postgres {
    binaries: PathBuf,
    /// Holds the cluster, and belongs to its owner.
    home: PathBuf,
    /// Whom the server runs as, where it is not us: it refuses to run as root.
    owner: Option<Owner>,
    logs: PathBuf,
}

#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

impl Postgres {
    /// Finds the binaries, installing them where they are missing, and the place for the cluster.
    pub(crate) fn locate(folder: &Path, logs: &Path) -> Result<Self> {
        let binaries = match find_binaries() {
            Some(binaries) => binaries,
            None => {
                apt::install(&["postgresql"])?;
                find_binaries().context("failed to find PostgreSQL 15 or newer once installed")?
            }
        };
        let owner = if apt::is_root()? { Some(find_owner()?) } else { None };
        let home = match owner {
            Some(owner) if !owner.can_enter(folder) => outside(folder),
            _ => folder.join("postgres"),
        };
        Ok(Self { binaries, home, owner, logs: logs.to_owned() })
    }

    /// Returns where the cluster is.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Makes the cluster, unless it is there.
    pub(crate) fn create_cluster(&self) -> Result<()> {
        if self.data().exists() {
            return Ok(());
        }
        let unfinished = self.home.join("unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir_all(&self.home)?;
        if let Some(Owner { user, group }) = self.owner {
            chown(&self.home, Some(user), Some(group))?;
        }
        let mut initdb = self.command("initdb");
        initdb.arg("-D").arg(&unfinished).args(["-U", SUPERUSER, "-A", "trust"]);
        initdb.args(["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]);
        command::run_logged(&mut initdb, &self.logs.join("initdb.log"))?;
        fs::rename(&unfinished, self.data()).context("failed to put the new cluster in place")
    }

    /// Removes the cluster.
    pub(crate) fn remove_cluster(&self) -> Result<()> {
        if self.home.exists() {
            fs::remove_dir_all(&self.home)
                .with_context(|| format!("failed to remove {}", self.home.display()))?;
        }
        Ok(())
    }

    /// Returns whether the server runs.
    pub(crate) fn is_running(&self) -> bool {
        self.data().exists()
            && command::succeeds(self.command("pg_ctl").arg("status").arg("-D").arg(self.data()))
    }

    /// Starts the server.
    pub(crate) fn start(&self, port: u16) -> Result<()> {
        // What a crash would lose is test data. No socket file: its path could be too long for one.
        let options = format!(
            "-p {port} -h 127.0.0.1 -c unix_socket_directories= -c fsync=off \
             -c synchronous_commit=off -c full_page_writes=off"
        );
        let mut pg_ctl = self.command("pg_ctl");
        pg_ctl.arg("start").arg("-D").arg(self.data()).args(["-w", "-t", "60", "-o", &options]);
        pg_ctl.arg("-l").arg(self.log());
        command::run_logged(&mut pg_ctl, &self.logs.join("pg_ctl.log"))
            .with_context(|| format!("failed to start PostgreSQL, see {}", self.log().display()))
    }

    /// Stops the server.
    pub(crate) fn stop(&self) -> Result<()> {
        if !self.is_running() {
            return Ok(());
        }
        let mut pg_ctl = self.command("pg_ctl");
        pg_ctl.arg("stop").arg("-D").arg(self.data()).args(["-w", "-t", "60", "-m", "fast"]);
        command::run_logged(&mut pg_ctl, &self.logs.join("pg_ctl.log"))
    }

    /// Makes an empty database for NetBox in place of whatever is there.
    pub(crate) fn create_database(&self, port: u16) -> Result<()> {
        self.sql(port, &["DROP DATABASE IF EXISTS netbox WITH (FORCE)"])?;
        self.sql(port, &["DROP ROLE IF EXISTS netbox", "CREATE ROLE netbox LOGIN"])?;
        self.sql(port, &["CREATE DATABASE netbox OWNER netbox"])
    }

    /// Makes an empty database for tests in place of whatever is there; returns its address.
    pub(crate) fn create_scratch(&self, port: u16) -> Result<String> {
        self.sql(port, &["DROP DATABASE IF EXISTS scratch WITH (FORCE)"])?;
        self.sql(port, &["CREATE DATABASE scratch"])?;
        Ok(format!("postgres://{SUPERUSER}@127.0.0.1:{port}/scratch"))
    }

    /// Writes the database to a file.
    pub(crate) fn dump(&self, port: u16, file: &Path) -> Result<()> {
        let mut dump = self.client("pg_dump", port, "netbox");
        dump.args(["--format=custom", "--no-owner", "--no-privileges"]);
        dump.arg("--file").arg(file).arg("netbox");
        command::output(&mut dump)?;
        Ok(())
    }

    /// Replaces the database by the one in a file; if that fails, nothing has changed.
    pub(crate) fn restore(&self, port: u16, file: &Path) -> Result<()> {
        self.sql(port, &["DROP DATABASE IF EXISTS restored WITH (FORCE)"])?;
        self.sql(port, &["CREATE DATABASE restored OWNER netbox"])?;
        let mut restore = self.client("pg_restore", port, "netbox");
        // It is mostly indexes, which are made side by side.
        restore.args(["--exit-on-error", "--no-owner", "--jobs=3", "--dbname=restored"]).arg(file);
        command::output(&mut restore)?;
        self.sql(port, &["DROP DATABASE IF EXISTS netbox WITH (FORCE)"])?;
        self.sql(port, &["ALTER DATABASE restored RENAME TO netbox"])
    }

    /// Returns what a query of NetBox's database answers, a row a line.
    pub(crate) fn query(&self, port: u16, query: &str) -> Result<String> {
        let mut psql = self.client("psql", port, "netbox");
        command::output(psql.args(["-X", "-q", "-A", "-t", "-d", "netbox", "-c", query]))
    }

    /// Returns the statements that make the tables of NetBox's database.
    pub(crate) fn schema(&self, port: u16) -> Result<String> {
        let mut dump = self.client("pg_dump", port, "netbox");
        dump.args(["--schema-only", "--no-owner", "--no-privileges", "netbox"]);
        command::output(&mut dump)
    }

    fn sql(&self, port: u16, statements: &[&str]) -> Result<()> {
        let mut psql = self.client("psql", port, SUPERUSER);
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"]);
        for statement in statements {
            psql.args(["-c", statement]);
        }
        command::output(&mut psql)?;
        Ok(())
    }

    /// Returns a client program; it runs as us, so that it can read and write our files.
    fn client(&self, program: &str, port: u16, user: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", user]);
        command
    }

    /// Returns a server program; it runs as the cluster's owner, with nothing of our environment.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("LC_ALL", "C.UTF-8");
        if let Some(owner) = self.owner {
            owner.run(&mut command);
            // A working folder that the owner may not enter is an error to these programs.
            command.current_dir(if self.home.exists() { &self.home } else { Path::new("/") });
        }
        command
    }

    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn log(&self) -> PathBuf {
        self.home.join("server.log")
    }
}

impl Owner {
    fn run(self, command: &mut Command) {
        command.uid(self.user).gid(self.group);
    }

    fn can_enter(self, folder: &Path) -> bool {
        let mut test = Command::new("test");
        test.arg("-x").arg(folder).current_dir("/");
        self.run(&mut test);
        command::succeeds(&mut test)
    }
}

/// Finds the newest server, where Debian puts it or on the search path.
fn find_binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .filter(|(version, folder)| *version >= OLDEST && folder.join("initdb").exists())
        .collect();
    versions.sort();
    let debian = versions.pop().map(|(_, folder)| folder);
    debian.or_else(|| Some(command::find("initdb")?.parent()?.to_owned()))
}

/// Finds the user that Debian's package makes.
fn find_owner() -> Result<Owner> {
    let users = fs::read_to_string("/etc/passwd").context("failed to read /etc/passwd")?;
    for line in users.lines() {
        if let [name, _, user, group, ..] = line.split(':').collect::<Vec<_>>()[..]
            && name == SUPERUSER
        {
            return Ok(Owner { user: user.parse()?, group: group.parse()? });
        }
    }
    bail!("PostgreSQL does not run as root, and there is no user `{SUPERUSER}` to run it as");
}

/// Returns a place for the cluster of an instance whose own folder its owner may not enter.
fn outside(folder: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    Path::new("/var/tmp").join(format!("mcp-dispatch-postgres-{:016x}", hasher.finish()))
}

const SUPERUSER: &str = "postgres";
/// The oldest release that NetBox 4.7 works with.
const OLDEST: u32 = 15;
