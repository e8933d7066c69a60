//! Marks on pages that are turned, cropped, and of every resolution.

use super::*;
use crate::fax::page::{LINE_DOTS, Paper, Resolution, X_DPI};
use crate::fax::signature::ink::{Hand, PenPoint, Stroke};
use crate::fax::signature::{MarkId, Point as At};

fn white(resolution: Resolution) -> Page {
    Page::new(Bitmap::new(LINE_DOTS, Paper::A4.lines(resolution)), resolution)
}

fn whole(page: &Page) -> Frame {
    Frame::of_dots(page.bitmap.width(), page.bitmap.height(), page.x_dpi, page.y_dpi)
}

fn mark(kind: MarkKind, placement: Placement) -> Mark {
    Mark { id: MarkId(1), kind, placement }
}

fn no_ink(_: SignatureId) -> Option<Ink> {
    None
}

fn wave() -> Ink {
    let point = |n: i32| {
        let x = n as f32 / 120.0;
        PenPoint { x: 0.1 + 0.8 * x, y: 0.4 + 0.15 * (x * 20.0).sin() * (1.0 - x), at: n as f32 * 9.0 }
    };
    Ink { thickness: 0.5, shape: Shape::Drawn(vec![Stroke((0..=120).map(point).collect())]) }
}

fn kinds() -> Vec<MarkKind> {
    vec![
        MarkKind::Signature { signature: SignatureId(1) },
        MarkKind::Text { text: "Left knee, 12 mg\nÆther Ωmega".to_owned() },
        MarkKind::Date { text: "2026-11-25".to_owned() },
        MarkKind::Check,
        MarkKind::Cross,
        MarkKind::Stamp { text: "RECEIVED".to_owned() },
        MarkKind::Outline,
        MarkKind::Redact,
    ]
}

fn burnt(resolution: Resolution, frame: impl Fn(&Page) -> Frame, mark: &Mark) -> (Page, Frame) {
    let mut page = white(resolution);
    let frame = frame(&page);
    burn(&mut page, &frame, std::slice::from_ref(mark), &|_| Some(wave()));
    (page, frame)
}

/// How much of each cell of the mark's box is black, seen from the source page: the same wherever it lies.
fn seen(page: &Page, frame: &Frame, placement: &Placement) -> Vec<f64> {
    const CELLS: usize = 12;
    const POINTS: usize = 8;
    let cell = |cell: usize| {
        let (column, row) = (cell % CELLS, cell / CELLS);
        let black = (0..POINTS * POINTS).filter(|point| {
            let part = |cell: usize, step: usize| (cell as f64 + (step as f64 + 0.5) / POINTS as f64) / CELLS as f64;
            let at = placement.point((part(column, point % POINTS), part(row, point / POINTS)));
            let (x, y) = frame.dots(at);
            x >= 0.0 && y >= 0.0 && page.bitmap.is_black(x as u32, y as u32)
        });
        black.count() as f64 / (POINTS * POINTS) as f64
    };
    (0..CELLS * CELLS).map(cell).collect()
}

/// Mean difference of what is seen.
fn difference(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).sum::<f64>() / one.len() as f64
}

/// The page turned by quarters with the clock on its sheet, and a little smaller, as it is laid there.
fn turned(page: &Page, quarters: u32) -> Frame {
    let upright = whole(page);
    let (width, height) = (f64::from(page.bitmap.width()), f64::from(page.bitmap.height()));
    let square = f64::from(page.y_dpi) / f64::from(page.x_dpi);
    // In dots along a line, so that angles are true; back to lines at the end.
    let (middle_x, middle_y) = (width / 2.0, height / square / 2.0);
    let scale = if quarters % 2 == 1 { 0.7 * width } else { 0.95 * width };
    let turn = Affine::scale_non_uniform(1.0, square)
        * Affine::translate((middle_x, middle_y))
        * Affine::rotate(f64::from(quarters) * std::f64::consts::FRAC_PI_2)
        * Affine::scale(scale)
        * Affine::translate((-0.5, -upright.aspect / 2.0));
    Frame { to_dots: turn.as_coeffs(), ..upright }
}

