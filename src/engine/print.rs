//! Received faxes on paper: by CUPS where it is installed, else by the system's own viewer.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use thiserror::Error;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use super::rooms::Rooms;
use super::{EngineError, ExportForm, child, write};
use crate::fax::ReceivedId;

/// How long the print service may take to answer.
const WITHIN: Duration = Duration::from_secs(30);
/// Octets of its answer that are told.
const MOST_WORDS: usize = 300;

/// A printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printer {
    /// Its name.
    pub name: String,
    /// It is the usual one.
    pub usual: bool,
}

/// What is to be printed, beside the fax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintJob {
    /// The printer; none for the usual one.
    pub printer: Option<String>,
    /// How often.
    pub copies: u16,
}

/// Why something was not printed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum PrintError {
    /// The system has no print service that could be asked.
    #[error("there is no lp")]
    Absent,
    /// The print service, or the viewer, refused.
    #[error("{detail}")]
    Refused { detail: String },
    /// It did not answer.
    #[error("the print service did not answer")]
    Late,
    /// The rest of the engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// All printers, the usual one first.
pub(super) async fn printers() -> Result<Vec<Printer>, PrintError> {
    let lpstat = child::program("lpstat").ok_or(PrintError::Absent)?;
    let ask = async |option: &str| {
        let mut command = Command::new(&lpstat);
        command.arg(option).env("LC_ALL", "C").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let output = timeout(WITHIN, child::without_ours(&mut command).output()).await.map_err(|_| PrintError::Late)?;
        let output = output.map_err(|error| PrintError::Refused { detail: error.to_string() })?;
        Ok::<_, PrintError>(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (names, usual) = (ask("-e").await?, ask("-d").await?);
    Ok(list(&names, &usual))
}

/// What `lpstat -e` and `lpstat -d` say.
fn list(names: &str, usual: &str) -> Vec<Printer> {
    let usual = usual.rsplit_once(':').map(|(_, name)| name.trim());
    let printer = |name: &str| Printer { name: name.to_owned(), usual: Some(name) == usual };
    let mut printers: Vec<Printer> =
        names.lines().map(str::trim).filter(|name| !name.is_empty()).map(printer).collect();
    printers.sort_by_key(|printer| !printer.usual);
    printers
}

/// Prints a received fax.
pub(super) async fn print(rooms: &Arc<Rooms>, id: ReceivedId, job: PrintJob) -> Result<(), PrintError> {
    let lp = child::program("lp").ok_or(PrintError::Absent)?;
    let pdf = write::received_bytes(rooms, id, ExportForm::Pdf).await?;
    let mut command = Command::new(lp);
    if let Some(printer) = &job.printer {
        command.args(["-d", printer]);
    }
    // The title is seen in the queue of a printer that others share: nothing of the fax is in it.
    command.args(["-n", &job.copies.clamp(1, 99).to_string(), "-t", "Fax", "-o", "fit-to-page"]);
    command.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    child::without_ours(&mut command);
    timeout(WITHIN, hand_over(command, pdf)).await.map_err(|_| PrintError::Late)??;
    rooms.store(move |store| store.printed(id, Timestamp::now())).await.map_err(EngineError::from)?;
    Ok(())
}

async fn hand_over(mut command: Command, pdf: Vec<u8>) -> Result<(), PrintError> {
    let failed = |error: std::io::Error| PrintError::Refused { detail: error.to_string() };
    let mut child = command.spawn().map_err(failed)?;
    let written = match child.stdin.take() {
        Some(mut stdin) => stdin.write_all(&pdf).await,
        None => Ok(()),
    };
    let output = child.wait_with_output().await.map_err(failed)?;
    if output.status.success() {
        return written.map_err(failed);
    }
    let words: String = String::from_utf8_lossy(&output.stderr).trim().chars().take(MOST_WORDS).collect();
    Err(PrintError::Refused { detail: if words.is_empty() { output.status.to_string() } else { words } })
}

/// Opens a received fax as PDF in the system's viewer, from where it can be printed. The file is the user's alone, and is
/// gone when the engine goes.
pub(super) async fn view(rooms: &Arc<Rooms>, id: ReceivedId) -> Result<tempfile::TempDir, PrintError> {
    let pdf = write::received_bytes(rooms, id, ExportForm::Pdf).await?;
    let failed = |error: std::io::Error| PrintError::Refused { detail: error.to_string() };
    let folder = tempfile::Builder::new().prefix("faxseal-").tempdir().map_err(failed)?;
    let file = folder.path().join("fax.pdf");
    tokio::fs::write(&file, pdf).await.map_err(failed)?;
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let mut command = Command::new(child::program(program).ok_or(PrintError::Absent)?);
    command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    child::without_ours(&mut command).spawn().map_err(failed)?;
    rooms.store(move |store| store.exported(id, "viewer", Timestamp::now())).await.map_err(EngineError::from)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_printer_comes_first() {
        let printers = list("Front_Desk\nLaser\n", "system default destination: Laser\n");
        let names: Vec<_> = printers.iter().map(|printer| (printer.name.as_str(), printer.usual)).collect();
        assert_eq!(names, [("Laser", true), ("Front_Desk", false)]);
        assert_eq!(list("", "no system default destination\n"), []);
    }
}
