//! The style sheet of a drawing, in the words of CSS that a rasterizer knows.
//!
//! NetBox's own has custom properties (`--nbx-rack-border`, used as `var(--nbx-rack-border)`), sizes
//! by the root's (`.875rem`), and rules for a mouse and for dark pages. The properties and sizes are
//! written out; rules for what a picture does not have are left out.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Writes out the style sheets of an SVG document.
pub(super) fn plain(svg: &str) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut rest = svg;
    while let Some((before, sheet, after)) = sheet(rest) {
        plain.push_str(before);
        plain.push_str(&written_out(sheet));
        rest = after;
    }
    if plain.is_empty() {
        return Cow::Borrowed(svg);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The first style sheet of a document, and what is before and behind it.
fn sheet(svg: &str) -> Option<(&str, &str, &str)> {
    let tag = svg.find("<style")?;
    let start = tag + svg[tag..].find('>')? + 1;
    let end = start + svg[start..].find("</style>")?;
    let inner = &svg[start..end];
    let (from, to) = match (inner.find(CDATA), inner.rfind("]]>")) {
        (Some(from), Some(to)) if from + CDATA.len() <= to => (from + CDATA.len(), to),
        _ => (0, inner.len()),
    };
    Some((&svg[..start + from], &inner[from..to], &svg[start + to..]))
}

fn written_out(sheet: &str) -> String {
    let mut properties: BTreeMap<&str, &str> = BTreeMap::new();
    let mut rules: Vec<(String, Vec<(&str, &str)>)> = Vec::new();
    let mut rest = sheet;
    while let Some((selectors, block)) = rest.split_once('{') {
        let Some((block, after)) = block.split_once('}') else { break };
        rest = after;
        if selectors.contains("[data-bs-theme") {
            continue;
        }
        let mut declared = Vec::new();
        for declaration in block.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let (name, value) = (name.trim(), value.trim());
            if name.starts_with("--") {
                properties.entry(name).or_insert(value);
            } else {
                declared.push((name, value));
            }
        }
        let selectors = selectors.split(',').map(str::trim).filter(|it| !it.contains(':'));
        let selectors = selectors.collect::<Vec<_>>().join(",");
        if !selectors.is_empty() && !selectors.contains('@') && !declared.is_empty() {
            rules.push((selectors, declared));
        }
    }
    let mut plain = String::new();
    for (selectors, declared) in rules {
        plain.push_str(&format!("{selectors}{{"));
        for (name, value) in declared {
            if let Some(value) = value_of(value, &properties) {
                plain.push_str(&format!("{name}:{value};"));
            }
        }
        plain.push_str("}\n");
    }
    plain
}

/// A value without custom properties and root sizes; `None` where a property is of the page around
/// the drawing.
fn value_of(value: &str, properties: &BTreeMap<&str, &str>) -> Option<String> {
    let mut value = value.to_owned();
    for _ in 0..MAX_DEPTH {
        let Some(start) = value.find("var(") else { return Some(in_pixels(&value)) };
        let end = start + value[start..].find(')')?;
        let inner = &value[start + "var(".len()..end];
        let (name, otherwise) = match inner.split_once(',') {
            Some((name, otherwise)) => (name.trim(), Some(otherwise.trim())),
            None => (inner.trim(), None),
        };
        let known = properties.get(name).copied().or(otherwise)?.to_owned();
        value.replace_range(start..=end, &known);
    }
    None
}

/// Sizes that are told by the root's, in pixels.
fn in_pixels(value: &str) -> String {
    let size = |word: &str| match word.strip_suffix("rem").and_then(|n| n.parse::<f32>().ok()) {
        Some(number) => format!("{}px", number * ROOT_SIZE),
        None => word.to_owned(),
    };
    value.split(' ').map(size).collect::<Vec<_>>().join(" ")
}

const CDATA: &str = "<![CDATA[";

/// A property may be of another one, which is of another one.
const MAX_DEPTH: usize = 8;

/// The size of a page's text in pixels.
const ROOT_SIZE: f32 = 16.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sheet: &str, expected: &str) {
        let svg = format!("<svg><style type=\"text/css\"><![CDATA[{sheet}]]></style><g/></svg>");
        let written =
            format!("<svg><style type=\"text/css\"><![CDATA[{expected}]]></style><g/></svg>");
        assert_eq!(plain(&svg), written);
    }

    #[test]
    fn a_style_sheet_is_written_out() {
        check("svg{--a: #000;--b: var(--a)}.x{fill:var(--b)}", ".x{fill:#000;}\n");
        check(
            "svg{--a: #000}svg[data-bs-theme=dark]{--a: #fff}.x{fill:var(--a)}",
            ".x{fill:#000;}\n",
        );
        check(".x{fill:var(--page);stroke:red}", ".x{stroke:red;}\n");
        check(".x{fill:var(--page, #fff)}", ".x{fill:#fff;}\n");
        check("svg{font-size:.875rem}", "svg{font-size:14px;}\n");
        check(".slot:hover{fill:red}.a,.b:hover{fill:blue}", ".a{fill:blue;}\n");
        check("svg{--a: var(--a)}.x{fill:var(--a)}", ".x{}\n");
        check("@media print{.x{fill:red}}", "");
    }

    #[test]
    fn what_is_no_style_sheet_stays() {
        for svg in ["<svg/>", "<svg><style>", "<svg><style></svg>", ""] {
            assert_eq!(plain(svg), svg);
        }
    }
}
