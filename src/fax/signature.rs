//! What a person puts on a page: signatures, text, ticks, and what blackens.
//!
//! A mark belongs to the content of a page. It lies on the *source page*: the page as its document gives it, upright,
//! before it is turned, cropped or laid on a sheet. Lengths are in **widths of the source page**, in both directions,
//! x to the right and y down from its top left; so a mark stays on the same words whatever the paper, the resolution,
//! the turn or the crop, and angles are true without knowing the page's size. A [`Frame`] leads from there to dots and
//! to millimetres. Marks are plain data, kept in a draft as JSON, whose version the draft tells.

pub mod ink;

use serde::{Deserialize, Serialize};

use super::SignatureId;

/// A mark's name within its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MarkId(pub u32);

/// Something that was put on a page, editable until the fax is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Its name within the page.
    pub id: MarkId,
    /// What it is.
    pub kind: MarkKind,
    /// Where it lies on the source page.
    pub placement: Placement,
}

/// What a mark is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum MarkKind {
    /// A signature or initials that are kept in the profile.
    Signature {
        /// Which.
        signature: SignatureId,
    },
    /// Text, a line or several.
    Text {
        /// What it says.
        text: String,
    },
    /// A date, in words already: a draft keeps the day on which it was set.
    Date {
        /// What it says.
        text: String,
    },
    /// A tick.
    Check,
    /// A cross, as for a box of a form.
    Cross,
    /// Words in a frame.
    Stamp {
        /// What it says.
        text: String,
    },
    /// What others would highlight: a frame, because a fax has no colours.
    Outline,
    /// Blackened: nothing of what lies beneath is sent.
    Redact,
}

impl MarkKind {
    /// What it is called in the log: never what it says.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Signature { .. } => "signature",
            Self::Text { .. } => "text",
            Self::Date { .. } => "date",
            Self::Check => "check",
            Self::Cross => "cross",
            Self::Stamp { .. } => "stamp",
            Self::Outline => "outline",
            Self::Redact => "redact",
        }
    }

    /// What it says, where it says something.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text { text } | Self::Date { text } | Self::Stamp { text } => Some(text),
            _ => None,
        }
    }
}

/// A mark as the log tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Marked {
    /// The page of the fax, counted from 1.
    pub page: u32,
    /// What it is called: see [`MarkKind::name`].
    pub kind: &'static str,
}

/// A point on the source page, in its widths.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    /// A point.
    #[must_use]
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }
}

/// Where a mark lies: a box on the source page, turned around its middle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// Left edge of the box before it is turned, widths of the page.
    pub x: f64,
    /// Top edge of the box before it is turned, widths of the page.
    pub y: f64,
    /// Width of the box, widths of the page.
    pub width: f64,
    /// Height of the box, widths of the page.
    pub height: f64,
    /// Degrees with the clock.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub angle: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(angle: &f64) -> bool {
    *angle == 0.0
}

/// A field of a form that can be filled in, where it is on the source page.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its box.
    pub placement: Placement,
    /// What goes in.
    pub kind: FieldKind,
}

/// What goes into a field.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Words.
    Text {
        /// Several lines of them.
        lines: bool,
        /// Size of the type that the form wants, widths of the page.
        size: Option<f64>,
    },
    /// A tick.
    Check,
    /// A signature.
    Signature,
}

/// Where a mark is held when it is sized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Corner {
    /// The top left, before turning.
    TopLeft,
    /// The top right.
    TopRight,
    /// The bottom left.
    BottomLeft,
    /// The bottom right.
    BottomRight,
}

impl Corner {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TopLeft, Self::TopRight, Self::BottomLeft, Self::BottomRight];

    /// Where it is on a box that goes from 0 to 1 in both directions.
    #[must_use]
    pub const fn unit(self) -> (f64, f64) {
        match self {
            Self::TopLeft => (0.0, 0.0),
            Self::TopRight => (1.0, 0.0),
            Self::BottomLeft => (0.0, 1.0),
            Self::BottomRight => (1.0, 1.0),
        }
    }
}

/// The smallest width or height of a mark, widths of the page: about a millimetre.
const SMALLEST: f64 = 0.005;
/// The largest.
const LARGEST: f64 = 4.0;

