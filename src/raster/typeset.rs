//! Plain text on paper: monospaced, 80 columns on a sheet, in true size; and words that are put on a page.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use cosmic_text::{
    Attrs, Buffer, CacheKey, Command, Family, FontSystem, LayoutGlyph, Metrics, Shaping, SwashCache, Wrap, fontdb,
};
use hayro::kurbo::{Affine, BezPath, Point};
use hayro::vello_cpu::RenderContext;
use hayro::vello_cpu::color::palette::css::BLACK;

use crate::fax::page::{LINE_DOTS, Paper, Resolution, X_DPI};
use crate::fax::signature::ink::Hand;

use super::Grey;
use super::canvas::Canvas;

/// The font that comes with the program (Bitstream Vera's licence, beside it).
const MONO: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansMono.ttf");
const MONO_FAMILY: &str = "DejaVu Sans Mono";
/// For words on a page (SIL Open Font Licence, beside it).
const PLAIN: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const STRONG: &[u8] = include_bytes!("../../assets/fonts/Inter-Bold.otf");
const RUNNING: &[u8] = include_bytes!("../../assets/fonts/hands/Sacramento-Regular.ttf");
const LIVELY: &[u8] = include_bytes!("../../assets/fonts/hands/DancingScript-Regular.ttf");
const QUICK: &[u8] = include_bytes!("../../assets/fonts/hands/Caveat-Regular.ttf");

const POINTS_PER_INCH: f64 = 72.0;
const MM_PER_INCH: f64 = 25.4;

/// Size of the type in points: 80 columns fit between the margins.
pub const TYPE_POINTS: f64 = 10.0;
/// From one baseline to the next, points.
const LINE_POINTS: f64 = 12.0;
/// Width of a line of text, millimetres: 80 columns; the same on every sheet.
const TEXT_WIDTH_MM: f64 = 170.2;
/// Above and below the text, millimetres.
const MARGIN_MM: f64 = 18.0;

/// Columns from one tab stop to the next.
const TAB: usize = 8;
/// A line of the source is cut after so many characters before it is shaped: shaping needs much memory a character.
const LONGEST_PIECE: usize = 80 * 50;

/// Type is set in units of a hundredth of a point, large enough that no hinting moves outlines.
const UNITS_PER_POINT: f64 = 100.0;

/// In what type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// All characters are equally wide.
    Mono,
    /// A plain face for words on a page.
    Plain,
    /// Its bold one.
    Strong,
    /// As if written by hand.
    Hand(Hand),
}

impl Face {
    const fn family(self) -> &'static str {
        match self {
            Self::Mono => MONO_FAMILY,
            Self::Plain | Self::Strong => "Inter",
            Self::Hand(Hand::Running) => "Sacramento",
            Self::Hand(Hand::Lively) => "Dancing Script",
            Self::Hand(Hand::Quick) => "Caveat",
        }
    }

    const fn data(self) -> &'static [u8] {
        match self {
            Self::Mono => MONO,
            Self::Plain => PLAIN,
            Self::Strong => STRONG,
            Self::Hand(Hand::Running) => RUNNING,
            Self::Hand(Hand::Lively) => LIVELY,
            Self::Hand(Hand::Quick) => QUICK,
        }
    }
}

/// A few lines as one outline, in sizes of the type, y downwards from the top of the first line.
pub struct Block {
    /// The outline (non-zero winding).
    pub path: BezPath,
    /// Width of the longest line.
    pub width: f64,
    /// How many lines; at least one.
    pub lines: usize,
}

impl Block {
    /// From one baseline to the next.
    pub const LEADING: f64 = 1.25;
    /// From the top of a line to its baseline.
    pub const ASCENT: f64 = 0.96;
    /// Characters that are set at most.
    const LONGEST: usize = 4000;

    /// Sets text as it is, one line for each of its own.
    #[must_use]
    pub fn new(text: &str, face: Face) -> Self {
        const ENDLESS: f64 = 1.0e5;
        let (text, _) = split_at_char(text, Self::LONGEST);
        Self::within(text, face, ENDLESS)
    }

    /// Sets text in lines that are no wider than `width`.
    #[must_use]
    pub fn within(text: &str, face: Face, width: f64) -> Self {
        let mut block = Self { path: BezPath::new(), width: 0.0, lines: 0 };
        for line in Self::lines_within(text, face, width) {
            let down = Affine::translate((0.0, block.lines as f64 * Self::LEADING));
            block.path.extend(down * line.path);
            block.width = block.width.max(line.width);
            block.lines += 1;
        }
        block.lines = block.lines.max(1);
        block
    }

