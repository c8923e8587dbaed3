//! throwaway
use benches::ours;
use benches::sandbox::{Fresh, Seed};
use dispatch_core::Tier;
use std::io::BufRead;
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let seed = match std::env::args().nth(1).as_deref() {
        Some("walkthrough") => Seed::Walkthrough,
        Some("empty") => Seed::Empty,
        _ => Seed::Campus,
    };
    let fresh = Fresh::new(seed)?;
    let mut connection = ours::connect(&fresh, Tier::Admin, &Default::default())?;
    let s = connection.open().await?;
    println!("{}", s.instructions);
    let t = benches::tokens::Tokenizer::o200k()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if let Some(path) = line.strip_prefix("GET ") {
            println!(
                "{:#}",
                fresh.get(path).unwrap_or_else(|e| serde_json::Value::String(format!("{e:#}")))
            );
            continue;
        }
        let (tool, args) = line.split_once(' ').unwrap();
        let a = connection.call(tool, &serde_json::from_str(args)?).await?;
        println!(
            "> {line}  [{} -> {} tokens, {} api]",
            t.count(&line),
            a.texts.iter().map(|x| t.count(x)).sum::<usize>(),
            fresh.n_requests()
        );
        println!("{}\n", a.texts.join("\n"));
    }
    Ok(())
}
