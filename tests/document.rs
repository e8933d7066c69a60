//! Documents from outside, through the real child process.

#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "the helpers of a test may end it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use faxseal::document::{DocumentError, Kind};
use faxseal::engine::worker::{Open, Patience, Read, Request, Supply, Worker};
use faxseal::fax::draft::{Crop, Setting, Turns};
use faxseal::fax::page::{LINE_DOTS, Layout, Page, Paper, PaperChoice, Resolution, Tone};

fn worker() -> Worker {
    Worker::new(PathBuf::from(env!("CARGO_BIN_EXE_faxseal")))
}

fn render(layout: Layout) -> Request {
    Request::Render { layout, jobs: 2, password: None }
}

/// All that is said of a document.
fn read(worker: &Worker, bytes: &[u8], request: Request) -> Vec<Read> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut receiver = worker.read(Arc::from(bytes), request);
        let mut said = Vec::new();
        while let Some(read) = receiver.recv().await {
            said.push(read);
        }
        said
    })
}

/// Its pages, of a document that must be readable.
fn pages(bytes: &[u8], layout: Layout) -> Vec<Page> {
    let said = read(&worker(), bytes, render(layout));
    assert!(said.last() == Some(&Read::Done), "{}", told(&said));
    let page = |read: Read| match read {
        Read::Page { page, .. } => Some(page),
        _ => None,
    };
    said.into_iter().filter_map(page).collect()
}

/// What was said, without the dots.
fn told(said: &[Read]) -> String {
    let word = |read: &Read| match read {
        Read::Page { index, .. } => format!("page {index}"),
        other => format!("{other:?}"),
    };
    said.iter().map(word).collect::<Vec<_>>().join(", ")
}

fn failure(bytes: &[u8]) -> DocumentError {
    let said = read(&worker(), bytes, render(Layout::default()));
    match said.as_slice() {
        [Read::Failed(error)] => error.clone(),
        _ => panic!("{}", told(&said)),
    }
}

