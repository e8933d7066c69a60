//! What was filled into a form but has no appearance of its own (ISO 32000-1, 12.7.3.3: programs that fill in forms
//! may leave that to whoever shows them). The library draws only appearances; a fax without the answers would be
//! worse than one whose answers stand in another font.

use hayro::hayro_syntax::object::{Array, Dict, Name, Rect, Stream, String as PdfString};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::RenderContext;

use crate::raster::typeset::{TYPE_POINTS, Typeset};

/// Type of fields that leave their size open, points.
const USUAL_POINTS: f64 = 11.0;
/// Between the border and the text, points.
const INSET: f64 = 2.0;
/// From one baseline to the next, in sizes of the type.
const LEADING: f64 = 1.15;
/// Our type is wide: how far it is narrowed before it is made smaller.
const NARROWEST: f64 = 0.7;
/// Fields inherit from fields; no honest form nests deeper.
const DEEPEST: usize = 16;
/// Characters of one answer that are drawn.
const LONGEST: usize = 4000;

/// Draws the page's answers; `to_dots` leads from the page's own coordinates to dots.
pub fn draw(page: &Page<'_>, context: &mut RenderContext, to_dots: Affine) {
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return };
    let mut fields = annotations.iter::<Dict<'_>>().filter_map(|annotation| Field::of(&annotation)).peekable();
    if fields.peek().is_some() {
        // Whatever the page left behind: clips, blending, transparency.
        context.take_current_state();
        context.reset_mask();
    }
    fields.for_each(|field| field.draw(context, to_dots));
}

/// A text or choice field with an answer that nothing shows.
struct Field {
    left: f64,
    bottom: f64,
    width: f64,
    height: f64,
    text: String,
    /// Size of the type that the form wants, points.
    size: Option<f64>,
    /// 0 left, 1 centred, 2 right.
    quadding: i32,
    multiline: bool,
    /// Equal cells, one a character.
    cells: Option<usize>,
}

