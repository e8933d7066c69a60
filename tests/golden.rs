//! Files that we write, against files kept from before and against our reader. `tests/peers/tiff` has foreign programs
//! judge the same pages.

use std::path::{Path, PathBuf};

use faxseal::fax::page::{Bitmap, LINE_DOTS, Page, Paper, Resolution, X_DPI};
use faxseal::tiff::{CodedPage, Coding, Limits, Profile, read, write};

const CODINGS: [Coding; 3] = [Coding::Mh, Coding::Mr, Coding::Mmr];

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// A picture with something of everything: white, black, lines, slopes, and shades of dots. `variant` shifts it.
fn picture(width: u32, height: u32, variant: u32) -> Bitmap {
    let mut bitmap = Bitmap::new(width, height);
    let mut state = 0x9e37_79b9_u32 ^ variant;
    for y in 0..height {
        for x in 0..width {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let (band, u) = (y * 8 / height.max(1), x + variant);
            let black = match band {
                0 | 6 => false,
                1 => (u / 37 + y / 5) % 3 == 0,
                2 => state % 256 < x * 256 / width,
                3 => (u + y) % 23 < 4 || (u + 3 * width - 2 * y) % 31 < 3,
                4 => true,
                // Not right across: libtiff 4.5 refuses a one-dimensional line of as many runs as dots.
                5 => x > 40 && u % 2 == y % 2,
                _ => x == 0 || x + 1 == width || x > width / 2 && y % 4 == 0,
            };
            if black {
                bitmap.blacken(x, y);
            }
        }
    }
    bitmap
}

/// Two pages of that resolution.
fn pages(resolution: Resolution, lines: u32) -> [Page; 2] {
    [0, 11].map(|variant| Page::new(picture(LINE_DOTS, lines, variant), resolution))
}

fn coded(pages: &[Page], coding: Coding) -> Vec<CodedPage> {
    pages.iter().map(|page| CodedPage::encode(page, coding)).collect()
}

/// Every file that we can write: its name, and how it is made.
fn kinds() -> Vec<(String, Profile, Coding, Resolution)> {
    let mut kinds = Vec::new();
    for resolution in Resolution::ALL {
        for coding in CODINGS {
            kinds.push((format!("f-{coding:?}-{resolution:?}").to_lowercase(), Profile::F, coding, resolution));
        }
        if resolution != Resolution::Superfine {
            kinds.push((format!("s-mh-{resolution:?}").to_lowercase(), Profile::S, Coding::Mh, resolution));
        }
    }
    kinds
}

#[test]
fn files_are_written_as_before() {
    let kept = ["f-mh-standard", "f-mr-fine", "f-mmr-superfine", "s-mh-fine"];
    for (name, profile, coding, resolution) in kinds().into_iter().filter(|kind| kept.contains(&kind.0.as_str())) {
        let bytes = write(&coded(&pages(resolution, 24), coding), profile).unwrap();
        let path = golden(&format!("{name}.tif"));
        if let Some(out) = std::env::var_os("FAXSEAL_BLESS") {
            std::fs::write(Path::new(&out).join(path.file_name().unwrap()), &bytes).unwrap();
        }
        assert!(std::fs::read(&path).unwrap() == bytes, "{name} is not what it was");
    }
}

#[test]
fn files_come_back() {
    for (name, profile, coding, resolution) in kinds() {
        let pages = pages(resolution, 200);
        let file = write(&coded(&pages, coding), profile).unwrap();
        let read = read(&file, &Limits::default()).unwrap();
        assert_eq!(read.len(), pages.len());
        for (page, read) in pages.iter().zip(read) {
            let read = read.unwrap();
            assert!(read.page == *page && read.damaged_lines == 0, "{name}");
        }
    }
}

/// The same picture in files that other programs wrote: see `tests/golden/README.md`.
#[test]
fn files_of_others_are_read() {
    let meant = picture(210, 70, 5);
    let mut count = 0;
    for entry in std::fs::read_dir(golden("foreign")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let pages = read(&std::fs::read(&path).unwrap(), &Limits::default()).unwrap();
        assert!(!pages.is_empty());
        for page in pages {
            let decoded = page.unwrap();
            assert!(decoded.page.bitmap == meant, "{name}");
            assert_eq!((decoded.page.x_dpi, decoded.page.y_dpi, decoded.damaged_lines), (X_DPI, 196, 0), "{name}");
        }
        count += 1;
    }
    assert!(count > 10);
}

