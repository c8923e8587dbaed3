//! The text of a cursor.

use dispatch_core::call::Members;
use dispatch_core::cursor::{Cursor, InvalidCursor};
use dispatch_core::plan::{InPage, Position};
use dispatch_core::shape::Format;
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use serde_json::{Value, json};

fn cursor(params: &Value, position: Position) -> Cursor {
    Cursor {
        resource: "a.device type".to_owned(),
        action: "list".to_owned(),
        params: Members::parse(&params.to_string(), "params").unwrap(),
        limit: Some(5),
        fields: Some(vec!["name".to_owned(), "site.slug".to_owned()]),
        format: Format::Json,
        position,
    }
}

fn values(members: &Members) -> Value {
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    members.iter().map(|(name, raw)| (name.to_owned(), value(raw.get()))).collect()
}

#[test]
fn a_cursor_reads_well() {
    let params = json!({"status": "active", "site_id": [1, 2], "range": {"from": 1}});
    let text = cursor(&params, Position::row(50)).encode("alice", |_| true);
    let (text, digest) = text.rsplit_once('~').unwrap();
    assert_eq!(
        text,
        "a%2Edevice%20type.list@50;limit=5;fields=name,site.slug;format=json\
         ?status=active&site_id=1&site_id=2&range:={%22from%22%3A1}"
    );
    assert_eq!(digest.len(), 8);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_cursor_comes_back_as_it_was(
        name in any::<String>(), text in any::<String>(), list in any::<Vec<String>>(),
        number in any::<i64>(), subject in any::<String>(),
        row in any::<u64>(), skip in any::<u64>(), token in any::<String>(), is_text in any::<bool>(),
    ) {
        let params = json!({name: text, "list": list, "number": number, "none": null});
        let position = Position { row, page: Some(InPage { token, skip }) };
        let cursor = cursor(&params, position);
        let written = cursor.encode(&subject, |_| is_text);
        prop_assert_eq!(Cursor::decode(&written, &format!("{subject}x")).unwrap_err(), InvalidCursor);
        let read = Cursor::decode(&written, &subject).unwrap();
        prop_assert_eq!((read.resource.as_str(), read.action.as_str()), ("a.device type", "list"));
        prop_assert_eq!(&read.position, &cursor.position);
        prop_assert_eq!((read.limit, &read.fields, read.format), (cursor.limit, &cursor.fields, cursor.format));
        if is_text {
            // Written again, it is the same request.
            prop_assert_eq!(read.encode(&subject, |_| true), written);
        } else {
            prop_assert_eq!(values(&read.params), params);
        }
    }

    #[test]
    fn no_text_is_misread(text in any::<String>()) {
        prop_assert_eq!(Cursor::decode(&text, "").unwrap_err(), InvalidCursor);
    }
}
