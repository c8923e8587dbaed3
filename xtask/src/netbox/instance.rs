//! One NetBox with everything it needs, in one folder.

use std::convert::Infallible;
use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::netbox::accounts::{self, Accounts};
use crate::netbox::daemon::Daemon;
use crate::netbox::postgres::Postgres;
use crate::netbox::site::{self, Site};
use crate::netbox::{fingerprint, redis, server};
use crate::steps::Steps;
use crate::workspace;

/// The instance of this checkout; while this value lives, no other process works on it.
pub(crate) struct Instance {
    folder: PathBuf,
    logs: PathBuf,
    redis: Daemon,
    server: Daemon,
    worker: Daemon,
    _lock: File,
}

/// What to bring up.
pub(crate) struct UpOptions {
    /// The port NetBox listens on, if not any.
    pub(crate) port: Option<u16>,
    /// Whether background jobs run.
    pub(crate) worker: bool,
}

/// Whether there was nothing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasUp {
    /// It ran already.
    Yes,
    /// Something had to be started.
    No,
}

/// Where the parts listen, on loopback.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Ports {
    http: u16,
    postgres: u16,
    redis: u16,
}

impl Instance {
    /// Opens the folder that the environment names, or the one below `target`.
    pub(crate) fn open() -> Result<Self> {
        let folder = match env::var_os("MCP_DISPATCH_NETBOX_DIR") {
            Some(folder) => workspace::root().join(folder),
            None => workspace::target().join("netbox"),
        };
        Self::open_in(folder)
    }

    /// Opens a folder.
    pub(crate) fn open_in(folder: PathBuf) -> Result<Self> {
        let logs = folder.join("run");
        fs::create_dir_all(&logs)
            .with_context(|| format!("failed to create {}", logs.display()))?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock().with_context(|| format!("failed to lock {}", folder.display()))?;
        Ok(Self {
            redis: Daemon::new(&logs, "redis"),
            server: Daemon::new(&logs, "server"),
            worker: Daemon::new(&logs, "worker"),
            folder,
            logs,
            _lock: lock,
        })
    }

    /// Returns the file that tells tests the address and the tokens.
    pub(crate) fn access_file(&self) -> PathBuf {
        self.folder.join("access.json")
    }

    /// Returns where NetBox listens.
    pub(crate) fn url(&self) -> Result<String> {
        let Ports { http, .. } = self.ports().context("NetBox was never up")?;
        Ok(format!("http://127.0.0.1:{http}"))
    }

    /// Returns whether the API answers.
    pub(crate) fn answers(&self) -> bool {
        let token = Accounts::load().and_then(|accounts| accounts.token(TOKEN));
        match (self.ports(), token) {
            (Some(ports), Ok(token)) if self.server.pid().is_some() => {
                server::answers(ports.http, &token)
            }
            _ => false,
        }
    }

    /// Starts whatever does not run yet, and makes what it needs.
    pub(crate) fn up(&self, options: &UpOptions) -> Result<WasUp> {
        let same_port = match (options.port, self.ports()) {
            (Some(wanted), Some(ports)) => wanted == ports.http,
            _ => true,
        };
        let mut steps = Steps::start();
        if same_port && self.redis.pid().is_some() && self.answers() {
            let site = Site::install(&self.folder, &self.logs, &mut steps)?;
            self.write_access_file(&site)?;
            if options.worker && self.worker.pid().is_none() {
                self.start_worker(&site, &mut steps)?;
            }
            return Ok(WasUp::Yes);
        }

        let site = Site::install(&self.folder, &self.logs, &mut steps)?;
        let postgres = Postgres::locate(&self.folder, &self.logs)?;
        // NetBox keeps the addresses it started with, so it is started last, and anew.
        self.worker.stop()?;
        self.server.stop()?;
        let ports = self.choose_ports(options.port, postgres.is_running())?;
        self.save_ports(ports)?;
        site.configure(&serde_json::to_string(&ports)?)?;

        self.start_stores(&postgres, ports)?;
        steps.done("PostgreSQL and Redis are up");
        if self.fill_database(&site, &postgres, ports)? {
            steps.done("created the database");
        }
        if site.collect_static()? {
            steps.done("collected its style sheets");
        }
        self.write_access_file(&site)?;
        let token = Accounts::load()?.token(TOKEN)?;
        server::start(&site, &self.server, ports.http, &token)?;
        steps.done(&format!("NetBox {} answers at {}", site::VERSION, self.url()?));
        if options.worker {
            self.start_worker(&site, &mut steps)?;
        }
        steps.finish("netbox up");
        Ok(WasUp::No)
    }

