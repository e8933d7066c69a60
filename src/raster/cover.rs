//! Cover pages: a template and its facts become sheets of grey, set in real type.

use hayro::kurbo::{Affine, BezPath, Rect, Shape as _};
use hayro::vello_cpu::color::palette::css::BLACK;

use super::Grey;
use super::canvas::Canvas;
use super::scale::resize;
use super::typeset::{Block, Face};
use crate::fax::cover::{Align, Facts, Part, Style, Template, fill};
use crate::fax::page::{LINE_DOTS, Paper, Resolution, X_DPI};

const MM_PER_INCH: f64 = 25.4;
const MM_PER_POINT: f64 = MM_PER_INCH / 72.0;
/// Above, below and beside everything, millimetres: machines cut off less.
const MARGIN_MM: f64 = 20.0;
/// Width of a label, millimetres.
const LABEL_MM: f64 = 27.0;
/// Between two pairs beside each other, millimetres.
const GAP_MM: f64 = 6.0;
/// Between two pairs below each other, millimetres.
const BELOW_PAIR_MM: f64 = 1.2;
/// Size of the message's type, points: it has to be read after a bad line.
const MESSAGE_POINTS: f64 = 12.0;
/// Sheets that a message takes at most.
const MOST_SHEETS: usize = 20;

/// The type of a style: its face and points.
const fn kind(style: Style) -> (Face, f64) {
    match style {
        Style::Title => (Face::Strong, 30.0),
        Style::Heading => (Face::Strong, 15.0),
        Style::Text => (Face::Plain, 12.0),
        Style::Small => (Face::Plain, 9.5),
    }
}

/// Something with a height that is drawn at a place, millimetres.
struct Piece {
    height: f64,
    shapes: Vec<Shape>,
}

enum Shape {
    /// An outline, y downwards; its scale to millimetres, left and top.
    Path(BezPath, f64, f64, f64),
    /// The logo: left, width and height.
    Logo(f64, f64, f64),
}

/// The sheets of a cover page: one, and more where the message is longer than that. `logo` is a plane of grey whose
/// samples are square.
#[must_use]
pub fn draw(
    template: &Template,
    facts: &Facts,
    logo: Option<&Grey>,
    paper: Paper,
    resolution: Resolution,
) -> Vec<Grey> {
    let page = Page { logo, width: paper.size_mm().0 - 2.0 * MARGIN_MM };
    let foot: Vec<Piece> = page.pieces(&Template::shown(&template.foot, facts), facts);
    let foot_height: f64 = foot.iter().map(|piece| piece.height).sum();
    let bottom = paper.size_mm().1 - MARGIN_MM;
    let room = bottom - foot_height - if foot.is_empty() { 0.0 } else { 4.0 };

    let shown = Template::shown(&template.parts, facts);
    let at = shown.iter().position(|part| **part == Part::Message).unwrap_or(shown.len());
    let (above, below) = shown.split_at_checked(at).unwrap_or((&shown, &[]));
    let above = page.pieces(above, facts);
    let below = page.pieces(below.get(1..).unwrap_or_default(), facts);
    let below_height: f64 = below.iter().map(|piece| piece.height).sum();
    let mut message = page.lines(&facts.message).into_iter().peekable();

    let mut sheets = Vec::new();
    let mut canvas = Canvas::new();
    let mut placed: Vec<(f64, Piece)> = Vec::new();
    let mut top = MARGIN_MM;
    let put = |placed: &mut Vec<(f64, Piece)>, top: &mut f64, piece: Piece| {
        let at = *top;
        *top += piece.height;
        placed.push((at, piece));
    };
    above.into_iter().for_each(|piece| put(&mut placed, &mut top, piece));
    while message.peek().is_some_and(|line| top + line.height <= room - below_height) {
        message.next().into_iter().for_each(|line| put(&mut placed, &mut top, line));
    }
    below.into_iter().for_each(|piece| put(&mut placed, &mut top, piece));
    let mut at = bottom - foot_height;
    foot.into_iter().for_each(|piece| put(&mut placed, &mut at, piece));
    sheets.push(page.paint(&mut canvas, placed, paper, resolution));
    while message.peek().is_some() && sheets.len() < MOST_SHEETS {
        let (mut placed, mut top) = (Vec::new(), MARGIN_MM);
        while message.peek().is_some_and(|line| top + line.height <= bottom) {
            message.next().into_iter().for_each(|line| put(&mut placed, &mut top, line));
        }
        if placed.is_empty() {
            break;
        }
        sheets.push(page.paint(&mut canvas, placed, paper, resolution));
    }
    sheets
}

struct Page<'a> {
    logo: Option<&'a Grey>,
    /// Between the margins, millimetres.
    width: f64,
}

