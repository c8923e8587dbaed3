//! What is said of a failure: enough to mend it, and nothing of a row or an address.

use super::StoreError;

/// Says what failed and, of what the library says, what holds no value.
pub(super) fn failed(what: &str, source: sqlx::Error) -> StoreError {
    let why = match &source {
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Tls(_) => "no TLS connection could be made".to_owned(),
        sqlx::Error::PoolTimedOut => "no connection could be had in time".to_owned(),
        sqlx::Error::Database(error) => match error.code() {
            Some(code) => format!("the database says error {code}"),
            None => "the database refuses".to_owned(),
        },
        _ => "the connection is of no use".to_owned(),
    };
    StoreError::new(format!("{what}: {why}")).with_source(source)
}
