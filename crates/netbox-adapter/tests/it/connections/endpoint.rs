//! An endpoint over HTTP, and calls to it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use dispatch_core::{Dispatcher, DispatcherOptions, PermissionOptions};
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use mcp_protocol::http::McpService;
use netbox_adapter::{
    CredentialLayer, Credentials, NetBoxAccounts, NetBoxPermissions, PersonCredentials,
};
use oauth::authorization_server::{AuthorizationServer, Options};
use oauth::resource_owner::{
    ApiAccounts, ApiAccountsOptions, AutoApprove, ResourceOwner, ScopeOfGroups,
};
use oauth::resource_server::{AccessLayer, ResourceMetadata};
use oauth::sealing::Sealer;
use oauth::store::{Client, SqliteStore, Store};
use oauth::{OsEntropy, UnixTime, Verifiers};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::Layer as _;

use crate::netbox::{Backend, NetBox};

/// Where the client application `app` gets its answers.
pub(super) const CALLBACK: &str = "http://127.0.0.1/callback";

/// An endpoint that is served until the test ends.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) origin: String,
    pub(super) http: reqwest::Client,
    /// The file of the store.
    pub(super) file: PathBuf,
}

/// How NetBox is asked what people may do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered {
    pub(super) options: PermissionOptions,
    /// Whether an administrator's token may be asked what groups permit.
    pub(super) sees_groups: bool,
}

/// What a call was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Called {
    pub(super) status: StatusCode,
    /// The challenge, where there is one.
    pub(super) challenge: String,
    pub(super) text: String,
    pub(super) is_error: bool,
}

impl Endpoint {
    /// Runs calls with these tokens. Everyone on this machine is granted what they ask for.
    pub(super) async fn with_tokens(netbox: &NetBox, credentials: impl Into<Credentials>) -> Self {
        let (listener, address, store, file) = around(netbox).await;
        let everyone = AutoApprove::on_loopback(address.ip(), ["admin"]).expect("it is loopback");
        serve(netbox, listener, everyone, store, file, credentials.into(), None).await
    }

    /// Runs calls as the NetBox users who sign in. What NetBox says of them is not remembered.
    pub(super) async fn with_accounts(netbox: &NetBox, of_groups: ScopeOfGroups) -> Self {
        Self::of_people(netbox, of_groups, None).await
    }

    /// Runs calls as the NetBox users who sign in, who are offered what NetBox lets them do.
    pub(super) async fn with_permissions(netbox: &NetBox, permissions: Offered) -> Self {
        Self::of_people(netbox, ScopeOfGroups::everyone("admin"), Some(permissions)).await
    }

    async fn of_people(
        netbox: &NetBox,
        of_groups: ScopeOfGroups,
        permissions: Option<Offered>,
    ) -> Self {
        let (listener, address, store, file) = around(netbox).await;
        let sealer = Sealer::new(&Sealer::new_key(&OsEntropy).expect("a key")).expect("a key");
        let options =
            ApiAccountsOptions::new("netbox", of_groups).with_remembered_for(Duration::ZERO);
        let api = NetBoxAccounts::new(netbox.without_token(), format!("http://{address}"));
        let accounts = ApiAccounts::new(options, api, Arc::clone(&store), sealer);
        let accounts = accounts.unwrap_or_else(|error| panic!("failed to {error}"));
        let credentials = PersonCredentials::new(accounts.clone());
        serve(netbox, listener, accounts, store, file, credentials.into(), permissions).await
    }

    /// Calls an action.
    pub(super) async fn call(
        &self,
        token: &str,
        tool: &str,
        resource: &str,
        action: &str,
        params: Value,
    ) -> Called {
        let arguments = json!({"resource": resource, "action": action, "params": params});
        self.send(token, "tools/call", json!({"name": tool, "arguments": arguments})).await
    }

    /// The texts of the tools.
    pub(super) async fn tools(&self, token: &str) -> String {
        self.send(token, "tools/list", json!({})).await.text
    }

