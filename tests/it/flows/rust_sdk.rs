//! The official Rust SDK's client.

use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use rmcp::RoleClient;
use rmcp::model::{CallToolRequestParams, ClientConfig, ProtocolVersion};
use rmcp::service::{
    ClientInitializeError, ClientLifecycleMode, RunningService, ServiceError,
    serve_client_with_lifecycle,
};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{
    AuthClient, AuthorizationCallback, AuthorizationManager, AuthorizationRequest, CredentialStore,
    InMemoryCredentialStore, OAuthState, StoredCredentials, WWWAuthenticateParams,
};
use rmcp::transport::streamable_http_client::{
    StreamableHttpClientTransportConfig, StreamableHttpError,
};
use serde_json::{Value, from_value, json, to_value};

use super::person::Person;
use super::{Done, OAuthClient, Registration};
use crate::server::Server;

pub(super) struct RustSdk {
    url: String,
    registration: Registration,
    name: &'static str,
    redirect_uri: String,
    kept: InMemoryCredentialStore,
    connected: Option<Connected>,
}

struct Connected {
    auth: AuthClient<reqwest::Client>,
    running: RunningService<RoleClient, ClientConfig>,
}

impl RustSdk {
    /// A client that has never been here.
    pub(super) fn new(server: &Server, registration: Registration, name: &'static str) -> Self {
        Self {
            url: server.url.clone(),
            registration,
            name,
            redirect_uri: wait_for_answers(),
            kept: InMemoryCredentialStore::new(),
            connected: None,
        }
    }

    async fn manager(&self) -> AuthorizationManager {
        let mut manager = AuthorizationManager::new(&self.url).await.expect("an address");
        manager.set_credential_store(self.kept.clone());
        manager
    }

    async fn try_connect(
        &self,
        manager: AuthorizationManager,
    ) -> Result<Connected, Box<ClientInitializeError>> {
        let auth = AuthClient::new(reqwest::Client::new(), manager);
        let config = StreamableHttpClientTransportConfig::with_uri(self.url.clone());
        let transport = StreamableHttpClientTransport::with_client(auth.clone(), config);
        let lifecycle = match self.registration {
            Registration::Document => ClientLifecycleMode::Discover {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            },
            Registration::Dynamic => ClientLifecycleMode::Initialize,
        };
        let service = serve_client_with_lifecycle(ClientConfig::default(), transport, lifecycle);
        let running = service.await.map_err(Box::new)?;
        Ok(Connected { auth, running })
    }

    async fn authorize(&self, person: &mut Person, challenge: &str) -> AuthorizationManager {
        let mut request = AuthorizationRequest::new(&self.redirect_uri)
            .with_initial_scope_selection()
            .with_client_name(self.name)
            .with_challenge(challenge);
        if let Some(document) = self.registration.document() {
            request = request.with_client_metadata_url(document);
        }
        let mut state = OAuthState::Unauthorized(self.manager().await);
        state.start_authorization(request).await.expect("the way to a person is found");
        let url = state.get_authorization_url().await.expect("an address");
        let at = &person.open(&url).expect("the person is asked").at;
        state.handle_callback_url(at).await.expect("the answer is taken");
        state.into_authorization_manager().expect("the client is authorized")
    }

    async fn step_up(&self, person: &mut Person, challenge: &str) {
        let url = self.url.parse().expect("an address");
        let scope = WWWAuthenticateParams::parse(challenge, &url).scope.expect("a scope");
        let connected = self.connected.as_ref().expect("it is connected");
        let manager = connected.auth.auth_manager.lock().await;
        let url = manager.request_scope_upgrade(&scope).await.expect("an address");
        let at = &person.open(&url).expect("the person is asked").at;
        let answer = AuthorizationCallback::from_redirect_url(at).expect("an answer");
        let issuer = answer.issuer.as_deref();
        manager
            .exchange_code_for_token_with_issuer(&answer.code, &answer.csrf_token, issuer)
            .await
            .expect("the answer is taken");
    }

    async fn try_call(&self, tool: &str, arguments: &Value) -> Result<String, ServiceError> {
        let arguments = arguments.as_object().expect("arguments are an object").clone();
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let connected = self.connected.as_ref().expect("it is connected");
        let result = connected.running.peer().call_tool(params).await?;
        let texts = result.content.iter().filter_map(|content| content.as_text());
        Ok(texts.map(|text| text.text.clone()).collect())
    }

    async fn kept(&self) -> StoredCredentials {
        self.kept.load().await.expect("a store").expect("credentials")
    }

    async fn done(&self, said: String) -> Done {
        let kept = self.kept().await;
        let tokens = to_value(kept.token_response).expect("plain data");
        let token = |name: &str| tokens[name].as_str().expect("a token").to_owned();
        Done {
            said: Some(said),
            client_id: kept.client_id,
            access_token: token("access_token"),
            refresh_token: token("refresh_token"),
            scope: kept.granted_scopes.join(" "),
        }
    }
}

impl OAuthClient for RustSdk {
    async fn connect(&mut self, person: &mut Person) -> Done {
        let refused = self.try_connect(self.manager().await).await.err();
        let refused = refused.expect("nobody is let in without a token");
        let challenge = refused.auth_challenge().unwrap_or_else(|| panic!("{refused:?}"));
        let manager = self.authorize(person, challenge).await;
        let connected = self.try_connect(manager).await.expect("it connects");
        let tools = connected.running.peer().list_all_tools().await.expect("tools");
        self.connected = Some(connected);
        self.done(format!("{} tools", tools.len())).await
    }

    async fn call(&mut self, person: &mut Person, tool: &str, arguments: Value) -> Done {
        let refused = match self.try_call(tool, &arguments).await {
            Ok(said) => return self.done(said).await,
            Err(refused) => refused,
        };
        let challenge = challenge(&refused).unwrap_or_else(|| panic!("{refused:?}"));
        if !challenge.contains("insufficient_scope") {
            return Done::locked_out();
        }
        self.step_up(person, challenge).await;
        let said = self.try_call(tool, &arguments).await.expect("it may, now");
        self.done(said).await
    }

    async fn spoil(&mut self) {
        let mut kept = to_value(self.kept().await).expect("plain data");
        kept["token_response"]["access_token"] = json!("spoiled");
        let spoiled = from_value(kept).expect("credentials");
        self.kept.save(spoiled).await.expect("a store");
    }
}

/// The challenge that a call was answered with.
fn challenge(error: &ServiceError) -> Option<&str> {
    let ServiceError::TransportSend(error) = error else { return None };
    let mut error: Option<&(dyn Error + 'static)> = Some(&*error.error);
    while let Some(this) = error {
        if let Some(refused) = this.downcast_ref::<StreamableHttpError<reqwest::Error>>() {
            return refused.auth_challenge();
        }
        error = this.source();
    }
    None
}

/// Answers the browser on a port of this client, and returns the address.
fn wait_for_answers() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let lines = BufReader::new(&stream).lines();
            lines.map_while(Result::ok).find(String::is_empty);
            let text = "You can close this page.";
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", text.len());
            // A browser may be gone before it is answered.
            let _ = write!(stream, "{head}connection: close\r\n\r\n{text}");
        }
    });
    format!("http://{address}/callback")
}
