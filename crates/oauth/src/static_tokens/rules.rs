use std::collections::BTreeSet;

use mcp_protocol::auth::{AuthInfo, ScopeSet};

use super::{NewToken, StaticToken};
use crate::entropy::Entropy;
use crate::error::Error;
use crate::scope::ScopeLadder;
use crate::time::UnixTime;
use crate::token::{AccessToken, Form, TokenFormat};
use crate::verifier::{Refusal, Verdict};

/// What holds for all static tokens of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaticTokenRules {
    pub(super) format: TokenFormat,
    ladder: ScopeLadder,
    audiences: BTreeSet<String>,
}

impl StaticTokenRules {
    /// Tokens of this form, whose scopes are on the ladder, and include those below them.
    #[must_use]
    pub const fn new(format: TokenFormat, ladder: ScopeLadder) -> Self {
        Self { format, ladder, audiences: BTreeSet::new() }
    }

    /// Says which servers the tokens are checked for: one that is limited to others is refused.
    #[must_use]
    pub fn with_audiences<A: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = A>,
    ) -> Self {
        self.audiences = audiences.into_iter().map(Into::into).collect();
        self
    }

    /// Makes a token, and what is kept of it.
    pub(super) fn make(
        &self,
        new: NewToken,
        now: UnixTime,
        entropy: &dyn Entropy,
    ) -> Result<(StaticToken, AccessToken), Error> {
        self.check_scopes(&new.scopes)?;
        if new.expires.is_some_and(|expires| expires <= now) {
            return Err(Error::already_expired());
        }
        let mut id = [0; 8];
        entropy.fill(&mut id)?;
        let token = self.format.issue(entropy)?;
        let kept = StaticToken {
            id: id.iter().map(|byte| format!("{byte:02x}")).collect(),
            name: new.name,
            scopes: new.scopes.iter().map(str::to_owned).collect(),
            token_sha256: token.hash(),
            audiences: new.audiences,
            created: now,
            expires: new.expires,
            last_used: None,
        };
        Ok((kept, token))
    }

    /// Refuses what would grant nothing, or what nobody knows.
    pub(super) fn check_scopes(&self, scopes: &ScopeSet) -> Result<(), Error> {
        if scopes.is_empty() {
            return Err(Error::no_scope());
        }
        let known = self.ladder.scopes();
        match scopes.iter().find(|scope| !known.iter().any(|known| known == scope)) {
            Some(scope) => Err(Error::unknown_scope(scope, known)),
            None => Ok(()),
        }
    }

    /// What is to be said of a token whose form already says it.
    pub(super) fn verdict_of_form(&self, token: &AccessToken) -> Option<Verdict> {
        match self.format.form(token) {
            Form::Other => Some(Verdict::NotRecognised),
            Form::Damaged => Some(Verdict::Refused(Refusal::Damaged)),
            Form::Whole => None,
        }
    }

    /// Says who holds a token that is kept. What a static token grants is all its holder can obtain.
    pub(super) fn verdict(&self, kept: &StaticToken, now: UnixTime) -> Verdict {
        if kept.expires.is_some_and(|expires| expires <= now) {
            return Verdict::Refused(Refusal::Expired);
        }
        if kept.audiences.as_ref().is_some_and(|of| of.is_disjoint(&self.audiences)) {
            return Verdict::Refused(Refusal::OtherAudience);
        }
        let scopes = self.ladder.expand(&kept.scopes.iter().cloned().collect());
        let mut holder = AuthInfo::new(format!("static:{}", kept.id))
            .with_obtainable(scopes.clone())
            .with_scopes(scopes);
        holder.audiences.clone_from(&kept.audiences);
        holder.expires_at = kept.expires.map(UnixTime::as_secs);
        Verdict::Accepted(holder)
    }
}
