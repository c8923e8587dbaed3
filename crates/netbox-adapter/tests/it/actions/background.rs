//! Queues, workers and tasks: what waits is started, what runs is stopped, what is over is deleted.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use crate::netbox::{ADMIN, NetBox, with_netbox};

/// The latest job of a script.
pub(super) async fn job_of(netbox: &NetBox, script: &str) -> Value {
    let scripts = netbox.get(&format!("/api/extras/scripts/?name={script}")).await;
    let id = &scripts["results"][0]["id"];
    let path = format!("/api/core/jobs/?object_id={id}&ordering=-created&limit=1");
    netbox.get(&path).await["results"][0].clone()
}

/// A job when it is over, or runs no further by itself.
pub(super) async fn settled(netbox: &NetBox, job: &Value) -> Value {
    let path = format!("/api/core/jobs/{}/", job["id"]);
    let mut now = Value::Null;
    for _ in 0..120 {
        now = netbox.get(&path).await;
        let status = now["status"]["value"].as_str().unwrap_or_default();
        if ["completed", "errored", "failed"].contains(&status) {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("is there a worker? {now}")
}

#[tokio::test]
async fn queues_and_workers_are_read() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let answer = client.call("core", "backgroundqueue", "list", &json!({})).await;
        assert!(!answer.is_error && answer.text.contains("default"), "{}", answer.text);
        let answer =
            client.call("core", "backgroundqueue", "get", &json!({"name": "default"})).await;
        assert!(!answer.is_error && answer.text.contains("workers: 1"), "{}", answer.text);
        let workers = client.ask("core", "backgroundworker", "list", json!({})).await;
        let name = workers["results"][0]["name"].clone();
        let answer = client.call("core", "backgroundworker", "get", &json!({"name": name})).await;
        assert!(!answer.is_error && answer.text.contains("queue_names"), "{}", answer.text);
        let answer = client.call("core", "backgroundtask", "list", &json!({})).await;
        assert!(!answer.is_error, "{}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn tasks_are_started_stopped_and_deleted() {
    with_netbox(|netbox| async move {
        let client = netbox.client(ADMIN[1]).await;
        let name = format!("Slow{}", netbox.name.replace('-', ""));
        let file = format!("{}_slow.py", netbox.name.replace('-', "_"));
        let code = format!(
            "import time\nfrom extras.scripts import IntegerVar, Script\n\n\
             class {name}(Script):\n    seconds = IntegerVar()\n\n    \
             def run(self, data, commit):\n        time.sleep(data['seconds'])\n"
        );
        let file = json!({"file": {"filename": file, "content": code}});
        client.ask("extras", "scriptmodule", "create", file).await;
        let run = |seconds: u32| json!({"id": name, "data": {"seconds": seconds}, "commit": true});
        let task = |job: &Value| json!({"id": job["job_id"]});

        // What waits for its time is started now, and is over then.
        let mut later = run(0);
        later["schedule_at"] = json!("2100-01-01T00:00:00Z");
        client.ask("extras", "script", "run", later).await;
        let job = job_of(&netbox, &name).await;
        assert_eq!(job["status"]["value"], "scheduled", "{job}");
        let answer = client.call("core", "backgroundtask", "get", &task(&job)).await;
        assert!(!answer.is_error && answer.text.contains("scheduled"), "{}", answer.text);
        let answer = client.call("core", "backgroundtask", "enqueue", &task(&job)).await;
        assert!(!answer.is_error, "{}", answer.text);
        assert!(answer.text.contains("enqueue"), "{}", answer.text);
        assert_eq!(settled(&netbox, &job).await["status"]["value"], "completed");

        // What runs is stopped; it has failed then, and can be started again.
        client.ask("extras", "script", "run", run(120)).await;
        let job = job_of(&netbox, &name).await;
        let path = format!("/api/core/jobs/{}/", job["id"]);
        for _ in 0..80 {
            if netbox.get(&path).await["status"]["value"] == "running" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        let answer = client.call("core", "backgroundtask", "stop", &task(&job)).await;
        assert!(!answer.is_error, "{}", answer.text);
        let task_path =
            format!("/api/core/background-tasks/{}/", job["job_id"].as_str().expect("a text"));
        for _ in 0..80 {
            let (_, now) = netbox.ask(Method::GET, &task_path, None).await;
            if now["is_started"] == false {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        let answer = client.call("core", "backgroundtask", "requeue", &task(&job)).await;
        assert!(!answer.is_error, "{}", answer.text);
        let is_running =
            async || netbox.ask(Method::GET, &task_path, None).await.1["is_started"] == true;
        // Other tests have work for the worker, too.
        for _ in 0..720 {
            if is_running().await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        assert!(is_running().await, "it was not begun again");
        // Stopped again, so that the worker is free for others.
        client.call("core", "backgroundtask", "stop", &task(&job)).await;
        let answer = client.call("core", "backgroundtask", "delete", &task(&job)).await;
        assert!(!answer.is_error && answer.text.contains("deleted"), "{}", answer.text);
        let text = client.refused("core", "backgroundtask", "get", task(&job)).await;
        assert!(text.contains("No such job"), "{text}");
    })
    .await;
}
