//! The shape of a signature: strokes that are smoothed and get the breadth of a pen, and names in a hand.

use hayro::kurbo::{Affine, BezPath, Circle, Point, Rect, Shape as _, Stroke as Pen};

use super::typeset::{Block, Face};
use crate::fax::signature::ink::{PenPoint, Shape, Stroke};

/// How far a curve may be off its lines, in heights of the shape.
const TOLERANCE: f64 = 0.002;
/// From one point of a smoothed stroke to the next, in widths of the pad.
const STEP: f64 = 0.004;
/// Points of one signature that are drawn: an hour of scribbling is cut off.
const MOST_POINTS: usize = 20_000;
/// Breadth of a usual pen, in widths of the pad.
const PEN: f64 = 0.0085;
/// What is added around a name's letters by a usual pen, in sizes of the type.
const TYPED_PEN: f64 = 0.012;

/// A filled outline (non-zero winding) and the box around it.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The path.
    pub path: BezPath,
    /// The box around it.
    pub bounds: Rect,
}

impl Outline {
    fn of(path: BezPath) -> Option<Self> {
        let bounds = path.bounding_box();
        (bounds.width() > 0.0 && bounds.height() > 0.0).then_some(Self { path, bounds })
    }

    /// From the outline to a box that goes from 0 to 1 in both directions, filled with it.
    #[must_use]
    pub fn to_unit(&self) -> Affine {
        let Rect { x0, y0, .. } = self.bounds;
        Affine::scale_non_uniform(1.0 / self.bounds.width(), 1.0 / self.bounds.height()) * Affine::translate((-x0, -y0))
    }

    /// Height of the box in its widths.
    #[must_use]
    pub fn aspect(&self) -> f64 {
        self.bounds.height() / self.bounds.width()
    }
}

/// The outline of what was drawn or typed; `thickness` is 0 to 1. None where there is nothing to see, and of what was
/// lifted from a picture, which is no outline.
#[must_use]
pub fn outline(shape: &Shape, thickness: f64) -> Option<Outline> {
    match shape {
        Shape::Drawn(strokes) => drawn(strokes, thickness),
        Shape::Typed { text, hand } => {
            let path = Block::new(text.trim(), Face::Hand(*hand)).path;
            let bold = TYPED_PEN * 4.0 * thickness.clamp(0.0, 1.0).powi(2);
            Outline::of(swollen(path, bold))
        }
        Shape::Lifted(_) => None,
    }
}

/// A path whose edge is moved outwards by half of `pen`.
fn swollen(mut path: BezPath, pen: f64) -> BezPath {
    if pen > 0.0 {
        let edge = hayro::kurbo::stroke(path.iter(), &Pen::new(pen), &hayro::kurbo::StrokeOpts::default(), TOLERANCE);
        path.extend(edge);
    }
    path
}

/// A round print of the pen, in widths of the pad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dab {
    /// Its middle, to the right.
    pub x: f32,
    /// Its middle, down.
    pub y: f32,
    /// Its radius.
    pub radius: f32,
}

/// Each stroke smoothed, as prints of the pen one after another.
#[must_use]
pub fn dabs(strokes: &[Stroke], thickness: f64) -> Vec<Vec<Dab>> {
    let pen = PEN * (0.35 + 1.3 * thickness.clamp(0.0, 1.0));
    let mut room = MOST_POINTS;
    let dabs = strokes.iter().map(|stroke| {
        let points: Vec<PenPoint> = stroke.0.iter().filter(|point| is_sane(point)).take(room).copied().collect();
        room -= points.len();
        pressed(&smooth(&points), pen)
    });
    dabs.collect()
}

/// A pen that is thinner where the hand was fast.
fn pressed(nodes: &[Node], pen: f64) -> Vec<Dab> {
    let mut breadth = None;
    let dabs = nodes.iter().map(|node| {
        // A hand that writes calmly makes about one width of the pad in a second.
        let wanted = pen * (1.3 - 0.35 * node.speed.sqrt()).clamp(0.6, 1.3);
        let now = breadth.map_or(wanted, |before: f64| before + (wanted - before) * 0.15);
        breadth = Some(now);
        Dab { x: node.at.x as f32, y: node.at.y as f32, radius: (now / 2.0) as f32 }
    });
    dabs.collect()
}

