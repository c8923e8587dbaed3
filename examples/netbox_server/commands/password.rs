//! Passwords, from a terminal that does not show them, or from standard input.

use std::io::{IsTerminal as _, Read as _};

use anyhow::{Context as _, Result, bail};
use oauth::Secret;

/// Reads a new password of this user.
pub(super) fn read(name: &str) -> Result<Secret> {
    if !std::io::stdin().is_terminal() {
        let mut text = String::new();
        let mut stdin = std::io::stdin().lock().take(MAX_BYTES);
        stdin.read_to_string(&mut text).context("failed to read the password")?;
        return Ok(Secret::new(text.lines().next().unwrap_or_default()));
    }
    let ask = |prompt: String| {
        rpassword::prompt_password(prompt).map(Secret::new).context("failed to read the password")
    };
    let password = ask(format!("Password for {name}: "))?;
    if password.expose() != ask("Again: ".to_owned())?.expose() {
        bail!("the passwords differ");
    }
    Ok(password)
}

const MAX_BYTES: u64 = 4096;