    /// Sets text in lines that are no wider than `width`, each by itself.
    #[must_use]
    pub fn lines_within(text: &str, face: Face, width: f64) -> Vec<Self> {
        Setter::kept(text, width * TYPE_POINTS, face, |setter| Self::lines_by(setter, text))
    }

    fn lines_by(setter: &mut Setter, text: &str) -> Vec<Self> {
        let size = 1.0 / (TYPE_POINTS * UNITS_PER_POINT);
        let mut lines = Vec::new();
        for source in text.lines() {
            let expanded = expand_tabs(source);
            let mut rest = expanded.as_str();
            loop {
                let (piece, more) = split_at_char(rest, LONGEST_PIECE);
                for line in setter.set(piece) {
                    let mut path = BezPath::new();
                    for glyph in &line.glyphs {
                        let Some(outline) = setter.outlines.get(glyph.outline) else { continue };
                        let start = (f64::from(glyph.x) * size, f64::from(glyph.y) * size + Self::ASCENT);
                        let place = Affine::translate(start) * Affine::scale_non_uniform(size, -size);
                        path.extend(place * outline.clone());
                    }
                    lines.push(Self { path, width: f64::from(line.width) * size, lines: 1 });
                }
                rest = more;
                if rest.is_empty() {
                    break;
                }
            }
        }
        lines
    }

    /// Height of all lines.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.lines as f64 * Self::LEADING
    }
}

/// Text that is set in lines, ready to be cut into pages.
pub struct Typeset {
    lines: Vec<Line>,
    outlines: Vec<BezPath>,
}

/// The text would take too many lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

#[derive(Default)]
struct Line {
    glyphs: Vec<Glyph>,
    width: f32,
    /// A form feed stands before it.
    starts_page: bool,
}

struct Glyph {
    outline: usize,
    x: f32,
    y: f32,
}

impl Typeset {
    /// Sets the text for sheets.
    ///
    /// # Errors
    /// [`TooLong`] when it takes more than `most_lines`.
    pub fn new(text: &str, most_lines: usize) -> Result<Self, TooLong> {
        Self::within(text, TEXT_WIDTH_MM / MM_PER_INCH * POINTS_PER_INCH, most_lines)
    }

    /// Sets the text in lines of `width` points, in type of [`TYPE_POINTS`].
    ///
    /// # Errors
    /// [`TooLong`] when it takes more than `most_lines`.
    pub fn within(text: &str, width: f64, most_lines: usize) -> Result<Self, TooLong> {
        let mut setter = Setter::new(text, width, Face::Mono);
        let mut lines: Vec<Line> = Vec::new();
        for (section_index, section) in text.trim_end().split('\u{c}').enumerate() {
            let mut starts_page = section_index > 0;
            // A form feed commonly ends a line; the line break after it is no empty line of its own.
            let section = if starts_page {
                section.strip_prefix("\r\n").or(section.strip_prefix('\n')).unwrap_or(section)
            } else {
                section
            };
            for source in section.lines() {
                let expanded = expand_tabs(source);
                let mut rest = expanded.as_str();
                loop {
                    let (piece, more) = split_at_char(rest, LONGEST_PIECE);
                    for mut line in setter.set(piece) {
                        line.starts_page = std::mem::take(&mut starts_page);
                        lines.push(line);
                    }
                    if lines.len() > most_lines {
                        return Err(TooLong);
                    }
                    rest = more;
                    if rest.is_empty() {
                        break;
                    }
                }
            }
            if starts_page {
                lines.push(Line { starts_page: true, ..Line::default() });
            }
        }
        Ok(Self { lines, outlines: setter.outlines })
    }

    /// How many sheets it takes; at least one.
    #[must_use]
    pub fn page_count(&self, paper: Paper) -> usize {
        self.pages(paper).count().max(1)
    }

