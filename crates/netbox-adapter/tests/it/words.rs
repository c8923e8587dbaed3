//! Custom fields of writes that are only told of, on a running NetBox: what is said of each value is
//! what NetBox says when it is sent.

use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::netbox::{ADMIN, Backend, NetBox, with_netbox};

/// What the custom fields of a test are of.
const PATH: &str = "/api/tenancy/contact-roles/";

struct World {
    netbox: NetBox,
    client: Client<Backend>,
    /// What the name of each field begins with.
    prefix: String,
    n_made: usize,
}

impl World {
    async fn new(netbox: NetBox) -> Self {
        let client = netbox.client(ADMIN[1]).await;
        let prefix = netbox.name.replace('-', "_");
        Self { netbox, client, prefix, n_made: 0 }
    }

    fn field(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }

    async fn make_field(&self, name: &str, more: Value) {
        let mut field = json!({"name": self.field(name), "object_types": ["tenancy.contactrole"]});
        for (key, value) in more.as_object().expect("an object") {
            field[key] = value.clone();
        }
        self.netbox.make("/api/extras/custom-fields/", field).await;
    }

    async fn make_choices(&self, name: &str, more: Value) -> i64 {
        let mut set = more;
        set["name"] = json!(format!("{}-{name}", self.netbox.name));
        self.netbox.make("/api/extras/custom-field-choice-sets/", set).await
    }

    fn of(&self, fields: &Value) -> Value {
        let fields = fields.as_object().expect("an object");
        fields.iter().map(|(name, value)| (self.field(name), value.clone())).collect()
    }

