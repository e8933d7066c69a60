//! PostScript, which some gateways send: a program, not a document, so that it is run by Ghostscript in its safe mode,
//! where that is installed, behind the same wall as everything else, and only its dots come back.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::confine;
use super::parent::Worker;
use crate::document::DocumentError;
use crate::fax::page::{Bitmap, LINE_DOTS, Page, Resolution, X_DPI};
use crate::tiff::{self, CodedPage, Coding, Profile};

/// Bytes of dots that are taken: 100 pages of Legal.
const MOST_DOTS: u64 = 60 << 20;
/// Pages that are taken.
const MOST_PAGES: usize = 100;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Where it is looked for: what the path of the environment names first may be anybody's.
const FOLDERS: [&str; 3] = ["/usr/bin", "/usr/local/bin", "/bin"];

/// Is it PostScript? A job of a printer may have its own words before it.
#[must_use]
pub fn is_postscript(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    head.starts_with(b"%!") || head.starts_with(b"\x04%!") || head.windows(5).any(|words| words == b"\n%!PS")
}

fn ghostscript() -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join("gs")).find(|program| program.is_file())
}

/// The hidden command: raises the wall around itself and becomes Ghostscript.
#[cfg(unix)]
pub(super) fn become_ghostscript() -> ExitCode {
    use std::os::unix::process::CommandExt as _;

    confine::limit();
    confine::wall_for_programs();
    let Some(program) = ghostscript() else { return ExitCode::FAILURE };
    let resolution = format!("-r{X_DPI}x{}", Resolution::Fine.y_dpi());
    // Words that the program prints are not dots, and go another way.
    let safe = ["-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPROMPT", "-sstdout=%stderr"];
    let out = ["-sDEVICE=pbmraw", resolution.as_str(), "-sOutputFile=%stdout", "-"];
    // Returns only if it could not be done.
    let _error =
        std::process::Command::new(program).args(safe).args(out).env_clear().env("TMPDIR", "/nonexistent").exec();
    ExitCode::FAILURE
}

/// Not on this system yet.
#[cfg(not(unix))]
pub(super) fn become_ghostscript() -> ExitCode {
    ExitCode::FAILURE
}

impl Worker {
    /// The pages of a PostScript program as a TIFF.
    ///
    /// # Errors
    /// [`DocumentError::NoGhostscript`] where it is not installed, and others.
    pub async fn draw_postscript(&self, bytes: Arc<[u8]>) -> Result<Arc<[u8]>, DocumentError> {
        if cfg!(not(unix)) || ghostscript().is_none() {
            return Err(DocumentError::NoGhostscript);
        }
        let dots = timeout(PATIENCE, self.run(bytes)).await.map_err(|_| DocumentError::TimedOut)?;
        let dots = dots.map_err(|error| DocumentError::Unreadable { detail: error.to_string() })?;
        let made = tokio::task::spawn_blocking(move || {
            let pages = pages(&dots)?;
            let coded: Vec<CodedPage> = pages.iter().map(|page| CodedPage::encode(page, Coding::Mmr)).collect();
            tiff::write(&coded, Profile::F).map_err(|error| DocumentError::Broken { detail: error.to_string() })
        });
        made.await.map_err(|_| DocumentError::Crashed)?.map(Arc::from)
    }

    async fn run(&self, bytes: Arc<[u8]>) -> io::Result<Vec<u8>> {
        let mut child = self.command().arg("ghostscript").stderr(Stdio::null()).spawn()?;
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let feed = async move {
            // A program may end before it was read to its end.
            let _ = input.write_all(&bytes).await;
            let _ = input.shutdown().await;
        };
        let mut dots = Vec::new();
        let mut output = output.take(MOST_DOTS);
        let (read, ()) = tokio::join!(output.read_to_end(&mut dots), feed);
        read?;
        drop(output);
        // Whether it ended well does not matter: what came whole is shown.
        child.kill().await?;
        Ok(dots)
    }
}