impl Placement {
    /// A box that is not turned.
    #[must_use]
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height, angle: 0.0 }
    }

    /// The middle, around which it is turned.
    #[must_use]
    pub fn middle(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// The affine from a box that goes from 0 to 1 in both directions to the source page:
    /// `x' = ax + cy + e`, `y' = bx + dy + f`.
    #[must_use]
    pub fn affine(&self) -> [f64; 6] {
        let (sin, cos) = self.angle.to_radians().sin_cos();
        let middle = self.middle();
        let (a, b) = (self.width * cos, self.width * sin);
        let (c, d) = (-self.height * sin, self.height * cos);
        [a, b, c, d, middle.x - (a + c) / 2.0, middle.y - (b + d) / 2.0]
    }

    /// A point of the box, from 0 to 1 in both directions, on the source page.
    #[must_use]
    pub fn point(&self, (across, down): (f64, f64)) -> Point {
        apply(self.affine(), Point::new(across, down))
    }

    /// Does a point of the source page lie in the box, or no further than `slack` beside it?
    #[must_use]
    pub fn contains(&self, point: Point, slack: f64) -> bool {
        let (across, down) = self.within(point);
        across >= -slack && across <= self.width + slack && down >= -slack && down <= self.height + slack
    }

    /// The point in the box's own directions, widths of the page from its top left.
    fn within(&self, point: Point) -> (f64, f64) {
        let (sin, cos) = self.angle.to_radians().sin_cos();
        let middle = self.middle();
        let (x, y) = (point.x - middle.x, point.y - middle.y);
        (x * cos + y * sin + self.width / 2.0, y * cos - x * sin + self.height / 2.0)
    }

    /// The same elsewhere.
    #[must_use]
    pub fn moved(self, across: f64, down: f64) -> Self {
        Self { x: self.x + across, y: self.y + down, ..self }
    }

    /// The same at another angle, degrees with the clock; -180 to 180.
    #[must_use]
    pub fn turned_to(self, angle: f64) -> Self {
        let angle = if angle.is_finite() { (angle + 180.0).rem_euclid(360.0) - 180.0 } else { 0.0 };
        Self { angle, ..self }
    }

    /// With this corner at a point and the opposite one where it is; `keeps_shape`: width and height change together.
    #[must_use]
    pub fn sized(self, corner: Corner, to: Point, keeps_shape: bool) -> Self {
        let (across, down) = corner.unit();
        let still = self.point((1.0 - across, 1.0 - down));
        let reached = self.within(to);
        let span = |at: f64, side: f64, length: f64| if side > 0.5 { at } else { length - at };
        let mut width = span(reached.0, across, self.width);
        let mut height = span(reached.1, down, self.height);
        if keeps_shape && self.width > 0.0 && self.height > 0.0 {
            let least = SMALLEST / self.width.min(self.height);
            let scale = (width / self.width).max(height / self.height).max(least);
            (width, height) = (self.width * scale, self.height * scale);
        }
        let (width, height) = (width.clamp(SMALLEST, LARGEST), height.clamp(SMALLEST, LARGEST));
        let turned = Self { width, height, ..self };
        let now = turned.point((1.0 - across, 1.0 - down));
        turned.moved(still.x - now.x, still.y - now.y)
    }

    /// Is it a box that can be drawn?
    #[must_use]
    pub fn is_sane(&self) -> bool {
        const FURTHEST: f64 = 100.0;
        let Self { x, y, width, height, angle } = *self;
        let sides = [width, height].iter().all(|side| *side > 0.0 && *side <= LARGEST);
        sides && angle.is_finite() && [x, y].iter().all(|at| at.abs() <= FURTHEST)
    }
}

/// How a source page lies on the dots of a fax page, turned and cropped as the user has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Height of the source page, in its widths.
    pub aspect: f64,
    /// The affine from the source page, in its widths, to dots: `x' = ax + cy + e`, `y' = bx + dy + f`.
    pub to_dots: [f64; 6],
    /// What is left of the source page after cropping: left, top, right, bottom, in its widths.
    pub kept: [f64; 4],
}

impl Frame {
    /// A source page that is the whole fax page of `width` by `height` dots.
    #[must_use]
    pub fn of_dots(width: u32, height: u32, x_dpi: u16, y_dpi: u16) -> Self {
        let across = f64::from(width.max(1));
        let down = across / f64::from(x_dpi.max(1)) * f64::from(y_dpi.max(1));
        let aspect = f64::from(height.max(1)) / down;
        Self { aspect, to_dots: [across, 0.0, 0.0, down, 0.0, 0.0], kept: [0.0, 0.0, 1.0, aspect] }
    }

    /// A point of the source page in dots.
    #[must_use]
    pub fn dots(&self, point: Point) -> (f64, f64) {
        let Point { x, y } = apply(self.to_dots, point);
        (x, y)
    }

    /// The point of the source page under a dot.
    #[must_use]
    pub fn source(&self, (x, y): (f64, f64)) -> Point {
        let [a, b, c, d, e, f] = self.to_dots;
        let determinant = a * d - b * c;
        if determinant == 0.0 {
            return Point::default();
        }
        let (x, y) = (x - e, y - f);
        Point::new((x * d - y * c) / determinant, (y * a - x * b) / determinant)
    }

    /// The angle of the source page on the fax page, degrees with the clock on paper.
    #[must_use]
    pub fn angle(&self, x_dpi: u16, y_dpi: u16) -> f64 {
        let [a, b, ..] = self.to_dots;
        (b / f64::from(y_dpi.max(1))).atan2(a / f64::from(x_dpi.max(1))).to_degrees()
    }

    /// How many millimetres on the fax page a width of the source page has.
    #[must_use]
    pub fn width_mm(&self, x_dpi: u16, y_dpi: u16) -> f64 {
        let [a, b, ..] = self.to_dots;
        (a / f64::from(x_dpi.max(1))).hypot(b / f64::from(y_dpi.max(1))) * 25.4
    }