    async fn send(&self, token: &str, method: &str, params: Value) -> Called {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let request = self
            .http
            .post(format!("{}/mcp", self.origin))
            .bearer_auth(token)
            .header("accept", "application/json")
            .header("content-type", "application/json")
            .header("mcp-protocol-version", "2025-11-25")
            .body(body.to_string());
        let answer = request.send().await.expect("the endpoint answers");
        let status = answer.status();
        let challenge = answer.headers().get(WWW_AUTHENTICATE);
        let challenge = challenge.map_or("", |challenge| challenge.to_str().expect("ASCII"));
        let challenge = challenge.to_owned();
        let body = answer.text().await.expect("an answer");
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        let result = &answer["result"];
        let text = result["content"][0]["text"].as_str().unwrap_or(&body).to_owned();
        let is_error = result["isError"].as_bool().unwrap_or(result.is_null());
        Called { status, challenge, text, is_error }
    }
}

impl Called {
    /// Asserts that it went well.
    #[track_caller]
    pub(super) fn is_done(&self) -> &str {
        assert!(self.status == StatusCode::OK && !self.is_error, "{self:?}");
        &self.text
    }

    /// Asserts that NetBox refused it, in these words.
    #[track_caller]
    pub(super) fn is_refused(&self, words: &str) {
        assert!(self.status == StatusCode::OK && self.is_error, "{self:?}");
        assert!(self.text.contains(words), "{self:?}");
    }
}

async fn around(netbox: &NetBox) -> (TcpListener, SocketAddr, Arc<dyn Store>, PathBuf) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connections");
    std::fs::create_dir_all(&folder).expect("the folder of the tests can be written");
    let file = folder.join(format!("{}-{}.sqlite", netbox.name, address.port()));
    let store = SqliteStore::open(&file).await;
    let store = store.unwrap_or_else(|error| panic!("failed to {error}"));
    (listener, address, Arc::new(store), file)
}

async fn serve(
    netbox: &NetBox,
    listener: TcpListener,
    owner: impl ResourceOwner + 'static,
    store: Arc<dyn Store>,
    file: PathBuf,
    credentials: Credentials,
    permissions: Option<Offered>,
) -> Endpoint {
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let resource = format!("{origin}/mcp");
    let app = Client::new("app", "The App", UnixTime::now())
        .with_redirect_uris([CALLBACK])
        .with_max_scopes(["admin"]);
    let options = Options::new(&origin, &resource).with_client(app);
    let server = AuthorizationServer::new(options, owner, store);
    let server = server.unwrap_or_else(|error| panic!("failed to {error}"));
    let tokens = Verifiers::new().then(server.verifier(&resource).expect("its resource"));
    let metadata = ResourceMetadata::new(&resource).expect("an address");
    let metadata = metadata.with_authorization_server(server.issuer());
    let dispatcher = dispatcher(netbox, credentials, permissions).await;
    let mcp = McpService::new(Arc::new(dispatcher)).with_resource_metadata(metadata.url());
    let protected = AccessLayer::new(tokens, metadata).layer(mcp);
    let router = server
        .paths()
        .iter()
        .fold(Router::new(), |router, path| router.route_service(path, server.clone()));
    let router = router.fallback_service(protected);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build();
    Endpoint { origin, http: http.expect("a client"), file }
}

async fn dispatcher(
    netbox: &NetBox,
    credentials: Credentials,
    permissions: Option<Offered>,
) -> Dispatcher<Backend> {
    let options = DispatcherOptions::default().with_highest_tier(credentials.highest_tier());
    let people = match &credentials {
        Credentials::Person(people) => Some(people.clone()),
        _ => None,
    };
    let backend = CredentialLayer::new(credentials).layer(netbox.without_token());
    let catalog = Arc::clone(&netbox.compiled().await.catalog);
    let dispatcher = Dispatcher::new(catalog, backend.clone()).with_options(options);
    let (Some(Offered { options, sees_groups }), Some(people)) = (permissions, people) else {
        return dispatcher;
    };
    let mut permissions = NetBoxPermissions::new(backend).with_people(people);
    if sees_groups {
        permissions = permissions.with_own(netbox.backend("admin_v2"));
    }
    dispatcher.with_permissions(permissions, options)
}
