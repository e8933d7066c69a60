//! Marks through the engine: signatures are kept, lifted from pictures, burnt into pages, and come back from the practice
//! gateway as they were shown.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use faxseal::engine::practice::{OWN_NUMBER, OWN_NUMBER_AS_PDF};
use faxseal::engine::{
    CodedSheet, Engine, EngineError, Event, FaxPage, NewFax, Profile, Reading, Secrets, SignatureError, Source, placed,
    proof, snapped,
};
use faxseal::fax::SignatureId;
use faxseal::fax::page::{Layout, Page, Resolution};
use faxseal::fax::recipient::Recipient;
use faxseal::fax::signature::ink::{Hand, Ink, Lifted, NoInk, PenPoint, Shape, Signature, Stroke};
use faxseal::fax::signature::{Frame, Mark, MarkId, MarkKind, Marked, Placement};
use zeroize::Zeroizing;

fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_faxseal").into()
}

fn typed(text: &str) -> Ink {
    Ink { thickness: 0.5, shape: Shape::Typed { text: text.to_owned(), hand: Hand::Lively } }
}

fn drawn() -> Ink {
    let point = |n: u16| {
        let x = f32::from(n) / 100.0;
        PenPoint { x: 0.2 + 0.6 * x, y: 0.2 + 0.1 * (x * 25.0).sin(), at: f32::from(n) * 8.0 }
    };
    Ink { thickness: 0.7, shape: Shape::Drawn(vec![Stroke((0..100).map(point).collect()), Stroke(vec![point(50)])]) }
}

/// A form with a line to sign on, through the reader as any document.
async fn form(engine: &Engine) -> Arc<FaxPage> {
    let text = format!("CONSENT\n\nI agree.\n{}{}\nSignature\n", "\n".repeat(20), "_".repeat(40));
    let source = Source::Bytes { name: "form.txt".to_owned(), bytes: text.into_bytes().into() };
    let mut readings = engine.reader().read(source, Layout::default(), None, 1);
    while let Some(reading) = readings.recv().await {
        match reading {
            Reading::Page(page) => return page,
            Reading::Failed(error) => panic!("{error}"),
            Reading::Opened { .. } | Reading::Done => {}
        }
    }
    panic!("no page came");
}