/// Writes, into the folder that `FAXSEAL_OUT` names, a file of full pages for each kind, and what is meant by each of
/// its pages as a PBM.
#[test]
#[ignore = "tests/peers/tiff runs it"]
fn write_for_the_judges() {
    let out = PathBuf::from(std::env::var_os("FAXSEAL_OUT").expect("FAXSEAL_OUT names a folder"));
    for (name, profile, coding, resolution) in kinds() {
        let pages = pages(resolution, Paper::A4.lines(resolution));
        std::fs::write(out.join(format!("{name}.tif")), write(&coded(&pages, coding), profile).unwrap()).unwrap();
        for (number, page) in pages.iter().enumerate() {
            std::fs::write(out.join(format!("{name}.{number}.pbm")), pbm(&page.bitmap)).unwrap();
        }
    }
    std::fs::write(out.join("small.pbm"), pbm(&picture(210, 70, 5))).unwrap();
}

/// All golden files.
#[expect(clippy::unwrap_used, reason = "without its files the test cannot run")]
fn golden_files() -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = ["", "foreign"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(golden(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tif"))
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn mutated_files_are_borne() {
    const ROUNDS: usize = 200;
    const EXTREMES: [u32; 8] = [0, 1, 7, 0x7fff_ffff, 0x8000_0000, 0xffff_0000, 0xffff_ffff, 0x0001_0000];
    let limits = Limits { pages: 5, pixels_per_page: 1 << 20, total_pixels: 1 << 21 };
    let mut state = 0x1234_5678_9abc_def1_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 16) as usize % below.max(1)
    };
    let (mut refused, mut damaged, mut well) = (0, 0, 0);
    for whole in golden_files() {
        for round in 0..ROUNDS {
            let mut file = whole.clone();
            for _ in 0..=random(6) {
                // The directory is before the data or behind it: aim at the ends more often than at the middle.
                let near = random(300).min(file.len().saturating_sub(4));
                let at = match random(3) {
                    0 => near,
                    1 => file.len() - 4 - near.min(file.len() - 4),
                    _ => random(file.len() - 4),
                };
                match round % 4 {
                    0 => file[at] ^= 1 << random(8),
                    1 => file[at] = random(256) as u8,
                    2 => file[at..at + 4].copy_from_slice(&EXTREMES[random(EXTREMES.len())].to_le_bytes()),
                    _ => {
                        let length = random(64).min(file.len() - at - 4);
                        file.drain(at..at + length);
                    }
                }
            }
            let Ok(pages) = read(&file, &limits) else {
                refused += 1;
                continue;
            };
            assert!(!pages.is_empty() && pages.len() <= limits.pages);
            for page in pages {
                let Ok(decoded) = page else {
                    refused += 1;
                    continue;
                };
                let bitmap = &decoded.page.bitmap;
                assert!(decoded.damaged_lines < bitmap.height());
                assert!(u64::from(bitmap.width()) * u64::from(bitmap.height()) <= limits.pixels_per_page);
                *(if decoded.damaged_lines > 0 { &mut damaged } else { &mut well }) += 1;
            }
        }
    }
    // Every kind of outcome was met.
    assert!(refused > 100 && damaged > 100 && well > 100, "{refused} {damaged} {well}");
}

/// The corpus, if it is there.
fn corpus() -> Option<Vec<PathBuf>> {
    let folder = std::env::var_os("FAXSEAL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let mut files = Vec::new();
    let mut folders = vec![folder.join("tiff")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).ok()? {
            let path = entry.ok()?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Some(files)
}

#[test]
fn every_file_of_the_corpus_is_borne() {
    let Some(files) = corpus() else {
        println!("skipped: no corpus");
        return;
    };
    let mut read_well = 0;
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let whole = read(&bytes, &Limits::default());
        read_well += whole.iter().flatten().flatten().filter(|page| page.damaged_lines == 0).count();
        // And what is left of it when it is cut short.
        for part in 1..8 {
            let _ = read(&bytes[..bytes.len() * part / 8], &Limits::default());
        }
    }
    assert!(read_well > 0);
}

/// Writes, into the folder that `FAXSEAL_OUT` names, what we see on each page of the corpus: `N.P.pbm` for page P of
/// the Nth file of `files`, where a line `N PATH` stands for each.
#[test]
#[ignore = "tests/peers/tiff runs it"]
fn write_the_corpus_for_the_judges() {
    use std::fmt::Write as _;

    let out = PathBuf::from(std::env::var_os("FAXSEAL_OUT").expect("FAXSEAL_OUT names a folder"));
    let mut list = String::new();
    for (number, path) in corpus().unwrap_or_default().iter().enumerate() {
        let Ok(pages) = read(&std::fs::read(path).unwrap(), &Limits::default()) else { continue };
        for (index, page) in pages.iter().enumerate() {
            match page {
                Ok(decoded) => {
                    let damaged = decoded.damaged_lines;
                    let (x, y) = (decoded.page.x_dpi, decoded.page.y_dpi);
                    writeln!(list, "{number} {index} read {x}x{y},{damaged} {}", path.display()).unwrap();
                    std::fs::write(out.join(format!("{number}.{index}.pbm")), pbm(&decoded.page.bitmap)).unwrap();
                }
                Err(error) => {
                    let kind = if error.may_be_an_image() { "image" } else { "refused" };
                    let error = error.to_string().replace(' ', "_");
                    writeln!(list, "{number} {index} {kind} {error} {}", path.display()).unwrap();
                }
            }
        }
    }
    std::fs::write(out.join("files"), list).unwrap();
}

fn pbm(bitmap: &Bitmap) -> Vec<u8> {
    let mut pbm = format!("P4\n{} {}\n", bitmap.width(), bitmap.height()).into_bytes();
    pbm.extend_from_slice(bitmap.bits());
    pbm
}

/// A strip of paper with a mark of every kind, upright and turned.
fn marked(resolution: Resolution) -> Page {
    use faxseal::fax::SignatureId;
    use faxseal::fax::signature::ink::{Hand, Ink, PenPoint, Shape, Signature, Stroke};
    use faxseal::fax::signature::{Frame, Mark, MarkId, MarkKind, Placement};

    let lines = u32::from(resolution.y_dpi()) * 4;
    let page = Page::new(Bitmap::new(LINE_DOTS, lines), resolution);
    let frame = Frame::of_dots(LINE_DOTS, lines, X_DPI, resolution.y_dpi());
    let stroke = |n: u16| {
        let part = f32::from(n) / 80.0;
        PenPoint { x: 0.1 + 0.8 * part, y: 0.3 + 0.15 * (part * 22.0).sin(), at: f32::from(n * n) * 0.4 }
    };
    let drawn = Shape::Drawn(vec![Stroke((0..=80).map(stroke).collect())]);
    let hands = Hand::ALL.map(|hand| Shape::Typed { text: "A. Okafor".to_owned(), hand });
    let shapes = std::iter::once(drawn).chain(hands);
    let signature = |(id, shape): (i64, Shape)| Signature {
        id: SignatureId(id),
        name: id.to_string(),
        initials: false,
        ink: Ink { thickness: 0.5, shape },
    };
    let signatures: Vec<Signature> = (1..).zip(shapes).map(signature).collect();
    let signed = (1..=4).map(|id| MarkKind::Signature { signature: SignatureId(id) });
    let others = [
        MarkKind::Text { text: "Left knee, 12 mg".to_owned() },
        MarkKind::Date { text: "25 Nov 2026".to_owned() },
        MarkKind::Check,
        MarkKind::Cross,
        MarkKind::Stamp { text: "RECEIVED".to_owned() },
        MarkKind::Outline,
        MarkKind::Redact,
    ];
    let marks: Vec<Mark> = (0u32..)
        .zip(signed.chain(others))
        .flat_map(|(at, kind)| {
            let (column, row) = (f64::from(at % 4), f64::from(at / 4));
            let upright = Placement::new(0.03 + column * 0.24, 0.02 + row * 0.15, 0.2, 0.045);
            let turned = upright.moved(0.0, 0.06).turned_to(-12.0);
            [upright, turned].map(|placement| Mark { id: MarkId(at), kind: kind.clone(), placement })
        })
        .collect();
    faxseal::engine::CodedSheet::new(&page, frame).marked(&marks, &signatures).page()
}

#[test]
fn marks_look_as_they_did() {
    for resolution in [Resolution::Standard, Resolution::Fine] {
        let page = marked(resolution);
        let path = golden(&format!("marks-{resolution:?}.tif").to_lowercase());
        let bytes = write(&[CodedPage::encode(&page, Coding::Mmr)], Profile::F).unwrap();
        if let Some(out) = std::env::var_os("FAXSEAL_BLESS") {
            std::fs::write(Path::new(&out).join(path.file_name().unwrap()), &bytes).unwrap();
        }
        let kept = std::fs::read(&path).unwrap();
        let kept = read(&kept, &Limits::default()).unwrap().remove(0).unwrap().page.bitmap;
        assert_eq!((kept.width(), kept.height()), (page.bitmap.width(), page.bitmap.height()));
        let off: u32 = kept.bits().iter().zip(page.bitmap.bits()).map(|(one, other)| (one ^ other).count_ones()).sum();
        // Other processors round the edges of shapes otherwise: a dot here and there.
        assert!(u64::from(off) * 300 < page.bitmap.black_dots(), "{resolution:?}: {off} dots are others");
    }
}
