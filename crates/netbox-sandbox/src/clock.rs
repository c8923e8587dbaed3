//! Time is an argument: the sandbox asks the [`Clock`] it was given.

use std::{
    fmt::{self, Debug, Formatter},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Where the sandbox gets the time from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock that asks a function.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// A clock that stands still, for reproducible tests. What the sandbox stamps still differs
    /// from write to write, by a microsecond, so that ETags change.
    pub fn fixed(at: SystemTime) -> Self {
        Self::new(move || at)
    }

    /// The operating system's clock.
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    pub(crate) fn micros(&self) -> i64 {
        let since = (self.0)().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
    }
}

impl Debug for Clock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Writes microseconds since 1970 as NetBox does: `2026-11-22T06:47:51.646428Z`.
pub(crate) fn rfc3339(micros: i64) -> String {
    let (seconds, micros) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// The day of the Gregorian calendar (Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Whether a text is a date of the form `YYYY-MM-DD`.
pub(crate) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let part = bytes.get(range)?;
        part.iter().all(u8::is_ascii_digit).then_some(())?;
        Some(part.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' && (1..=last).contains(&day)
}

/// Brings a date and time to the form that is stored, or tells that it is none.
pub(crate) fn date_time(text: &str) -> Option<String> {
    let (date, time) = match text.split_at_checked(10) {
        Some((date, "")) => (date, "00:00:00"),
        Some((date, rest)) => (date, rest.strip_prefix(['T', ' '])?),
        None => return None,
    };
    let time = time.strip_suffix('Z').or_else(|| time.strip_suffix("+00:00")).unwrap_or(time);
    let mut parts = time.splitn(3, ':');
    let hour: u32 = parts.next()?.parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let second = parts.next().unwrap_or("00");
    let whole: u32 = second.split('.').next()?.parse().ok()?;
    let legal = is_date(date)
        && hour < 24
        && minute < 60
        && whole < 60
        && second.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    legal.then(|| format!("{date}T{hour:02}:{minute:02}:{second}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_read_like_netbox() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_795_330_071_646_428), "2026-11-22T06:47:51.646428Z");
        assert_eq!(rfc3339(951_782_400_000_000), "2000-02-29T00:00:00Z");
    }

    #[test]
    fn dates_are_checked() {
        for (text, legal) in [
            ("2024-02-29", true),
            ("2023-02-29", false),
            ("2023-13-01", false),
            ("2023-1-01", false),
            ("not a date", false),
            ("", false),
        ] {
            assert_eq!(is_date(text), legal, "{text}");
        }
        assert_eq!(date_time("2024-02-29").as_deref(), Some("2024-02-29T00:00:00Z"));
        assert_eq!(date_time("2024-02-29T10:20:30Z").as_deref(), Some("2024-02-29T10:20:30Z"));
        assert_eq!(date_time("2024-02-29T25:00:00Z"), None);
        assert_eq!(date_time("notadate"), None);
    }
}