fn drawn(strokes: &[Stroke], thickness: f64) -> Option<Outline> {
    let mut path = BezPath::new();
    for dabs in dabs(strokes, thickness) {
        brush(&mut path, &dabs);
    }
    Outline::of(path)
}

fn is_sane(point: &PenPoint) -> bool {
    [point.x, point.y].iter().all(|at| at.is_finite() && at.abs() < 10.0) && point.at.is_finite()
}

/// A point of a smoothed stroke.
#[derive(Clone, Copy, Debug)]
struct Node {
    at: Point,
    /// Widths of the pad a second.
    speed: f64,
}

/// The stroke without the tremor of a mouse, in even steps: a light average over neighbours, then a centripetal
/// Catmull-Rom spline, which passes through its points without loops.
fn smooth(points: &[PenPoint]) -> Vec<Node> {
    let mut raw: Vec<(Point, f64)> = Vec::with_capacity(points.len());
    for point in points {
        let at = Point::new(f64::from(point.x), f64::from(point.y));
        if raw.last().is_none_or(|(last, _)| last.distance(at) > STEP / 2.0) {
            raw.push((at, f64::from(point.at)));
        }
    }
    let calm: Vec<(Point, f64)> = (0..raw.len()).map(|at| calmed(&raw, at)).collect();
    let mut nodes = Vec::new();
    let at = |index: usize| calm.get(index.min(calm.len().saturating_sub(1))).map_or(Point::ZERO, |(at, _)| *at);
    for (index, pair) in calm.windows(2).enumerate() {
        let [(from, begun), (to, ended)] = pair else { continue };
        let speed = from.distance(*to) / ((ended - begun).max(1.0) / 1000.0);
        let (before, after) = (at(index.saturating_sub(1)), at(index + 2));
        let steps = (from.distance(*to) / STEP).ceil().clamp(1.0, 200.0) as usize;
        for step in 0..steps {
            let between = step as f64 / steps as f64;
            nodes.push(Node { at: catmull_rom([before, *from, *to, after], between), speed });
        }
    }
    if let Some((last, _)) = calm.last() {
        nodes.push(Node { at: *last, speed: nodes.last().map_or(0.0, |node| node.speed) });
    }
    nodes
}

/// A point between its neighbours; the ends stay.
fn calmed(raw: &[(Point, f64)], at: usize) -> (Point, f64) {
    let here = raw.get(at).copied().unwrap_or_default();
    let (Some(before), Some(after)) = (at.checked_sub(1).and_then(|at| raw.get(at)), raw.get(at + 1)) else {
        return here;
    };
    let mean = before.0.to_vec2() * 0.25 + here.0.to_vec2() * 0.5 + after.0.to_vec2() * 0.25;
    (mean.to_point(), here.1)
}

/// The spline between the second and the third point, by Barry and Goldman's pyramid with knots at the square roots
/// of the distances.
fn catmull_rom([p0, p1, p2, p3]: [Point; 4], between: f64) -> Point {
    let knot = |from: Point, to: Point| from.distance(to).sqrt().max(1e-6);
    let t1 = knot(p0, p1);
    let t2 = t1 + knot(p1, p2);
    let t3 = t2 + knot(p2, p3);
    let t = t1 + (t2 - t1) * between;
    let blend = |a: Point, b: Point, from: f64, to: f64| a.lerp(b, (t - from) / (to - from));
    let (a1, a2, a3) = (blend(p0, p1, 0.0, t1), blend(p1, p2, t1, t2), blend(p2, p3, t2, t3));
    let (b1, b2) = (blend(a1, a2, 0.0, t2), blend(a2, a3, t1, t3));
    blend(b1, b2, t1, t2)
}

