//! What the surface of a document costs, served in different ways.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use dispatch_core::access::Access;
use dispatch_core::compile::compile;
use dispatch_core::policy::Policy;
use dispatch_core::surface::{Level, Surface, SurfaceOptions, Tools};
use dispatch_core::{Catalog, Document, Tier};
use serde_json::{Map, Value, json};

use super::{ApproachRow, DocumentRow};
use crate::connection;
use crate::cost::SurfaceCost;
use crate::tokens::Tokenizer;

/// A document of the report: its title there, its file, and the policy it is compiled with.
struct Source {
    title: &'static str,
    file: &'static str,
    policy: fn() -> Result<Policy, dispatch_core::Error>,
}

const SOURCES: [Source; 8] = [
    Source {
        title: "NetBox 4.7.0",
        file: "netbox-openapi-4.7.json",
        policy: netbox_adapter::policy,
    },
    Source {
        title: "NetBox 4.6.6",
        file: "netbox-openapi-4.6.json",
        policy: netbox_adapter::policy,
    },
    Source {
        title: "NetBox 4.5.5",
        file: "netbox-openapi-4.5.json",
        policy: netbox_adapter::policy,
    },
    Source {
        title: "NetBox 4.4.10",
        file: "netbox-openapi-4.4.json",
        policy: netbox_adapter::policy,
    },
    Source {
        title: "NetBox 4.3.0",
        file: "netbox-openapi-4.3.json",
        policy: netbox_adapter::policy,
    },
    Source { title: "GitHub", file: "github.json", policy: github },
    Source { title: "Directus 10", file: "directus.json", policy: || Ok(Policy::default()) },
    Source {
        title: "Ideal Postcodes",
        file: "ideal-postcodes.json",
        policy: || Ok(Policy::default()),
    },
];

fn github() -> Result<Policy, dispatch_core::Error> {
    Policy::from_toml(include_str!("../../documents/github.toml"))
}

/// Measures every document that is there, and keeps the earlier rows of those that are not.
///
/// # Errors
///
/// Where a document that is there cannot be read or compiled.
pub fn measure(earlier: &[DocumentRow]) -> Result<Vec<DocumentRow>> {
    let encodings = [Tokenizer::o200k()?, Tokenizer::cl100k()?];
    let mut rows = Vec::new();
    for source in &SOURCES {
        match find(source.file) {
            Some(path) => {
                let row = document(source, &path, &encodings);
                rows.push(row.with_context(|| format!("failed to measure {}", source.title))?);
            }
            None => rows.extend(earlier.iter().find(|row| row.document == source.title).cloned()),
        }
    }
    Ok(rows)
}

/// What this project's surface of NetBox 4.7.0 costs, from the catalog that comes with it.
///
/// # Errors
///
/// Where the catalog cannot be loaded.
pub fn bundled() -> Result<Vec<ApproachRow>> {
    let encodings = [Tokenizer::o200k()?, Tokenizer::cl100k()?];
    ours(&*crate::ours::catalog()?, &encodings)
}

/// The file of a document: where the environment says, else where `cargo xtask documents` put it.
fn find(file: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let named = std::env::var_os("MCP_DISPATCH_DOCUMENTS").map(PathBuf::from);
    let folders = named.into_iter().chain([target.join("documents")]);
    folders.map(|folder| folder.join(file)).find(|path| path.is_file())
}

fn document(source: &Source, path: &Path, encodings: &[Tokenizer; 2]) -> Result<DocumentRow> {
    let bytes = fs::read(path).with_context(|| format!("failed to read {}", path.display()))?;
    let value: Value = serde_json::from_slice(&bytes).context("the document is no JSON")?;
    let tools = flat(&value);
    let texts: Vec<String> = tools.iter().map(Value::to_string).collect();
    let raw = value.to_string();
    let mut approaches = vec![
        approach("flat: a tool for each operation", tools.len(), encodings, |encoding| {
            texts.iter().map(|text| encoding.count(text)).sum()
        }),
        approach("raw document", 0, encodings, |encoding| encoding.count(&raw)),
    ];
    let compiled = (source.policy)().and_then(|policy| compile(&Document::parse(&bytes)?, &policy));
    let catalog = compiled.map_err(|error| anyhow!("failed to {error}"))?.catalog;
    approaches.extend(ours(&catalog, encodings)?);
    Ok(DocumentRow { document: source.title.to_owned(), n_operations: tools.len(), approaches })
}