    /// Draws one sheet, counted from 0; white beyond the last.
    #[must_use]
    pub fn draw(&self, index: usize, paper: Paper, resolution: Resolution) -> Grey {
        let height = paper.lines(resolution);
        let (Ok(width), Ok(lines)) = (u16::try_from(LINE_DOTS), u16::try_from(height)) else {
            return Grey::white(LINE_DOTS, height);
        };
        let mut canvas = Canvas::new();
        let context = canvas.sheet(width, lines);
        context.set_paint(BLACK);
        let x_scale = f64::from(X_DPI) / POINTS_PER_INCH;
        let y_scale = f64::from(resolution.y_dpi()) / POINTS_PER_INCH;
        let left = (f64::from(LINE_DOTS) - TEXT_WIDTH_MM / MM_PER_INCH * f64::from(X_DPI)) / 2.0;
        let top = MARGIN_MM / MM_PER_INCH * f64::from(resolution.y_dpi());
        for (row, line) in self.pages(paper).nth(index).unwrap_or_default().iter().enumerate() {
            let baseline = top + (row as f64 * LINE_POINTS + TYPE_POINTS) * y_scale;
            paint(context, &self.outlines, line, Affine::new([x_scale, 0.0, 0.0, -y_scale, left, baseline]));
        }
        canvas.grey().clone()
    }

    /// How wide each line is, points, from the top.
    pub fn widths(&self) -> impl ExactSizeIterator<Item = f64> {
        self.lines.iter().map(|line| f64::from(line.width) / UNITS_PER_POINT)
    }

    /// Draws one line, counted from 0, in black; `place` leads from points, upwards from the start of the baseline,
    /// to dots.
    pub fn paint(&self, row: usize, context: &mut RenderContext, place: Affine) {
        if let Some(line) = self.lines.get(row) {
            context.set_paint(BLACK);
            paint(context, &self.outlines, line, place);
        }
    }

    fn pages(&self, paper: Paper) -> impl Iterator<Item = &[Line]> {
        let most = lines_per_page(paper);
        let mut rest = self.lines.as_slice();
        std::iter::from_fn(move || {
            rest.first()?;
            let more = rest.iter().skip(1).take(most - 1).take_while(|line| !line.starts_page).count();
            let (page, after) = rest.split_at_checked(1 + more)?;
            rest = after;
            Some(page)
        })
    }
}

fn paint(context: &mut RenderContext, outlines: &[BezPath], line: &Line, place: Affine) {
    for glyph in &line.glyphs {
        let Some(outline) = outlines.get(glyph.outline) else { continue };
        let start = (f64::from(glyph.x) / UNITS_PER_POINT, -f64::from(glyph.y) / UNITS_PER_POINT);
        context.set_transform(place * Affine::translate(start) * Affine::scale(1.0 / UNITS_PER_POINT));
        context.fill_path(outline);
    }
}

/// Lines of text that a sheet holds.
fn lines_per_page(paper: Paper) -> usize {
    let points = (paper.size_mm().1 - 2.0 * MARGIN_MM) / MM_PER_INCH * POINTS_PER_INCH;
    (points / LINE_POINTS).max(1.0) as usize
}

/// The most lines that so many sheets of any size hold.
#[must_use]
pub fn most_lines(pages: usize) -> usize {
    Paper::ALL.into_iter().map(lines_per_page).max().unwrap_or(1).saturating_mul(pages)
}

fn expand_tabs(line: &str) -> String {
    let mut expanded = String::with_capacity(line.len());
    let mut column = 0;
    for character in line.chars() {
        if character == '\t' {
            let spaces = TAB - column % TAB;
            expanded.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            expanded.push(character);
            column += 1;
        }
    }
    expanded
}

fn split_at_char(text: &str, characters: usize) -> (&str, &str) {
    match text.char_indices().nth(characters) {
        Some((at, _)) => text.split_at_checked(at).unwrap_or((text, "")),
        None => (text, ""),
    }
}

/// Shapes lines and collects the outlines of their glyphs.
struct Setter {
    fonts: FontSystem,
    swash: SwashCache,
    buffer: Buffer,
    outlines: Vec<BezPath>,
    known: HashMap<CacheKey, Option<usize>>,
    face: Face,
}

impl Setter {
    fn new(text: &str, width: f64, face: Face) -> Self {
        Self::with(fonts_for(text, face), width, face)
    }

    fn with(mut fonts: FontSystem, width: f64, face: Face) -> Self {
        let metrics = Metrics::new((TYPE_POINTS * UNITS_PER_POINT) as f32, (LINE_POINTS * UNITS_PER_POINT) as f32);
        let mut buffer = Buffer::new(&mut fonts, metrics);
        buffer.set_wrap(&mut fonts, Wrap::WordOrGlyph);
        let mut setter =
            Self { fonts, swash: SwashCache::new(), buffer, outlines: Vec::new(), known: HashMap::new(), face };
        setter.set_width(width);
        setter
    }

