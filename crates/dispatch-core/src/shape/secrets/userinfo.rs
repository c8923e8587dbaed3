//! Credentials in URLs: the userinfo (RFC 3986, section 3.2.1), masked whole, since a token is often
//! written in the place of a user's name.

use std::ops::Range;

use serde_json::Value;

use super::MASK;

/// Masks the credentials in every URL that a value is or holds.
pub(super) fn mask(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(place) = place(text) {
                text.replace_range(place, MASK);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(mask),
        Value::Object(members) => members.values_mut().for_each(mask),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Collects the credentials, and the parts of them, in every URL that a value is or holds.
pub(super) fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let Some(userinfo) = place(text).map(|place| &text[place]) else { return };
            into.push(userinfo.to_owned());
            into.extend(userinfo.split_once(':').map(|(_, password)| password.to_owned()));
        }
        Value::Array(elements) => elements.iter().for_each(|it| collect(it, into)),
        Value::Object(members) => members.values().for_each(|it| collect(it, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Whether a mask stands in place of the credentials in a URL.
pub(super) fn is_masked(text: &str) -> bool {
    let is_mask = |place: Range<usize>| text[place].split(':').any(|part| part == MASK);
    place(text).is_some_and(is_mask) || text.starts_with(&format!("{MASK}@"))
}

/// Where the credentials in a URL stand. A password with a `/` in it, which no URL may have, is
/// found too.
fn place(text: &str) -> Option<Range<usize>> {
    let scheme = text.find("://").map(|at| at + "://".len());
    let start = scheme.unwrap_or(0);
    let rest = &text[start..];
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let end = match (authority.rfind('@'), authority.rsplit_once(':')) {
        (Some(at), colon) if scheme.is_some() || colon.is_some_and(|(user, _)| user.len() < at) => {
            at
        }
        // What follows a colon is a port, or the begin of a password.
        (None, Some((_, port))) if !port.bytes().all(|b| b.is_ascii_digit() || b == b']') => {
            rest.rfind('@')?
        }
        _ => return None,
    };
    (end > 0).then(|| start..start + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: &str) {
        let mut value = Value::from(url);
        mask(&mut value);
        assert_eq!(value, expected);
        assert_eq!(is_masked(expected), url != expected, "{expected}");
    }

    #[test]
    fn credentials_are_masked_and_nothing_else() {
        check("https://user:pass@host/a@b?c=d@e", "https://***@host/a@b?c=d@e");
        check("https://ghp_token@host:8443/a.git", "https://***@host:8443/a.git");
        check("https://user:p@ss@host/", "https://***@host/");
        check("https://user:pa/s?s#@host/", "https://***@host/");
        check("https://user:@host", "https://***@host");
        check("user:pass@host/a.git", "***@host/a.git");
        check("https://{{ user }}:pass@host/", "https://***@host/");
        for url in [
            "https://host/a@b",
            "https://host:8443/a@b",
            "https://[2001:db8::1]:80/a@b",
            "https://[2001:db8::1]/a@b",
            "git@host:group/a.git",
            "/opt/data",
            "https://@host/",
            "",
        ] {
            check(url, url);
        }
    }
}
