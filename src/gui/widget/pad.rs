//! A sheet to write on with a mouse, a pen or a finger.

use std::time::Instant;

use faxseal::engine::Dab;
use faxseal::fax::signature::ink::PenPoint;
use iced::mouse::{self, Cursor};
use iced::widget::Action;
use iced::widget::canvas::{self, Cache, Canvas, Frame, Geometry, LineDash, Path, Stroke};
use iced::{Element, Event, Fill, Point, Rectangle, Renderer, Theme, touch};

use crate::gui::theme;

/// Where the line to sign on is, in heights of the pad from its top.
const LINE: f32 = 0.755;
/// From the pad's edges to the line, logical pixels.
const INSET: f32 = 40.0;

/// What the pen does; points are in widths of the pad.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pen {
    /// It touches the paper.
    Down(PenPoint),
    /// It moves on the paper.
    Move(PenPoint),
    /// It leaves the paper.
    Up,
}

/// The sheet: what is written already, and the stroke that is being written.
pub fn pad<'a, Message: 'a>(
    done: &'a [Vec<Dab>],
    drawn: &'a Cache,
    now: &'a [Dab],
    height: f32,
    say: impl Fn(Pen) -> Message + 'a,
) -> Element<'a, Message> {
    Canvas::new(Pad { done, drawn, now, say }).width(Fill).height(height).into()
}

struct Pad<'a, Say> {
    done: &'a [Vec<Dab>],
    drawn: &'a Cache,
    now: &'a [Dab],
    say: Say,
}

/// The pen, between events.
#[derive(Debug, Default)]
struct State {
    begun: Option<Instant>,
    writes: Option<Writer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writer {
    Mouse,
    Finger(touch::Finger),
}

impl State {
    fn point(&mut self, at: Point, bounds: Rectangle) -> PenPoint {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let width = bounds.width.max(1.0);
        let at_ms = begun.elapsed().as_secs_f32() * 1000.0;
        PenPoint { x: (at.x - bounds.x) / width, y: (at.y - bounds.y) / width, at: at_ms }
    }

    fn down(&mut self, writer: Writer, at: Point, bounds: Rectangle) -> Option<Pen> {
        if self.writes.is_some() || !bounds.contains(at) {
            return None;
        }
        self.writes = Some(writer);
        Some(Pen::Down(self.point(at, bounds)))
    }

    fn moved(&mut self, writer: Writer, at: Point, bounds: Rectangle) -> Option<Pen> {
        (self.writes == Some(writer)).then(|| Pen::Move(self.point(at, bounds)))
    }

    fn up(&mut self, writer: Writer) -> Option<Pen> {
        (self.writes == Some(writer)).then(|| {
            self.writes = None;
            Pen::Up
        })
    }
}

impl<Message, Say: Fn(Pen) -> Message> canvas::Program<Message> for Pad<'_, Say> {
    type State = State;

    fn update(&self, state: &mut State, event: &Event, bounds: Rectangle, cursor: Cursor) -> Option<Action<Message>> {
        let pen = match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => {
                cursor.position().and_then(|at| state.down(Writer::Mouse, at, bounds))
            }
            Event::Mouse(mouse::Event::CursorMoved { .. }) => {
                cursor.land().position().and_then(|at| state.moved(Writer::Mouse, at, bounds))
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => state.up(Writer::Mouse),
            Event::Touch(touch::Event::FingerPressed { id, position }) => {
                state.down(Writer::Finger(*id), *position, bounds)
            }
            Event::Touch(touch::Event::FingerMoved { id, position }) => {
                state.moved(Writer::Finger(*id), *position, bounds)
            }
            Event::Touch(touch::Event::FingerLifted { id, .. } | touch::Event::FingerLost { id, .. }) => {
                state.up(Writer::Finger(*id))
            }
            _ => None,
        };
        pen.map(|pen| Action::publish((self.say)(pen)).and_capture())
    }

    fn draw(
        &self,
        _state: &State,
        renderer: &Renderer,
        _theme: &Theme,
        bounds: Rectangle,
        _cursor: Cursor,
    ) -> Vec<Geometry> {
        let done = self.drawn.draw(renderer, bounds.size(), |frame| {
            let y = (bounds.height * LINE).round() + 0.5;
            let line = Path::line(Point::new(INSET, y), Point::new(bounds.width - INSET, y));
            let dash = LineDash { segments: &[4.0, 3.0], offset: 0 };
            // Paper is white in both themes.
            let stroke = Stroke { line_dash: dash, ..Stroke::default().with_width(1.0).with_color(theme::LIGHT.muted) };
            frame.stroke(&line, stroke);
            for dabs in self.done {
                ink(frame, dabs, bounds.width);
            }
        });
        let mut now = Frame::new(renderer, bounds.size());
        ink(&mut now, self.now, bounds.width);
        vec![done, now.into_geometry()]
    }

    fn mouse_interaction(&self, _state: &State, bounds: Rectangle, cursor: Cursor) -> mouse::Interaction {
        if cursor.is_over(bounds) { mouse::Interaction::Crosshair } else { mouse::Interaction::default() }
    }
}

/// A stroke as round dabs with bridges between them.
fn ink(frame: &mut Frame, dabs: &[Dab], width: f32) {
    if dabs.is_empty() {
        return;
    }
    let path = Path::new(|path| {
        let mut last: Option<(Point, f32)> = None;
        for dab in dabs {
            let (at, radius) = (Point::new(dab.x * width, dab.y * width), (dab.radius * width).max(0.4));
            path.circle(at, radius);
            if let Some((from, before)) = last {
                let (x, y) = (at.x - from.x, at.y - from.y);
                let length = x.hypot(y);
                if length > 0.01 {
                    let (across, down) = (-y / length, x / length);
                    // Wound as circles are.
                    path.move_to(Point::new(from.x - across * before, from.y - down * before));
                    path.line_to(Point::new(at.x - across * radius, at.y - down * radius));
                    path.line_to(Point::new(at.x + across * radius, at.y + down * radius));
                    path.line_to(Point::new(from.x + across * before, from.y + down * before));
                    path.close();
                }
            }
            last = Some((at, radius));
        }
    });
    frame.fill(&path, theme::LIGHT.ink);
}
