//! What shows that NetBox itself was not touched: its installed files, its migrations, its tables.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::netbox::postgres::Postgres;
use crate::netbox::site::VERSION;

/// Compares every installed file with what its package says of it.
pub(crate) fn of_package(packages: &Path) -> Result<String> {
    let record = packages.join(format!("netbox-{VERSION}.dist-info/RECORD"));
    let text = fs::read_to_string(&record)
        .with_context(|| format!("failed to read {}", record.display()))?;
    let mut n_files = 0;
    let mut of_all = Sha256::new();
    for (file, expected) in text.lines().filter_map(entry) {
        let path = packages.join(file);
        let bytes =
            fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(bytes));
        if hash != expected {
            bail!("{} is not what NetBox's package brought", path.display());
        }
        of_all.update(hash);
        n_files += 1;
    }
    Ok(format!("package    {n_files} files as installed, sha256 {}", hex(of_all)))
}

/// Hashes the table of migrations, and the statements that make the tables.
pub(crate) fn of_database(postgres: &Postgres, port: u16) -> Result<String> {
    let query = "SELECT app, name FROM django_migrations ORDER BY app, name";
    let migrations = postgres.query(port, query)?;
    let schema = postgres.schema(port)?;
    // The commands to psql hold a random word.
    let schema: Vec<&str> = schema.lines().filter(|line| !line.starts_with('\\')).collect();
    let hash = |text: &str| hex(Sha256::new_with_prefix(text));
    Ok(format!(
        "migrations {} rows, sha256 {}\nschema     {} lines, sha256 {}",
        migrations.lines().count(),
        hash(&migrations),
        schema.len(),
        hash(&schema.join("\n")),
    ))
}

/// A line of a package's list: a file, and its hash where it has one.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (rest, _size) = line.rsplit_once(',')?;
    let (file, hash) = rest.rsplit_once(',')?;
    Some((file.trim_matches('"'), hash.strip_prefix("sha256=")?))
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[track_caller]
    fn check(line: &str, expected: Option<(&str, &str)>) {
        assert_eq!(entry(line), expected);
    }

    #[test]
    fn files_without_a_hash_are_left_out() {
        check("netbox/wsgi.py,sha256=abc-_,120", Some(("netbox/wsgi.py", "abc-_")));
        check("\"netbox/a,b.py\",sha256=abc,1", Some(("netbox/a,b.py", "abc")));
        check("netbox/__pycache__/wsgi.cpython-313.pyc,,", None);
        check("netbox-4.7.3.dist-info/RECORD,,", None);
    }
}
