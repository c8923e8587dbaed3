//! Values as Python prints them: NetBox's messages quote them so.

use serde_json::Value;

/// `repr(value)`.
pub(crate) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Value::String(text) => {
            format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n"))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| {
                    format!("{}: {}", repr(&Value::String(name.clone())), repr(value))
                })
                .collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

/// `str(value)`.
pub(crate) fn str(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => repr(other),
    }
}

/// `type(value).__name__`.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prints_like_python() {
        for (value, text) in [
            (json!({"name": "nope"}), "{'name': 'nope'}"),
            (json!({"id": 3, "x": [null, true]}), "{'id': 3, 'x': [None, True]}"),
            (json!("it's"), "\"it's\""),
        ] {
            assert_eq!(repr(&value), text);
        }
        assert_eq!(str(&json!("x")), "x");
        assert_eq!(type_name(&json!(1.5)), "float");
    }
}
