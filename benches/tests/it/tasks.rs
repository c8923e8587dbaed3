//! The tasks are whole, and no sandbox holds the answer to a task of change before it is done.

use std::collections::BTreeSet;

use benches::Task;
use benches::connection::Surface;
use benches::grade::grade;
use benches::run::Transcript;
use benches::sandbox::Fresh;

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
