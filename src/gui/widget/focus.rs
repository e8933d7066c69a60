//! Tab and Shift+Tab: the focus moves on, and what has it is scrolled into sight.

use iced::advanced::widget::operation::{self, Focusable, Operation, Outcome, Scrollable, scrollable::AbsoluteOffset};
use iced::advanced::widget::{Id, operate};
use iced::{Rectangle, Task, Vector};

/// Room that is left around what is scrolled into sight, logical pixels.
const ROOM: f32 = 16.0;

/// Moves the focus to the next thing that takes it.
pub fn next<Message: Send + 'static>() -> Task<Message> {
    iced::widget::operation::focus_next().chain(reveal())
}

/// Moves the focus to the thing before.
pub fn previous<Message: Send + 'static>() -> Task<Message> {
    iced::widget::operation::focus_previous().chain(reveal())
}

/// Nothing has the focus any more.
pub fn nothing<Message: Send + 'static>() -> Task<Message> {
    operate(operation::focusable::unfocus())
}

/// Scrolls what has the focus into sight.
fn reveal<Message: Send + 'static>() -> Task<Message> {
    operate(operation::then(Search::default(), |way| Way { way, at: 0 })).discard()
}

/// Which scrollable part, in the order of traversal, is to be moved by how much.
#[derive(Clone, Debug, Default, PartialEq)]
struct Steps(Vec<(usize, Vector)>);

#[derive(Clone, Copy, Debug)]
struct Part {
    at: usize,
    bounds: Rectangle,
    translation: Vector,
}

/// Looks for the focus and remembers the scrollable parts around it.
#[derive(Default)]
struct Search {
    seen: usize,
    coming: Option<Part>,
    around: Vec<Part>,
    steps: Steps,
}

impl Operation<Steps> for Search {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<Steps>)) {
        let entered = self.coming.take().map(|part| self.around.push(part)).is_some();
        operate(self);
        if entered {
            self.around.pop();
        }
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        bounds: Rectangle,
        _content: Rectangle,
        translation: Vector,
        _state: &mut dyn Scrollable,
    ) {
        self.coming = Some(Part { at: self.seen, bounds, translation });
        self.seen += 1;
    }

    fn focusable(&mut self, _id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if !state.is_focused() {
            return;
        }
        // Bounds are told as if nothing were scrolled; each part around moves what is in it.
        let moved = self.around.iter().fold(Vector::ZERO, |sum, part| sum + part.translation);
        let mut target = bounds - moved;
        for part in self.around.iter().rev() {
            let by = Vector::new(
                missing(target.x, target.width, part.bounds.x, part.bounds.width),
                missing(target.y, target.height, part.bounds.y, part.bounds.height),
            );
            if by != Vector::ZERO {
                self.steps.0.push((part.at, by));
                target = target - by;
            }
        }
    }

    fn finish(&self) -> Outcome<Steps> {
        Outcome::Some(self.steps.clone())
    }
}

/// By how much must be scrolled so that `at` to `at + length` lies within `from` to `from + room`?
fn missing(at: f32, length: f32, from: f32, room: f32) -> f32 {
    if at - ROOM < from {
        (at - ROOM - from).min(0.0)
    } else if at + length + ROOM > from + room {
        (at + length + ROOM - from - room).min(at - ROOM - from).max(0.0)
    } else {
        0.0
    }
}

/// Takes the steps.
struct Way {
    way: Steps,
    at: usize,
}

impl Operation<()> for Way {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<()>)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        _translation: Vector,
        state: &mut dyn Scrollable,
    ) {
        if let Some((_, by)) = self.way.0.iter().find(|(at, _)| *at == self.at) {
            state.scroll_by(AbsoluteOffset { x: by.x, y: by.y }, bounds, content);
        }
        self.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_sight_is_brought_in() {
        assert_eq!(missing(100.0, 20.0, 0.0, 400.0), 0.0);
        assert_eq!(missing(-50.0, 20.0, 0.0, 400.0), -66.0);
        assert_eq!(missing(500.0, 20.0, 0.0, 400.0), 136.0);
    }
}
