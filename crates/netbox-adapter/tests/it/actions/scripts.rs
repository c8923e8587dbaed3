//! Scripts: a file is uploaded, its scripts are listed and run.

use serde_json::json;

use super::background::{job_of, settled};
use crate::netbox::{ADMIN, with_netbox};

#[tokio::test]
async fn a_script_is_uploaded_and_run() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = format!("Greet{}", netbox.name.replace('-', ""));
        let module = netbox.name.replace('-', "_");
        let code = |word: &str| {
            format!(
                "from extras.scripts import Script, StringVar\n\n\
                 class {name}(Script):\n    who = StringVar()\n\n    \
                 def run(self, data, commit):\n        return '{word} ' + data['who']\n"
            )
        };
        let file = |word: &str| json!({"filename": format!("{module}.py"), "content": code(word)});
        let module = json!({"file": file("hello")});
        client.ask("extras", "scriptmodule", "create", module).await;
        let scripts = client.call("extras", "script", "list", &json!({"name": [name]})).await;
        assert!(!scripts.is_error && scripts.text.contains(&name), "{}", scripts.text);
        let script = client.call("extras", "script", "get", &json!({"id": name})).await;
        assert!(!script.is_error && script.text.contains("who"), "{}", script.text);
        let run = json!({"id": name, "data": {"who": "Bob"}, "commit": true});
        let answer = client.call("extras", "script", "run", &run).await;
        assert!(
            !answer.is_error && answer.text.contains("result.status: pending"),
            "{}",
            answer.text
        );
        assert!(answer.text.len() < 1_200, "{}", answer.text);
        let job = settled(&netbox, &job_of(&netbox, &name).await).await;
        assert_eq!(job["data"]["output"], "hello Bob", "{job}");
        // What a script needs is told by NetBox.
        let text = client
            .refused("extras", "script", "run", json!({"id": name, "data": {}, "commit": true}))
            .await;
        assert!(text.contains("who"), "{text}");
        let text = client.refused("extras", "script", "run", json!({"id": name})).await;
        assert!(text.contains("not sent") && text.contains("data"), "{text}");
    })
    .await;
}