    /// Stops everything.
    pub(crate) fn down(&self) -> Result<()> {
        self.worker.stop()?;
        self.server.stop()?;
        self.redis.stop()?;
        if self.ports().is_some() {
            Postgres::locate(&self.folder, &self.logs)?.stop()?;
        }
        println!("NetBox is down");
        Ok(())
    }

    /// Returns each part with what it is doing.
    pub(crate) fn parts(&self) -> Result<Vec<(&'static str, String)>> {
        let Some(ports) = self.ports() else {
            return Ok(Vec::new());
        };
        let postgres = Postgres::locate(&self.folder, &self.logs)?;
        let runs = |daemon: &Daemon| match daemon.pid() {
            Some(pid) => format!("runs as process {pid}"),
            None => "is down".to_owned(),
        };
        let cluster = if postgres.is_running() { "runs" } else { "is down" };
        Ok(vec![
            ("server", format!("{}, port {}", runs(&self.server), ports.http)),
            ("worker", runs(&self.worker)),
            ("redis", format!("{}, port {}", runs(&self.redis), ports.redis)),
            (
                "postgres",
                format!("{cluster}, port {}, {}", ports.postgres, postgres.home().display()),
            ),
        ])
    }

    /// Writes the database to a file.
    pub(crate) fn dump(&self, file: &Path) -> Result<()> {
        let (postgres, ports) = self.running_postgres()?;
        postgres.dump(ports.postgres, file)?;
        println!("dumped the database to {}", file.display());
        Ok(())
    }

    /// Replaces the database by the one in a file.
    pub(crate) fn restore(&self, file: &Path) -> Result<()> {
        let mut steps = Steps::start();
        let (postgres, ports) = self.running_postgres()?;
        postgres.restore(ports.postgres, file)?;
        if self.redis.pid().is_some() {
            redis::forget_configuration(ports.redis)?;
        }
        if self.server.pid().is_some() {
            // Its workers remember rows of the database that is gone, so it starts new ones.
            self.server.reload();
            let token = Accounts::load()?.token(TOKEN)?;
            self.server.wait_until(server::LIMIT, || server::answers(ports.http, &token))?;
        }
        steps.done(&format!("restored the database from {}", file.display()));
        Ok(())
    }

    /// Brings the database back to what it was when it was made.
    pub(crate) fn reset(&self) -> Result<()> {
        let file = self.fresh_file();
        if !file.exists() {
            // An instance from before such a copy was kept.
            let (postgres, ports) = self.running_postgres()?;
            let site = Site::install(&self.folder, &self.logs, &mut Steps::start())?;
            self.make_database(&site, &postgres, ports)?;
        }
        self.restore(&file)
    }

    /// Prints what tells a NetBox that was touched from one that was not.
    pub(crate) fn fingerprint(&self) -> Result<()> {
        let (postgres, ports) = self.running_postgres()?;
        let site = Site::install(&self.folder, &self.logs, &mut Steps::start())?;
        println!("{}", fingerprint::of_package(&site.packages()?)?);
        println!("{}", fingerprint::of_database(&postgres, ports.postgres)?);
        Ok(())
    }

    /// Runs NetBox with these plugins, and with no others.
    pub(crate) fn use_plugins(&self, packages: &[String]) -> Result<()> {
        let site = Site::install(&self.folder, &self.logs, &mut Steps::start())?;
        site.set_plugins(packages)?;
        let worker = self.worker.pid().is_some();
        self.worker.stop()?;
        // It reads its settings when it starts.
        self.server.stop()?;
        self.up(&UpOptions { port: None, worker })?;
        site.make_tables_of_plugins()?;
        println!("NetBox runs with {} plugins", packages.len());
        Ok(())
    }

    /// Becomes another server of the same NetBox at a port, which nothing of ours stops.
    pub(crate) fn become_another_server(&self, port: u16) -> Result<Infallible> {
        let site = Site::install(&self.folder, &self.logs, &mut Steps::start())?;
        Err(server::command(&site, port).exec()).context("failed to start gunicorn")
    }

    /// Makes an empty database beside NetBox's, for tests of other stores; returns its address.
    pub(crate) fn scratch_database(&self) -> Result<String> {
        let (postgres, ports) = self.running_postgres()?;
        postgres.create_scratch(ports.postgres)
    }

