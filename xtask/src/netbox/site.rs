//! NetBox itself: its Python environment, its settings, and how its programs are run.
//!
//! Where no Python is new enough, the environment is made in a minimal Debian 13 below the instance's
//! folder. Its programs then see other paths than we do; only this file knows.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::netbox::accounts;
use crate::steps::Steps;
use crate::{apt, command, python};

/// An installed NetBox.
pub(crate) struct Site {
    /// Where its files are, as we see them.
    home: PathBuf,
    /// The root its programs run in, where it is not ours.
    chroot: Option<PathBuf>,
    logs: PathBuf,
}

impl Site {
    /// Installs NetBox in `folder`, unless it is there.
    pub(crate) fn install(folder: &Path, logs: &Path, steps: &mut Steps) -> Result<Self> {
        let chroot = folder.join("debian");
        let mut site = Self { home: folder.to_owned(), chroot: None, logs: logs.to_owned() };
        if is_whole(&chroot, SUITE) {
            site = site.inside(chroot);
        } else if !is_whole(&site.environment(), &requirements()) {
            match python::find_for_netbox()? {
                Some(python) => return site.make_environment(&python, steps),
                None => {
                    make_debian(&chroot, logs, steps)?;
                    site = site.inside(chroot);
                }
            }
        }
        if !is_whole(&site.environment(), &requirements()) {
            site = site.make_environment(Path::new("/usr/bin/python3"), steps)?;
        }
        Ok(site)
    }

    /// Writes the settings; the ports are all that differs between two instances.
    pub(crate) fn configure(&self, ports: &str) -> Result<()> {
        let root = self.home.join("root");
        fs::create_dir_all(root.join("conf"))?;
        fs::write(root.join("ports.json"), ports)?;
        fs::write(root.join("conf/configuration.py"), CONFIGURATION)?;
        fs::write(root.join("accounts.json"), accounts::FILE)?;
        fs::write(root.join("database.py"), DATABASE)?;
        Ok(())
    }

    /// Makes a folder whose files NetBox can read; returns it as we see it, and as NetBox does.
    pub(crate) fn shared_folder(&self) -> Result<(PathBuf, PathBuf)> {
        let (ours, of_netbox) = (self.home.join("shared"), self.seen_from_inside().join("shared"));
        fs::create_dir_all(&ours)
            .with_context(|| format!("failed to create {}", ours.display()))?;
        Ok((ours, of_netbox))
    }

    /// Fills an empty database.
    pub(crate) fn fill_database(&self) -> Result<()> {
        let root = self.seen_from_inside().join("root");
        let mut python = self.program("python");
        python.arg(root.join("database.py")).arg(root.join("accounts.json"));
        command::run_logged(&mut python, &self.logs.join("database.log"))
    }

    /// Installs plugins, which are then all that NetBox starts with.
    pub(crate) fn set_plugins(&self, packages: &[String]) -> Result<()> {
        let home = self.seen_from_inside();
        if !packages.is_empty() {
            fs::write(self.home.join("override.txt"), OVERRIDE)?;
            let mut uv = self.enter(&home.join("venv/bin/uv"));
            uv.args(["pip", "install", "--quiet", "--python"]).arg(home.join("venv/bin/python"));
            uv.arg("--override").arg(home.join("override.txt"));
            uv.arg(format!("netbox=={VERSION}")).args(packages);
            command::run_logged(&mut uv, &self.logs.join("plugins.log"))?;
        }
        let modules: Vec<String> = packages
            .iter()
            .map(|package| package.split("==").next().unwrap_or_default().replace('-', "_"))
            .collect();
        let root = self.home.join("root");
        fs::write(root.join("plugins.json"), serde_json::to_string(&modules)?)?;
        fs::write(root.join("plugins.py"), PLUGINS).context("failed to write down the plugins")
    }

    /// Makes the tables that plugins need, beside those that are there.
    pub(crate) fn make_tables_of_plugins(&self) -> Result<()> {
        let mut python = self.program("python");
        python.arg(self.seen_from_inside().join("root/plugins.py"));
        command::run_logged(&mut python, &self.logs.join("plugins.log"))
    }

    /// Puts its style sheets where it looks for them when it draws, unless they are there.
    pub(crate) fn collect_static(&self) -> Result<bool> {
        if self.home.join("root/static/rack_elevation.css").exists() {
            return Ok(false);
        }
        let mut collect = self.program("netbox");
        collect.args(["collectstatic", "--noinput"]);
        command::run_logged(&mut collect, &self.logs.join("static.log"))?;
        Ok(true)
    }

    /// Returns a command that runs one of the environment's programs with NetBox's settings.
    pub(crate) fn program(&self, name: &str) -> Command {
        let home = self.seen_from_inside();
        let mut command = self.enter(&home.join("venv/bin").join(name));
        // What the caller's shell says of Python or Django must not reach NetBox.
        command.env_clear();
        command.env("PATH", env::var_os("PATH").unwrap_or_default());
        command.env("LC_ALL", "C.UTF-8");
        command.env("NETBOX_ROOT", home.join("root"));
        command.env("DJANGO_SETTINGS_MODULE", "netbox.settings");
        command
    }