    fn set_width(&mut self, width: f64) {
        self.buffer.set_size(&mut self.fonts, Some((width * UNITS_PER_POINT) as f32), None);
    }

    /// Sets text with what this thread has kept of the face: short words are set again and again, while a mark is
    /// drawn or a page is headed.
    fn kept<T>(text: &str, width: f64, face: Face, set: impl FnOnce(&mut Self) -> T) -> T {
        thread_local! {
            static KEPT: RefCell<HashMap<Face, Setter>> = RefCell::default();
        }
        let kept = KEPT.with_borrow_mut(|kept| kept.remove(&face));
        let mut own = kept.unwrap_or_else(|| Self::with(own_fonts(face), width, face));
        let result = if covers(&mut own.fonts, text) {
            own.set_width(width);
            set(&mut own)
        } else {
            set(&mut Self::with(all_fonts(face), width, face))
        };
        KEPT.with_borrow_mut(|kept| kept.insert(face, own));
        result
    }

    /// The lines that a piece of a source line takes: one or more.
    fn set(&mut self, piece: &str) -> Vec<Line> {
        if piece.trim_end().is_empty() {
            return vec![Line::default()];
        }
        let weight = if self.face == Face::Strong { fontdb::Weight::BOLD } else { fontdb::Weight::NORMAL };
        let attributes = Attrs::new().family(Family::Name(self.face.family())).weight(weight);
        self.buffer.set_text(&mut self.fonts, piece, &attributes, Shaping::Advanced, None);
        self.buffer.shape_until_scroll(&mut self.fonts, false);
        let runs: Vec<(Vec<LayoutGlyph>, f32)> =
            self.buffer.layout_runs().map(|run| (run.glyphs.to_vec(), run.line_w)).collect();
        runs.into_iter().map(|(glyphs, width)| self.line(&glyphs, width)).collect()
    }

    fn line(&mut self, glyphs: &[LayoutGlyph], width: f32) -> Line {
        let glyphs = glyphs.iter().filter_map(|glyph| {
            let outline = self.outline(glyph)?;
            let x = glyph.x + glyph.x_offset * glyph.font_size;
            let y = glyph.y - glyph.y_offset * glyph.font_size;
            Some(Glyph { outline, x, y })
        });
        Line { glyphs: glyphs.collect(), width, starts_page: false }
    }

    fn outline(&mut self, glyph: &LayoutGlyph) -> Option<usize> {
        let (id, size, weight) = (glyph.font_id, glyph.font_size, glyph.font_weight);
        let key = CacheKey::new(id, glyph.glyph_id, size, (0.0, 0.0), weight, glyph.cache_key_flags).0;
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let commands = self.swash.get_outline_commands_uncached(&mut self.fonts, key);
        let path = commands.map(|commands| path(&commands)).filter(|path| !path.elements().is_empty());
        let index = path.map(|path| {
            self.outlines.push(path);
            self.outlines.len() - 1
        });
        self.known.insert(key, index);
        index
    }
}

/// The own font alone, or with the system's where the text has characters that it lacks.
fn fonts_for(text: &str, face: Face) -> FontSystem {
    let mut own = own_fonts(face);
    if covers(&mut own, text) { own } else { all_fonts(face) }
}

const LOCALE: &str = "en-US";

fn own_fonts(face: Face) -> FontSystem {
    let mut database = fontdb::Database::new();
    database.load_font_source(fontdb::Source::Binary(Arc::new(face.data())));
    database.set_monospace_family(MONO_FAMILY);
    FontSystem::new_with_locale_and_db(LOCALE.to_owned(), database)
}

/// Has the first font all characters of the text?
fn covers(fonts: &mut FontSystem, text: &str) -> bool {
    let first = fonts.db().faces().next().map(|face| (face.id, face.weight));
    first.and_then(|(id, weight)| fonts.get_font(id, weight)).is_some_and(|font| {
        let charmap = font.as_swash().charmap();
        text.chars().all(|character| character.is_ascii() || character.is_control() || charmap.map(character) != 0)
    })
}

