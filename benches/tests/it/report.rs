//! The committed report is what this code does, and keeps within the budgets.

use std::env;

use benches::report::{Committed, TaskRow, levels, surfaces, tasks};
use dispatch_core::DispatcherOptions;
use dispatch_core::surface::Level;

/// Runs every task again. `UPDATE_REPORT=1` writes what has changed, but for the surfaces of other
/// documents, which only the bench measures.
#[tokio::test]
async fn the_committed_report_is_what_the_tasks_cost() {
    let committed = Committed::read().unwrap();
    let mut now = committed.clone();
    now.set_tasks(tasks::ours(&DispatcherOptions::default()).await.unwrap()).unwrap();
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
    for row in &now.report.tasks {
        for run in &row.runs {
            assert!(run.missing.is_empty(), "{} {}: {:#?}", row.task, run.policy, run.missing);
        }
    }
    within_budget(&now.report.tasks);
    let cheapest = levels::cheapest(&now.report.levels).expect("there are levels");
    assert_eq!(cheapest.level, Level::default().as_str(), "the default level is the cheapest");
}

/// The budgets of whole tasks. A task whose trace cannot be run yet has none.
fn within_budget(rows: &[TaskRow]) {
    let check = |task: &str, policy: &str, budget: fn(usize) -> usize| {
        let row = rows.iter().find(|row| row.task == task).expect("the task is there");
        let Some(run) = row.run(policy) else { return };
        let budget = budget(row.floor);
        assert!(run.cost.unique <= budget, "{task}, {policy}: {} > {budget}", run.cost.unique);
    };
    check("provision-a-device", "oracle", |_| 1_500);
    check("provision-a-device", "stumbling", |_| 2_000);
    check("federation", "oracle", |floor| floor * 5 / 2);

    let devices = rows.iter().find(|row| row.task == "devices-of-a-site").expect("it is there");
    let answer = devices.run("oracle").expect("it has run").cost.results;
    let most = devices.floor * 115 / 100;
    assert!(answer <= 1_250 && answer <= most, "50 devices: {answer} > {most}");
}