/// This project's surface at each tier and level, split, and as one tool: tools and instructions.
fn ours(catalog: &Catalog, encodings: &[Tokenizer; 2]) -> Result<Vec<ApproachRow>> {
    let mut rows = Vec::new();
    let options = SurfaceOptions::default();
    let one = options.with_tools(Tools::One);
    for (way, options) in [
        ("names", options),
        ("required", options.with_level(Level::Required)),
        ("full", options.with_level(Level::Full)),
        ("names, split", options.with_split(true)),
        ("one tool, names", one),
        ("one tool, bare", one.with_level(Level::Bare)),
    ] {
        for tier in Tier::ALL {
            let [o200k, cl100k] = encodings.each_ref().map(|it| cost(catalog, tier, &options, it));
            let (n_tools, o200k) = o200k?;
            let (_, cl100k) = cl100k?;
            rows.push(ApproachRow {
                approach: format!("mcp-dispatch, {way}, {tier}"),
                n_tools,
                tokens: o200k.tools + o200k.instructions,
                tokens_cl100k: cl100k.tools + cl100k.instructions,
            });
        }
    }
    Ok(rows)
}

/// How many tools a surface has, and what it costs.
pub(super) fn cost(
    catalog: &Catalog,
    tier: Tier,
    options: &SurfaceOptions,
    encoding: &Tokenizer,
) -> Result<(usize, SurfaceCost)> {
    let surface = Surface::new(catalog, Access::up_to(tier), options);
    let shown = connection::Surface {
        tools: serde_json::from_slice(&surface.tools).context("the tools are no JSON")?,
        instructions: surface.instructions.to_string(),
    };
    Ok((surface.n_tools, SurfaceCost::of(&shown, encoding)))
}

fn approach(
    name: &str,
    n_tools: usize,
    encodings: &[Tokenizer; 2],
    count: impl Fn(&Tokenizer) -> usize,
) -> ApproachRow {
    let [tokens, tokens_cl100k] = encodings.each_ref().map(count);
    ApproachRow { approach: name.to_owned(), n_tools, tokens, tokens_cl100k }
}

/// One tool for each operation, the way converters write them: its `operationId`, its summary or
/// description, and an input schema with a property for each parameter and `body` for the body, in
/// which every reference is replaced by what it refers to. Where a schema is within itself, the
/// inner one is `{"type":"object"}`.
fn flat(document: &Value) -> Vec<Value> {
    let no_paths = Map::new();
    let paths = document["paths"].as_object().unwrap_or(&no_paths);
    let mut tools = Vec::new();
    for (path, item) in paths {
        for method in ["get", "put", "post", "delete", "patch"] {
            let Some(operation) = item.get(method) else { continue };
            let name = operation["operationId"].as_str().map(str::to_owned);
            let says = ["summary", "description"].into_iter().find_map(|it| operation[it].as_str());
            tools.push(json!({
                "name": name.unwrap_or_else(|| format!("{method} {path}")),
                "description": says.unwrap_or_default(),
                "inputSchema": input_schema(document, item, operation),
            }));
        }
    }
    tools
}

fn input_schema(document: &Value, item: &Value, operation: &Value) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let lists = [&item["parameters"], &operation["parameters"]].map(Value::as_array);
    for parameter in lists.into_iter().flatten().flatten() {
        let parameter = resolved(document, parameter);
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        let mut schema = inlined(document, &parameter["schema"], &mut BTreeSet::new());
        if let (Some(schema), Some(says)) = (schema.as_object_mut(), parameter.get("description")) {
            schema.insert("description".to_owned(), says.clone());
        }
        if parameter["required"] == true {
            required.push(json!(name));
        }
        properties.insert(name, schema);
    }
    let body = resolved(document, &operation["requestBody"]);
    let contents = body["content"].as_object();
    let content = contents.and_then(|it| it.get("application/json").or_else(|| it.values().next()));
    if let Some(content) = content {
        let schema = inlined(document, &content["schema"], &mut BTreeSet::new());
        properties.insert("body".to_owned(), schema);
        if body["required"] == true {
            required.push(json!("body"));
        }
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// What a reference refers to; other values as they are.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

/// A schema with its references replaced; `within` are the ones that it stands in.
fn inlined<'a>(document: &'a Value, value: &'a Value, within: &mut BTreeSet<&'a str>) -> Value {
    match value {
        Value::Object(members) => {
            let Some(reference) = members.get("$ref").and_then(Value::as_str) else {
                let members = members.iter();
                let inlined =
                    members.map(|(name, it)| (name.clone(), inlined(document, it, within)));
                return Value::Object(inlined.collect());
            };
            if !within.insert(reference) {
                return json!({ "type": "object" });
            }
            let target = reference.strip_prefix('#').and_then(|it| document.pointer(it));
            let schema = target.map_or(Value::Null, |target| inlined(document, target, within));
            within.remove(reference);
            schema
        }
        Value::Array(items) => items.iter().map(|item| inlined(document, item, within)).collect(),
        _ => value.clone(),
    }
}
