//! The fields of a form that a person fills in (ISO 32000-1, 12.7), and where they are on the page.

use hayro::hayro_syntax::object::{Array, Dict, Name, Rect};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, Point, Rect as Box};

use super::fields::{inherited, is_hidden, type_size, value};
use crate::fax::signature::{Field, FieldKind, Placement};
use hayro::hayro_syntax::object::String as PdfString;

/// Fields that are taken of a page.
const MOST: usize = 400;

/// Text fields and boxes of a page that may be filled in; lengths in widths of the page as it is read.
pub fn fields(page: &Page<'_>) -> Vec<Field> {
    let (width, height) = page.render_dimensions();
    if width <= 0.0 || height <= 0.0 {
        return Vec::new();
    }
    let to_page = Affine::scale(1.0 / f64::from(width)) * Affine::new(page.initial_transform(true).as_coeffs());
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return Vec::new() };
    let widgets = annotations.iter::<Dict<'_>>();
    widgets.filter_map(|widget| field(&widget, to_page)).take(MOST).collect()
}

fn field(widget: &Dict<'_>, to_page: Affine) -> Option<Field> {
    const READ_ONLY: u32 = 1;
    const MULTILINE: u32 = 1 << 12;
    const PASSWORD: u32 = 1 << 13;
    const PUSH_BUTTON: u32 = 1 << 16;
    let is_widget = widget.get::<Name<'_>>("Subtype")?.as_ref() == b"Widget";
    if !is_widget || is_hidden(widget) {
        return None;
    }
    let options = inherited(widget, |field| field.get::<u32>("Ff")).unwrap_or(0);
    if options & READ_ONLY != 0 {
        return None;
    }
    let kind =
        match inherited(widget, |field| field.get::<Name<'_>>("FT").map(|name| name.as_ref().to_vec()))?.as_slice() {
            b"Tx" if options & PASSWORD == 0 => {
                // What is filled in already stands on the page.
                if inherited(widget, value).is_some_and(|text| !text.trim().is_empty()) {
                    return None;
                }
                let size = inherited(widget, |field| Some(field.get::<PdfString<'_>>("DA")?.as_bytes().to_vec()));
                let unit = to_page.determinant().abs().sqrt();
                FieldKind::Text {
                    lines: options & MULTILINE != 0,
                    size: size.and_then(|da| type_size(&da)).map(|size| size * unit),
                }
            }
            b"Btn" if options & PUSH_BUTTON == 0 => FieldKind::Check,
            b"Sig" => FieldKind::Signature,
            _ => return None,
        };
    let rect = widget.get::<Rect>("Rect")?;
    let corner = |x: f64, y: f64| to_page * Point::new(x, y);
    let bounds = Box::from_points(corner(rect.x0, rect.y0), corner(rect.x1, rect.y1));
    let placement = Placement::new(bounds.x0, bounds.y0, bounds.width(), bounds.height());
    placement.is_sane().then_some(Field { placement, kind })
}

#[cfg(test)]
mod tests {
    use super::super::PdfDocument;
    use super::*;

    /// A page of 200 by 400 points with the fields of a form, turned by so many degrees.
    fn form(turn: u32) -> Vec<Field> {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 400] /Rotate {turn} /Annots [4 0 R 5 0 R 6 0 R 7 0 R 8 0 R] >>"
        );
        let widget = |entries: &str| format!("<< /Type /Annot /Subtype /Widget /F 4 {entries} >>");
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R 5 0 R 6 0 R 7 0 R 8 0 R] >> >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            page,
            widget("/FT /Tx /T (name) /Rect [20 300 120 320] /DA (/Helv 10 Tf 0 g)"),
            widget("/FT /Btn /T (yes) /Rect [150 300 160 310]"),
            widget("/FT /Tx /T (filled) /V (known) /Rect [20 200 120 220]"),
            widget("/FT /Tx /T (fixed) /Ff 1 /Rect [20 100 120 120]"),
            widget("/FT /Sig /T (sign) /Rect [120 40 20 80]"),
        ];
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut offsets = Vec::new();
        for (number, object) in (1..).zip(&objects) {
            offsets.push(file.len());
            file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
        }
        let start = file.len();
        file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
        offsets.iter().for_each(|offset| file.extend(format!("{offset:010} 00000 n \n").bytes()));
        file.extend(
            format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes(),
        );
        PdfDocument::open(file, None).unwrap().fields(0)
    }

    fn near(placement: Placement, [x, y, width, height]: [f64; 4]) -> bool {
        let Placement { x: left, y: top, width: across, height: down, .. } = placement;
        [(left, x), (top, y), (across, width), (down, height)].iter().all(|(one, other)| (one - other).abs() < 1e-6)
    }

    #[test]
    fn fields_that_are_open_are_found_where_they_are() {
        let fields = form(0);
        let [name, yes, sign] = fields.as_slice() else { panic!("{fields:?}") };
        assert!(near(name.placement, [0.1, 0.4, 0.5, 0.1]), "{name:?}");
        assert_eq!(name.kind, FieldKind::Text { lines: false, size: Some(0.05) });
        assert!(yes.kind == FieldKind::Check && near(yes.placement, [0.75, 0.45, 0.05, 0.05]), "{yes:?}");
        assert!(sign.kind == FieldKind::Signature && near(sign.placement, [0.1, 1.6, 0.5, 0.2]), "{sign:?}");
    }

    #[test]
    fn a_turned_page_has_its_fields_where_they_are_read() {
        let fields = form(90);
        // Turned with the clock, the page is 400 wide: what was at the left is on top.
        let name = fields.first().unwrap();
        assert!(near(name.placement, [0.75, 0.05, 0.05, 0.25]), "{name:?}");
    }
}
