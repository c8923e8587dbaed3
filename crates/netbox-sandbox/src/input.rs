//! Values as NetBox takes them, kind by kind, with its words for what it refuses.

use serde_json::{Number, Value, json};

use crate::{
    clock::{date_time, is_date},
    custom_fields,
    net::Net,
    python, reference,
    state::{Object, State},
    table::{self, Choices, Field, Kind, Resource},
};

/// What a value is read against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) state: &'a State,
    pub(crate) resource: &'static Resource,
    /// The object as it was, on an update.
    pub(crate) before: Option<&'a Object>,
}

const NULL: &str = "This field may not be null.";
const BLANK: &str = "This field may not be blank.";

impl Reading<'_> {
    /// Reads the value of a field into the form in which it is stored.
    ///
    /// # Errors
    ///
    /// The complaint, in the shape in which it is reported under the field's name.
    pub(crate) fn read(&self, field: &Field, value: &Value) -> Result<Value, Value> {
        if value.is_null() {
            return match field.kind {
                _ if field.nullable => Ok(Value::Null),
                Kind::Choice(_) | Kind::PlainChoice(_) if field.blank => Ok(json!("")),
                Kind::Choice(_) | Kind::PlainChoice(_) => Err(json!([BLANK])),
                _ => Err(json!([NULL])),
            };
        }
        let read = match field.kind {
            Kind::CustomFields => {
                return custom_fields::read(self.state, self.resource, value, self.before);
            }
            Kind::Terminations => return self.terminations(value),
            Kind::Text(max) => self.text(field, value, max),
            Kind::Slug(max) => self.text(field, value, Some(max)).and_then(check_slug),
            Kind::Email(max) => self.text(field, value, Some(max)).and_then(check_email),
            Kind::TimeZone => self.text(field, value, None).and_then(check_time_zone),
            Kind::Mac => self.text(field, value, None).and_then(|value| check_mac(&value)),
            Kind::Int(min, max) => integer(value).and_then(|value| in_limits(value, min, max)),
            Kind::Decimal(digits, places, min, max) => decimal(value, digits, places, (min, max)),
            Kind::Boolean => boolean(value),
            Kind::Date => self.text(field, value, None).and_then(check_date),
            Kind::DateTime => {
                self.text(field, value, None).and_then(|value| check_date_time(&value))
            }
            Kind::Choice(choices) | Kind::PlainChoice(choices) => choice(field, choices, value),
            Kind::Reference(target) => {
                reference::resolve(self.state, target, value).map(Value::from)
            }
            Kind::PlainReference(target) => self.plain(target, value),
            Kind::References(target) => {
                each(value, |item| self.plain(target, item)).map(without_repeats)
            }
            Kind::Tags => each(value, |item| {
                reference::resolve(self.state, "extras/tags", item).map(Value::from)
            })
            .map(without_repeats),
            Kind::ObjectType => model_name(value).and_then(|model| among(field, model)),
            Kind::TypeList => each(value, model_name).map(without_repeats).map(sorted),
            Kind::ObjectId => integer(value).and_then(|value| in_limits(value, 0, i64::MAX)),
            Kind::IntList => each(value, integer),
            Kind::Strings => each(value, |item| match item {
                Value::String(_) | Value::Array(_) => Ok(item.clone()),
                other => Ok(Value::String(python::str(other))),
            }),
            Kind::Ranges => each(value, range),
            Kind::Address => network(value, "IP address"),
            Kind::Network => network(value, "IP prefix").and_then(|value| check_network(&value)),
            _ => Ok(value.clone()),
        };
        read.map_err(|message| match field.kind {
            // Lists of nested objects complain as a whole.
            Kind::Tags | Kind::Ranges if !value.is_array() => json!({"__all__": [message]}),
            _ => json!([message]),
        })
    }

    fn text(&self, field: &Field, value: &Value, max: Option<usize>) -> Result<Value, String> {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return Err("Not a valid string.".to_owned()),
        };
        if text.is_empty() && !field.blank {
            return Err(BLANK.to_owned());
        }
        if text.contains('\0') {
            return Err("Null characters are not allowed.".to_owned());
        }
        if let Some(max) = max.filter(|max| text.chars().count() > *max) {
            return Err(format!("Ensure this field has no more than {max} characters."));
        }
        Ok(Value::String(text))
    }

    /// A reference that is an id and nothing else.
    fn plain(&self, target: &str, value: &Value) -> Result<Value, String> {
        let id = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let Some(id) = id else {
            let found = python::type_name(value);
            return Err(format!("Incorrect type. Expected pk value, received {found}."));
        };
        match u64::try_from(id).ok().and_then(|id| self.state.get(target, id)) {
            Some(object) => Ok(json!(object.id)),
            None => Err(format!("Invalid pk \"{id}\" - object does not exist.")),
        }
    }

    fn terminations(&self, value: &Value) -> Result<Value, Value> {
        let Value::Array(items) = value else {
            let found = python::type_name(value);
            return Err(json!({
                "__all__": [format!("Expected a list of items but got type \"{found}\".")]
            }));
        };
        let mut problems = serde_json::Map::new();
        let mut read = Vec::new();
        for (index, item) in items.iter().enumerate() {
            match self.termination(item) {
                Ok(end) => read.push(end),
                Err(problem) => {
                    problems.insert(index.to_string(), problem);
                }
            }
        }
        if problems.is_empty() { Ok(Value::Array(read)) } else { Err(Value::Object(problems)) }
    }

    fn termination(&self, item: &Value) -> Result<Value, Value> {
        let Value::Object(members) = item else {
            let found = python::type_name(item);
            return Err(json!({
                "__all__": [format!("Invalid data. Expected a dictionary, but got {found}.")]
            }));
        };
        let mut problems = crate::problem::Problems::default();
        let mut read = |name: &str, read: fn(&Value) -> Result<Value, String>| {
            let value = match members.get(name) {
                None => Err("This field is required.".to_owned()),
                Some(Value::Null) => Err(NULL.to_owned()),
                Some(value) => read(value),
            };
            value.map_err(|message| problems.add(name, message)).unwrap_or_default()
        };
        let object_type = read("object_type", model_name);
        let object_id = read("object_id", integer);
        if problems.is_empty() {
            Ok(json!({"object_type": object_type, "object_id": object_id}))
        } else {
            Err(problems.into_value())
        }
    }
}

