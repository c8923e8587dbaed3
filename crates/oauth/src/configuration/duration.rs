use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error as _};

use crate::error::Error;

/// A time that is written with its unit: `30s`, `15m`, `8h`, `90d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenDuration(pub Duration);

impl WrittenDuration {
    /// Reads a time.
    ///
    /// # Errors
    ///
    /// Fails unless it is a number above 0 with one of the units `s`, `m`, `h` and `d`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];
        let seconds = units.into_iter().find_map(|(unit, seconds)| {
            let number = text.strip_suffix(unit)?;
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse::<u64>().ok().filter(|_| is_number)?.checked_mul(seconds)
        });
        match seconds {
            // A hundred years, which is meant for ever.
            Some(seconds @ 1..=3_155_760_000) => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(Error::access(format!("{text:?} is no time such as 30s, 15m, 8h or 90d"))),
        }
    }
}

impl<'de> Deserialize<'de> for WrittenDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|_| {
            D::Error::custom(format!("{text:?} is no time such as 30s, 15m, 8h or 90d"))
        })
    }
}
