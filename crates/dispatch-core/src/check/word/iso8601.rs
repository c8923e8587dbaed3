//! Days and times as ISO 8601 writes them. Its rarer forms pass unseen.

/// Whether a text is no day in any form.
pub(super) fn is_no_date(text: &str) -> bool {
    match text.as_bytes() {
        [year @ .., b'-', m1, m2, b'-', d1, d2] if year.len() == 4 => {
            !is_day(year, [*m1, *m2], [*d1, *d2])
        }
        // `20260131`, `2026W05`, `2026-W05`, `2026W051`, `2026-W05-6`.
        other => {
            let is_rare = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'W' | b'-');
            let has_week = other.contains(&b'W');
            let is_plain = other.len() == 8 && other.iter().all(u8::is_ascii_digit);
            !(is_plain || has_week && other.iter().all(is_rare))
        }
    }
}

/// Whether a text is no time in any form.
pub(super) fn is_no_datetime(text: &str) -> bool {
    let Some((day, rest)) = text.split_at_checked(10) else {
        return !text.starts_with(|c: char| c.is_ascii_digit());
    };
    match day.as_bytes() {
        [year @ .., b'-', m1, m2, b'-', d1, d2] if year.len() == 4 => {
            let mut rest = rest.chars();
            // Any one character may stand before the hour.
            let is_alone = rest.next().is_none();
            !is_day(year, [*m1, *m2], [*d1, *d2]) || !is_alone && is_no_time(rest.as_str())
        }
        _ => !day.starts_with(|c: char| c.is_ascii_digit()),
    }
}

/// Whether what follows the day is no time: `09`, `09:30`, `09:30:00.5`, each with or without `Z` or
/// `+02:00`.
fn is_no_time(text: &str) -> bool {
    let is_of_time = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | '+' | '-' | 'Z');
    if text.is_empty() || !text.chars().all(is_of_time) {
        return true;
    }
    let end = text.find(['+', '-', 'Z']).unwrap_or(text.len());
    let parts = text[..end].split([':', '.', ',']).zip([24, 59, 59]);
    parts.into_iter().any(|(part, most)| part.len() == 2 && digits(part.as_bytes()) > Some(most))
}

fn is_day(year: &[u8], month: [u8; 2], day: [u8; 2]) -> bool {
    let (Some(year), Some(month), Some(day)) = (digits(year), digits(&month), digits(&day)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let n_days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=n_days).contains(&day)
}

fn digits(bytes: &[u8]) -> Option<u32> {
    let is_number = bytes.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(bytes).ok().filter(|_| is_number)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{is_no_date, is_no_datetime};

    #[track_caller]
    fn check(text: &str, date: bool, datetime: bool) {
        assert_eq!((!is_no_date(text), !is_no_datetime(text)), (date, datetime), "{text}");
    }

    #[test]
    fn what_is_no_day_and_no_time_is_told() {
        check("2024-02-29", true, true);
        check("2023-02-29", false, false);
        check("2024-13-01", false, false);
        check("2024-1-1", false, true);
        check("20240131", true, true);
        check("2024-W05-6", true, true);
        check("2024-01-31T09:30", false, true);
        check("2024-01-31 09:30:00.250+02:00", false, true);
        check("2024-01-31T25:00", false, false);
        check("2024-01-31T09:61", false, false);
        check("2024-01-31T", false, false);
        check("2024-01-31 9 am", false, false);
        check("tomorrow", false, false);
        check("next monday at nine", false, false);
        check("31.01.2024", false, true);
        check("2024-01-3é", false, true);
    }
}