    /// Returns the folder of the installed Python packages, as we see it.
    pub(crate) fn packages(&self) -> Result<PathBuf> {
        let lib = self.environment().join("lib");
        let folders =
            fs::read_dir(&lib).with_context(|| format!("failed to read {}", lib.display()))?;
        let mut packages = folders.flatten().map(|folder| folder.path().join("site-packages"));
        packages
            .find(|packages| packages.join("netbox").exists())
            .with_context(|| format!("no NetBox is installed in {}", lib.display()))
    }

    fn inside(self, chroot: PathBuf) -> Self {
        Self { home: chroot.join("srv"), chroot: Some(chroot), logs: self.logs }
    }

    fn environment(&self) -> PathBuf {
        self.home.join("venv")
    }

    fn make_environment(self, python: &Path, steps: &mut Steps) -> Result<Self> {
        let venv = self.environment();
        remove(&venv)?;
        fs::create_dir_all(&self.home)?;
        fs::write(self.home.join("override.txt"), OVERRIDE)?;

        let home = self.seen_from_inside();
        let log = self.logs.join("install.log");
        command::run_logged(self.enter(python).arg("-m").arg("venv").arg(home.join("venv")), &log)?;
        let mut pip = self.enter(&home.join("venv/bin/python"));
        command::run_logged(pip.args(["-m", "pip", "install", "--quiet", "uv"]), &log)?;
        let mut uv = self.enter(&home.join("venv/bin/uv"));
        uv.args(["pip", "install", "--quiet", "--python"]).arg(home.join("venv/bin/python"));
        uv.arg("--override").arg(home.join("override.txt")).arg(format!("netbox=={VERSION}"));
        command::run_logged(&mut uv, &log)?;
        mark_whole(&venv, &requirements())?;
        steps.done(&format!("installed netbox {VERSION} from PyPI on {}", python.display()));
        Ok(self)
    }

    fn enter(&self, program: &Path) -> Command {
        match &self.chroot {
            None => Command::new(program),
            Some(root) => {
                let mut command = Command::new("chroot");
                command.arg(root).arg(program);
                command
            }
        }
    }

    fn seen_from_inside(&self) -> PathBuf {
        let root = self.chroot.as_deref().and_then(|root| self.home.strip_prefix(root).ok());
        root.map_or_else(|| self.home.clone(), |below| Path::new("/").join(below))
    }
}

/// Makes a minimal Debian with a Python that is new enough.
fn make_debian(root: &Path, logs: &Path, steps: &mut Steps) -> Result<()> {
    if !apt::is_root()? {
        bail!(
            "NetBox {VERSION} needs Python 3.12 or newer, and there is none: install one (root could \
             make a Debian {SUITE} for it instead)"
        );
    }
    if command::find("debootstrap").is_none() {
        apt::install(&["debootstrap"])?;
    }
    println!("there is no Python 3.12 or newer: making a Debian {SUITE} in {}", root.display());
    remove(root)?;
    let mut debootstrap = Command::new("debootstrap");
    debootstrap.args(["--variant=minbase", DEBIAN_PACKAGES, SUITE]).arg(root);
    command::run_logged(&mut debootstrap, &logs.join("debootstrap.log"))?;
    // The registries are reached by the names and the certificates of this machine.
    for file in ["etc/resolv.conf", "etc/hosts", "etc/ssl/certs/ca-certificates.crt"] {
        let ours = Path::new("/").join(file);
        if ours.exists() {
            fs::copy(&ours, root.join(file)).with_context(|| format!("failed to copy /{file}"))?;
        }
    }
    fs::set_permissions(root.join("tmp"), fs::Permissions::from_mode(0o1777))?;
    mark_whole(root, SUITE)?;
    steps.done(&format!("made a Debian {SUITE} for its Python"));
    Ok(())
}

/// Returns whether a folder was finished, and from the same recipe.
fn is_whole(folder: &Path, recipe: &str) -> bool {
    fs::read_to_string(folder.join(WHOLE)).is_ok_and(|made_from| made_from == recipe)
}

fn mark_whole(folder: &Path, recipe: &str) -> Result<()> {
    fs::write(folder.join(WHOLE), recipe)
        .with_context(|| format!("failed to mark {} as whole", folder.display()))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("failed to remove {}", folder.display()))?;
    }
    Ok(())
}

fn requirements() -> String {
    format!("netbox=={VERSION} {OVERRIDE}")
}

/// The NetBox that is installed.
pub(crate) const VERSION: &str = "4.7.3";
/// NetBox asks for psycopg's C sources; the ready-built ones do the same without a compiler.
const OVERRIDE: &str = "psycopg[binary,pool]==3.3.6\n";
const SUITE: &str = "trixie";
const DEBIAN_PACKAGES: &str = "--include=python3,python3-venv,python3-pip,ca-certificates,libpq5";
const WHOLE: &str = ".whole";
const PLUGINS: &str = include_str!("../../netbox/plugins.py");
const CONFIGURATION: &str = include_str!("../../netbox/configuration.py");
/// Fills a database; the instance makes a new one when this text changes.
pub(crate) const DATABASE: &str = include_str!("../../netbox/database.py");
