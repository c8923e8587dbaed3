//! What happens to a real NetBox under a server that goes on: it is not there yet, it is killed in the
//! middle of a batch, it is back, it hangs, it takes the server's token away. One server and one
//! connection see all of it.

mod second;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use self::second::Second;
use crate::access::Config;
use crate::access::real::{NetBox, User, with_netbox};
use crate::client::{Answer, Client, Era};
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_netbox_comes_goes_hangs_and_refuses() {
    with_netbox(|netbox| async move {
        let Some(mut second) = Second::new(&netbox) else { return };
        let engineer = netbox.user("engineer", &["view", "add"]).await;
        let token = netbox.token(&engineer).await;
        let config = Config::new(&format!(
            "[netbox]\nurl = {:?}\ncache = \"FOLDER/cache\"\npoll_seconds = 1\ntimeout_seconds = 20\n",
            second.url()
        ));
        let arguments = ["--config", &config.path(), "--scope", "write"];
        let server = Server::start_early(&arguments, &[("NETBOX_TOKEN", &token)]);
        let Some(server) = server else { return };
        let client = Client::connect(&server, Era::PerRequest).await;
        let road = Road { netbox, engineer, server, client };

        road.is_not_there_yet().await;
        second.start().await;
        road.is_healthy().await;
        road.is_killed_in_a_batch(&mut second).await;
        second.start().await;
        road.is_healthy().await;
        road.goes_on_after("killed").await;
        road.hangs_in_a_batch(&second).await;
        road.goes_on_after("hung").await;
        road.takes_the_token_away().await;
    })
    .await;
}

/// Everything that stays as it is while NetBox does not.
struct Road {
    netbox: NetBox,
    engineer: User,
    server: Server,
    client: Client,
}

impl Road {
    async fn is_not_there_yet(&self) {
        let (status, health) = self.health("NetBox does not answer").await;
        assert_eq!(status, 503, "{health}");
        assert!(health.contains("\"starting\""), "{health}");
        let listed = self.client.peer().list_all_tools().await;
        let said = listed.expect_err("there are no tools").to_string();
        assert!(said.contains("NetBox does not answer, and is asked again"), "{said}");
    }

