//! Catalogs on disk, so that a second start is instant.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use dispatch_core::Catalog;
use sha2::{Digest, Sha256};

use crate::{Error, Instance};

/// A folder of compiled catalogs, one for each NetBox, version, set of plugins and policy.
///
/// A catalog that cannot be read is no error: it is compiled again. One is never half-written: it
/// is moved into its place when it is whole, and only its owner can read it.
#[derive(Clone, Debug)]
pub struct CatalogStore {
    folder: PathBuf,
}

impl CatalogStore {
    /// Keeps catalogs in this folder, which is made when the first is kept.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The catalog of a NetBox at this address under this policy, if one is kept.
    #[must_use]
    pub fn load(&self, address: &str, instance: &Instance, policy: &str) -> Option<Catalog> {
        let path = self.path(address, instance, policy);
        let bytes = fs::read(&path).ok()?;
        match Catalog::load(&bytes) {
            Ok(catalog) => Some(catalog),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a kept catalog is compiled again");
                None
            }
        }
    }

    /// Keeps a catalog.
    ///
    /// # Errors
    ///
    /// Fails if the folder or the file cannot be written.
    pub fn save(
        &self,
        address: &str,
        instance: &Instance,
        policy: &str,
        catalog: &Catalog,
    ) -> Result<(), Error> {
        let path = self.path(address, instance, policy);
        write_whole(&path, &catalog.save()).map_err(|source| Error::Store { path, source })
    }

    fn path(&self, address: &str, instance: &Instance, policy: &str) -> PathBuf {
        let mut hash = Sha256::new();
        for part in [env!("CARGO_PKG_VERSION"), address, policy] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        for (plugin, version) in &instance.plugins {
            hash.update(format!("{plugin}={version}\n"));
        }
        let mut name = String::from("netbox-");
        name.extend(
            instance
                .version
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() || c == '.' || c == '-' { c } else { '_' }),
        );
        name.push('-');
        for byte in &hash.finalize()[..8] {
            // INVARIANT: writing to a string cannot fail.
            write!(name, "{byte:02x}").expect("a string takes any text");
        }
        self.folder.join(name + ".catalog.json")
    }
}

/// Writes a file so that it is either whole or not there, readable by its owner only.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".catalog").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
