//! Which clients accept what is published, and let every documented call through.
//!
//! The SDKs of three languages pass a tool's schema and a call's arguments on as they are. What
//! converts tools to a model's API does not, and there `params` as an object is lost or closed in
//! some; the profile that publishes it as text is for those.

pub(crate) mod driver;
mod forms;

use rmcp::model::Tool;
use serde_json::{Value, json};

use self::driver::{Installed, Seen, SeenTool};
use self::forms::{Form, as_text, forms};
use crate::client::{Client, Era};
use crate::server::{Server, example};

fn calls(forms: &[Form]) -> Value {
    let call = |form: &Form| json!({ "tool": form.tool, "arguments": form.arguments });
    forms.iter().map(call).collect()
}

/// Checks that every call was answered as it should be.
#[track_caller]
fn check_answers(seen: &Seen, forms: &[Form]) {
    assert_eq!(seen.answers.len(), forms.len());
    for (answer, form) in seen.answers.iter().zip(forms) {
        let arguments = &form.arguments;
        assert!(answer.text.contains(&form.says), "{arguments}: {answer:?}");
        assert!(answer.is_error.is_none_or(|is| is == form.is_error), "{arguments}: {answer:?}");
    }
}

/// What the server publishes, by a client that converts nothing.
async fn published(server: &Server) -> Vec<Tool> {
    let tools = Client::connect(server, Era::PerRequest).await.tools().await;
    assert!(!tools.is_empty());
    tools
}

fn schema_of(tool: &Tool) -> Value {
    Value::Object(tool.input_schema.as_ref().clone())
}

/// Checks that a client holds each published schema as it is, under each of these conversions.
#[track_caller]
fn check_schemas(seen: &Seen, published: &[Tool], conversions: &[&str]) {
    let names = |tool: &SeenTool| tool.name.clone();
    let seen_names: Vec<String> = seen.tools.iter().map(names).collect();
    let expected: Vec<&str> = published.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(seen_names, expected);
    for (tool, published) in seen.tools.iter().zip(published) {
        for conversion in conversions {
            assert_eq!(tool.schemas[*conversion], schema_of(published), "{conversion} {tool:?}");
        }
    }
}

/// A server whose configuration publishes `params` as text.
fn server_of_text() -> Option<Server> {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config.toml");
    let text = "[surface]\nschema_profile = \"params_as_string\"\n";
    std::fs::write(&config, text).expect("a file");
    Server::start(&["--empty", "--config", config.to_str().expect("a path in UTF-8")], &[])
}

#[tokio::test]
async fn rmcp_sends_every_form_in_both_eras() {
    let Some(server) = Server::start(&["--empty"], &[]) else { return };
    for era in [Era::Handshake, Era::PerRequest] {
        let client = Client::connect(&server, era).await;
        for form in forms(&format!("{era:?}").to_lowercase()) {
            let answer = client.call(form.tool, form.arguments.clone()).await;
            assert!(answer.text.contains(&form.says), "{}: {answer:?}", form.arguments);
            assert_eq!(answer.is_error, form.is_error, "{}: {answer:?}", form.arguments);
        }
    }
}

/// Runs a script of an SDK over both transports, and checks what it saw.
async fn check_sdk(script: &str, eras: &[(&str, &str)], over_stdio: (&str, &str)) {
    let Some(installed) = Installed::find() else { return };
    let Some(server) = Server::start(&["--empty"], &[]) else { return };
    let published = published(&server).await;
    for (era, revision) in eras {
        let forms = forms(era);
        let job = json!({ "url": server.url, "era": era, "calls": calls(&forms) });
        let seen = installed.run(script, &job);
        assert_eq!(seen.revision.as_deref(), Some(*revision), "{script} {era}");
        check_schemas(&seen, &published, &["listed"]);
        check_answers(&seen, &forms);
    }
    let program = example("netbox_server").expect("the server that runs");
    let forms = forms("stdio");
    let (era, revision) = over_stdio;
    let job = json!({
        "command": [program, "--stdio", "--empty"], "era": era, "calls": calls(&forms),
    });
    let seen = installed.run(script, &job);
    assert_eq!(seen.revision.as_deref(), Some(revision), "{script} {era} over stdio");
    check_schemas(&seen, &published, &["listed"]);
    check_answers(&seen, &forms);
}

#[tokio::test]
async fn the_python_sdk_sends_every_form_in_both_eras() {
    let eras = [("handshake", HANDSHAKE), ("per_request", PER_REQUEST)];
    check_sdk("python_sdk.py", &eras, ("probe", PER_REQUEST)).await;
}

#[tokio::test]
async fn the_typescript_client_sends_every_form_in_both_eras() {
    let eras = [("handshake", HANDSHAKE), ("per_request", PER_REQUEST)];
    check_sdk("typescript_client.mjs", &eras, ("probe", PER_REQUEST)).await;
}

