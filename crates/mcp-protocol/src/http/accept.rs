use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE};

/// Says which kinds of answer a client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepts {
    /// Whether an event stream may be sent; it must be asked for by name.
    pub(super) events: bool,
    /// Whether JSON may be sent; only a client that asks for nothing but an event stream is
    /// taken to mean that.
    pub(super) json: bool,
}

impl Accepts {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let mut events = false;
        let mut others = false;
        let ranges = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        for range in ranges.flat_map(|value| value.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let media_type = parts.next().unwrap_or_default();
            if media_type.is_empty() || parts.any(is_zero_weight) {
                continue;
            }
            if media_type.eq_ignore_ascii_case("text/event-stream") {
                events = true;
            } else {
                others = true;
            }
        }
        Self { events, json: others || !events }
    }
}

/// Tells whether the body is declared to be JSON, and as it is rather than compressed.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return false;
    }
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn is_zero_weight(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|q| q == 0.0)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{Accepts, is_json};

    #[track_caller]
    fn check(accept: &[&'static str], events: bool, json: bool) {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append("accept", HeaderValue::from_static(value));
        }
        assert_eq!(Accepts::read(&headers), Accepts { events, json }, "{accept:?}");
    }

    #[test]
    fn json_unless_only_events_are_asked_for() {
        check(&[], false, true);
        check(&["*/*"], false, true);
        check(&["application/json"], false, true);
        check(&["text/html"], false, true);
        check(&["application/json, text/event-stream"], true, true);
        check(&["application/json", "Text/Event-Stream;q=0.5"], true, true);
        check(&["text/event-stream"], true, false);
        check(&["text/event-stream;q=0, */*"], false, true);
        check(&["application/json;q=0.000,text/event-stream"], true, false);
    }

    #[track_caller]
    fn check_json(content_type: &[&'static str], expected: bool) {
        let mut headers = HeaderMap::new();
        for value in content_type {
            headers.append("content-type", HeaderValue::from_static(value));
        }
        assert_eq!(is_json(&headers), expected, "{content_type:?}");
    }

    #[test]
    fn the_body_must_be_declared_to_be_json() {
        check_json(&["application/json"], true);
        check_json(&["Application/JSON; charset=utf-8"], true);
        check_json(&[], false);
        check_json(&["text/plain"], false);
        check_json(&["text/plain; application/json"], false);
        check_json(&["application/json", "text/plain"], false);
    }
}
