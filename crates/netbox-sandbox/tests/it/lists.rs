//! Filters, order, pages and shapes.

use serde_json::{Value, json};

use crate::client::{create, expect, get, seeded};

/// The names (or other texts) of the objects that a list shows.
fn shown(list: &Value) -> Vec<String> {
    let results = list["results"].as_array().unwrap();
    results.iter().map(|object| object["display"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn check(query: &str, expected: &[&str]) {
    let list = get(&seeded(), &format!("/api/{query}"));
    assert_eq!(shown(&list), expected, "{query}");
}

#[test]
fn plain_filters() {
    check("dcim/devices/?name=ham-rtr-01", &["ham-rtr-01"]);
    check("dcim/devices/?name=HAM-RTR-01", &["ham-rtr-01"]);
    check("dcim/devices/?name=ham-rtr-01&name=muc-rtr-01", &["ham-rtr-01", "muc-rtr-01"]);
    check("dcim/devices/?name__ic=RTR", &["ham-rtr-01", "muc-rtr-01"]);
    check("dcim/devices/?name__isw=ham&name__nic=sw", &["ham-fw-01", "ham-rtr-01"]);
    check("dcim/devices/?name__iew=w-01&site=munich", &["muc-fw-01", "muc-sw-01"]);
    check("dcim/devices/?q=fw", &["ham-fw-01", "muc-fw-01"]);
    check("dcim/devices/?id=1&id=2", &["ham-rtr-01", "ham-sw-01"]);
    check("dcim/devices/?id__gte=5", &["muc-fw-01", "muc-sw-01"]);
    check("dcim/devices/?name__empty=true", &[]);
    check("dcim/devices/?serial__empty=true&id=1", &["ham-rtr-01"]);
    check("dcim/sites/?status=planned", &["Munich"]);
    check("dcim/sites/?status__n=planned", &["Hamburg"]);
    check("ipam/vlans/?vid__lt=20", &["Management (10)", "Management (10)"]);
    check("dcim/interfaces/?enabled=false", &[]);
}

#[test]
fn filters_over_references() {
    check("dcim/devices/?site=munich&role=router", &["muc-rtr-01"]);
    check("dcim/devices/?site_id=2&role_id=1", &["muc-rtr-01"]);
    check("dcim/devices/?region=north&manufacturer=globex", &["ham-fw-01"]);
    check("dcim/devices/?site__n=hamburg&device_type=s24", &["muc-sw-01"]);
    check("dcim/devices/?tag=core", &["ham-rtr-01"]);
    check("dcim/devices/?tag__n=core&site=hamburg", &["ham-fw-01", "ham-sw-01"]);
    check("dcim/devices/?has_primary_ip=true", &["ham-rtr-01", "ham-sw-01", "muc-rtr-01"]);
    check("dcim/devices/?tenant_id=null&limit=1", &["ham-fw-01"]);
    check("dcim/sites/?tenant=harbour-logistics", &["Hamburg"]);
    check("dcim/interfaces/?device=ham-fw-01", &["lan", "wan"]);
    check("dcim/interfaces/?cabled=true&device_id=2", &["Gi1/1"]);
    check("dcim/cables/?device=ham-rtr-01", &["HAM-1", "HAM-2"]);
}

#[test]
fn filters_over_addresses() {
    check("ipam/prefixes/?within=10.0.0.0/16", &["10.0.10.0/24", "10.0.20.0/24"]);
    check("ipam/prefixes/?contains=10.0.10.7", &["10.0.0.0/16", "10.0.10.0/24"]);
    check("ipam/prefixes/?within_include=10.1.0.0/16", &["10.1.0.0/16"]);
    check("ipam/prefixes/?vrf=65000:1", &["10.1.0.0/16"]);
    check("ipam/prefixes/?site=hamburg", &["10.0.10.0/24"]);
    check("ipam/ip-addresses/?parent=10.0.20.0/24", &["10.0.20.1/24"]);
    check("ipam/ip-addresses/?address=10.0.10.2", &["10.0.10.2/24"]);
    check("ipam/ip-addresses/?device=ham-sw-01", &["10.0.10.2/24"]);
}

#[test]
fn an_unknown_filter_is_ignored_and_a_bad_value_is_not() {
    check("dcim/regions/?nosuch=1&name__bogus=2", &["North", "South"]);
    for (query, field, message) in [
        (
            "dcim/devices/?site=nosuch",
            "site",
            "Select a valid choice. nosuch is not one of the available choices.",
        ),
        (
            "dcim/devices/?site_id=99",
            "site_id",
            "Select a valid choice. 99 is not one of the available choices.",
        ),
        (
            "dcim/devices/?status=bogus",
            "status",
            "Select a valid choice. bogus is not one of the available choices.",
        ),
        (
            "dcim/devices/?tag=nosuch",
            "tag",
            "Select a valid choice. nosuch is not one of the available choices.",
        ),
        ("dcim/devices/?id=abc", "id", "Enter a whole number."),
        ("dcim/devices/?created__gte=notadate", "created__gte", "Enter a valid date/time."),
    ] {
        let path = format!("/api/{query}");
        let answer = expect(&seeded(), 400, &http::Method::GET, &path, &Value::Null);
        assert_eq!(answer, json!({field: [message]}), "{query}");
    }
}

#[test]
fn custom_fields_are_filtered_by_and_shown() {
    let sandbox = seeded();
    create(
        &sandbox,
        "extras/custom-fields",
        &json!({"name": "warp", "type": "integer", "object_types": ["dcim.site"]}),
    );
    let set = json!({"custom_fields": {"warp": 9}});
    let site = expect(&sandbox, 200, &http::Method::PATCH, "/api/dcim/sites/1/", &set);
    assert_eq!(site["custom_fields"], json!({"warp": 9}));
    assert_eq!(shown(&get(&sandbox, "/api/dcim/sites/?cf_warp=9")), ["Hamburg"]);
    let wrong = json!({"custom_fields": {"warp": "fast"}});
    let answer = expect(&sandbox, 400, &http::Method::PATCH, "/api/dcim/sites/1/", &wrong);
    let message = "Invalid value for custom field 'warp': Value must be an integer.";
    assert_eq!(answer, json!({"__all__": [message]}));
    let unknown = json!({"custom_fields": {"nosuch": 1}});
    let answer = expect(&sandbox, 400, &http::Method::PATCH, "/api/dcim/sites/1/", &unknown);
    let message = "Custom field 'nosuch' does not exist for this object type.";
    assert_eq!(answer, json!({"custom_fields": {"nosuch": message}}));
}

#[test]
fn pages_link_to_their_neighbours() {
    let sandbox = seeded();
    let page = get(&sandbox, "/api/dcim/devices/?limit=2&offset=2&site=hamburg&site=munich");
    assert_eq!(page["count"], 6);
    let base = "http://netbox.test/api/dcim/devices/?limit=2";
    assert_eq!(page["next"], format!("{base}&offset=4&site=hamburg&site=munich"));
    assert_eq!(page["previous"], format!("{base}&site=hamburg&site=munich"));
    let page = get(&sandbox, "/api/dcim/devices/?start=2&limit=2&brief=1");
    assert_eq!(page["count"], Value::Null);
    assert_eq!(shown(&page), ["ham-sw-01", "ham-fw-01"]);
    let next = "http://netbox.test/api/dcim/devices/?brief=1&limit=2&start=4";
    assert_eq!(page["next"], next);
    for (query, message) in [
        ("start=1&offset=2", "'start' and 'offset' are mutually exclusive."),
        (
            "start=1&ordering=id",
            "Ordering cannot be specified in conjunction with cursor-based pagination.",
        ),
    ] {
        let path = format!("/api/dcim/devices/?{query}");
        let answer = expect(&sandbox, 400, &http::Method::GET, &path, &Value::Null);
        assert_eq!(answer, json!([message]));
    }
}

#[test]
fn shapes_choose_fields_on_reading_and_on_writing() {
    let sandbox = seeded();
    let device = get(&sandbox, "/api/dcim/devices/1/?fields=id,name,nosuch");
    assert_eq!(device, json!({"id": 1, "name": "ham-rtr-01"}));
    let device = get(&sandbox, "/api/dcim/devices/1/?brief=false");
    assert_eq!(device.as_object().unwrap().len(), 5, "any non-empty text means brief");
    let patch = json!({"serial": "S1", "comments": "c"});
    let path = "/api/dcim/devices/1/?fields=id,comments";
    expect(&sandbox, 200, &http::Method::PATCH, path, &patch);
    let device = get(&sandbox, "/api/dcim/devices/1/");
    assert_eq!((&device["serial"], &device["comments"]), (&json!(""), &json!("c")));
    let answer = expect(
        &sandbox,
        400,
        &http::Method::POST,
        "/api/dcim/regions/?fields=id",
        &json!({"name": "X", "slug": "x"}),
    );
    let blank = json!(["This field cannot be blank."]);
    assert_eq!(answer, json!({"name": blank, "slug": blank}));
}

#[test]
fn order_is_natural_and_can_be_chosen() {
    let sandbox = seeded();
    for name in ["sw10", "sw9"] {
        let body = json!({"name": name, "device_type": 2, "role": 2, "site": 1});
        create(&sandbox, "dcim/devices", &body);
    }
    assert_eq!(shown(&get(&sandbox, "/api/dcim/devices/?name__isw=sw")), ["sw9", "sw10"]);
    let list = get(&sandbox, "/api/dcim/devices/?name__isw=sw&ordering=-name");
    assert_eq!(shown(&list), ["sw10", "sw9"]);
    let list = get(&sandbox, "/api/dcim/devices/?ordering=-id&limit=1");
    assert_eq!(shown(&list), ["sw9"]);
}