    /// Waits until everything is well.
    async fn is_healthy(&self) {
        let (status, health) = self.health(r#"{"status":"ok"}"#).await;
        assert_eq!(status, 200, "{health}");
    }

    async fn is_killed_in_a_batch(&self, second: &mut Second) {
        let slugs = self.slugs("killed");
        let answer = self.batch_with(&slugs, async || second.kill()).await;
        let told = Told::read(&answer, &slugs);
        told.check(&self.netbox.sites(&self.engineer).await, &answer);

        for call in [self.list(), self.create("refused")] {
            let answer = self.client.call("dcim", call).await;
            let says = "not done: the API could not be connected to (Connection refused";
            assert!(answer.is_error && answer.text.contains(says), "{}", answer.text);
            assert!(answer.text.contains("nothing was sent"), "{}", answer.text);
            assert!(answer.text.len() < 200, "{}", answer.text);
        }
        let (status, health) = self.health("degraded").await;
        assert_eq!((status, health.contains("NetBox does not answer")), (200, true), "{health}");
        assert!(!self.client.tools().await.is_empty());
    }

    async fn hangs_in_a_batch(&self, second: &Second) {
        let slugs = self.slugs("hung");
        let mut listed = None;
        let hang = async || {
            second.hang();
            listed = Some(self.client.call("dcim", self.list()).await);
        };
        let answer = self.batch_with(&slugs, hang).await;
        let told = Told::read(&answer, &slugs);
        for says in ["its effect is unknown", "did not answer in time", "look what was done with"] {
            assert!(told.in_doubt.contains(says), "{}", told.in_doubt);
        }
        let listed = listed.expect("it was called").text;
        let why = "the request was sent, then the API did not answer in time; try again";
        assert_eq!(listed, format!("site list failed: {why}"));
        second.go_on();
        self.is_healthy().await;
        // Whether the one in doubt is done is known only now that NetBox went on.
        told.check(&self.netbox.sites(&self.engineer).await, &answer);
    }

    /// The same connection can do again what it could.
    async fn goes_on_after(&self, what: &str) {
        let listed = self.client.call("dcim", self.list()).await;
        assert!(!listed.is_error && listed.text.contains(&self.slug(what, 1)), "{}", listed.text);
        let made = self.client.call("dcim", self.create(&format!("after-{what}"))).await;
        assert!(!made.is_error && made.text.starts_with("created site "), "{}", made.text);
    }

    async fn takes_the_token_away(&self) {
        self.netbox.revoke(&self.engineer).await;
        for call in [self.list(), self.create("revoked")] {
            let answer = self.client.call("dcim", call).await;
            assert!(answer.is_error, "{}", answer.text);
            for says in ["403 Forbidden", "Invalid v2 token", "the account that the call ran as"] {
                assert!(answer.text.contains(says), "{}", answer.text);
            }
            assert!(answer.text.len() < 400, "{}", answer.text);
        }
        let (status, health) = self.health("degraded").await;
        assert!(health.contains("refuses the token"), "{status} {health}");
        assert!(!self.netbox.sites(&self.engineer).await.contains(&self.slug("revoked", 0)));
    }

    /// Creates sites one after the other, each of which refers to the one before, and does something
    /// once a few of them are there.
    async fn batch_with(&self, slugs: &[String], then: impl AsyncFnOnce()) -> Answer {
        let step = |(n, slug): (usize, &String)| {
            let mut step = json!({ "resource": "site", "action": "create",
                "params": { "name": slug, "slug": slug } });
            if n > 0 {
                step["params"]["description"] = json!(format!("${n}.slug"));
            }
            step
        };
        let steps: Vec<Value> = slugs.iter().enumerate().map(step).collect();
        let batch = self.client.call("batch", json!({ "steps": steps }));
        let meanwhile = async {
            let started = Instant::now();
            while !self.netbox.sites(&self.engineer).await.contains(&slugs[4]) {
                assert!(started.elapsed() < LONG, "no site is made");
                sleep(Duration::from_millis(10)).await;
            }
            then().await;
        };
        tokio::join!(batch, meanwhile).0
    }

    /// What the health path says, once it holds this.
    async fn health(&self, expected: &str) -> (u16, String) {
        let started = Instant::now();
        let url = format!("{}/healthz", self.server.base_url());
        loop {
            let answer = reqwest::get(&url).await.expect("an answer");
            let status = answer.status().as_u16();
            let text = answer.text().await.expect("a text");
            if text.contains(expected) {
                return (status, text);
            }
            assert!(started.elapsed() < LONG, "no {expected}: {text}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    fn list(&self) -> Value {
        let params = json!({ "slug__isw": self.engineer.name });
        json!({ "resource": "site", "action": "list", "params": params, "limit": 100 })
    }

    fn create(&self, name: &str) -> Value {
        let slug = self.slug(name, 0);
        json!({ "resource": "site", "action": "create", "params": { "name": slug, "slug": slug } })
    }

    fn slug(&self, name: &str, n: usize) -> String {
        self.engineer.site(&format!("{name}-{n:02}"))
    }

    fn slugs(&self, name: &str) -> Vec<String> {
        (1..=25).map(|n| self.slug(name, n)).collect()
    }
}

/// What an agent was told of the steps of a batch that could not be done to its end.
struct Told {
    done: Vec<String>,
    /// The step at which it ended, and whose it is.
    in_doubt: String,
    is_sent: bool,
    which: String,
    not_run: Vec<String>,
}

impl Told {
    /// Reads an answer, in which every step is told of once and in order.
    #[track_caller]
    fn read(answer: &Answer, slugs: &[String]) -> Self {
        let Answer { text, is_error } = answer;
        println!("{text}");
        assert!(is_error, "{text}");
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let n_done = first.strip_suffix(" of 25 steps done; not atomic: what is done stays done");
        let n_done: usize = n_done.and_then(|n| n.parse().ok()).expect(text);
        let (done, rest) = slugs.split_at(n_done);
        for (n, slug) in done.iter().enumerate() {
            let line = lines.next().unwrap_or_default();
            let is_made = line.starts_with(&format!("{}: created site ", n + 1));
            assert!(is_made && line.contains(slug), "{line}: {text}");
        }
        let in_doubt = lines.next().unwrap_or_default().to_owned();
        assert!(in_doubt.starts_with(&format!("{}", n_done + 1)), "{in_doubt}: {text}");
        let (which, not_run) = rest.split_first().expect(text);
        for (n, _) in not_run.iter().enumerate() {
            let line = lines.next().unwrap_or_default();
            assert_eq!(line, format!("{} site create: not run", n_done + n + 2), "{text}");
        }
        assert_eq!(lines.next(), None, "{text}");
        let is_sent = in_doubt.contains("its effect is unknown");
        assert!(is_sent || in_doubt.contains("nothing was sent"), "{in_doubt}");
        let (done, not_run, which) = (done.to_vec(), not_run.to_vec(), which.clone());
        Self { done, in_doubt, is_sent, which, not_run }
    }

    /// Compares it with what the database holds.
    #[track_caller]
    fn check(&self, held: &BTreeSet<String>, answer: &Answer) {
        let text = &answer.text;
        assert!(self.done.iter().all(|slug| held.contains(slug)), "{held:?}: {text}");
        assert!(!self.not_run.iter().any(|slug| held.contains(slug)), "{held:?}: {text}");
        assert!(self.is_sent || !held.contains(&self.which), "{held:?}: {text}");
    }
}

/// How long NetBox may take to write its schema on a busy machine.
const LONG: Duration = Duration::from_secs(300);
