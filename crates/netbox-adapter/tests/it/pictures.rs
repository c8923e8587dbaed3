//! Pictures of what NetBox draws.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use dispatch_core::picture::Rasterizer as _;
use netbox_adapter::SvgRasterizer;
use serde_json::json;

use crate::netbox::{ADMIN, with_netbox};

/// A drawing in the words of NetBox's own, with a text.
fn drawing(inside: &str) -> String {
    format!(
        "<svg baseProfile=\"full\" height=\"100\" version=\"1.1\" width=\"200\" \
         xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">\
         <defs><style type=\"text/css\"><![CDATA[svg{{--nbx-slot: #ff0000}}\
         text{{text-anchor:middle;dominant-baseline:middle}}\
         svg{{font-family:system-ui,sans-serif;font-size:.875rem}}\
         svg .slot{{fill:var(--nbx-slot)}}]]></style></defs>{inside}</svg>"
    )
}

/// The pixels of a drawing, one `[r, g, b, a]` each, by rows of 400.
async fn pixels(inside: &str) -> Vec<[u8; 4]> {
    let png = SvgRasterizer::new().png(Bytes::from(drawing(inside))).await;
    let png = png.unwrap_or_else(|why| panic!("{why}"));
    let pixels = resvg::tiny_skia::Pixmap::decode_png(&png).expect("a PNG");
    assert_eq!((pixels.width(), pixels.height()), (400, 200));
    let pixels = pixels.pixels().iter();
    pixels.map(|it| [it.red(), it.green(), it.blue(), it.alpha()]).collect()
}

const WHITE: [u8; 4] = [255; 4];

#[tokio::test]
async fn colors_of_the_style_sheet_are_drawn() {
    let drawn = pixels(r#"<rect class="slot" x="0" y="0" width="100" height="100"/>"#).await;
    assert_eq!(drawn[100 * 400 + 100], [255, 0, 0, 255]);
    assert_eq!(drawn[100 * 400 + 300], WHITE);
}

#[tokio::test]
async fn text_is_seen() {
    for text in ["edge-01", "Zürich Ω Москва"] {
        let drawn = pixels(&format!(r#"<text x="100" y="50">{text}</text>"#)).await;
        let n_dark = drawn.iter().filter(|pixel| pixel[0] < 128).count();
        assert!(n_dark > 200, "{text}: {n_dark} dark pixels");
    }
}

/// A picture of a file, of an address, of data: none of them is looked at.
#[tokio::test]
async fn nothing_is_read_for_a_drawing() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("read-me.svg");
    let red = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9' fill='red'/></svg>";
    fs::write(&file, red).expect("the folder of the tests can be written");
    let file = file.display();
    for href in [
        file.to_string(),
        format!("file://{file}"),
        "http://127.0.0.1:9/x.svg".to_owned(),
        "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9' fill='red'/></svg>".replace('<', "&lt;"),
    ] {
        for name in ["href", "xlink:href"] {
            let image = format!(r#"<image {name}="{href}" width="200" height="100"/>"#);
            let drawn = pixels(&image).await;
            assert!(drawn.iter().all(|pixel| *pixel == WHITE), "{image}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_drawn_says_why() {
    #[track_caller]
    fn said(png: Result<Vec<u8>, String>, words: &str) {
        let why = png.expect_err(words);
        assert!(why.contains(words), "{why}");
    }
    let rasterizer = SvgRasterizer::new();
    let draw = async |svg: &str| rasterizer.png(Bytes::from(svg.to_owned())).await;
    said(draw("{}").await, "no XML");
    said(draw("<html/>").await, "no SVG");
    said(draw("<!DOCTYPE svg [<!ENTITY a \"b\">]><svg>&a;</svg>").await, "no XML");
    let wide = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1000000" height="10"/>"#;
    said(draw(wide).await, "too large");
    let square = r#"<svg xmlns="http://www.w3.org/2000/svg" width="15000" height="15000"/>"#;
    said(draw(square).await, "too large");
    said(draw(&"x".repeat(5_000_000)).await, "bytes");
    said(rasterizer.png(Bytes::from_static(&[0xff, 0xfe])).await, "no text");
}

/// What a host shows of a rack and of a cable: two PNGs, which a person may look at.
#[tokio::test]
async fn a_rack_and_a_trace_are_shown() {
    with_netbox(|netbox| async move {
        let (name, n) = (netbox.name.clone(), 4);
        let of = netbox.make_for_devices(2).await;
        let rack = json!({"name": name, "site": of.site, "u_height": 12});
        let rack = netbox.make("/api/dcim/racks/", rack).await;
        let mut ports = Vec::new();
        for place in 0..n {
            let place_in = json!({"rack": rack, "face": "front", "position": 1 + place * 3});
            let device = netbox.make_device(of, &format!("edge-{place}"), &place_in).await;
            let port = json!({"device": device, "name": "xe-0/0/0", "type": "10gbase-x-sfpp"});
            ports.push(netbox.make("/api/dcim/interfaces/", port).await);
        }
        let end = |port: i64| json!([{"object_type": "dcim.interface", "object_id": port}]);
        let cable = json!({"a_terminations": end(ports[0]), "b_terminations": end(ports[1])});
        netbox.make("/api/dcim/cables/", cable).await;
        let client = netbox.client(ADMIN[1]).await.with_rasterizer(Arc::new(SvgRasterizer::new()));
        let elevation = client.call("dcim", "rack", "elevation", &json!({"id": rack})).await;
        let expected = [
            "24 rows of rack elevation",
            "U12.5..U12\tfalse\t-",
            "U11.5..U10\ttrue\tedge-3",
            "U9.5..U9\tfalse\t-",
        ];
        for line in expected {
            assert!(elevation.text.contains(line), "{line}: {}", elevation.text);
        }
        for (resource, action, id) in
            [("rack", "elevation", rack), ("interface", "trace", ports[0])]
        {
            let params = json!({"id": id, "render": "svg"});
            let png = client.picture("dcim", resource, action, &params).await;
            assert!(png.starts_with(b"\x89PNG"), "{resource}");
            let file = format!("{resource}-{action}.png");
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
            fs::write(file, &png).expect("the folder of the tests can be written");
            let pixels = resvg::tiny_skia::Pixmap::decode_png(&png).expect("a PNG");
            let n_dark = pixels.pixels().iter().filter(|it| it.red() < 100).count();
            assert!(n_dark > 1_000, "{resource}: {n_dark} dark pixels");
        }
    })
    .await;
}
