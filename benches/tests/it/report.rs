//! The committed report is what this code does, and keeps within the budgets.

use std::env;

use benches::Task;
use benches::cost::Cost;
use benches::grade::grade;
use benches::report::{Committed, TaskRow, levels, surfaces, tasks};
use benches::tokens::Tokenizer;
use benches::trace::{Policy, Trace};
use dispatch_core::DispatcherOptions;
use dispatch_core::surface::Level;

/// Runs every task again. `UPDATE_REPORT=1` writes what has changed, but for the surfaces of other
/// documents, which only the bench measures.
#[tokio::test]
async fn the_committed_report_is_what_the_tasks_cost() {
    let committed = Committed::read().unwrap();
    let mut now = committed.clone();
    now.set_tasks(tasks::ours().await.unwrap()).unwrap();
    let netbox = now.report.surfaces.iter_mut().find(|row| row.document == "NetBox 4.7.0");
    let approaches = &mut netbox.expect("the report has NetBox 4.7.0").approaches;
    approaches.retain(|row| !row.approach.starts_with("mcp-dispatch"));
    approaches.extend(surfaces::bundled().unwrap());

    if env::var_os("UPDATE_REPORT").is_some() {
        now.write().unwrap();
    } else {
        let again = "run UPDATE_REPORT=1 cargo test -p benches, and look at what has changed";
        for (now, committed) in now.report.tasks.iter().zip(&committed.report.tasks) {
            assert_eq!(now, committed, "{again}");
        }
        assert_eq!(now.report, committed.report, "{again}");
        for (path, text) in now.files().unwrap() {
            let found = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(found, text, "{}: {again}", path.display());
        }
    }
    let forms = now.report.forms.iter().flat_map(|form| &form.tasks);
    for row in now.report.tasks.iter().chain(forms) {
        for policy in Policy::ALL {
            assert!(row.run(policy.name()).is_some(), "{} has no {}", row.task, policy.name());
        }
        for run in &row.runs {
            assert!(run.missing.is_empty(), "{} {}: {:#?}", row.task, run.policy, run.missing);
        }
    }
    within_budget(&now.report.tasks);
    let cheapest = levels::cheapest(&now.report.levels).expect("there are levels");
    assert_eq!(cheapest.level, Level::default().as_str(), "the default level is the cheapest");
}

#[tokio::test]
async fn fifty_devices_with_the_usual_columns_keep_within_their_budget() {
    let tasks = Task::all().unwrap();
    let task = tasks.iter().find(|task| task.id == "devices-of-a-site").expect("it is there");
    let trace: Trace = toml::from_str(
        r#"
        [[oracle]]
        [[oracle.calls]]
        tool = "dcim"
        arguments = '{"resource":"device","action":"list","params":{"site":"amsterdam"}}'
        "#,
    )
    .unwrap();
    let turns = trace.turns(Policy::Oracle);
    let (transcript, fresh) =
        tasks::play(task, turns, &DispatcherOptions::default()).await.unwrap();
    assert_eq!(grade(task, &transcript, &fresh), Vec::<String>::new());
    let cost = Cost::of(&transcript, fresh.n_requests(), &Tokenizer::o200k().unwrap());
    assert!(cost.results <= 2_600, "50 devices: {}", cost.results);
}

/// The budgets of whole tasks.
fn within_budget(rows: &[TaskRow]) {
    let check = |task: &str, policy: &str, budget: fn(usize) -> usize| {
        let row = rows.iter().find(|row| row.task == task).expect("the task is there");
        let run = row.run(policy).expect("it has run");
        let budget = budget(row.floor);
        assert!(run.cost.unique <= budget, "{task}, {policy}: {} > {budget}", run.cost.unique);
    };
    let provision = rows.iter().find(|row| row.task == "provision-a-device");
    let turns = provision.and_then(|row| Some(row.run("oracle")?.cost.turns));
    assert_eq!(turns, Some(1), "a device is provisioned in one turn");
    check("provision-a-device", "oracle", |_| 1_500);
    check("provision-a-device", "stumbling", |_| 2_000);
    check("federation", "oracle", |floor| floor * 5 / 2);

    let devices = rows.iter().find(|row| row.task == "devices-of-a-site").expect("it is there");
    let answer = devices.run("oracle").expect("it has run").cost.results;
    let most = devices.floor * 115 / 100;
    assert!(answer <= 1_250 && answer <= most, "50 devices: {answer} > {most}");
}