/// Bitmaps (PBM, raw) as fax pages; of one that is cut off, what came.
fn pages(dots: &[u8]) -> Result<Vec<Page>, DocumentError> {
    let mut pages = Vec::new();
    let mut rest = dots;
    while pages.len() < MOST_PAGES
        && let Some((width, height, behind)) = header(rest)
    {
        let stride = width.div_ceil(8) as usize;
        let wanted = stride.checked_mul(height as usize).ok_or(DocumentError::TooLarge)?;
        let rows = behind.get(..wanted.min(behind.len())).unwrap_or_default();
        if width == 0 || rows.len() < stride {
            break;
        }
        pages.push(page(rows, stride)?);
        rest = behind.get(wanted..).unwrap_or_default();
    }
    if pages.is_empty() { Err(DocumentError::NoPages) } else { Ok(pages) }
}

/// `P4`, perhaps comments, width, height, one white space.
fn header(bytes: &[u8]) -> Option<(u32, u32, &[u8])> {
    let mut rest = bytes.strip_prefix(b"P4")?;
    let mut numbers = [0_u32; 2];
    for number in &mut numbers {
        loop {
            rest = rest.trim_ascii_start();
            match rest.strip_prefix(b"#") {
                Some(comment) => rest = comment.get(comment.iter().position(|octet| *octet == b'\n')?..)?,
                None => break,
            }
        }
        let digits = rest.iter().take_while(|octet| octet.is_ascii_digit()).count();
        let (text, behind) = rest.split_at_checked(digits)?;
        *number = std::str::from_utf8(text).ok()?.parse().ok()?;
        rest = behind;
    }
    let [width, height] = numbers;
    Some((width, height, rest.get(1..)?))
}

/// Cut or filled to the width of a fax line.
fn page(rows: &[u8], stride: usize) -> Result<Page, DocumentError> {
    let line = LINE_DOTS.div_ceil(8) as usize;
    let mut bits = Vec::with_capacity(rows.len() / stride.max(1) * line);
    for row in rows.chunks_exact(stride) {
        let kept = row.get(..line).unwrap_or(row);
        bits.extend_from_slice(kept);
        bits.resize(bits.len() + line - kept.len(), 0);
    }
    let height = u32::try_from(bits.len() / line).map_err(|_| DocumentError::TooLarge)?;
    let bitmap = Bitmap::from_bits(LINE_DOTS, height, bits).map_err(|_| DocumentError::TooLarge)?;
    Ok(Page { bitmap, x_dpi: X_DPI, y_dpi: Resolution::Fine.y_dpi() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postscript_is_known_by_its_first_words() {
        for bytes in [&b"%!PS-Adobe-3.0\n"[..], b"%!\n", b"\x04%!PS", b"\x1b%-12345X@PJL\n%!PS\n"] {
            assert!(is_postscript(bytes));
        }
        for bytes in [&b""[..], b"%PDF-1.7", b"II*\0", b"Subject: %!PS\n\nx"] {
            assert!(!is_postscript(bytes));
        }
    }

    #[test]
    fn bitmaps_become_pages() {
        let wide = [b"P4\n# made\n2000 2\n".to_vec(), vec![0xff; 500]].concat();
        let narrow = [b"P4 9 3\n".to_vec(), vec![0xff, 0x80, 0, 0, 0xff, 0x80]].concat();
        let both = [&wide[..], &narrow[..]].concat();
        let found = pages(&both).unwrap();
        assert_eq!(
            found.iter().map(|page| (page.bitmap.width(), page.bitmap.height())).collect::<Vec<_>>(),
            [(1728, 2), (1728, 3)]
        );
        assert_eq!(found[1].bitmap.row(0)[..3], [0xff, 0x80, 0]);
        // Cut off: the rows that came.
        assert_eq!(pages(&narrow[..narrow.len() - 1]).unwrap()[0].bitmap.height(), 2);
        for broken in [&b""[..], b"P4", b"P4 1", b"P4 1 1", b"P4 99999999999 1\n", b"P4 0 9\nxxx", b"P5 1 1\n\0"] {
            assert_eq!(pages(broken), Err(DocumentError::NoPages), "{broken:?}");
        }
        assert_eq!(pages(b"P4 4294967295 4294967295\nx"), Err(DocumentError::NoPages));
    }
}