fn frame(page: &Page) -> Frame {
    Frame::of_dots(page.bitmap.width(), page.bitmap.height(), page.x_dpi, page.y_dpi)
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_are_kept_encrypted_and_listed_as_they_were_made() {
    let folder = tempfile::tempdir().unwrap();
    let profile = || Profile {
        data_dir: Some(folder.path().to_owned()),
        secrets: Secrets::File(Zeroizing::new("correct horse".to_owned())),
        program: program(),
        face: "test",
    };
    let cover: Vec<u8> = (0..400u32).map(|n| if n % 20 < 10 { 255 } else { 0 }).collect();
    let lifted = Ink { thickness: 0.25, shape: Shape::Lifted(Lifted::new(20, 20, cover).unwrap()) };
    let made = [("Anna Okafor", false, drawn()), ("AO", true, typed("A.O. Distinctive")), ("Scan", false, lifted)];
    let engine = Engine::open(profile()).await.unwrap();
    let mut events = engine.events();
    for (name, initials, ink) in &made {
        engine.add_signature((*name).to_owned(), *initials, ink.clone()).await.unwrap();
        assert_eq!(events.recv().await.unwrap(), Event::Signatures);
    }
    let taken = engine.add_signature("  AO ".to_owned(), false, typed("x")).await;
    assert_eq!(taken, Err(SignatureError::NameTaken { name: "AO".to_owned() }));
    assert_eq!(engine.add_signature(" ".to_owned(), false, typed("x")).await, Err(SignatureError::NoName));
    assert_eq!(engine.add_signature("Nobody".to_owned(), false, typed("  ")).await, Err(SignatureError::Empty));
    drop(engine);

    let engine = Engine::open(profile()).await.unwrap();
    let kept = engine.signatures().await.unwrap();
    let told: Vec<_> = kept.iter().map(|kept| (kept.name.as_str(), kept.initials, kept.ink.clone())).collect();
    assert_eq!(told, made);
    engine.remove_signature(kept[1].id).await.unwrap();
    assert_eq!(engine.remove_signature(kept[1].id).await, Err(EngineError::NotFound));
    assert_eq!(engine.signatures().await.unwrap().len(), 2);
    drop(engine);
    for entry in walk(folder.path()) {
        let bytes = std::fs::read(&entry).unwrap();
        for word in ["Okafor", "Distinctive"] {
            let found = bytes.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} is readable in {}", entry.display());
        }
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_fax_comes_back_as_it_was_shown() {
    for number in [OWN_NUMBER, OWN_NUMBER_AS_PDF] {
        let engine = Engine::demo(program()).await.unwrap();
        let mut events = engine.events();
        engine.start_courier();
        let signature = engine.add_signature("Me".to_owned(), false, drawn()).await.unwrap();
        let signatures = engine.signatures().await.unwrap();
        let plain = form(&engine).await;
        let page = &plain.page;
        let at = |kind: MarkKind, x: f64, y: f64| {
            let placement = placed(&kind, page, &frame(page), (x, y), None, &signatures);
            Mark { id: MarkId(1), kind, placement }
        };
        let redacted = Mark {
            id: MarkId(2),
            kind: MarkKind::Redact,
            placement: placed(&MarkKind::Redact, page, &frame(page), (20.0, 16.0), Some(60.0), &signatures),
        };
        let marks = [
            at(MarkKind::Signature { signature }, 40.0, 100.0),
            at(MarkKind::Date { text: "25 Nov 2026".to_owned() }, 120.0, 100.0),
            at(MarkKind::Check, 20.0, 40.0),
            redacted,
        ];
        let shown = CodedSheet::new(page, frame(page)).marked(&marks, &signatures);
        let dots = shown.page();
        assert_ne!(dots, *page);
        let kinds = |mark: &Mark| Marked { page: 1, kind: mark.kind.name() };
        let fax = NewFax {
            account: None,
            recipients: vec![Recipient::new(number.parse().unwrap())],
            subject: "A form".to_owned(),
            pages: vec![Arc::clone(&shown.coded)],
            resolution: Resolution::Fine,
            marks: marks.iter().map(kinds).collect(),
            cover: None,
            due: None,
            draft: None,
        };
        let (id, _) = engine.queue(fax).await.unwrap();
        let came = loop {
            if let Some(fax) = engine.inbox().await.unwrap().first() {
                break fax.id;
            }
            events.recv().await.unwrap();
        };
        assert_eq!(engine.fax_page(id, 0).await.unwrap(), dots);
        assert_eq!(engine.received_page(came, 0).await.unwrap().bitmap, dots.bitmap, "as it was shown");
        engine.stop_courier().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_finds_the_line_of_a_form() {
    let engine = Engine::demo(program()).await.unwrap();
    let plain = form(&engine).await;
    let page = &plain.page;
    let signature = Signature { id: SignatureId(1), name: "Me".to_owned(), initials: false, ink: typed("A. Okafor") };
    let signatures = [signature];
    let kind = MarkKind::Signature { signature: SignatureId(1) };
    // The underscores stand below the 24th line of text.
    let rule = page.bitmap.rows().position(|row| row.iter().map(|byte| byte.count_ones()).sum::<u32>() > 600).unwrap();
    let rule_mm = rule as f64 / 196.0 * 25.4;
    for off in [-2.0, 2.0] {
        let before = placed(&kind, page, &frame(page), (25.0, rule_mm - 14.0 * 0.88 + off), None, &signatures);
        let after = snapped(&kind, &before, page, &frame(page)).unwrap();
        let base = frame(page).dots(after.point((0.0, 0.88))).1;
        assert!((base - rule as f64).abs() < 6.0, "{base} instead of {rule}");
        assert!((after.x - before.x).abs() < 1e-9);
    }
    let far = placed(&kind, page, &frame(page), (25.0, rule_mm + 30.0), None, &signatures);
    assert_eq!(snapped(&kind, &far, page, &frame(page)), None);
    let turned =
        Placement { angle: 30.0, ..placed(&kind, page, &frame(page), (25.0, rule_mm - 12.0), None, &signatures) };
    assert_eq!(snapped(&kind, &turned, page, &frame(page)), None);
}

/// A grey picture as PNG; its levels are told by parts of its width and height.
fn png(width: u32, height: u32, level: impl Fn(f64, f64) -> u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::GrayImage::from_fn(width, height, |x, y| {
        image::Luma([level(f64::from(x) / f64::from(width), f64::from(y) / f64::from(height))])
    });
    picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn ink_is_lifted_from_a_picture_in_a_child_process() {
    let engine = Engine::demo(program()).await.unwrap();
    let lift = |bytes: Vec<u8>| {
        let engine = engine.clone();
        async move { engine.lift_signature(Source::Bytes { name: "photo".to_owned(), bytes: bytes.into() }).await }
    };
    let pen = |x: f64, y: f64| (0.2..0.8).contains(&x) && (y - 0.5 - 0.15 * (x * 30.0).sin()).abs() < 0.02;
    let photo = png(1000, 500, |x, y| {
        let paper = 220.0 - 90.0 * x - 20.0 * y;
        (paper * if pen(x, y) { 0.25 } else { 1.0 }) as u8
    });
    let ink = lift(photo).await.unwrap();
    let page = proof(&ink, Resolution::Standard).unwrap();
    assert!(page.bitmap.black_dots() > 500);
    assert_eq!(lift(png(600, 300, |_, _| 230)).await, Err(SignatureError::NoInk(NoInk::Blank)));
    assert_eq!(lift(png(600, 300, |_, _| 20)).await, Err(SignatureError::NoInk(NoInk::TooDark)));
    assert_eq!(lift(png(30, 12, |_, _| 20)).await, Err(SignatureError::NoInk(NoInk::TooSmall)));
    assert!(matches!(lift(b"%PDF-1.7 nothing".to_vec()).await, Err(SignatureError::Document(_))));
    assert!(matches!(lift(Vec::new()).await, Err(SignatureError::Document(_))));
}

/// Real scans give ink or a reason, and never take the program with them.
#[tokio::test(flavor = "multi_thread")]
async fn scans_of_the_corpus_give_ink_or_a_reason() {
    let root = std::env::var_os("FAXSEAL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let folder = root.join("scans");
    if !folder.is_dir() {
        return;
    }
    let engine = Engine::demo(program()).await.unwrap();
    let mut files = walk(&folder);
    files.sort();
    for file in files.into_iter().step_by(5).take(12) {
        let name = file.display().to_string();
        match engine.lift_signature(Source::Path(file)).await {
            Ok(ink) => assert!(proof(&ink, Resolution::Fine).unwrap().bitmap.black_dots() > 0, "{name}"),
            Err(SignatureError::NoInk(_) | SignatureError::Document(_)) => {}
            Err(error) => panic!("{name}: {error}"),
        }
    }
}