/// A PDF with pages of these boxes, each with the same content.
fn pdf(pages: &[&str], content: &str) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|index| format!("{} 0 R ", index + 4)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {} /Kids [ {kids}] >>", pages.len()),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    objects.extend(
        pages.iter().map(|boxes| format!("<< /Type /Page /Parent 2 0 R /Contents 3 0 R /Resources << >> {boxes} >>")),
    );
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(format!("trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// Black squares of a quarter inch in the corners of a box of points, and a dot that tells the top left one.
fn corners(left: f64, bottom: f64, width: f64, height: f64) -> String {
    let (right, top) = (left + width - 18.0, bottom + height - 18.0);
    format!(
        "{left} {bottom} 18 18 re {right} {bottom} 18 18 re {left} {top} 18 18 re {right} {top} 18 18 re f \
         {} {} 36 9 re f",
        left + 36.0,
        bottom + height - 9.0
    )
}

/// First and last black dot in x and y, and the page's size.
fn extent(page: &Page) -> (u32, u32, u32, u32) {
    let (mut left, mut right, mut top, mut bottom) = (u32::MAX, 0, u32::MAX, 0);
    for y in 0..page.bitmap.height() {
        for x in (0..page.bitmap.width()).filter(|x| page.bitmap.is_black(*x, y)) {
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
        }
    }
    (left, right, top, bottom)
}

fn near(a: u32, b: f64) -> bool {
    (f64::from(a) - b).abs() <= 1.5
}

/// Does a whole square of a quarter inch lie with its top left corner here?
fn square_at(page: &Page, x: f64, y: f64) -> bool {
    let (width, height) = (f64::from(page.x_dpi) / 4.0, f64::from(page.y_dpi) / 4.0);
    let inside =
        |share_x: f64, share_y: f64| page.bitmap.is_black((x + width * share_x) as u32, (y + height * share_y) as u32);
    [(0.06, 0.06), (0.5, 0.5), (0.9, 0.06), (0.06, 0.9), (0.9, 0.9)].iter().all(|(x, y)| inside(*x, *y))
}

#[test]
fn pages_of_every_sheet_keep_their_corners_at_every_resolution() {
    let sheets = [(595.28, 841.89, Paper::A4), (612.0, 792.0, Paper::Letter), (612.0, 1008.0, Paper::Legal)];
    for resolution in Resolution::ALL {
        for (width, height, paper) in sheets {
            let boxes = format!("/MediaBox [ 0 0 {width} {height} ]");
            let layout = Layout { resolution, ..Layout::default() };
            let made = pages(&pdf(&[&boxes], &corners(0.0, 0.0, width, height)), layout);
            let page = &made[0];
            assert_eq!((page.bitmap.width(), page.bitmap.height()), (LINE_DOTS, paper.lines(resolution)));
            let scale = (f64::from(LINE_DOTS) / 204.0 * 72.0 / width).min(1.0);
            let (wide, high) = (width * scale / 72.0 * 204.0, height * scale / 72.0 * f64::from(resolution.y_dpi()));
            let left = (f64::from(LINE_DOTS) - wide) / 2.0;
            let (first, last, top, bottom) = extent(page);
            let seen = format!("{paper:?} {resolution:?}: {:?}", (first, last, top, bottom));
            assert!(near(first, left) && near(last, left + wide - 1.0), "{seen}");
            assert!(near(top, 0.0) && near(bottom, high - 1.0), "{seen}");
            let (square_x, square_y) = (51.0 * scale, f64::from(resolution.y_dpi()) / 4.0 * scale);
            for (x, y) in [
                (left, 0.0),
                (left + wide - square_x, 0.0),
                (left, high - square_y),
                (left + wide - square_x, high - square_y),
            ] {
                assert!(square_at(page, x, y), "{seen}: no square at {x} {y}");
            }
        }
    }
}

#[test]
fn a_landscape_page_is_turned_with_its_top_to_the_left() {
    let made = pages(&pdf(&["/MediaBox [ 0 0 841.89 595.28 ]"], &corners(0.0, 0.0, 841.89, 595.28)), Layout::default());
    let page = &made[0];
    assert_eq!(page.bitmap.height(), Paper::A4.lines(Resolution::Fine));
    let (left, right, top, bottom) = extent(page);
    assert!(near(left, 20.7) && near(right, 1706.3) && near(top, 0.0) && near(bottom, 2290.0));
    // The bar that follows the top left square along the top lies above it, at the left edge.
    assert!(page.bitmap.is_black(28, 2292 - 49 - 100) && !page.bitmap.is_black(28, 100 + 49));
}

#[test]
fn boxes_rotation_and_units_are_honoured() {
    let upright =
        pages(&pdf(&["/MediaBox [ 0 0 595.28 841.89 ]"], &corners(0.0, 0.0, 595.28, 841.89)), Layout::default());
    let same = [
        // The visible part of a larger sheet, off the origin.
        pdf(
            &["/MediaBox [ -100 -100 900 1200 ] /CropBox [ 50 60 645.28 901.89 ]"],
            &corners(50.0, 60.0, 595.28, 841.89),
        ),
        // A page drawn upside down.
        pdf(
            &["/MediaBox [ 0 0 595.28 841.89 ] /Rotate 180"],
            &format!("-1 0 0 -1 595.28 841.89 cm {}", corners(0.0, 0.0, 595.28, 841.89)),
        ),
        // Units of 2/72 inch.
        pdf(
            &["/MediaBox [ 0 0 297.64 420.945 ] /UserUnit 2"],
            &format!(".5 0 0 .5 0 0 cm {}", corners(0.0, 0.0, 595.28, 841.89)),
        ),
    ];
    for (index, file) in same.iter().enumerate() {
        let made = pages(file, Layout::default());
        let different =
            made[0].bitmap.bits().iter().zip(upright[0].bitmap.bits()).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
        assert!(made[0].bitmap.height() == 2292 && different < 2500, "{index}: {different} dots differ");
    }
}

#[test]
fn what_was_filled_into_a_form_is_on_the_fax() {
    let field = |more: &str| {
        let annotation = format!(
            "/MediaBox [ 0 0 595 842 ] /Annots [ << /Type /Annot /Subtype /Widget /FT /Tx /Rect [ 100 700 300 720 ] {more} >> ]"
        );
        pages(&pdf(&[&annotation], ""), Layout::default())[0].bitmap.black_dots()
    };
    assert!(field("/F 4 /V (Alice) /DA (/Helv 12 Tf 0 g)") > 300);
    assert!(field("/F 4 /V <FEFF0041006C00690063> /Q 2 /Ff 4096") > 200);
    assert!(field("/F 4 /V (12345) /Ff 16777216 /MaxLen 8") > 200);
    // Empty, hidden, not to be printed, a password.
    for nothing in ["/F 4 /V ()", "/F 6 /V (Alice)", "/F 0 /V (Alice)", "/F 4 /V (Alice) /Ff 8192"] {
        assert_eq!(field(nothing), 0, "{nothing}");
    }
}

#[test]
fn pages_come_in_order_and_choose_their_own_sheets() {
    let boxes = [
        "/MediaBox [ 0 0 595 842 ]",
        "/MediaBox [ 0 0 612 1008 ]",
        "/MediaBox [ 0 0 612 792 ]",
        "/MediaBox [ 0 0 300 200 ]",
    ];
    let boxes: Vec<&str> = boxes.into_iter().cycle().take(23).collect();
    let said = read(&worker(), &pdf(&boxes, "0 0 50 50 re f"), render(Layout::default()));
    assert_eq!(said[0], Read::Opened { kind: Kind::Pdf, pages: 23 });
    for (expected, read) in said[1..24].iter().enumerate() {
        let Read::Page { index, page, .. } = read else { panic!("no page {expected}") };
        assert_eq!(*index as usize, expected);
        let paper = [Paper::A4, Paper::Legal, Paper::Letter, Paper::A4][expected % 4];
        assert_eq!(page.bitmap.height(), paper.lines(Resolution::Fine));
    }
    assert!(said.get(24..) == Some(&[Read::Done][..]));
}

#[test]
fn every_tone_leaves_black_and_white_alone() {
    let file = pdf(&["/MediaBox [ 0 0 595 842 ]"], "100 100 300 300 re f");
    let black = |tone| pages(&file, Layout { tone, ..Layout::default() })[0].bitmap.black_dots() as f64;
    let square = (300.0 / 72.0 * 204.0) * (300.0 / 72.0 * 196.0);
    for tone in [Tone::Auto, Tone::Text, Tone::Photo] {
        assert!((black(tone) / square - 1.0).abs() < 0.005, "{tone:?}: {} of {square}", black(tone));
    }
}

#[test]
fn bad_input_is_an_error_of_its_own_kind() {
    assert_eq!(failure(b""), DocumentError::Empty);
    assert_eq!(failure(b"\0\x01\x02\x03"), DocumentError::UnknownKind);
    assert_eq!(failure(b"PK\x03\x04 an office file"), DocumentError::UnknownKind);
    assert_eq!(failure(b" \n\n"), DocumentError::Empty);
    assert!(matches!(failure(b"%PDF-1.4\nnothing else"), DocumentError::Broken { .. }));
    assert!(matches!(failure(b"\x89PNG\r\n\x1a\n\0\0"), DocumentError::Broken { .. }));
    assert!(matches!(failure(b"\xff\xd8\xff\xe0\0\x10JFIF\0"), DocumentError::Broken { .. }));
    assert!(matches!(failure(b"II*\0\xff\xff\0\0"), DocumentError::Broken { .. } | DocumentError::NoPages));
    assert_eq!(failure(&pdf(&[], "")), DocumentError::NoPages);
    let thousand = vec!["/MediaBox [ 0 0 595 842 ]"; 1000];
    assert_eq!(failure(&pdf(&thousand, "")), DocumentError::TooManyPages { pages: 1000, limit: 500 });
    // One grey image of 60,000 by 60,000 samples, as its header tells.
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xea\x60\0\0\xea\x60\x08\0\0\0\0".to_vec();
    bomb.extend(0x6be9_f8f3_u32.to_be_bytes());
    bomb.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    assert!(matches!(failure(&bomb), DocumentError::TooLarge | DocumentError::Broken { .. }));
}

#[test]
fn boxes_beyond_all_sense_make_a_page_or_an_error() {
    let boxes = [
        "/MediaBox [ 0 0 99999999999999999999 99999999999999999999 ]",
        "/MediaBox [ 0 0 0 0 ]",
        "/MediaBox [ 0 0 14400 1 ]",
        "/MediaBox [ 0 0 595 842 ] /CropBox [ 9000 9000 9999 9999 ]",
        "/MediaBox [ 10 10 -10 -10 ] /Rotate 37",
        "/MediaBox [ 0 0 595 842 ] /UserUnit -3",
        "/MediaBox [ 0 0 595 842 ] /UserUnit 99999999999999999999999",
        "/MediaBox (none)",
    ];
    let said = read(&worker(), &pdf(&boxes, "0 0 50 50 re f"), render(Layout::default()));
    assert_eq!(said[0], Read::Opened { kind: Kind::Pdf, pages: 8 });
    assert!(said.last() == Some(&Read::Done), "{}", told(&said));
    for read in &said[1..9] {
        let Read::Page { page, .. } = read else { panic!("{}", told(&said)) };
        assert_eq!(page.bitmap.width(), LINE_DOTS);
    }
}

#[test]
fn a_page_that_wants_all_memory_costs_a_message() {
    // Dashes of a hundred-thousandth of a point along the diagonal.
    let dashes = "0.0001 w [0.00001] 0 d 0 0 m 595 842 l S";
    let said = read(&worker(), &pdf(&["/MediaBox [ 0 0 595 842 ]"], dashes), render(Layout::default()));
    if cfg!(unix) {
        let opened = Read::Opened { kind: Kind::Pdf, pages: 1 };
        assert!(said == [opened, Read::Failed(DocumentError::OutOfMemory)], "{}", told(&said));
    }
}

#[test]
fn a_page_that_never_ends_costs_a_message() {
    // Each form draws the next one twice: 2^60 rectangles.
    let mut file = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>\nendobj\n\
        3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Contents 100 0 R \
        /Resources << /XObject << /F 101 0 R >> >> >>\nendobj\n\
        100 0 obj\n<< /Length 5 >>\nstream\n/F Do\nendstream\nendobj\n"
        .to_vec();
    for form in 101..161 {
        let next = form + 1;
        file.extend(
            format!(
                "{form} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [ 0 0 595 842 ] /Length 30 /Resources << /XObject \
                 << /F {next} 0 R >> >> >>\nstream\n/F Do /F Do 0 0 50 50 re f    \nendstream\nendobj\n"
            )
            .bytes(),
        );
    }
    file.extend(b"trailer << /Root 1 0 R /Size 200 >>\n");
    let patience = Patience { progress: Duration::from_secs(3), total: Duration::from_secs(20) };
    let said = read(&worker().with_patience(patience), &file, render(Layout::default()));
    let opened = Read::Opened { kind: Kind::Pdf, pages: 1 };
    assert!(said == [opened, Read::Failed(DocumentError::TimedOut)], "{}", told(&said));
}

#[test]
fn text_goes_onto_the_sheet_that_is_wanted() {
    let text = "Grüße aus Köln — 100 €\n".repeat(70);
    assert_eq!(pages(text.as_bytes(), Layout::default()).len(), 2);
    let legal = Layout { paper: PaperChoice::Fixed(Paper::Legal), ..Layout::default() };
    let one = pages(text.as_bytes(), legal);
    assert_eq!((one.len(), one[0].bitmap.height()), (1, Paper::Legal.lines(Resolution::Fine)));
}

#[cfg(unix)]
mod lying_children {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn child(script: &str) -> (tempfile::TempDir, Worker) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("child");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        let patience = Patience { progress: Duration::from_secs(3), total: Duration::from_secs(6) };
        (folder, Worker::new(program).with_patience(patience))
    }

    fn says(script: &str) -> Vec<Read> {
        let (_folder, worker) = child(script);
        read(&worker, b"text", render(Layout::default()))
    }

    fn frame(json: &str) -> String {
        let length: String = (json.len() as u32).to_le_bytes().iter().map(|byte| format!("\\{byte:03o}")).collect();
        format!("printf '{length}'; printf '%s' '{json}'")
    }

    const OPENED: &str = r#"{"opened":{"kind":"pdf","pages":1}}"#;

    #[test]
    fn what_a_child_says_is_checked() {
        let crashed = [Read::Failed(DocumentError::Crashed)];
        assert_eq!(says("exit 0"), crashed);
        assert_eq!(says("kill -SEGV $$"), crashed);
        assert_eq!(says("printf 'rubbish rubbish rubbish'; cat > /dev/null"), crashed);
        assert_eq!(says("printf '\\377\\377\\377\\377'; cat > /dev/null"), crashed);
        assert_eq!(says(&frame(r#"{"opened":{"kind":"pdf","pages":4000000000}}"#)), crashed);
        assert_eq!(says(&frame(r#""done""#)), crashed);
        let page = |sizes: &str| frame(&format!(r#"{{"page":{{{sizes},"x_dpi":204,"y_dpi":196,"damaged_lines":0}}}}"#));
        for lie in [
            page(r#""index":0,"width":4294967295,"height":4294967295"#),
            page(r#""index":1,"width":8,"height":1"#),
            page(r#""index":0,"width":0,"height":0"#),
            page(r#""index":0,"width":8,"height":9"#),
            frame(r#""done""#),
        ] {
            let said = says(&format!("{}; {lie}", frame(OPENED)));
            assert_eq!(said.len(), 2, "{lie}: {said:?}");
            assert_eq!(said[1], crashed[0], "{lie}");
        }
        let honest = says(&format!(
            "{}; {}; printf '\\125'; {}",
            frame(OPENED),
            page(r#""index":0,"width":8,"height":1"#),
            frame(r#""done""#)
        ));
        assert!(matches!(honest.as_slice(), [Read::Opened { .. }, Read::Page { .. }, Read::Done]), "{honest:?}");
    }

    #[test]
    fn a_child_that_does_nothing_is_given_up() {
        assert_eq!(says("exec sleep 1000"), [Read::Failed(DocumentError::TimedOut)]);
        assert_eq!(says(&format!("{}; exec sleep 1000", frame(OPENED)))[1], Read::Failed(DocumentError::TimedOut));
    }

    #[test]
    fn memory_and_time_are_told_from_other_ends() {
        let failed = |script: &str| says(script);
        assert_eq!(
            failed("echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$"),
            [Read::Failed(DocumentError::OutOfMemory)]
        );
        assert_eq!(failed("kill -KILL $$"), [Read::Failed(DocumentError::OutOfMemory)]);
        assert_eq!(failed("kill -XCPU $$"), [Read::Failed(DocumentError::TimedOut)]);
    }

    #[test]
    fn a_program_that_is_not_there_is_told() {
        let worker = Worker::new(PathBuf::from("/nowhere/faxseal"));
        let said = read(&worker, b"text", render(Layout::default()));
        assert!(matches!(said.as_slice(), [Read::Failed(DocumentError::Unreadable { .. })]), "{said:?}");
    }

    #[test]
    fn a_dropped_receiver_kills_the_child() {
        let (folder, worker) = child("echo $$ > \"$(dirname \"$0\")/pid\"; exec sleep 1000");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let pid = folder.path().join("pid");
        runtime.block_on(async {
            let receiver = worker.read(Arc::from(&b"text"[..]), render(Layout::default()));
            while std::fs::read_to_string(&pid).map_or(0, |pid| pid.len()) < 2 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            drop(receiver);
            let pid = std::fs::read_to_string(&pid).unwrap();
            let process = Path::new("/proc").join(pid.trim());
            while Path::new("/proc").exists() && process.join("cmdline").exists() && !is_over(&process) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
    }

    /// Gone, or only waiting to be counted out.
    fn is_over(process: &Path) -> bool {
        std::fs::read_to_string(process.join("stat")).map_or(true, |stat| stat.contains(") Z "))
    }
}

/// Files of the corpus below `folder`.
fn files(folder: &str) -> Vec<PathBuf> {
    let root = std::env::var_os("FAXSEAL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut files = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    if files.is_empty() {
        println!("skipped: no corpus");
    }
    files
}

/// Every seventh of them, unless all are wanted.
fn sample(files: Vec<PathBuf>) -> impl Iterator<Item = PathBuf> {
    let step = if std::env::var_os("FAXSEAL_ALL").is_some() { 1 } else { 7 };
    files.into_iter().step_by(step)
}

#[test]
fn a_password_opens_what_it_belongs_to() {
    let encrypted = |path: &PathBuf| path.to_string_lossy().ends_with("libreoffice-writer-password.pdf");
    let Some(path) = files("pdf").into_iter().find(encrypted) else { return };
    let bytes = std::fs::read(path).unwrap();
    let with = |password: Option<&str>| {
        let password = password.map(str::to_owned);
        let said = read(&worker(), &bytes, Request::Render { layout: Layout::default(), jobs: 1, password });
        told(&said)
    };
    assert_eq!(with(None), "Failed(Encrypted)");
    assert_eq!(with(Some("wrong")), "Failed(WrongPassword)");
    assert_eq!(with(Some("openpassword")), "Opened { kind: Pdf, pages: 1 }, page 0, Done");
}

#[test]
fn a_received_fax_comes_with_its_own_dots() {
    let mut bitmap = faxseal::fax::page::Bitmap::new(2048, 99);
    (0..2048).for_each(|x| bitmap.blacken(x, x % 99));
    let own = Page { bitmap, x_dpi: 300, y_dpi: 300 };
    let coded = faxseal::tiff::CodedPage::encode(&own, faxseal::tiff::Coding::Mmr);
    let file = faxseal::tiff::write(&[coded], faxseal::tiff::Profile::F).unwrap();
    let said = read(&worker(), &file, Request::Native);
    assert!(said.get(1) == Some(&Read::Page { index: 0, page: own, damaged_lines: 0 }), "{}", told(&said));
}

/// Every document becomes pages or an error, and we are still here to say so.
#[test]
fn the_corpus_is_read_or_refused() {
    let (mut read_well, mut refused) = (0, 0);
    for path in ["pdf", "scans", "tiff"].into_iter().flat_map(|folder| sample(files(folder))) {
        let bytes = std::fs::read(&path).unwrap();
        let said = read(&worker(), &bytes, render(Layout { resolution: Resolution::Standard, ..Layout::default() }));
        match said.last() {
            Some(Read::Done) => {
                read_well += 1;
                let Some(Read::Opened { pages, .. }) = said.first() else { panic!("{}", path.display()) };
                assert_eq!(said.len() as u32, pages + 2, "{}", path.display());
                for read in &said {
                    match read {
                        Read::Page { page, .. } => {
                            assert_eq!(page.bitmap.width(), LINE_DOTS);
                            assert!(
                                Paper::ALL
                                    .map(|paper| paper.lines(Resolution::Standard))
                                    .contains(&page.bitmap.height())
                            );
                        }
                        Read::PageFailed { index, error } => println!("{} page {index}: {error:?}", path.display()),
                        _ => {}
                    }
                }
            }
            Some(Read::Failed(error)) => {
                refused += 1;
                println!("{}: {error:?}", path.display());
                let survivable = !matches!(error, DocumentError::Unreadable { .. });
                assert!(survivable, "{}", path.display());
            }
            _ => panic!("{}: no end", path.display()),
        }
    }
    println!("{read_well} read, {refused} refused");
    assert!(read_well >= refused * 4);
}

/// A document that stays open.
async fn open(worker: &Worker, bytes: &[u8], password: Option<&str>) -> Result<Open, DocumentError> {
    let bytes: Arc<[u8]> = Arc::from(bytes);
    let supply: Supply = Arc::new(move || {
        let bytes = Arc::clone(&bytes);
        Box::pin(async move { Ok(bytes) })
    });
    worker.open(supply, password.map(str::to_owned), 2).await
}

#[tokio::test]
async fn pages_are_given_as_they_are_asked_for() {
    let file = pdf(&["/MediaBox [0 0 595 842]"; 200], "0 0 300 842 re f");
    let open = open(&worker(), &file, None).await.unwrap();
    assert_eq!((open.kind(), open.pages()), (Kind::Pdf, 200));
    let plain = Setting::default();
    let last = open.sheet(199, plain, true).await.unwrap();
    let whole = tokio::task::spawn_blocking(move || pages(&file, Layout::default()).pop()).await.unwrap();
    assert_eq!(Some(&last.page), whole.as_ref(), "the same page as of the whole document");
    // Turned, the left half is at the top.
    let turned = open.sheet(0, Setting { turns: Turns::new(1), ..plain }, false).await.unwrap();
    let half = turned.page.bitmap.height() / 4;
    assert!(turned.page.bitmap.is_black(800, half / 2) && !turned.page.bitmap.is_black(800, half * 3));
    // Cropped to the right half but for a little, hardly anything is black.
    let crop = Crop::between((0.51, 0.0), (1.0, 1.0));
    let cropped = open.sheet(0, Setting { crop, ..plain }, false).await.unwrap();
    assert_eq!(cropped.page.bitmap.black_dots(), 0);
    assert!(cropped.frame.is_sane());
    let grey = open.grey(0, plain).await.unwrap();
    assert_eq!((grey.width, grey.height), (last.page.bitmap.width(), last.page.bitmap.height()));
    assert_eq!(open.sheet(200, plain, false).await, Err(DocumentError::NoPages));
}

#[tokio::test]
async fn what_is_not_wanted_any_more_is_not_begun_and_what_is_urgent_comes_first() {
    let file = pdf(&["/MediaBox [0 0 595 842]"; 60], "0 0 300 842 re f");
    let open = open(&worker(), &file, None).await.unwrap();
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let ask = |index: u32, urgent| {
        let (open, order) = (open.clone(), Arc::clone(&order));
        tokio::spawn(async move {
            open.sheet(index, Setting::default(), urgent).await.unwrap();
            order.lock().unwrap().push(index);
        })
    };
    let patient: Vec<_> = (0..50).map(|index| ask(index, false)).collect();
    tokio::task::yield_now().await;
    let dropped: Vec<_> = (10..50).map(|at| &patient[at]).collect();
    dropped.iter().for_each(|task| task.abort());
    ask(55, true).await.unwrap();
    let before: Vec<u32> = order.lock().unwrap().clone();
    assert!(before.len() < 10, "{before:?} came before what was urgent");
    for task in patient.into_iter().take(10) {
        task.await.unwrap();
    }
    let all = order.lock().unwrap().clone();
    assert_eq!(all.len(), 11, "{all:?}");
}

/// A program that opens every document, and then does this instead of giving pages.
#[cfg(unix)]
fn impostor(folder: &Path, then: &str) -> Worker {
    use std::os::unix::fs::PermissionsExt;
    let answer = r#"{"opened":{"kind":"text","pages":9}}"#;
    let script = format!("#!/bin/sh\nprintf '\\{:03o}\\000\\000\\000{answer}'\n{then}\n", answer.len());
    let program = folder.join("impostor");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o700)).unwrap();
    let patience = Patience { progress: Duration::from_millis(700), total: Duration::from_secs(60) };
    Worker::new(program).with_patience(patience)
}

#[cfg(unix)]
#[tokio::test]
async fn a_reader_that_dies_or_is_slow_costs_the_pages_that_it_was_at() {
    let folder = tempfile::tempdir().unwrap();
    let plain = Setting::default();
    for (then, error) in [("sleep 0.1; exit 1", DocumentError::Crashed), ("exec sleep 60", DocumentError::TimedOut)] {
        let open = open(&impostor(folder.path(), then), b"text", None).await.unwrap();
        assert_eq!(open.pages(), 9);
        let (one, other) = tokio::join!(open.sheet(0, plain, false), open.sheet(1, plain, true));
        assert_eq!((one, other), (Err(error.clone()), Err(error.clone())), "{then}");
        // Another is started for the next.
        assert_eq!(open.grey(2, plain).await.err(), Some(error));
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_opened_says_why() {
    let worker = worker();
    assert!(open(&worker, b"%PDF-1.7 nonsense", None).await.is_err());
    assert_eq!(open(&worker, b"", None).await.err(), Some(DocumentError::Empty));
    let nowhere = Worker::new(PathBuf::from("/nowhere/faxseal"));
    assert!(matches!(open(&nowhere, b"text", None).await.err(), Some(DocumentError::Unreadable { .. })));
    // A program that is no reader.
    let other = Worker::new(PathBuf::from("/bin/true"));
    assert_eq!(open(&other, b"text", None).await.err(), Some(DocumentError::Crashed));
}

/// Told, not asked for: how soon the first of many pages is there. `--nocapture` shows it.
#[tokio::test]
async fn the_first_of_many_pages_does_not_wait_for_the_others() {
    let file = pdf(&["/MediaBox [0 0 595 842]"; 200], &"50 50 3 3 re f ".repeat(2000));
    let begun = std::time::Instant::now();
    let open = open(&worker(), &file, None).await.unwrap();
    let opened = begun.elapsed();
    let all: Vec<_> = (0..200)
        .map(|index| {
            let open = open.clone();
            tokio::spawn(async move { open.sheet(index, Setting::default(), index == 0).await.map(|_| index) })
        })
        .collect();
    let mut first = None;
    for task in all {
        task.await.unwrap().unwrap();
        first.get_or_insert_with(|| begun.elapsed());
    }
    println!("200 pages: opened after {opened:?}, first after {first:?}, all after {:?}", begun.elapsed());
    assert!(first.unwrap() < begun.elapsed() / 2);
}
