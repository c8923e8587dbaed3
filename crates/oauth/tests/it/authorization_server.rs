//! The authorization server, as clients, browsers and attackers meet it.

mod anything;
mod api_accounts;
mod assertions;
mod attacks;
mod attacks_on_use;
mod broken_store;
mod clients;
mod documents;
mod driver;
mod endpoints;
mod flow;
mod housekeeping;
mod known_clients;
mod limits;
mod mischief;
mod openid;
#[cfg(feature = "http-client")]
mod over_tls;
mod pages;
mod people;
mod proxies;
mod realms;
#[cfg(all(feature = "conformance", feature = "postgres"))]
mod replicas;
