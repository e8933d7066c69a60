//! The words on received pages, read by Tesseract where it is installed: in the background, at low priority, a page at a
//! time. They are kept beside the pages; none of it leaves this computer.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::timeout;

use super::rooms::Rooms;
use super::{EngineError, Event, child, rules};
use crate::document::export;
use crate::fax::ReceivedId;
use crate::fax::page::Page;
use crate::fax::received::{PageWords, Word};
use crate::raster::{Grey, scale};

/// The program.
const PROGRAM: &str = "tesseract";
/// How long a page may take.
const WITHIN: Duration = Duration::from_secs(120);
/// Octets of what the program may print of a page.
const MOST: u64 = 8 << 20;
/// Words of a page that are kept.
const MOST_WORDS: usize = 20_000;
/// Characters of a word that are kept.
const MOST_LETTERS: usize = 100;
/// Below this confidence of 100 a word is likelier to be dirt.
const LEAST_CONFIDENCE: f32 = 30.0;
/// After this time it is looked again whether there is something to do, or the program was installed.
const PAUSE: Duration = Duration::from_secs(60);

/// Can the words on pages be read here?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OcrFound {
    /// No.
    Absent,
    /// In these languages, as the program calls them.
    Languages(Vec<String>),
}

/// Why the words of a page were not read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[expect(missing_docs, reason = "the sentence of a variant names its fields")]
pub enum OcrError {
    /// Tesseract is not installed, or has no language.
    #[error("Tesseract is not installed")]
    Absent,
    /// It cannot be run, or failed.
    #[error("Tesseract failed: {detail}")]
    Failed { detail: String },
    /// It took too long.
    #[error("Tesseract took too long")]
    Late,
    /// The rest of the engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl From<crate::store::StoreError> for OcrError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Engine(error.into())
    }
}

/// Looks for the program and its languages.
pub(super) async fn find() -> OcrFound {
    let Some(program) = child::program(PROGRAM) else { return OcrFound::Absent };
    let mut command = Command::new(program);
    command.arg("--list-langs").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let Ok(Ok(output)) = timeout(WITHIN, child::without_ours(&mut command).output()).await else {
        return OcrFound::Absent;
    };
    // The first line is a heading; `osd` is no language.
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let languages: Vec<String> =
        text.lines().skip(1).map(str::trim).filter(|name| is_language(name)).map(str::to_owned).collect();
    if languages.is_empty() { OcrFound::Absent } else { OcrFound::Languages(languages) }
}

fn is_language(name: &str) -> bool {
    !name.is_empty() && name != "osd" && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_/-".contains(&byte))
}

/// Languages to read in: the user's own, and English, of those there are; else the first.
fn wanted(installed: &[String], locale: Option<&str>) -> String {
    let own = match locale.unwrap_or_default().split(['-', '_', '.']).next().unwrap_or_default() {
        "de" => "deu",
        "fr" => "fra",
        "es" => "spa",
        "it" => "ita",
        "pt" => "por",
        "nl" => "nld",
        "pl" => "pol",
        "sv" => "swe",
        "da" => "dan",
        "nb" | "no" => "nor",
        "fi" => "fin",
        "cs" => "ces",
        "ja" => "jpn",
        "ru" => "rus",
        "tr" => "tur",
        _ => "eng",
    };
    let mut languages: Vec<&str> =
        [own, "eng"].into_iter().filter(|wanted| installed.iter().any(|name| name == wanted)).collect();
    languages.dedup();
    if languages.is_empty() {
        languages.extend(installed.first().map(String::as_str));
    }
    languages.join("+")
}

/// Reads the words of a page.
pub(super) async fn read(page: Page, languages: &[String]) -> Result<PageWords, OcrError> {
    let program = child::program(PROGRAM).ok_or(OcrError::Absent)?;
    let languages = wanted(languages, sys_locale::get_locale().as_deref());
    let (x_dpi, y_dpi) = (page.x_dpi, page.y_dpi);
    let picture = tokio::task::spawn_blocking(move || picture(&page)).await.map_err(|_| EngineError::Gone)??;
    let mut command = child::at_low_priority(program);
    command
        .args(["stdin", "stdout", "-l", &languages, "--dpi", &x_dpi.to_string(), "-c", "tessedit_create_tsv=1"])
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    child::without_ours(&mut command);
    // Dropped, the program is killed.
    let text = timeout(WITHIN, printed(&mut command, &picture)).await.map_err(|_| OcrError::Late)??;
    Ok(words(&text, f64::from(y_dpi) / f64::from(x_dpi.max(1))))
}

/// The page on square dots, as PNG.
fn picture(page: &Page) -> Result<Vec<u8>, EngineError> {
    let grey = Grey::from_bitmap(&page.bitmap);
    let lines = (f64::from(grey.height) * f64::from(page.x_dpi) / f64::from(page.y_dpi.max(1))).round() as u32;
    let square = scale::resize(&grey, grey.width, lines.max(1));
    export::png_grey(&square).map_err(|error| EngineError::Write(super::WriteError { detail: error.to_string() }))
}