impl Page<'_> {
    fn pieces(&self, parts: &[&Part], facts: &Facts) -> Vec<Piece> {
        parts.iter().filter_map(|part| self.piece(part, facts)).collect()
    }

    fn piece(&self, part: &Part, facts: &Facts) -> Option<Piece> {
        Some(match part {
            Part::Text(style, align, text) => {
                let (face, points) = kind(*style);
                self.words(&fill(text, facts), face, points, *align, 0.0, self.width)
            }
            Part::Pairs(pairs) => {
                let beside = pairs.len() > 1;
                let half = if beside { (self.width - GAP_MM) / 2.0 } else { self.width };
                let mut piece = Piece { height: 0.0, shapes: Vec::new() };
                for (at, (label, text)) in pairs.iter().enumerate() {
                    let text = fill(text, facts);
                    if text.is_empty() {
                        continue;
                    }
                    let left = at as f64 * (half + GAP_MM);
                    let label = self.words(label, Face::Strong, 11.0, Align::Left, left, LABEL_MM - 2.0);
                    let text = self.words(&text, Face::Plain, 12.0, Align::Left, left + LABEL_MM, half - LABEL_MM);
                    piece.height = piece.height.max(label.height).max(text.height);
                    piece.shapes.extend(label.shapes.into_iter().chain(text.shapes));
                }
                piece.height += BELOW_PAIR_MM;
                piece
            }
            Part::Rule(thick) => {
                let path = Rect::new(0.0, 0.0, self.width, *thick).to_path(0.1);
                Piece { height: *thick, shapes: vec![Shape::Path(path, 1.0, 0.0, 0.0)] }
            }
            Part::Space(mm) => Piece { height: *mm, shapes: Vec::new() },
            Part::Logo(align, most) => {
                let logo = self.logo.filter(|logo| logo.width > 0 && logo.height > 0)?;
                let aspect = f64::from(logo.height) / f64::from(logo.width);
                // A tall logo is not to push the page away.
                let width = most.min(self.width).min(35.0 / aspect);
                let shape = Shape::Logo(at(*align, width, self.width), width, width * aspect);
                Piece { height: width * aspect + 3.0, shapes: vec![shape] }
            }
            Part::Message | Part::Block(_) => return None,
        })
    }

    /// Words in lines that fit between `left` and `left + width`.
    fn words(&self, text: &str, face: Face, points: f64, align: Align, left: f64, width: f64) -> Piece {
        let size = points * MM_PER_POINT;
        let block = Block::within(text, face, width / size);
        let start = left + at(align, block.width * size, width);
        Piece { height: block.height() * size, shapes: vec![Shape::Path(block.path, size, start, 0.0)] }
    }

    /// The message line by line, so that it can be broken between any two.
    fn lines(&self, message: &str) -> Vec<Piece> {
        let size = MESSAGE_POINTS * MM_PER_POINT;
        let set =
            |line: Block| Piece { height: Block::LEADING * size, shapes: vec![Shape::Path(line.path, size, 0.0, 0.0)] };
        Block::lines_within(message.trim_end(), Face::Plain, self.width / size).into_iter().map(set).collect()
    }

    fn paint(&self, canvas: &mut Canvas, pieces: Vec<(f64, Piece)>, paper: Paper, resolution: Resolution) -> Grey {
        let height = paper.lines(resolution);
        let (Ok(dots), Ok(lines)) = (u16::try_from(LINE_DOTS), u16::try_from(height)) else {
            return Grey::white(LINE_DOTS, height);
        };
        let (x_scale, y_scale) = (f64::from(X_DPI) / MM_PER_INCH, f64::from(resolution.y_dpi()) / MM_PER_INCH);
        // The line is a little wider than most sheets: the page stands in its middle.
        let left = (f64::from(LINE_DOTS) / x_scale - self.width) / 2.0;
        let context = canvas.sheet(dots, lines);
        context.set_paint(BLACK);
        for (top, piece) in &pieces {
            for shape in &piece.shapes {
                if let Shape::Path(path, size, x, y) = shape {
                    let place = Affine::scale_non_uniform(x_scale, y_scale)
                        * Affine::translate((left + x, top + y))
                        * Affine::scale(*size);
                    context.set_transform(place);
                    context.fill_path(path);
                }
            }
        }
        let mut sheet = canvas.grey().clone();
        for (top, piece) in &pieces {
            for shape in &piece.shapes {
                if let (Shape::Logo(x, width, height), Some(logo)) = (shape, self.logo) {
                    let dots = |mm: f64, scale: f64| (mm * scale).round().max(1.0) as u32;
                    let small = resize(logo, dots(*width, x_scale), dots(*height, y_scale));
                    sheet.lay(&small, dots(left + x, x_scale), dots(*top, y_scale));
                }
            }
        }
        sheet
    }
}