fn each(
    value: &Value,
    mut read: impl FnMut(&Value) -> Result<Value, String>,
) -> Result<Value, String> {
    let Value::Array(items) = value else {
        let found = python::type_name(value);
        return Err(format!("Expected a list of items but got type \"{found}\"."));
    };
    items.iter().map(&mut read).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn sorted(value: Value) -> Value {
    let Value::Array(mut items) = value else { return value };
    items.sort_by_key(Value::to_string);
    Value::Array(items)
}

fn without_repeats(value: Value) -> Value {
    let Value::Array(items) = value else { return value };
    let mut kept: Vec<Value> = Vec::with_capacity(items.len());
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    Value::Array(kept)
}

pub(crate) fn integer(value: &Value) -> Result<Value, String> {
    let number = match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
            (float.abs() < 9e15).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.map(Value::from).ok_or_else(|| "A valid integer is required.".to_owned())
}

fn in_limits(value: Value, min: i64, max: i64) -> Result<Value, String> {
    let number = value.as_i64().unwrap_or_default();
    if number < min {
        return Err(format!("Ensure this value is greater than or equal to {min}."));
    }
    if number > max {
        return Err(format!("Ensure this value is less than or equal to {max}."));
    }
    Ok(value)
}

fn decimal(value: &Value, digits: u32, places: u32, limits: (f64, f64)) -> Result<Value, String> {
    const INVALID: &str = "A valid number is required.";
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return Err(INVALID.to_owned()),
    };
    let number: f64 = text.parse().map_err(|_| INVALID.to_owned())?;
    if !number.is_finite() {
        return Err(INVALID.to_owned());
    }
    let plain = format!("{number}");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let n_whole = whole.trim_start_matches(['-', '0']).len();
    let (digits, places) = (digits as usize, places as usize);
    if n_whole + fraction.len() > digits {
        return Err(format!("Ensure that there are no more than {digits} digits in total."));
    }
    if fraction.len() > places {
        return Err(format!("Ensure that there are no more than {places} decimal places."));
    }
    if n_whole > digits - places {
        let most = digits - places;
        return Err(format!(
            "Ensure that there are no more than {most} digits before the decimal point."
        ));
    }
    if number < limits.0 {
        return Err(format!("Ensure this value is greater than or equal to {:?}.", limits.0));
    }
    if number > limits.1 {
        return Err(format!("Ensure this value is less than or equal to {:?}.", limits.1));
    }
    Number::from_f64(number).map(Value::Number).ok_or_else(|| INVALID.to_owned())
}

fn boolean(value: &Value) -> Result<Value, String> {
    let text = match value {
        Value::Bool(_) => return Ok(value.clone()),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_lowercase(),
        _ => String::new(),
    };
    match text.as_str() {
        "t" | "y" | "yes" | "true" | "on" | "1" | "1.0" => Ok(json!(true)),
        "f" | "n" | "no" | "false" | "off" | "0" | "0.0" => Ok(json!(false)),
        _ => Err("Must be a valid boolean.".to_owned()),
    }
}

