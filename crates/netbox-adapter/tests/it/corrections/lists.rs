//! Lists: filters by custom fields, which no document can know.

use serde_json::json;

use crate::netbox::{ADMIN, with_netbox};

#[tokio::test]
async fn custom_fields_are_filters() {
    with_netbox(|netbox| async move {
        let field = netbox.name.replace('-', "_");
        let custom = json!({"name": field, "type": "text", "object_types": ["dcim.region"], "filter_logic": "exact"});
        netbox.make("/api/extras/custom-fields/", custom).await;
        for (n, value) in ["a&b", "other"].into_iter().enumerate() {
            let name = format!("{}-{n}", netbox.name);
            let region = json!({"name": name, "slug": name, "custom_fields": {(field.clone()): value}});
            netbox.make("/api/dcim/regions/", region).await;
        }
        for token in ADMIN {
            let client = netbox.client(token).await;
            for (name, value, expected) in [
                (format!("cf_{field}"), "a&b", 1),
                (format!("cf_{field}"), "nothing has this", 0),
                (format!("cf_{field}__ic"), "&", 1),
            ] {
                let rows = client.ask("dcim", "region", "list", json!({(name.clone()): value})).await;
                assert_eq!(rows["count"], expected, "{name}={value}: {rows}");
            }
        }
    })
    .await;
}
