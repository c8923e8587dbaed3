//! The tasks are whole, and no sandbox holds the answer to a task of change before it is done.

use std::collections::BTreeSet;

use benches::connection::Surface;
use benches::grade::grade;
use benches::ours::{self, Form, Looking};
use benches::run::Transcript;
use benches::sandbox::Fresh;
use benches::{Policy, Task, Trace};
use dispatch_core::access::Access;
use dispatch_core::find::Index;
use serde_json::Value;

#[test]
fn every_task_can_be_read_and_is_not_done_before_it_begins() {
    let tasks = Task::all().unwrap();
    let ids: BTreeSet<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(ids.len(), tasks.len());
    for task in &tasks {
        let has_checks = task.answer.is_some() || !task.data.is_empty() || !task.state.is_empty();
        assert!(has_checks, "{} asks for nothing", task.id);
        assert!(!task.floor().is_empty(), "{} has no floor", task.id);
        let fresh = Fresh::new(task.seed).unwrap();
        let surface = Surface { tools: Vec::new(), instructions: String::new() };
        let nothing = Transcript { surface, turns: Vec::new(), broke: None };
        let missing = grade(task, &nothing, &fresh);
        assert!(!missing.is_empty(), "{} is done before it begins", task.id);
    }
}

/// Words for tasks that name a device by its name alone.
const NOT_SAID: [&str; 3] = ["server", "devices", "switch"];

#[test]
fn a_cautious_agent_looks_for_words_of_its_task_and_uses_only_what_it_finds() {
    let catalog = ours::catalog().unwrap();
    let looking = Looking::read().unwrap();
    let bare = Form::ALL[2];
    for task in Task::all().unwrap() {
        let tables: Vec<String> = task.data.iter().map(|it| it.name.replace('_', " ")).collect();
        let said = format!("{} {}", task.says, tables.join(" ")).to_lowercase();
        let index = Index::new(&catalog, Access::up_to(task.tier));
        let mut found = BTreeSet::new();
        let mut n_not_said = 0;
        for query in &looking.find[&task.id] {
            let is_said = query.split(' ').all(|word| said.contains(&word.to_lowercase()));
            n_not_said += usize::from(!is_said && NOT_SAID.contains(&query.as_str()));
            assert!(is_said || n_not_said == 1, "{}: {query:?} is not said", task.id);
            for hit in index.find(query) {
                let resource = &catalog.resource(hit.resource).name;
                found.insert(resource.clone());
                found.extend(hit.actions.iter().map(|action| format!("{resource}.{action}")));
            }
        }
        let trace = Trace::of(ours::NAME, &task.id).unwrap().expect("a trace");
        let turns = bare.turns(&task.id, Policy::Cautious, trace.turns(Policy::Cautious)).unwrap();
        for (place, turn) in turns[1..].iter().enumerate() {
            for named in turn.calls.iter().flat_map(|call| named(&call.arguments)) {
                let resource = named.split('.').next().unwrap_or_default();
                assert!(found.contains(resource), "{}: {resource} is not found", task.id);
                // The first of them asks for help, which names the actions.
                let is_known = place > 0 || !named.contains('-') || found.contains(&named);
                assert!(is_known, "{}: {named} is not found", task.id);
            }
        }
    }
}

/// The resources that a call names, after a dot the action.
fn named(arguments: &str) -> Vec<String> {
    // The cells of a table stand for themselves: `{{name}}` may be no JSON.
    let arguments: Value = serde_json::from_str(arguments).unwrap_or_default();
    let of = |call: &Value| {
        let resources = call["resource"].as_str().unwrap_or_default().split(',');
        let action = call["action"].as_str().filter(|action| *action != "help");
        let name =
            |it: &str| action.map_or_else(|| it.to_owned(), |action| format!("{it}.{action}"));
        resources.filter(|it| !it.is_empty()).map(name).collect::<Vec<_>>()
    };
    let steps = arguments["steps"].as_array().into_iter().flatten();
    steps.chain([&arguments]).flat_map(of).collect()
}