#[test]
fn the_same_ink_lies_on_the_same_content_when_the_page_is_turned() {
    for kind in kinds() {
        let height = aspect(&kind, &|_| Some(wave())).map_or(0.08, |aspect| aspect * 0.4);
        for angle in [0.0, 17.0, -90.0] {
            let placement = Placement::new(0.35, 0.4, 0.4, height).turned_to(angle);
            let mark = mark(kind.clone(), placement);
            let (page, frame) = burnt(Resolution::Superfine, whole, &mark);
            let upright = seen(&page, &frame, &placement);
            let inked = upright.iter().sum::<f64>() / upright.len() as f64;
            assert!(inked > 0.01, "{kind:?} leaves no ink");
            for quarters in 0..4 {
                let (page, frame) = burnt(Resolution::Superfine, |page| turned(page, quarters), &mark);
                let now = seen(&page, &frame, &placement);
                let off = difference(&upright, &now);
                assert!(off < 0.035 + inked * 0.1, "{kind:?} at {angle}, {quarters} quarters: {off} of {inked}");
            }
        }
    }
}

#[test]
fn marks_keep_their_size_at_every_resolution() {
    for kind in kinds() {
        let placement = Placement::new(0.2, 0.3, 0.35, 0.09);
        let mark = mark(kind.clone(), placement);
        let dots = |resolution: Resolution| {
            let (page, _) = burnt(resolution, whole, &mark);
            page.bitmap.black_dots() as f64 / f64::from(resolution.y_dpi())
        };
        let (standard, fine, superfine) =
            (dots(Resolution::Standard), dots(Resolution::Fine), dots(Resolution::Superfine));
        assert!((standard / superfine - 1.0).abs() < 0.25, "{kind:?}: {standard} {superfine}");
        assert!((fine / superfine - 1.0).abs() < 0.15, "{kind:?}: {fine} {superfine}");
    }
}

#[test]
fn redaction_leaves_nothing_of_what_lies_beneath() {
    for resolution in Resolution::ALL {
        for angle in [0.0, 3.0, 45.0, 90.0, -77.0] {
            for quarters in 0..4 {
                let placement = Placement::new(0.4, 0.6, 0.23, 0.041).turned_to(angle);
                // The words differ, the pages do not: what was under the box cannot be told.
                let pages: Vec<Page> = ["guilty of everything", "a most innocent man "]
                    .into_iter()
                    .map(|words| {
                        let mut page = white(resolution);
                        let frame = turned(&page, quarters);
                        let (width, height) = (placement.width * 0.98, placement.height * 0.98);
                        let inside = Placement {
                            x: placement.x + placement.width * 0.01,
                            y: placement.y + placement.height * 0.01,
                            width,
                            height,
                            ..placement
                        };
                        let marks = [
                            mark(MarkKind::Text { text: words.to_owned() }, inside),
                            mark(MarkKind::Redact, placement),
                        ];
                        burn(&mut page, &frame, &marks, &no_ink);
                        page
                    })
                    .collect();
                assert!(pages[0] == pages[1], "{resolution:?} {angle} {quarters}");
                let frame = turned(&pages[0], quarters);
                let seen = seen(&pages[0], &frame, &placement);
                assert!(seen.iter().all(|black| *black == 1.0), "{resolution:?} {angle} {quarters}");
            }
        }
    }
}

#[test]
fn what_lies_beside_a_redaction_stays() {
    let mut page = white(Resolution::Fine);
    page.bitmap.bits_mut().fill(0);
    let frame = whole(&page);
    let placement = Placement::new(0.25, 0.25, 0.5, 0.1);
    burn(&mut page, &frame, &[mark(MarkKind::Redact, placement)], &no_ink);
    let area = 864.0 * (0.1 * 1728.0 / 204.0 * 196.0);
    let black = page.bitmap.black_dots() as f64;
    assert!(black >= area && black < area * 1.02, "{black} of {area}");
}