    fn running_postgres(&self) -> Result<(Postgres, Ports)> {
        let postgres = Postgres::locate(&self.folder, &self.logs)?;
        match self.ports() {
            Some(ports) if postgres.is_running() => Ok((postgres, ports)),
            _ => bail!("the database is not running; `cargo xtask netbox up` starts it"),
        }
    }

    fn start_stores(&self, postgres: &Postgres, ports: Ports) -> Result<()> {
        // A cluster outside our folder can be older than it, and then belongs to nobody.
        if !self.recipe_file().exists() && !postgres.is_running() {
            postgres.remove_cluster()?;
        }
        postgres.create_cluster()?;
        if !postgres.is_running() {
            postgres.start(ports.postgres)?;
        }
        if self.redis.pid().is_none() {
            redis::start(&self.redis, ports.redis)?;
        }
        Ok(())
    }

    fn start_worker(&self, site: &Site, steps: &mut Steps) -> Result<()> {
        let Ports { http, .. } = self.ports().context("NetBox was never up")?;
        server::start_worker(site, &self.worker, http, &Accounts::load()?.token(TOKEN)?)?;
        steps.done("its background worker is up");
        Ok(())
    }

    /// Makes the database, unless the one that is there is whole and from the same recipe.
    fn fill_database(&self, site: &Site, postgres: &Postgres, ports: Ports) -> Result<bool> {
        let recipe = [site::VERSION, site::DATABASE, accounts::FILE].concat();
        if fs::read_to_string(self.recipe_file()).is_ok_and(|made_from| made_from == recipe) {
            return Ok(false);
        }
        self.make_database(site, postgres, ports)?;
        fs::write(self.recipe_file(), recipe)?;
        Ok(true)
    }

    fn make_database(&self, site: &Site, postgres: &Postgres, ports: Ports) -> Result<()> {
        postgres.create_database(ports.postgres)?;
        site.fill_database()?;
        postgres.dump(ports.postgres, &self.fresh_file())
    }

    /// Where the database is kept as it was when it was made.
    fn fresh_file(&self) -> PathBuf {
        self.folder.join("fresh.dump")
    }

    fn recipe_file(&self) -> PathBuf {
        self.folder.join("database.recipe")
    }

    /// Keeps the ports of last time where they are ours or free.
    fn choose_ports(&self, http: Option<u16>, postgres_runs: bool) -> Result<Ports> {
        let last = self.ports().unwrap_or_default();
        Ok(Ports {
            http: match http {
                Some(port) => port,
                None => free_or_any(last.http)?,
            },
            postgres: if postgres_runs { last.postgres } else { free_or_any(last.postgres)? },
            redis: if self.redis.pid().is_some() { last.redis } else { free_or_any(last.redis)? },
        })
    }

    fn ports(&self) -> Option<Ports> {
        serde_json::from_slice(&fs::read(self.ports_file()).ok()?).ok()
    }

    fn save_ports(&self, ports: Ports) -> Result<()> {
        fs::write(self.ports_file(), serde_json::to_vec(&ports)?)
            .context("failed to write down the ports")
    }

    fn ports_file(&self) -> PathBuf {
        self.folder.join("ports.json")
    }

    fn write_access_file(&self, site: &Site) -> Result<()> {
        let accounts = Accounts::load()?;
        let (shared, shared_in_netbox) = site.shared_folder()?;
        let mut access = Map::new();
        access.insert("url".to_owned(), json!(self.url()?));
        access.insert("version".to_owned(), json!(site::VERSION));
        access.insert("password".to_owned(), json!(accounts.password()));
        access.insert("shared".to_owned(), json!(shared));
        access.insert("shared_in_netbox".to_owned(), json!(shared_in_netbox));
        for name in accounts.names() {
            access.insert(name.to_owned(), json!(accounts.token(name)?));
        }
        let text = serde_json::to_string_pretty(&Value::Object(access))?;
        fs::write(self.access_file(), text + "\n").context("failed to write the access file")
    }
}

/// Returns a port if nobody listens on it, else any free one. Port 0 asks for any.
fn free_or_any(port: u16) -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .or_else(|_| TcpListener::bind(("127.0.0.1", 0)))
        .context("failed to find a free port")?;
    Ok(listener.local_addr()?.port())
}

/// The token our own requests use.
const TOKEN: &str = "admin_v2";