/// The own font, and behind it those of the system: finding them takes a while, and is done once.
fn all_fonts(face: Face) -> FontSystem {
    static SYSTEM: OnceLock<fontdb::Database> = OnceLock::new();
    let system = SYSTEM.get_or_init(|| {
        let mut database = fontdb::Database::new();
        database.load_font_source(fontdb::Source::Binary(Arc::new(MONO)));
        database.set_monospace_family(MONO_FAMILY);
        database.load_system_fonts();
        database
    });
    let mut database = system.clone();
    if face != Face::Mono {
        database.load_font_source(fontdb::Source::Binary(Arc::new(face.data())));
    }
    FontSystem::new_with_locale_and_db(LOCALE.to_owned(), database)
}

fn path(commands: &[Command]) -> BezPath {
    let point = |x: f32, y: f32| Point::new(f64::from(x), f64::from(y));
    let mut path = BezPath::new();
    for command in commands {
        match command {
            Command::MoveTo(to) => path.move_to(point(to.x, to.y)),
            // A path begins with a move: a drawing command without one would be refused loudly.
            _ if path.elements().is_empty() => {}
            Command::LineTo(to) => path.line_to(point(to.x, to.y)),
            Command::QuadTo(control, to) => path.quad_to(point(control.x, control.y), point(to.x, to.y)),
            Command::CurveTo(first, second, to) => {
                path.curve_to(point(first.x, first.y), point(second.x, second.y), point(to.x, to.y));
            }
            Command::Close => path.close_path(),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn black_rows(grey: &Grey) -> Vec<usize> {
        grey.rows().enumerate().filter(|(_, row)| row.iter().any(|sample| *sample < 128)).map(|(y, _)| y).collect()
    }

    #[test]
    fn eighty_columns_fit_in_a_line() {
        let text = "m".repeat(80);
        assert_eq!(Typeset::new(&text, 10).unwrap().lines.len(), 1);
        assert_eq!(Typeset::new(&format!("{text}m"), 10).unwrap().lines.len(), 2);
    }

    #[test]
    fn type_has_its_true_size_on_dots_that_are_not_square() {
        let page = Typeset::new("H", 10).unwrap();
        for resolution in Resolution::ALL {
            let grey = page.draw(0, Paper::A4, resolution);
            let rows = black_rows(&grey);
            let capital_height = rows.len() as f64 / f64::from(resolution.y_dpi()) * POINTS_PER_INCH;
            assert!((capital_height - 7.3).abs() < 0.8, "{resolution:?}: {capital_height} points");
            assert!((rows[0] as f64 / f64::from(resolution.y_dpi()) * MM_PER_INCH - 19.0).abs() < 0.6);
        }
    }

    #[test]
    fn pages_break_when_full_and_at_form_feeds() {
        let lines = "line\n".repeat(lines_per_page(Paper::A4) + 1);
        let text = Typeset::new(&lines, 1000).unwrap();
        assert_eq!(text.page_count(Paper::A4), 2);
        assert_eq!(text.page_count(Paper::Legal), 1);
        let fed = Typeset::new("one\n\u{c}\ntwo\u{c}\u{c}four\n\u{c}", 1000).unwrap();
        assert_eq!(fed.page_count(Paper::A4), 4);
        assert!(black_rows(&fed.draw(2, Paper::A4, Resolution::Fine)).is_empty());
        assert!(!black_rows(&fed.draw(3, Paper::A4, Resolution::Fine)).is_empty());
        assert!(black_rows(&fed.draw(4, Paper::A4, Resolution::Fine)).is_empty());
    }

    #[test]
    fn endless_text_is_refused_early() {
        assert_eq!(Typeset::new(&"x\n".repeat(5000), 100).err(), Some(TooLong));
        assert_eq!(Typeset::new(&"x".repeat(500_000), 100).err(), Some(TooLong));
    }

    #[test]
    fn a_block_stands_on_its_baselines() {
        use hayro::kurbo::Shape;
        let one = Block::new("HH", Face::Plain);
        let bounds = one.path.bounding_box();
        assert!((bounds.y1 - Block::ASCENT).abs() < 0.02 && (bounds.height() - 0.727).abs() < 0.03, "{bounds:?}");
        assert!((one.width - 1.49).abs() < 0.1, "{}", one.width);
        let two = Block::new("HH\n\nHHH", Face::Plain);
        assert_eq!(two.lines, 3);
        assert!(two.width > one.width && two.path.bounding_box().y1 > 2.0 * Block::LEADING);
        assert_eq!((Block::new("", Face::Plain).lines, Block::new("", Face::Plain).width), (1, 0.0));
    }

    #[test]
    fn tabs_stop_every_eight_columns() {
        assert_eq!(expand_tabs("a\tb\t\tc"), "a       b               c");
    }
}