#[tokio::test]
async fn the_typescript_sdk_of_the_handshake_sends_every_form() {
    let only = ("handshake", HANDSHAKE);
    check_sdk("typescript_sdk.mjs", &[only], only).await;
}

/// Whether a call says anything in an object or a list, which a closed schema has no room for.
fn speaks_in_objects(arguments: &Value) -> bool {
    let speaks = |value: &Value| match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => items.iter().any(Value::is_object),
        _ => false,
    };
    arguments.as_object().expect("arguments are an object").values().any(speaks)
}

/// Whether every argument of a call is of the type that its tool publishes. What else is understood
/// is for clients that do not keep to schemas.
fn keeps_to_the_schema(form: &Form, published: &[Tool]) -> bool {
    let schema = schema_of(tool_of(form, published));
    let arguments = form.arguments.as_object().expect("arguments are an object");
    arguments.iter().all(|(name, value)| match schema["properties"][name]["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        _ => true,
    })
}

fn tool_of<'a>(form: &Form, published: &'a [Tool]) -> &'a Tool {
    let tool = published.iter().find(|tool| tool.name == form.tool);
    tool.unwrap_or_else(|| panic!("no tool {}", form.tool))
}

#[tokio::test]
async fn the_openai_agents_sdk_leaves_objects_open_unless_it_is_made_to_close_them() {
    let Some(installed) = Installed::find() else { return };
    let Some(server) = Server::start(&["--empty"], &[]) else { return };
    let published = published(&server).await;
    let forms = forms("agents");
    let job = json!({ "url": server.url, "calls": calls(&forms) });
    let mut seen = installed.run("openai_agents.py", &job);
    // Asked for strict schemas, it gives up on objects without properties and leaves these tools as
    // they are; `find` takes a text alone.
    seen.tools.retain(|tool| tool.name != "find");
    let open: Vec<Tool> = published.iter().filter(|tool| tool.name != "find").cloned().collect();
    check_schemas(&seen, &open, &["plain", "strict"]);
    assert!(seen.tools.iter().all(|tool| !tool.is_strict), "{:#?}", seen.tools);
    check_answers(&seen, &forms);
    for (answer, form) in seen.answers.iter().zip(&forms) {
        let fits = |conversion: &str| answer.fits.iter().any(|fits| fits == conversion);
        let arguments = &form.arguments;
        assert_eq!(fits("plain"), keeps_to_the_schema(form, &published), "{arguments}");
        // The function below closes them: no call could say anything.
        assert!(!(fits("closed") && speaks_in_objects(arguments)), "{arguments}");
    }
}

#[tokio::test]
async fn google_genai_takes_objects_without_properties() {
    let Some(installed) = Installed::find() else { return };
    let Some(server) = Server::start(&["--empty"], &[]) else { return };
    let published = published(&server).await;
    let forms = forms("genai");
    let job = json!({ "url": server.url, "calls": calls(&forms) });
    let seen = installed.run("google_genai.py", &job);
    check_schemas(&seen, &published, &["schema", "json_schema"]);
    check_answers(&seen, &forms);
    for (answer, form) in seen.answers.iter().zip(&forms) {
        let n_fits = if keeps_to_the_schema(form, &published) { 2 } else { 0 };
        assert_eq!(answer.fits.len(), n_fits, "{}", form.arguments);
    }
}

/// The calls of a model that is held to the schemas that are published as text.
fn text_forms(published: &[Tool], suffix: &str) -> Vec<Form> {
    let as_text = |form: Form| {
        let arguments = as_text(&form.arguments, &schema_of(tool_of(&form, published)))?;
        Some(Form { arguments, ..form })
    };
    forms(suffix).into_iter().filter_map(as_text).collect()
}

#[tokio::test]
async fn params_as_text_pass_every_converter() {
    let Some(installed) = Installed::find() else { return };
    let Some(server) = server_of_text() else { return };
    let published = published(&server).await;
    for (script, conversions) in [
        ("openai_agents.py", ["plain", "strict", "closed"].as_slice()),
        ("google_genai.py", &["schema", "json_schema"]),
    ] {
        let forms = text_forms(&published, &script[..6]);
        assert!(forms.len() > 20);
        let seen = installed.run(script, &json!({ "url": server.url, "calls": calls(&forms) }));
        check_answers(&seen, &forms);
        for (answer, form) in seen.answers.iter().zip(&forms) {
            assert_eq!(answer.fits, conversions, "{script}: {}", form.arguments);
        }
        for tool in &seen.tools {
            assert_eq!(tool.is_strict, script == "openai_agents.py", "{tool:?}");
            for (conversion, schema) in &tool.schemas {
                let properties = schema["properties"].as_object().expect("properties");
                let is_text = |property: &Value| {
                    [&property["type"], &property["items"]["type"]].contains(&&json!("string"))
                };
                assert!(properties.values().all(is_text), "{script} {conversion}: {tool:?}");
            }
        }
    }
}

const HANDSHAKE: &str = "2025-11-25";
const PER_REQUEST: &str = "2026-07-28";