    /// Is the mark on the fax page? One whose middle was cropped away is not.
    #[must_use]
    pub fn shows(&self, placement: &Placement) -> bool {
        let Point { x, y } = placement.middle();
        let [left, top, right, bottom] = self.kept;
        let on_source = (0.0..=1.0).contains(&x) && (0.0..=self.aspect).contains(&y);
        !on_source || (left..=right).contains(&x) && (top..=bottom).contains(&y)
    }

    /// Is it what an honest page may have?
    #[must_use]
    pub fn is_sane(&self) -> bool {
        let [a, b, c, d, ..] = self.to_dots;
        let determinant = (a * d - b * c).abs();
        self.aspect > 0.0
            && self.aspect.is_finite()
            && determinant > 0.0
            && determinant.is_finite()
            && self.to_dots.iter().chain(&self.kept).all(|number| number.is_finite())
    }
}

fn apply([a, b, c, d, e, f]: [f64; 6], Point { x, y }: Point) -> Point {
    Point::new(a * x + c * y + e, b * x + d * y + f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: Point, other: Point) -> bool {
        (one.x - other.x).abs() < 1e-9 && (one.y - other.y).abs() < 1e-9
    }

    #[test]
    fn a_box_is_turned_around_its_middle_with_the_clock() {
        let placement = Placement::new(0.2, 0.4, 0.4, 0.1).turned_to(90.0);
        assert!(near(placement.middle(), Point::new(0.4, 0.45)));
        assert!(near(placement.point((0.0, 0.0)), Point::new(0.45, 0.25)), "the left end is on top");
        assert!(placement.contains(Point::new(0.4, 0.27), 0.0) && !placement.contains(Point::new(0.3, 0.45), 0.0));
    }

    #[test]
    fn sizing_keeps_the_opposite_corner() {
        for angle in [0.0, 30.0, -135.0] {
            let placement = Placement::new(0.3, 0.5, 0.2, 0.1).turned_to(angle);
            for (corner, opposite) in [
                (Corner::TopLeft, (1.0, 1.0)),
                (Corner::TopRight, (0.0, 1.0)),
                (Corner::BottomLeft, (1.0, 0.0)),
                (Corner::BottomRight, (0.0, 0.0)),
            ] {
                let still = placement.point(opposite);
                for keeps_shape in [false, true] {
                    let sized = placement.sized(corner, placement.point((1.4, -0.3)), keeps_shape);
                    assert!(near(sized.point(opposite), still), "{corner:?} at {angle}");
                    assert!(sized.is_sane());
                    assert!(!keeps_shape || (sized.width / sized.height - 2.0).abs() < 1e-9);
                }
            }
            let free = placement.sized(Corner::BottomRight, placement.point((1.5, 2.0)), false);
            assert!((free.width - 0.3).abs() < 1e-9 && (free.height - 0.2).abs() < 1e-9);
        }
    }

    #[test]
    fn dots_lead_back_to_the_page() {
        let frame = Frame { aspect: 1.4, to_dots: [3.0, 900.0, -1700.0, 2.0, 1710.0, 5.0], kept: [0.0, 0.0, 1.0, 1.4] };
        let point = Point::new(0.3, 0.7);
        assert!(near(frame.source(frame.dots(point)), point));
        assert!((frame.angle(204, 98) - 90.0).abs() < 1.0);
        let whole = Frame::of_dots(1728, 1146, 204, 98);
        assert!((whole.width_mm(204, 98) - 215.15).abs() < 0.01);
        assert!((whole.aspect - 297.0 / 215.15).abs() < 0.01);
        assert_eq!(whole.dots(Point::new(1.0, whole.aspect)).1.round(), 1146.0);
    }

    #[test]
    fn what_was_cropped_away_takes_its_marks_with_it() {
        let frame = Frame { kept: [0.0, 0.0, 1.0, 0.5], ..Frame::of_dots(1728, 2292, 204, 196) };
        assert!(frame.shows(&Placement::new(0.1, 0.1, 0.2, 0.1)));
        assert!(!frame.shows(&Placement::new(0.1, 0.9, 0.2, 0.1)));
        assert!(frame.shows(&Placement::new(0.1, 1.5, 0.2, 0.1)), "below the page there was nothing to cut");
    }

    #[test]
    fn marks_are_kept_as_plain_json() {
        let mark = Mark {
            id: MarkId(3),
            kind: MarkKind::Signature { signature: SignatureId(2) },
            placement: Placement::new(0.5, 1.0, 0.25, 0.0625),
        };
        let json = serde_json::to_string(&mark).unwrap();
        assert_eq!(
            json,
            r#"{"id":3,"kind":{"kind":"signature","signature":2},"placement":{"x":0.5,"y":1.0,"width":0.25,"height":0.0625}}"#
        );
        assert_eq!(serde_json::from_str::<Mark>(&json).unwrap(), mark);
        let turned = Mark { placement: mark.placement.turned_to(270.0), kind: MarkKind::Redact, ..mark };
        assert_eq!(turned.placement.angle, -90.0);
        assert_eq!(serde_json::from_str::<Mark>(&serde_json::to_string(&turned).unwrap()).unwrap(), turned);
    }
}
