//! What goes into a statement and comes out of it. There is no `NULL`.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::{ClientId, GrantId, SealedCredential, StoreError, Subject};
use crate::time::UnixTime;
use crate::token::TokenHash;

/// A value of a column.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number, a time, or whether something is so.
    Int(i64),
    /// A value as JSON.
    Text(String),
    /// A key, or what is sealed.
    Bytes(Vec<u8>),
}

/// A row of what was asked for.
#[derive(Debug)]
pub struct Row(pub(super) Vec<Value>);

impl Value {
    /// A value as JSON.
    pub(super) fn json(value: &impl Serialize) -> Result<Self, StoreError> {
        let json = serde_json::to_string(value);
        json.map(Self::Text).map_err(|source| StoreError::new("write a row").with_source(source))
    }

    /// The key of a name.
    pub(super) fn key(name: &str) -> Self {
        TokenHash::of(name).into()
    }

    /// The key of what may be absent.
    pub(super) fn key_or_none(name: Option<&str>) -> Self {
        name.map_or(Self::Bytes(Vec::new()), Self::key)
    }

    /// The last moment there is, where there is none.
    pub(super) fn time_or_never(time: Option<UnixTime>) -> Self {
        time.map_or(Self::Int(NEVER), Self::from)
    }

    /// A number, as large as fits.
    pub(super) fn number(n: usize) -> Self {
        Self::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

impl Row {
    /// The value that this column holds as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T, StoreError> {
        let Some(Value::Text(json)) = self.0.get(column) else { return Err(damaged()) };
        // What serde says may quote the row.
        serde_json::from_str(json).map_err(|source| damaged().with_source(source))
    }

    pub(super) fn int(&self, column: usize) -> Result<i64, StoreError> {
        match self.0.get(column) {
            Some(Value::Int(n)) => Ok(*n),
            _ => Err(damaged()),
        }
    }

    pub(super) fn is(&self, column: usize) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    pub(super) fn time(&self, column: usize) -> Result<Option<UnixTime>, StoreError> {
        let secs = self.int(column)?;
        Ok((secs != NEVER).then(|| UnixTime::from_secs(secs.unsigned_abs())))
    }

    pub(super) fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        match self.0.get(column) {
            Some(Value::Bytes(bytes)) => Ok(bytes.clone()),
            _ => Err(damaged()),
        }
    }

    pub(super) fn hash(&self, column: usize) -> Result<TokenHash, StoreError> {
        let hash = self.bytes(column)?.try_into();
        hash.map(TokenHash::from_bytes).map_err(|_| damaged())
    }
}

impl From<TokenHash> for Value {
    fn from(hash: TokenHash) -> Self {
        Self::Bytes(hash.as_bytes().to_vec())
    }
}

impl From<&ClientId> for Value {
    fn from(id: &ClientId) -> Self {
        Self::key(id.as_str())
    }
}

impl From<&GrantId> for Value {
    fn from(id: &GrantId) -> Self {
        Self::key(id.as_str())
    }
}

impl From<&Subject> for Value {
    fn from(subject: &Subject) -> Self {
        Self::key(subject.as_str())
    }
}

impl From<&SealedCredential> for Value {
    fn from(sealed: &SealedCredential) -> Self {
        Self::Bytes(sealed.as_bytes().to_vec())
    }
}

impl From<UnixTime> for Value {
    fn from(time: UnixTime) -> Self {
        Self::Int(i64::try_from(time.as_secs()).unwrap_or(NEVER))
    }
}

impl From<bool> for Value {
    fn from(is: bool) -> Self {
        Self::Int(is.into())
    }
}

fn damaged() -> StoreError {
    StoreError::new("read a row: it is not what this version writes")
}

const NEVER: i64 = i64::MAX;