async fn printed(command: &mut Command, picture: &[u8]) -> Result<String, OcrError> {
    let failed = |error: std::io::Error| OcrError::Failed { detail: error.to_string() };
    let mut child = command.spawn().map_err(failed)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let give = async {
        if let Some(mut stdin) = stdin {
            stdin.write_all(picture).await?;
            stdin.shutdown().await?;
        }
        Ok(())
    };
    let take = async {
        let mut text = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(MOST).read_to_end(&mut text).await?;
        }
        Ok(text)
    };
    let ((), text) = tokio::try_join!(give, take).map_err(failed)?;
    let status = child.wait().await.map_err(failed)?;
    if !status.success() {
        return Err(OcrError::Failed { detail: status.to_string() });
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The words of a table that Tesseract prints: level, page, block, paragraph, line, word, left, top, width, height,
/// confidence, text. `down` is how many lines of the page a dot of the picture is high.
fn words(table: &str, down: f64) -> PageWords {
    const WORD: &str = "5";
    let mut lines: Vec<Vec<Word>> = Vec::new();
    let (mut line_of, mut count) = (None, 0);
    for row in table.lines().skip(1) {
        let fields: Vec<&str> = row.split('\t').collect();
        let [WORD, page, block, paragraph, line, _, left, top, width, height, confidence, text] = *fields.as_slice()
        else {
            continue;
        };
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number <= 1 << 20);
        let sure = confidence.parse::<f32>().is_ok_and(|sure| sure >= LEAST_CONFIDENCE);
        let text: String = text.chars().filter(|c| !c.is_control()).take(MOST_LETTERS).collect();
        if !sure || text.trim().is_empty() || count >= MOST_WORDS {
            continue;
        }
        let Some([x, y, width, height]) =
            number(left).zip(number(top)).zip(number(width).zip(number(height))).map(|((a, b), (c, d))| [a, b, c, d])
        else {
            continue;
        };
        let lines_of = |dots: u32| (f64::from(dots) * down).round() as u32;
        let this = (page, block, paragraph, line);
        if line_of != Some(this) {
            line_of = Some(this);
            lines.push(Vec::new());
        }
        let word = Word { text: text.trim().to_owned(), x, y: lines_of(y), width, height: lines_of(height) };
        if let Some(line) = lines.last_mut() {
            line.push(word);
            count += 1;
        }
    }
    PageWords { lines }
}

/// Reads one page that nobody read yet; false where there is none.
pub(super) async fn step(rooms: &Arc<Rooms>, languages: &[String]) -> Result<bool, OcrError> {
    let Some((id, index)) = rooms.store(|store| store.pages_without_words(1)).await?.into_iter().next() else {
        return Ok(false);
    };
    let words = match rooms.page(move |store| store.received_page(id, index)).await {
        Ok(page) => match read(page, languages).await {
            Ok(words) => words,
            Err(OcrError::Absent) => return Err(OcrError::Absent),
            // Tried again it would fail again: it counts as a page without words.
            Err(error) => {
                log::warn!("the words on page {} of received fax {id} were not read: {error}", index + 1);
                PageWords::default()
            }
        },
        Err(error) => {
            log::warn!("page {} of received fax {id} cannot be read: {error}", index + 1);
            PageWords::default()
        }
    };
    keep(rooms, id, index, words).await?;
    Ok(true)
}

/// Keeps the words of a page. Where it was the last page of a fax, rules that ask for its words can be judged.
pub(super) async fn keep(rooms: &Arc<Rooms>, id: ReceivedId, index: u32, words: PageWords) -> Result<(), EngineError> {
    rooms.store(move |store| store.keep_words(id, index, &words)).await?;
    if rooms.store(move |store| store.has_all_words(id)).await? {
        rules::apply(rooms, id).await;
    }
    rooms.tell(Event::Words(id));
    Ok(())
}

/// Reads whatever comes, as long as it is waited for.
pub(super) async fn serve(rooms: Arc<Rooms>) {
    let mut events = rooms.events.subscribe();
    loop {
        if let Err(error) = read_all(&rooms).await {
            log::warn!("the words on pages are not read now: {error}");
        }
        // The program may have been installed meanwhile.
        let _ = timeout(PAUSE, came(&mut events)).await;
    }
}

async fn read_all(rooms: &Arc<Rooms>) -> Result<(), OcrError> {
    if rooms.store(|store| store.pages_without_words(1)).await?.is_empty() {
        return Ok(());
    }
    if let OcrFound::Languages(languages) = find().await {
        while step(rooms, &languages).await? {}
    }
    Ok(())
}

/// Waits until a fax came, or may have come.
async fn came(events: &mut broadcast::Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(Event::Received(_) | Event::Elsewhere) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_becomes_words_on_lines() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
            1\t1\t0\t0\t0\t0\t0\t0\t1728\t2376\t-1\t\n\
            5\t1\t1\t1\t1\t1\t100\t200\t80\t30\t96.5\tReferral,\n\
            5\t1\t1\t1\t1\t2\t190\t200\t70\t30\t91\tconsent\n\
            5\t1\t1\t1\t2\t1\t100\t240\t70\t30\t12.0\t~;'\n\
            5\t1\t1\t1\t2\t2\t100\t240\t70\t30\t90\treport\n\
            5\t1\t1\t1\t2\t3\t-5\t240\t70\t30\t90\tnowhere\n\
            5\t1\t1\n";
        let words = words(table, 0.5);
        assert_eq!(words.text(), "Referral, consent\nreport");
        let first = words.lines.first().and_then(|line| line.first()).unwrap();
        assert_eq!((first.x, first.y, first.width, first.height), (100, 100, 80, 15));
    }

    #[test]
    fn languages_are_the_users_and_english() {
        let installed = ["deu", "eng", "fra"].map(str::to_owned);
        assert_eq!(wanted(&installed, Some("de-AT")), "deu+eng");
        assert_eq!(wanted(&installed, Some("en_US.UTF-8")), "eng");
        assert_eq!(wanted(&installed, Some("ja")), "eng");
        assert_eq!(wanted(&["fra".to_owned()], None), "fra");
        assert!(!is_language("osd") && !is_language("a b") && is_language("chi_sim"));
    }
}
