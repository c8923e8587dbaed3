//! throwaway
use benches::{
    Task, Trace, cost::Cost, grade::grade, report::tasks::play, tokens::Tokenizer, trace::Policy,
};
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let t = Tokenizer::o200k()?;
    let want: Vec<String> = std::env::args().skip(1).collect();
    let force = want.iter().any(|w| w == "--needs");
    let brief = want.iter().any(|w| w == "--brief");
    let want: Vec<_> = want.into_iter().filter(|w| !w.starts_with("--")).collect();
    for task in Task::all()? {
        if !want.is_empty() && !want.contains(&task.id) {
            continue;
        }
        for (style, trace) in Trace::all_of("ours", &task.id)? {
            if trace.needs.is_some() && !force {
                continue;
            }
            for policy in Policy::ALL {
                let turns = trace.turns(policy);
                if turns.is_empty() {
                    continue;
                }
                let (tr, fresh) = play(&task, turns, &Default::default()).await?;
                let cost = Cost::of(&tr, fresh.n_requests(), &t);
                let missing = grade(&task, &tr, &fresh);
                println!(
                    "=== {} {:?} {} floor {} unique {} cum {} out {} res {} turns {} api {} {}",
                    task.id,
                    style,
                    policy.name(),
                    t.count(&task.floor()),
                    cost.unique,
                    cost.cumulative,
                    cost.output,
                    cost.results,
                    cost.turns,
                    cost.api_calls,
                    if missing.is_empty() {
                        "OK".to_owned()
                    } else {
                        format!("MISSING {:?}", &missing[..missing.len().min(3)])
                    }
                );
                if brief {
                    continue;
                }
                for turn in &tr.turns {
                    println!("--");
                    for x in turn {
                        println!(
                            "> {} {}\n{}",
                            x.tool,
                            x.arguments.chars().take(600).collect::<String>(),
                            x.answer.texts.join("\n").chars().take(900).collect::<String>()
                        );
                    }
                }
            }
        }
    }
    Ok(())
}