fn choice(field: &Field, choices: Choices, value: &Value) -> Result<Value, String> {
    let text = match value {
        Value::Array(_) | Value::Object(_) => {
            return Err("Value must be passed directly (e.g. \"foo\": 123); do not use a \
                        dictionary or list."
                .to_owned());
        }
        Value::String(text) if text.is_empty() => {
            return if field.blank { Ok(json!("")) } else { Err(BLANK.to_owned()) };
        }
        other => python::str(other),
    };
    let found = choices.iter().find(|(choice, _)| *choice == text);
    let (choice, _) = found.ok_or_else(|| format!("{text} is not a valid choice."))?;
    // Choices that are numbers are stored as numbers.
    let number = choice.parse::<i64>().ok().filter(|number| number.to_string() == *choice);
    Ok(number.map_or_else(|| json!(choice), Value::from))
}

fn model_name(value: &Value) -> Result<Value, String> {
    let text = value.as_str().filter(|text| text.split('.').count() == 2).ok_or_else(|| {
        "Invalid value. Specify a content type as '<app_label>.<model_name>'.".to_owned()
    })?;
    match table::by_model(text) {
        Some(resource) => Ok(json!(resource.model)),
        None => Err(format!("Invalid content type: {text}")),
    }
}

fn among(field: &Field, model: Value) -> Result<Value, String> {
    if field.among.is_empty() || field.among.iter().any(|known| model == *known) {
        return Ok(model);
    }
    Err(format!("Invalid content type: {}", python::str(&model)))
}

fn range(value: &Value) -> Result<Value, String> {
    match value.as_array().map(Vec::as_slice) {
        Some([first, last]) if first.is_i64() && last.is_i64() => Ok(value.clone()),
        Some([_, _]) => Err("Range boundaries must be defined as integers.".to_owned()),
        _ => Err("Ranges must be specified in the form (lower, upper).".to_owned()),
    }
}

fn network(value: &Value, what: &str) -> Result<Value, String> {
    let text = python::str(value);
    match Net::parse(text.trim()) {
        Some(net) if value.is_string() => Ok(json!(net.to_string())),
        _ => Err(format!("Invalid {what} format: {text}")),
    }
}

fn check_network(value: &Value) -> Result<Value, String> {
    let text = value.as_str().unwrap_or_default();
    match Net::parse(text) {
        Some(net) if !net.is_network() => {
            Err(format!("{text} is not a valid prefix. Did you mean {}?", net.network()))
        }
        _ => Ok(value.clone()),
    }
}

fn check_slug(value: Value) -> Result<Value, String> {
    let text = value.as_str().unwrap_or_default();
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if text.chars().all(legal) {
        return Ok(value);
    }
    Err("Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.".to_owned())
}

fn check_email(value: Value) -> Result<Value, String> {
    let text = value.as_str().unwrap_or_default();
    let legal = text.is_empty()
        || text.rsplit_once('@').is_some_and(|(user, domain)| {
            let labels: Vec<_> = domain.split('.').collect();
            let label = |label: &&str| {
                !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            };
            !user.is_empty()
                && !user.contains(char::is_whitespace)
                && (domain == "localhost" || labels.len() > 1)
                && labels.iter().all(label)
                && labels.last().is_some_and(|last| last.chars().count() > 1)
        });
    if legal { Ok(value) } else { Err("Enter a valid email address.".to_owned()) }
}

fn check_date(value: Value) -> Result<Value, String> {
    if value.as_str().is_some_and(is_date) {
        return Ok(value);
    }
    Err("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.".to_owned())
}

fn check_date_time(value: &Value) -> Result<Value, String> {
    value.as_str().and_then(date_time).map(Value::String).ok_or_else(|| {
        "Datetime has wrong format. Use one of these formats instead: \
         YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
            .to_owned()
    })
}

/// The first parts of time zones' names; the sandbox has no list of the zones themselves.
const AREAS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

fn check_time_zone(value: Value) -> Result<Value, String> {
    let text = value.as_str().unwrap_or_default();
    let area = text.split('/').next().unwrap_or_default();
    let named = (text.contains('/') && AREAS.contains(&area)) || matches!(text, "UTC" | "GMT");
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+');
    if named && text.chars().all(legal) {
        return Ok(value);
    }
    Err("A valid timezone is required.".to_owned())
}

/// Brings a MAC address to the form `00:11:22:AA:BB:CC`.
pub(crate) fn check_mac(value: &Value) -> Result<Value, String> {
    let text = value.as_str().unwrap_or_default();
    let digits: String =
        text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect::<String>().to_uppercase();
    if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(format!("Invalid MAC address format: {text}"));
    }
    let pairs: Vec<_> = digits
        .as_bytes()
        .chunks(2)
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect();
    Ok(Value::String(pairs.join(":")))
}