#[test]
fn nothing_is_drawn_outside_the_page_or_beyond_sense() {
    let mut page = white(Resolution::Fine);
    let frame = whole(&page);
    let far = [
        Placement::new(50.0, 50.0, 1.0, 1.0),
        Placement::new(-0.2, -0.1, 0.4, 0.2).turned_to(30.0),
        Placement::new(0.0, 0.0, f64::NAN, 1.0),
        Placement::new(0.0, 0.0, -1.0, 1.0),
        Placement::new(0.5, 1.3, 4.0, 4.0),
    ];
    for kind in kinds() {
        let marks: Vec<Mark> = far.iter().map(|placement| mark(kind.clone(), *placement)).collect();
        burn(&mut page, &frame, &marks, &|_| Some(wave()));
    }
    assert_eq!(page.bitmap.bits().len(), 216 * 2292);
}

#[test]
fn a_mark_on_what_was_cropped_away_goes_with_it() {
    let mut page = white(Resolution::Fine);
    let frame = Frame { kept: [0.0, 0.0, 1.0, 0.6], ..whole(&page) };
    burn(&mut page, &frame, &[mark(MarkKind::Check, Placement::new(0.5, 1.0, 0.1, 0.1))], &no_ink);
    assert_eq!(page.bitmap.black_dots(), 0);
    burn(&mut page, &frame, &[mark(MarkKind::Check, Placement::new(0.5, 0.3, 0.1, 0.1))], &no_ink);
    assert!(page.bitmap.black_dots() > 500);
}

#[test]
fn a_signature_that_is_gone_leaves_nothing() {
    let mut page = white(Resolution::Fine);
    let frame = whole(&page);
    let kind = MarkKind::Signature { signature: SignatureId(9) };
    burn(&mut page, &frame, &[mark(kind, Placement::new(0.1, 0.1, 0.3, 0.1))], &no_ink);
    assert_eq!(page.bitmap.black_dots(), 0);
}

#[test]
fn thin_lines_are_not_broken() {
    // A hair of a quarter of a line at Standard, at every height between two lines and at a slight slope.
    for step in 0..8 {
        let mut bitmap = Bitmap::new(400, 40);
        let mut path = BezPath::new();
        path.move_to((10.0, 20.0 + f64::from(step) / 8.0));
        path.line_to((390.0, 20.9 + f64::from(step) / 8.0));
        draw(&mut bitmap, &Seat::stroked(path, 0.4), Affine::IDENTITY, &mut Canvas::new());
        let empty = (12..388).filter(|x| (0..40).all(|y| !bitmap.is_black(*x, y))).count();
        assert_eq!(empty, 0, "at {step}");
        assert!(bitmap.black_dots() < 700, "and not thick: {}", bitmap.black_dots());
    }
}

#[test]
fn words_stand_where_their_type_says() {
    let (page, frame) = burnt(
        Resolution::Superfine,
        whole,
        &mark(MarkKind::Text { text: "HH".to_owned() }, Placement::new(0.1, 0.2, 0.2, 0.05)),
    );
    let black = |row: &&[u8]| row.iter().any(|byte| *byte != 0);
    let first = page.bitmap.rows().position(|row| black(&row)).unwrap() as f64;
    let last = page.bitmap.rows().enumerate().rfind(|(_, row)| black(row)).unwrap().0 as f64 + 1.0;
    let top = frame.source((0.0, first)).y;
    let base = frame.source((0.0, last)).y;
    let size = type_size(&MarkKind::Text { text: "HH".to_owned() }) * 0.05;
    assert!((base - (0.2 + Block::ASCENT * size)).abs() < 0.001, "{base}");
    assert!(((base - top) / size - 0.727).abs() < 0.05);
    let left = frame.dots(At::new(0.1, 0.2)).0 as u32;
    assert!((0..page.bitmap.height()).all(|y| (0..left).all(|x| !page.bitmap.is_black(x, y))));
}

#[test]
fn every_script_is_set_that_the_system_has_type_for() {
    for text in ["Straße", "Ελληνικά", "Привет"] {
        let kind = MarkKind::Text { text: text.to_owned() };
        let (page, _) = burnt(Resolution::Fine, whole, &mark(kind, Placement::new(0.1, 0.1, 0.4, 0.08)));
        assert!(page.bitmap.black_dots() > 1000, "{text}");
    }
    for hand in Hand::ALL {
        let ink = Ink { thickness: 0.3, shape: Shape::Typed { text: "Zoë Müller".to_owned(), hand } };
        assert!(proof(&ink, 50.0, X_DPI, 98).unwrap().bitmap.black_dots() > 300);
    }
}
