//! Access tokens, printed by a program that the user names: it knows how to get one, we do not.

use std::process::Stdio;
use std::time::Duration;

use thiserror::Error;
use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::child;

/// Octets of what the program may print.
const MOST: usize = 64 * 1024;
/// How long it may take: it may have to ask its service for a new token.
const WITHIN: Duration = Duration::from_secs(60);

/// Why there is no token. What the program printed is never told.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum TokenError {
    /// The program cannot be run.
    #[error("{program} cannot be run: {detail}")]
    NotRun { program: String, detail: String },
    /// It failed.
    #[error("{program} failed: {status}")]
    Failed { program: String, status: String },
    /// It took too long.
    #[error("{program} took too long")]
    Late { program: String },
    /// It printed nothing, too much, or something else than one token (RFC 6750 section 2.1).
    #[error("{program} did not print a token")]
    NoToken { program: String },
}

impl TokenError {
    /// May it work when it is tried again?
    pub(super) const fn is_transient(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::Late { .. })
    }
}

/// Runs a program with its arguments, without a shell, and takes what it prints for a token.
pub(super) async fn token(command: &[String]) -> Result<Zeroizing<String>, TokenError> {
    token_within(command, WITHIN).await
}

async fn token_within(command: &[String], within: Duration) -> Result<Zeroizing<String>, TokenError> {
    let (program, arguments) = command.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let late = |_| Err(TokenError::Late { program: program.to_owned() });
    // Dropped, the program is killed.
    let printed = timeout(within, printed(program, arguments)).await.unwrap_or_else(late)?;
    let token = std::str::from_utf8(&printed).unwrap_or_default().trim_end_matches(['\r', '\n']);
    if is_token(token) {
        Ok(Zeroizing::new(token.to_owned()))
    } else {
        Err(TokenError::NoToken { program: program.to_owned() })
    }
}

async fn printed(program: &str, arguments: &[String]) -> Result<Zeroizing<Vec<u8>>, TokenError> {
    let named = || program.to_owned();
    let not_run = |error: std::io::Error| TokenError::NotRun { program: named(), detail: error.to_string() };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    child::without_ours(&mut command);
    let mut child = command.spawn().map_err(not_run)?;
    // Of its full size from the start: it does not move and leave a copy.
    let mut printed = Zeroizing::new(Vec::with_capacity(2 * MOST));
    if let Some(stdout) = child.stdout.take() {
        let most = u64::try_from(MOST).unwrap_or(u64::MAX).saturating_add(1);
        stdout.take(most).read_to_end(&mut printed).await.map_err(not_run)?;
    }
    if printed.len() > MOST {
        return Err(TokenError::NoToken { program: named() });
    }
    let status = child.wait().await.map_err(not_run)?;
    if status.success() {
        Ok(printed)
    } else {
        Err(TokenError::Failed { program: named(), status: status.to_string() })
    }
}

/// `b64token` of RFC 6750 section 2.1: nothing that could end a line or a field.
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let allowed = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~+/".contains(&octet);
    !body.is_empty() && body.bytes().all(allowed)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn shell(script: &str) -> Result<Zeroizing<String>, TokenError> {
        token(&["sh".to_owned(), "-c".to_owned(), script.to_owned()]).await
    }

    #[tokio::test]
    async fn what_is_printed_is_the_token() {
        for (script, token) in [("echo ya29.a-b_c~d+e/f==", "ya29.a-b_c~d+e/f=="), ("printf 'abc\\r\\n'", "abc")] {
            assert_eq!(shell(script).await.unwrap().as_str(), token);
        }
        // Arguments are as they are given, and there is nothing to read.
        let given = ["printf", "%s", "a$b;c"].map(str::to_owned);
        assert_eq!(token(&given).await, Err(TokenError::NoToken { program: "printf".to_owned() }));
        assert_eq!(shell("cat; echo none").await.unwrap().as_str(), "none");
    }

    #[tokio::test]
    async fn anything_else_is_none() {
        for script in ["true", "echo two words", "echo one; echo two", "printf 'a\\001b'", "echo ==", "yes"] {
            assert_eq!(shell(script).await, Err(TokenError::NoToken { program: "sh".to_owned() }), "{script}");
        }
        let failed = shell("echo secret; exit 3").await.unwrap_err();
        assert!(matches!(&failed, TokenError::Failed { status, .. } if status.contains('3')), "{failed}");
        assert!(failed.is_transient() && !failed.to_string().contains("secret"));
        for command in [vec![], vec!["/nonexistent/helper".to_owned()]] {
            assert!(matches!(token(&command).await, Err(TokenError::NotRun { .. })));
        }
        let sleeper = ["sleep", "1000"].map(str::to_owned);
        let late = token_within(&sleeper, Duration::from_millis(50)).await;
        assert_eq!(late, Err(TokenError::Late { program: "sleep".to_owned() }));
    }
}