/// The dabs with what is between them.
fn brush(path: &mut BezPath, dabs: &[Dab]) {
    let mut last: Option<(Point, f64)> = None;
    for dab in dabs {
        let (at, radius) = (Point::new(f64::from(dab.x), f64::from(dab.y)), f64::from(dab.radius));
        path.extend(Circle::new(at, radius).path_elements(radius * 0.03));
        if let Some(from) = last {
            bridge(path, from, (at, radius));
        }
        last = Some((at, radius));
    }
}

/// The quadrilateral between two nibs, wound as the circles are.
fn bridge(path: &mut BezPath, (from, before): (Point, f64), (to, after): (Point, f64)) {
    let along = to - from;
    if along.hypot() < 1e-9 {
        return;
    }
    let across = along.turn_90().normalize();
    path.move_to(from + across * before);
    path.line_to(from - across * before);
    path.line_to(to - across * after);
    path.line_to(to + across * after);
    path.close_path();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fax::signature::ink::Hand;

    fn stroke(points: &[(f32, f32)]) -> Stroke {
        let point = |(index, (x, y)): (usize, &(f32, f32))| PenPoint { x: *x, y: *y, at: index as f32 * 16.0 };
        Stroke(points.iter().enumerate().map(point).collect())
    }

    #[test]
    fn circles_and_bridges_wind_the_same_way() {
        let circle: BezPath = Circle::new((0.0, 0.0), 1.0).path_elements(0.01).collect();
        let mut bridged = BezPath::new();
        bridge(&mut bridged, (Point::new(0.0, 0.0), 1.0), (Point::new(3.0, 2.0), 1.0));
        assert!(circle.area() * bridged.area() > 0.0);
    }

    #[test]
    fn a_stroke_is_as_broad_as_its_pen_and_passes_its_points() {
        let line = stroke(&[(0.1, 0.5), (0.3, 0.5), (0.5, 0.5), (0.7, 0.5), (0.9, 0.5)]);
        let thin = drawn(std::slice::from_ref(&line), 0.0).unwrap();
        let thick = drawn(&[line], 1.0).unwrap();
        assert!((thin.bounds.width() - 0.8).abs() < 0.02 && thin.bounds.height() < 0.006, "{:?}", thin.bounds);
        assert!(thick.bounds.height() > thin.bounds.height() * 3.0);
    }

    #[test]
    fn tremor_is_smoothed_and_corners_do_not_overshoot() {
        let shaky: Vec<(f32, f32)> = (0..60).map(|n| (n as f32 / 60.0, if n % 2 == 0 { 0.5 } else { 0.504 })).collect();
        let nodes = smooth(&stroke(&shaky).0);
        let inner = nodes.iter().skip(20).take(nodes.len() - 40);
        assert!(inner.clone().count() > 50);
        let (low, high) = inner.fold((1.0f64, 0.0f64), |(low, high), node| (low.min(node.at.y), high.max(node.at.y)));
        assert!(high - low < 0.0015, "{low} to {high}");
        let corner = smooth(&stroke(&[(0.0, 0.0), (0.5, 0.0), (0.5, 0.5)]).0);
        assert!(corner.iter().all(|node| node.at.x < 0.53 && node.at.y > -0.03));
    }

    #[test]
    fn a_dot_is_seen_and_nonsense_is_not() {
        assert!(drawn(&[stroke(&[(0.5, 0.5)])], 0.5).is_some());
        assert!(drawn(&[], 0.5).is_none());
        assert!(drawn(&[stroke(&[(f32::NAN, 0.0), (f32::INFINITY, 1e30)])], 0.5).is_none());
    }

    #[test]
    fn every_hand_writes() {
        for hand in Hand::ALL {
            let name = outline(&Shape::Typed { text: "A. Okafor".to_owned(), hand }, 0.5).unwrap();
            assert!((0.15..0.8).contains(&name.aspect()), "{hand:?}: {}", name.aspect());
            let thick = outline(&Shape::Typed { text: "A. Okafor".to_owned(), hand }, 1.0).unwrap();
            assert!(thick.path.elements().len() >= name.path.elements().len());
        }
        assert!(outline(&Shape::Typed { text: "  ".to_owned(), hand: Hand::Quick }, 0.5).is_none());
    }
}
