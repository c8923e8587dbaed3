//! Which clients accept what is published, and let every documented call through.
//!
//! The SDKs of three languages pass a tool's schema and a call's arguments on as they are. What
//! converts tools to a model's API does not, and there `params` as an object is lost or closed in
//! some; the profile that publishes it as text is for those.

mod batches;
pub(crate) mod driver;
mod forms;
mod surface;

use rmcp::model::Tool;
use serde_json::{Value, json};

use self::driver::{Installed, Seen, SeenTool};
use self::forms::Form;
use self::surface::{Published, Surface};
use crate::client::{Client, Era};
use crate::server::example;

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

/// Checks that a client holds each published schema as it is, under each of these conversions.
#[track_caller]
fn check_schemas(seen: &Seen, published: &[Tool], conversions: &[&str]) {
    let names = |tool: &SeenTool| tool.name.clone();
    let seen_names: Vec<String> = seen.tools.iter().map(names).collect();
    let expected: Vec<&str> = published.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(seen_names, expected);
    for (tool, published) in seen.tools.iter().zip(published) {
        let schema = Value::Object(published.input_schema.as_ref().clone());
        for conversion in conversions {
            assert_eq!(tool.schemas[*conversion], schema, "{conversion} {tool:?}");
        }
    }
}

#[tokio::test]
async fn rmcp_sends_every_form_in_both_eras() {
    for surface in Surface::all() {
        let Some(published) = surface.publish().await else { return };
        for era in [Era::Handshake, Era::PerRequest] {
            let client = Client::connect(&published.server, era).await;
            for form in published.forms(&format!("{era:?}").to_lowercase()) {
                let answer = client.call(&form.tool, form.arguments.clone()).await;
                let sent = format!("{surface:?}: {} {}", form.tool, form.arguments);
                assert!(answer.text.contains(&form.says), "{sent}: {answer:?}");
                assert_eq!(answer.is_error, form.is_error, "{sent}: {answer:?}");
            }
        }
    }
}

/// Runs a script of an SDK over both transports, and checks what it saw.
async fn check_sdk(script: &str, eras: &[(&str, &str)], over_stdio: (&str, &str)) {
    let Some(installed) = Installed::find() else { return };
    for surface in Surface::all() {
        let Some(published) = surface.publish().await else { return };
        for (era, revision) in eras {
            let forms = published.forms(era);
            let job = json!({ "url": published.server.url, "era": era, "calls": calls(&forms) });
            let seen = installed.run(script, &job);
            assert_eq!(seen.revision.as_deref(), Some(*revision), "{script} {era}");
            check_schemas(&seen, &published.tools, &["listed"]);
            check_answers(&seen, &forms);
        }
    }
    let [plain, ..] = Surface::OF_OBJECTS;
    let Some(published) = plain.publish().await else { return };
    let program = example("netbox_server").expect("the server that runs");
    let forms = published.forms("stdio");
    let (era, revision) = over_stdio;
    let job = json!({
        "command": [program, "--stdio", "--empty"], "era": era, "calls": calls(&forms),
    });
    let seen = installed.run(script, &job);
    assert_eq!(seen.revision.as_deref(), Some(revision), "{script} {era} over stdio");
    check_schemas(&seen, &published.tools, &["listed"]);
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

/// Whether a call says anything in an object, which a closed schema has no room for.
fn speaks_in_objects(arguments: &Value) -> bool {
    let speaks = |value: &Value| match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => items.iter().any(Value::is_object),
        _ => false,
    };
    arguments.as_object().expect("arguments are an object").values().any(speaks)
}

#[tokio::test]
async fn the_openai_agents_sdk_leaves_objects_open_unless_it_is_made_to_close_them() {
    let Some(installed) = Installed::find() else { return };
    for surface in Surface::OF_OBJECTS {
        let Some(published) = surface.publish().await else { return };
        let forms = published.forms("agents");
        let job = json!({ "url": published.server.url, "calls": calls(&forms) });
        let mut seen = installed.run("openai_agents.py", &job);
        // Asked for strict schemas, it gives up on objects without properties and leaves these tools
        // as they are; `find` takes a text alone.
        seen.tools.retain(|tool| tool.name != "find");
        let open = published.tools.iter().filter(|tool| tool.name != "find").cloned();
        check_schemas(&seen, &open.collect::<Vec<_>>(), &["plain", "strict"]);
        assert!(seen.tools.iter().all(|tool| !tool.is_strict), "{:#?}", seen.tools);
        check_answers(&seen, &forms);
        for (answer, form) in seen.answers.iter().zip(&forms) {
            let fits = |conversion: &str| answer.fits.iter().any(|fits| fits == conversion);
            let arguments = &form.arguments;
            assert_eq!(fits("plain"), published.fits(form), "{arguments}");
            // The function below closes them: no call could say anything.
            assert!(!(fits("closed") && speaks_in_objects(arguments)), "{arguments}");
        }
    }
}

#[tokio::test]
async fn google_genai_takes_objects_without_properties() {
    let Some(installed) = Installed::find() else { return };
    for surface in Surface::OF_OBJECTS {
        let Some(published) = surface.publish().await else { return };
        let forms = published.forms("genai");
        let job = json!({ "url": published.server.url, "calls": calls(&forms) });
        let seen = installed.run("google_genai.py", &job);
        check_schemas(&seen, &published.tools, &["schema", "json_schema"]);
        check_answers(&seen, &forms);
        for (answer, form) in seen.answers.iter().zip(&forms) {
            let n_fits = if published.fits(form) { 2 } else { 0 };
            assert_eq!(answer.fits.len(), n_fits, "{}", form.arguments);
        }
    }
}

#[tokio::test]
async fn objects_as_text_pass_every_converter() {
    let Some(installed) = Installed::find() else { return };
    for surface in Surface::OF_TEXT {
        let Some(published) = surface.publish().await else { return };
        check_text(&installed, &published, "openai_agents.py", &["plain", "strict", "closed"]);
        check_text(&installed, &published, "google_genai.py", &["schema", "json_schema"]);
    }
}

/// Checks that what publishes text passes these conversions, and so does every call.
#[track_caller]
fn check_text(installed: &Installed, published: &Published, script: &str, conversions: &[&str]) {
    let forms = published.forms(&script[..6]);
    let job = json!({ "url": published.server.url, "calls": calls(&forms) });
    let seen = installed.run(script, &job);
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

const HANDSHAKE: &str = "2025-11-25";
const PER_REQUEST: &str = "2026-07-28";