impl Field {
    fn of(widget: &Dict<'_>) -> Option<Self> {
        const PRINT: u32 = 1 << 2;
        const MULTILINE: u32 = 1 << 12;
        const PASSWORD: u32 = 1 << 13;
        const COMB: u32 = 1 << 24;
        let is_widget = widget.get::<Name<'_>>("Subtype")?.as_ref() == b"Widget";
        let flags = widget.get::<u32>("F").unwrap_or(0);
        if !is_widget || flags & PRINT == 0 || is_hidden(widget) || shows_text(widget) {
            return None;
        }
        let kind = inherited(widget, |field| field.get::<Name<'_>>("FT").map(|name| name.as_ref().to_vec()))?;
        let options = inherited(widget, |field| field.get::<u32>("Ff")).unwrap_or(0);
        if !matches!(kind.as_slice(), b"Tx" | b"Ch") || options & PASSWORD != 0 {
            return None;
        }
        let text: String = inherited(widget, value)?.chars().take(LONGEST).collect();
        if text.trim().is_empty() {
            return None;
        }
        let rect = widget.get::<Rect>("Rect")?;
        let is_text = kind == b"Tx";
        let most = inherited(widget, |field| field.get::<u32>("MaxLen")).filter(|most| *most > 0);
        Some(Self {
            left: rect.x0.min(rect.x1),
            bottom: rect.y0.min(rect.y1),
            width: rect.width().abs(),
            height: rect.height().abs(),
            text,
            size: inherited(widget, |field| Some(field.get::<PdfString<'_>>("DA")?.as_bytes().to_vec()))
                .and_then(|da| type_size(&da)),
            quadding: inherited(widget, |field| field.get::<i32>("Q")).unwrap_or(0),
            multiline: is_text && options & MULTILINE != 0,
            cells: most.filter(|_| is_text && options & COMB != 0).map(|most| most as usize),
        })
    }

    fn draw(&self, context: &mut RenderContext, to_dots: Affine) {
        let room = self.width - 2.0 * INSET;
        if !(room > 1.0 && self.height > 2.0 && self.width < 20_000.0) {
            return;
        }
        if let Some(cells) = self.cells {
            let cell = self.width / cells as f64;
            for (index, character) in self.text.chars().take(cells).enumerate() {
                self.line(&character.to_string(), self.left + cell * index as f64, cell, context, to_dots);
            }
        } else if self.multiline {
            self.paragraph(room, context, to_dots);
        } else {
            self.line(&self.text.replace(['\r', '\n'], " "), self.left + INSET, room, context, to_dots);
        }
    }

    /// One line, in the middle of the field's height.
    fn line(&self, text: &str, left: f64, room: f64, context: &mut RenderContext, to_dots: Affine) {
        const ENDLESS: f64 = 1.0e6;
        let Ok(set) = Typeset::within(text, ENDLESS, usize::MAX) else { return };
        let wanted = self.size.unwrap_or(USUAL_POINTS).min(self.height * 0.9);
        let width = set.widths().next().unwrap_or(0.0) * wanted / TYPE_POINTS;
        let squeeze = (room / width.max(0.1)).min(1.0);
        let size = wanted * (squeeze / NARROWEST).min(1.0);
        let quadding = if self.cells.is_some() { 1 } else { self.quadding };
        let slack = (room - width * squeeze).max(0.0) * f64::from(quadding.clamp(0, 2)) / 2.0;
        let baseline = self.bottom + (self.height - size) / 2.0 + size * 0.22;
        let across = wanted * squeeze / TYPE_POINTS;
        let place = Affine::new([across, 0.0, 0.0, size / TYPE_POINTS, left + slack, baseline]);
        set.paint(0, context, to_dots * place);
    }

    /// Lines from the top of the field, in type that lets all of them fit.
    fn paragraph(&self, room: f64, context: &mut RenderContext, to_dots: Affine) {
        let mut size = self.size.unwrap_or(USUAL_POINTS);
        loop {
            let across = size * 0.85 / TYPE_POINTS;
            let Ok(set) = Typeset::within(&self.text, room / across, LONGEST) else { return };
            if set.widths().len() as f64 * size * LEADING > self.height && size > 4.0 {
                size *= 0.9;
                continue;
            }
            for row in 0..set.widths().len() {
                let baseline = self.bottom + self.height - INSET - size * (0.8 + LEADING * row as f64);
                let place = Affine::new([across, 0.0, 0.0, size / TYPE_POINTS, self.left + INSET, baseline]);
                set.paint(row, context, to_dots * place);
            }
            return;
        }
    }
}

/// Is it not to be seen (ISO 32000-1, 12.5.3)?
pub fn is_hidden(widget: &Dict<'_>) -> bool {
    const HIDDEN: u32 = 1 << 1;
    const NO_VIEW: u32 = 1 << 5;
    widget.get::<u32>("F").unwrap_or(0) & (HIDDEN | NO_VIEW) != 0
}

/// Has the annotation an appearance that shows text, or perhaps does through another object?
fn shows_text(widget: &Dict<'_>) -> bool {
    let appearance = widget.get::<Dict<'_>>("AP").and_then(|appearances| appearances.get::<Stream<'_>>("N"));
    let content = appearance.and_then(|stream| stream.decoded_data().ok().map(|data| data.into_owned()));
    let shows = |content: &[u8]| content.windows(2).any(|operator| matches!(operator, b"Tj" | b"TJ" | b"Do" | b"BI"));
    content.is_some_and(|content| shows(&content))
}

/// What a field says, or else the field above it (ISO 32000-1, 12.7.3.2).
pub fn inherited<T>(widget: &Dict<'_>, entry: impl Fn(&Dict<'_>) -> Option<T>) -> Option<T> {
    let mut field = widget.clone();
    for _ in 0..DEEPEST {
        if let Some(found) = entry(&field) {
            return Some(found);
        }
        field = field.get::<Dict<'_>>("Parent")?;
    }
    None
}

pub fn value(field: &Dict<'_>) -> Option<String> {
    if let Some(one) = field.get::<PdfString<'_>>("V") {
        return Some(text(one.as_bytes()));
    }
    let several = field.get::<Array<'_>>("V")?;
    let chosen: Vec<String> = several.iter::<PdfString<'_>>().map(|one| text(one.as_bytes())).collect();
    Some(chosen.join(", "))
}

/// A text string (ISO 32000-1, 7.9.2.2): UTF-16 with a byte order mark, UTF-8 with one (PDF 2.0), or PDFDocEncoding,
/// of which Windows-1252 has all but a few signs.
fn text(bytes: &[u8]) -> String {
    crate::document::text::decode(bytes)
}

/// The size in a default appearance string: the operand before `Tf` (ISO 32000-1, 12.7.3.3); 0 leaves it open.
pub fn type_size(appearance: &[u8]) -> Option<f64> {
    let words: Vec<&str> = std::str::from_utf8(appearance).ok()?.split_ascii_whitespace().collect();
    let operator = words.iter().position(|word| *word == "Tf")?;
    let size = words.get(operator.checked_sub(1)?)?.parse::<f64>().ok()?;
    (size.is_finite() && size > 0.5).then(|| size.min(144.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_stands_before_its_operator() {
        assert_eq!(type_size(b"0.3 0.3 0.3 rg /F3 11 Tf"), Some(11.0));
        assert_eq!(type_size(b"/Helv 0 Tf 0 g"), None);
        assert_eq!(type_size(b"Tf"), None);
        assert_eq!(type_size(b"/Helv x Tf"), None);
    }
}
