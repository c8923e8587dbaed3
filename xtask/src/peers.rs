//! `cargo xtask peers`: other systems over the same tasks and the same sandbox. It takes minutes, so
//! it is run on demand and its results are committed; CI runs this project alone.

mod api;
mod install;
mod report;
mod systems;

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use benches::connection::{Stdio, Surface};
use benches::cost::{Cost, SurfaceCost};
use benches::grade::grade;
use benches::sandbox::{Fresh, Seed};
use benches::tokens::Tokenizer;
use benches::{Connection, Policy, Task, Trace, run};
use clap::Args;
use dispatch_core::Tier;

use self::api::Api;
use self::install::Installed;
use self::report::{Results, Run, Transcripts};
use self::systems::{PEERS, Peer};
use crate::steps::Steps;
use crate::{command, documents};

/// The options of `peers`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The peers to run; all of them where none is named.
    names: Vec<String>,
    /// Runs this task alone, shows the answers, and saves nothing.
    #[arg(long)]
    task: Option<String>,
}

/// Runs the chore.
#[tokio::main]
pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    for name in &arguments.names {
        let known: Vec<_> = PEERS.iter().map(|peer| peer.name).collect();
        ensure!(known.contains(&name.as_str()), "no peer {name}; there are {}", known.join(", "));
    }
    documents::fetch()?;
    let mut tasks = Task::all()?;
    if let Some(id) = &arguments.task {
        tasks.retain(|task| task.id == *id);
        ensure!(!tasks.is_empty(), "there is no task {id}");
    }
    let asked = |peer: &&Peer| {
        arguments.names.is_empty() || arguments.names.iter().any(|name| name == peer.name)
    };
    let tokenizer = Tokenizer::o200k()?;
    let api = Api::serve(PORT).await?;
    for peer in PEERS.iter().filter(asked) {
        let mut steps = Steps::start();
        let bench = Bench::start(peer, &api).await.with_context(|| peer.name)?;
        steps.done(&format!("started {}", peer.title));
        let summary = bench.run(&tasks, &tokenizer, arguments.task.is_some()).await;
        steps.done(&summary.with_context(|| peer.name)?);
    }
    Ok(())
}

/// A running peer before a sandbox.
struct Bench<'a> {
    peer: &'a Peer,
    installed: Installed,
    api: &'a Api,
    connection: Connection,
    surface: Surface,
}

impl<'a> Bench<'a> {
    /// Installs and starts a peer, and lists its tools.
    async fn start(peer: &'a Peer, api: &'a Api) -> Result<Self> {
        let installed = peer.package.install(peer.folder)?;
        api.put(Fresh::new(Seed::Empty)?, Tier::Admin);
        let mut connection = connect(peer, &installed, api)?;
        let surface = connection.open().await?;
        Ok(Self { peer, installed, api, connection, surface })
    }

    /// Runs every task under every policy, and saves what it came to unless it is only looked at.
    async fn run(mut self, tasks: &[Task], tokenizer: &Tokenizer, looks: bool) -> Result<String> {
        let surface = SurfaceCost::of(&self.surface, tokenizer);
        let mut results = Results::new(self.peer, today()?, surface, tokenizer);
        let mut transcripts = Transcripts::default();
        for task in tasks {
            let Some(trace) = Trace::of(self.peer.name, &task.id)? else { continue };
            for policy in Policy::ALL {
                if trace.needs.is_none() && trace.turns(policy).is_empty() {
                    continue;
                }
                let run =
                    self.once(surface, task, &trace, policy, &mut transcripts, tokenizer).await;
                let run = run.with_context(|| format!("{} {}", task.id, policy.name()))?;
                if looks || !run.done {
                    println!("         {} {}: {}", task.id, policy.name(), run.says());
                }
                results.runs.push(run);
            }
        }
        if looks {
            print!("{}", transcripts.text());
        } else {
            results.save()?;
            transcripts.save(self.peer)?;
        }
        Ok(results.summary())
    }

    /// Runs one task under one policy.
    async fn once(
        &mut self,
        surface: SurfaceCost,
        task: &Task,
        trace: &Trace,
        policy: Policy,
        transcripts: &mut Transcripts,
        tokenizer: &Tokenizer,
    ) -> Result<Run> {
        let notes: Vec<String> = trace.needs.iter().chain(&trace.note).cloned().collect();
        if trace.needs.is_some() {
            return Ok(Run::cannot(task, policy, notes));
        }
        let fresh = Fresh::new(task.seed)?;
        self.api.put(fresh.clone(), task.tier);
        empty(&self.installed)?;
        fresh.forget_requests();
        let turns = trace.turns(policy);
        let played = run::play_turns(&mut self.connection, self.surface.clone(), task, turns);
        let transcript = played.await?;
        let cost = Cost::on(surface, &transcript, fresh.n_requests(), tokenizer);
        transcripts.add(&task.id, policy, &transcript, tokenizer);
        let missing = grade(task, &transcript, &fresh);
        Ok(Run::ended(task, policy, cost, missing, notes))
    }
}

/// Starts a peer; what it says beside the protocol is kept in a log.
fn connect(peer: &Peer, installed: &Installed, api: &Api) -> Result<Connection> {
    let state = empty(installed)?;
    let log = installed.folder.join("log");
    let log = File::create(&log).with_context(|| format!("failed to create {}", log.display()))?;
    let document = documents::folder().join("netbox-openapi-4.7.json");
    let mut command = (peer.command)(installed, &document, &api.url());
    command
        .env("XDG_CONFIG_HOME", &state)
        .env("HOME", &state)
        .current_dir(&installed.folder)
        .stderr(log);
    Ok(Connection::Stdio(Box::new(Stdio::start(command, PATIENCE)?)))
}

/// Empties the folder in which a peer keeps what it remembers, and returns it.
fn empty(installed: &Installed) -> Result<PathBuf> {
    let state = installed.folder.join("state");
    if state.exists() {
        fs::remove_dir_all(&state)
            .with_context(|| format!("failed to empty {}", state.display()))?;
    }
    fs::create_dir_all(&state)?;
    Ok(state)
}

fn today() -> Result<String> {
    let date = command::output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    Ok(date.trim_end().to_owned())
}

/// Where the API listens: answers hold its URL, so that another port would change what they cost.
const PORT: u16 = 47047;

/// How long a peer may take over one answer; awslabs takes minutes to list its tools.
const PATIENCE: Duration = Duration::from_secs(1800);