    async fn send(&self, action: &str, params: &Value, dry_run: bool) -> Answer {
        let call = json!({"resource": "contactrole", "action": action, "params": params,
            "options": {"dry_run": dry_run}});
        self.client.send("tenancy", &call).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Tells of a write and then sends it; answers what is told, where both agree.
    #[track_caller]
    fn both(&self, what: &str, told: &Answer, sent: &Answer, is_right: bool) {
        assert_eq!(sent.is_error, !is_right, "{what}, sent: {}", sent.text);
        assert_eq!(told.is_error, !is_right, "{what}, told: {}", told.text);
    }

    /// Creates an object with these values of one field; both ways of it have to agree with what is
    /// expected, and to be about that field.
    async fn check(&mut self, fields: Value, is_right: bool) {
        self.n_made += 1;
        let name = format!("{}-{}", self.netbox.name, self.n_made);
        let params = json!({"name": name, "slug": name, "custom_fields": self.of(&fields)});
        let told = self.send("create", &params, true).await;
        let sent = self.send("create", &params, false).await;
        self.both(&fields.to_string(), &told, &sent, is_right);
        if is_right {
            let made = self.netbox.get(&format!("{PATH}?name={name}")).await;
            self.netbox.keep(PATH, made["results"][0]["id"].as_i64().expect("an id"));
            return;
        }
        for field in fields.as_object().expect("an object").keys() {
            let place = format!("custom_fields.{}: ", self.field(field));
            assert!(told.text.contains(&place), "{fields}: {}", told.text);
            // Of an object that is not there, NetBox does not say which field it is of.
            let is_told = [self.field(field).as_str(), "elated object", "Cannot resolve"]
                .iter()
                .any(|word| sent.text.contains(word));
            assert!(is_told || sent.text.contains("500"), "{fields}: {}", sent.text);
        }
    }
}

#[tokio::test]
async fn values_are_checked_as_netbox_does() {
    with_netbox(|netbox| async move {
        let mut world = World::new(netbox).await;
        let name = world.netbox.name.clone();
        let site = world.netbox.make("/api/dcim/sites/", json!({"name": name, "slug": name})).await;
        let set = json!({"extra_choices": [["prod", "Prod"], ["test", "Test"]]});
        let set = world.make_choices("own", set).await;
        let airports = json!({"base_choices": "IATA", "extra_choices": [["XXX", "None"]]});
        let airports = world.make_choices("airports", airports).await;
        for (field, more) in [
            ("text", json!({"type": "text"})),
            ("code", json!({"type": "text", "validation_regex": "^[A-Z]{3}$"})),
            ("ahead", json!({"type": "longtext", "validation_regex": "^(?!bad).*$"})),
            ("int", json!({"type": "integer", "validation_minimum": 1, "validation_maximum": 9})),
            ("any_int", json!({"type": "integer"})),
            ("part", json!({"type": "decimal", "validation_minimum": 0.5})),
            ("decimal", json!({"type": "decimal"})),
            ("bool", json!({"type": "boolean"})),
            ("day", json!({"type": "date"})),
            ("time", json!({"type": "datetime"})),
            ("url", json!({"type": "url", "validation_regex": "^https://[a-z.]+/"})),
            ("data", json!({"type": "json"})),
            ("one", json!({"type": "select", "choice_set": set})),
            ("some", json!({"type": "multiselect", "choice_set": set})),
            ("airport", json!({"type": "select", "choice_set": airports})),
            ("site", json!({"type": "object", "related_object_type": "dcim.site"})),
            ("sites", json!({"type": "multiobject", "related_object_type": "dcim.site"})),
        ] {
            world.make_field(field, more).await;
        }
        for fields in [
            json!({}),
            json!({"text": "x", "int": 5, "one": "prod"}),
            json!({"text": "", "int": "", "one": null, "site": [], "site": null}),
            json!({"code": "ABC"}),
            json!({"ahead": "good"}),
            json!({"any_int": 5_000_000_000_i64}),
            json!({"part": 0.5, "decimal": "0.7"}),
            json!({"bool": 1}),
            json!({"bool": false, "day": "2024-02-29", "time": "2024-02-29"}),
            json!({"day": "20240131", "time": "2024-01-31 10:00"}),
            json!({"time": "2024-01-31T10:00:00+02"}),
            json!({"url": "https://example.com/a"}),
            json!({"url": "example.com/a"}),
            json!({"data": {"a": [1]}}),
            json!({"data": "text"}),
            json!({"some": ["prod", "test"]}),
            json!({"some": []}),
            json!({"airport": "AMS"}),
            json!({"airport": "XXX"}),
            json!({"site": site, "sites": [site]}),
            json!({"site": site.to_string(), "sites": [{"slug": name}]}),
            json!({"site": {"name": name}, "sites": []}),
            json!({"site": {"id": site}}),
        ] {
            world.check(fields, true).await;
        }
        for fields in [
            json!({"nope": 1}),
            json!({"text": 5}),
            json!({"code": "abc"}),
            json!({"code": "AB"}),
            json!({"int": 10}),
            json!({"int": 0}),
            json!({"int": "5"}),
            json!({"int": 5.0}),
            json!({"int": true}),
            json!({"any_int": [5]}),
            json!({"part": 0.25}),
            json!({"decimal": "x"}),
            json!({"bool": "true"}),
            json!({"bool": 2}),
            json!({"day": "2023-02-29"}),
            json!({"day": "31.01.2024"}),
            json!({"day": "2024-01-31T10:00"}),
            json!({"time": "now"}),
            json!({"time": "2024-01-31T25:00"}),
            json!({"url": 5}),
            json!({"url": "https://EXAMPLE/"}),
            json!({"one": "dev"}),
            json!({"one": {"value": "prod", "label": "Prod"}}),
            json!({"some": "prod"}),
            json!({"some": ["prod", "dev"]}),
            json!({"airport": 7}),
            json!({"site": i32::MAX}),
            json!({"site": {"slug": "no-such-site"}}),
            json!({"site": name}),
            json!({"site": [site]}),
            json!({"sites": site}),
            json!({"sites": [site, i32::MAX]}),
        ] {
            world.check(fields, false).await;
        }
    })
    .await;
}

#[tokio::test]
async fn required_fields_and_defaults_are_told_before_anything_is_sent() {
    with_netbox(|netbox| async move {
        let mut world = World::new(netbox).await;
        let name = world.netbox.name.clone();
        let old = world.netbox.make(PATH, json!({"name": name, "slug": name})).await;
        world.make_field("must", json!({"type": "text", "required": true})).await;
        world.make_field("tier", json!({"type": "integer", "default": 3})).await;
        world.check(json!({"must": "x"}), true).await;
        world.check(json!({"must": "x", "tier": null}), true).await;
        world.check(json!({"must": ""}), false).await;
        let place = format!("custom_fields.{}: required", world.field("must"));
        let new = json!({"name": format!("{name}-a"), "slug": format!("{name}-a")});
        let mut of_tier = new.clone();
        of_tier["custom_fields"] = world.of(&json!({"tier": 1}));
        let update = json!({"id": old, "description": "x"});
        let items = json!({"items": [of_tier]});
        for (action, params) in [
            ("create", &new),
            ("create", &of_tier),
            ("update", &update),
            ("bulk_create", &items),
            ("ensure", &new),
        ] {
            let told = world.send(action, params, true).await;
            let sent = world.send(action, params, false).await;
            world.both(action, &told, &sent, false);
            assert!(told.text.contains(&place), "{action}: {}", told.text);
        }

        // What stands by itself is told, and what an update leaves is left out.
        let mut given = new.clone();
        given["custom_fields"] = world.of(&json!({"must": "x"}));
        let told = world.send("create", &given, true).await;
        let by_default = format!("by default: custom_fields.{}=3", world.field("tier"));
        assert!(told.text.ends_with(&by_default), "{}", told.text);
        let made = world.client.ask("tenancy", "contactrole", "create", given.clone()).await;
        let id = made["id"].as_i64().expect("an id");
        world.netbox.keep(PATH, id);
        assert_eq!(made["custom_fields"][world.field("tier")], 3, "{made}");
        let update = json!({"id": id, "custom_fields": world.of(&json!({"tier": 4}))});
        let told = world.send("update", &update, true).await;
        let line = format!("\ncustom_fields.{}: 3 -> 4\n", world.field("tier"));
        assert!(told.text.contains(&line), "{}", told.text);
        assert!(!told.text.contains(&world.field("must")), "{}", told.text);
        let ensured = world.send("ensure", &given, false).await;
        assert!(ensured.text.starts_with("unchanged"), "{}", ensured.text);

        // A batch says it too, of the step that it is about.
        let steps = json!({"dry_run": true, "steps": [
            {"resource": "contactrole", "action": "create", "params": given},
            {"resource": "contactrole", "action": "create", "each": [{"name": "b"}, {"name": "c"}],
                "params": {"slug": "x", "custom_fields": world.of(&json!({"nope": 1}))}},
        ]});
        let Answer { text, is_error } =
            world.client.send("batch", &steps).await.expect("an answer");
        let nope = format!("custom_fields.{}: there is none", world.field("nope"));
        assert!(is_error && text.contains(&nope), "{text}");
    })
    .await;
}