/// Where something of a width begins in a room.
fn at(align: Align, width: f64, room: f64) -> f64 {
    match align {
        Align::Left => 0.0,
        Align::Center => ((room - width) / 2.0).max(0.0),
        Align::Right => (room - width).max(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            to: "Lakeview Cardiology, Dr. M. Hale".to_owned(),
            to_number: "+1 415-555-0123".to_owned(),
            attention: String::new(),
            from: "Okafor Family Practice".to_owned(),
            from_number: "+1 415-555-0188".to_owned(),
            subject: "Referral, consent and report".to_owned(),
            date: "23 November 2026".to_owned(),
            pages: "4".to_owned(),
            notice: "This fax is confidential. If it is not meant for you, please call us and destroy it.".to_owned(),
            message: "Dear Dr. Hale,\n\nas discussed this morning, here are the referral and the signed consent."
                .to_owned(),
        }
    }

    fn black(grey: &Grey) -> usize {
        grey.samples.iter().filter(|sample| **sample < 128).count()
    }

    /// First and last row with black, of all rows.
    fn inked(grey: &Grey) -> (usize, usize) {
        let rows: Vec<usize> =
            grey.rows().enumerate().filter(|(_, row)| row.iter().any(|sample| *sample < 128)).map(|(y, _)| y).collect();
        (*rows.first().unwrap(), *rows.last().unwrap())
    }

    #[test]
    fn every_template_fits_every_sheet_within_its_margins() {
        let kept = std::env::var_os("FAXSEAL_PICTURES").map(std::path::PathBuf::from);
        for name in Template::names() {
            let template = Template::built_in(name).unwrap();
            for paper in Paper::ALL {
                for resolution in Resolution::ALL {
                    let sheets = draw(&template, &facts(), None, paper, resolution);
                    let [sheet] = sheets.as_slice() else { panic!("{name}: {} sheets", sheets.len()) };
                    let (first, last) = inked(sheet);
                    let mm = |rows: usize| rows as f64 / f64::from(resolution.y_dpi()) * MM_PER_INCH;
                    assert!(mm(first) >= MARGIN_MM - 0.5, "{name} {paper:?} {resolution:?}");
                    assert!(mm(last) <= paper.size_mm().1 - MARGIN_MM + 1.5, "{name} {paper:?} {resolution:?}");
                    assert!(mm(last) > paper.size_mm().1 - 60.0, "{name}: the notice stands at the foot");
                    let share = black(sheet) as f64 / sheet.samples.len() as f64;
                    assert!(share > 0.004 && share < 0.04, "{name}: {share}");
                    if let Some(folder) = kept.as_deref().filter(|_| resolution == Resolution::Fine) {
                        let image = image::GrayImage::from_raw(sheet.width, sheet.height, sheet.samples.clone());
                        image.unwrap().save(folder.join(format!("cover-{name}-{paper:?}.png"))).unwrap();
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_message_goes_on_and_loses_no_line() {
        let template = Template::built_in("plain").unwrap();
        let long = Facts { message: "A line of the message.\n".repeat(120), ..facts() };
        let sheets = draw(&template, &long, None, Paper::A4, Resolution::Fine);
        assert_eq!(sheets.len(), 3);
        let one = Facts { message: "A line of the message.".to_owned(), ..facts() };
        let none = Facts { message: String::new(), ..facts() };
        let ink =
            |facts: &Facts| draw(&template, facts, None, Paper::A4, Resolution::Fine).iter().map(black).sum::<usize>();
        let line = ink(&one) - ink(&none);
        let all = (sheets.iter().map(black).sum::<usize>() - ink(&none)) as f64 / line as f64;
        assert!((all - 120.0).abs() < 1.0, "{all} lines");
    }

    #[test]
    fn what_is_not_known_leaves_no_trace() {
        let template = Template::built_in("plain").unwrap();
        let bare = Facts { to_number: "+1 415-555-0123".to_owned(), ..Facts::default() };
        let sheet = draw(&template, &bare, None, Paper::A4, Resolution::Fine).remove(0);
        let (_, last) = inked(&sheet);
        assert!(last < sheet.height as usize / 3, "neither message nor foot");
    }

    #[test]
    fn a_logo_keeps_its_shape_and_its_place() {
        let template: Template = "logo right: 40\n".parse().unwrap();
        let logo = Grey { width: 100, height: 50, samples: vec![0; 5000] };
        let sheet = draw(&template, &Facts::default(), Some(&logo), Paper::A4, Resolution::Fine).remove(0);
        let (first, last) = inked(&sheet);
        let columns: Vec<usize> = sheet
            .row(first + 5)
            .unwrap()
            .iter()
            .enumerate()
            .filter(|(_, sample)| **sample < 128)
            .map(|(x, _)| x)
            .collect();
        let (width, height) = (columns.len() as f64 / 204.0, (last - first + 1) as f64 / 196.0);
        assert!((width * MM_PER_INCH - 40.0).abs() < 0.3 && (width / height - 2.0).abs() < 0.05, "{width} {height}");
        assert!(columns[0] > 1200, "at the right");
    }

    #[test]
    fn every_script_is_set() {
        let template: Template = "message:\n".parse().unwrap();
        for message in ["日本語の本文", "نص عربي", "Ελληνικά, Кириллица"] {
            let facts = Facts { message: message.to_owned(), ..Facts::default() };
            assert!(black(&draw(&template, &facts, None, Paper::A4, Resolution::Fine)[0]) > 100, "{message}");
        }
    }
}
