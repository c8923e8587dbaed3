//! Selectors: which operations an entry of a policy is about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::Method;

/// Which operations an entry is about: `METHODS path`.
///
/// `METHODS` is `*` or names joined by commas. In the path, `*` is any one part, `**` any number of
/// them, a part in braces any parameter, and a slash at the end does not matter. A `?` at the end
/// says that the selector may match nothing.
///
/// ```
/// use dispatch_core::catalog::Method;
/// use dispatch_core::policy::Selector;
///
/// let selector: Selector = "PUT,PATCH /api/*/webhooks/**".parse().unwrap();
/// assert!(selector.matches(Method::Patch, "/api/extras/webhooks/{id}/"));
/// assert!(!selector.matches(Method::Get, "/api/extras/webhooks/{id}/"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    text: String,
    methods: Vec<Method>,
    parts: Vec<String>,
    optional: bool,
}

impl Selector {
    /// Whether it is about this operation.
    #[must_use]
    pub fn matches(&self, method: Method, path: &str) -> bool {
        let parts: Vec<&str> = parts(path).collect();
        (self.methods.is_empty() || self.methods.contains(&method)) && matches(&self.parts, &parts)
    }

    /// Its path, as it was written.
    pub(crate) fn path(&self) -> &str {
        let (text, _) = optional(&self.text);
        text.split_once(' ').map_or(text, |(_, path)| path)
    }

    /// Whether it may match nothing.
    #[must_use]
    pub const fn is_optional(&self) -> bool {
        self.optional
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (core, optional) = optional(text);
        let Some((methods, path)) = core.split_once(' ') else {
            return Err(format!("expected `METHODS /path`, such as `GET /books/**`, not {text:?}"));
        };
        if !path.starts_with('/') {
            return Err(format!("expected a path that starts with a slash, not {path:?}"));
        }
        let methods = match methods {
            "*" => Vec::new(),
            names => names.split(',').map(method).collect::<Result<_, _>>()?,
        };
        let parts = parts(path).map(str::to_owned).collect();
        Ok(Self { text: text.to_owned(), methods, parts, optional })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Selector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An entry without the `?` that says it may match nothing, and whether it had one.
pub(crate) fn optional(entry: &str) -> (&str, bool) {
    entry.strip_suffix('?').map_or((entry, false), |entry| (entry, true))
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

fn method(name: &str) -> Result<Method, String> {
    let all = [
        Method::Get,
        Method::Put,
        Method::Post,
        Method::Delete,
        Method::Options,
        Method::Head,
        Method::Patch,
        Method::Trace,
    ];
    all.into_iter()
        .find(|method| method.as_str() == name)
        .ok_or_else(|| format!("{name:?} is no HTTP method; write it in capitals, or `*` for all"))
}

fn matches(pattern: &[String], path: &[&str]) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return path.is_empty();
    };
    if first == "**" {
        return (0..=path.len()).any(|skipped| matches(rest, &path[skipped..]));
    }
    path.split_first().is_some_and(|(part, path)| {
        let same = first == "*" || first == part || (is_parameter(first) && is_parameter(part));
        same && matches(rest, path)
    })
}

fn is_parameter(part: &str) -> bool {
    part.starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(selector: &str, method: Method, path: &str, expected: bool) {
        let selector: Selector = selector.parse().unwrap();
        assert_eq!(selector.matches(method, path), expected, "{selector} on {path}");
    }

    #[test]
    fn paths_match_by_part() {
        check("* /api/users/**", Method::Get, "/api/users/tokens/{id}/", true);
        check("* /api/users/**", Method::Get, "/api/users", true);
        check("* /api/users/**", Method::Get, "/api/usersettings/", false);
        check("* /api/*/{id}", Method::Get, "/api/a/{name}/", true);
        check("* /api/*/{id}", Method::Get, "/api/a/b/", false);
        check("* /**/{id}", Method::Get, "/api/a/b/{id}", true);
    }

    #[test]
    fn methods_match_by_name() {
        check("GET,POST /a", Method::Post, "/a/", true);
        check("GET,POST /a", Method::Put, "/a/", false);
    }

    #[test]
    fn a_question_mark_makes_it_optional() {
        assert!("GET /a?".parse::<Selector>().unwrap().is_optional());
    }

    #[test]
    fn what_is_no_selector_is_refused_with_what_would_be() {
        for (text, expected) in [
            ("/a", "expected `METHODS /path`"),
            ("get /a", "write it in capitals"),
            ("GET a", "starts with a slash"),
        ] {
            let error = text.parse::<Selector>().unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
