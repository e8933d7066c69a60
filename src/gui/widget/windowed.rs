//! Long lists: only the rows in sight are laid out, between two spaces that stand for the others.

use std::ops::Range;

use iced::widget::{Column, Row, space};
use iced::{Element, Fill};

/// Rows that are laid out beyond the edge of what is seen.
const MARGIN: usize = 2;

/// How far a list is scrolled, and how much of it is seen; logical pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// Scrolled by.
    pub offset: f32,
    /// Seen.
    pub extent: f32,
}

impl Window {
    /// The rows of `size` pixels, of `count`, that are to be laid out.
    #[must_use]
    pub fn rows(&self, count: usize, size: f32) -> Range<usize> {
        // A list that has not been laid out yet is taken to be as tall as a large screen.
        let extent = if self.extent > 0.0 { self.extent } else { 1200.0 };
        let first = ((self.offset / size).floor().max(0.0) as usize).saturating_sub(MARGIN);
        let last = ((self.offset + extent) / size).ceil().max(0.0) as usize + MARGIN;
        first.min(count)..last.min(count)
    }

    /// The offset that brings row `at` into sight, or none if it is seen in full.
    #[must_use]
    pub fn reveal(&self, at: usize, size: f32) -> Option<f32> {
        let top = at as f32 * size;
        if top < self.offset {
            Some(top)
        } else if top + size > self.offset + self.extent && self.extent > 0.0 {
            Some(top + size - self.extent)
        } else {
            None
        }
    }
}

/// Rows of equal height below each other.
pub fn down<'a, Message: 'a>(
    window: Window,
    count: usize,
    height: f32,
    row: impl Fn(usize) -> Element<'a, Message>,
) -> Column<'a, Message> {
    let seen = window.rows(count, height);
    let below = count - seen.end;
    let mut column = Column::new().width(Fill).push(space().height(seen.start as f32 * height));
    column = column.extend(seen.map(row));
    column.push(space().height(below as f32 * height))
}

/// Columns of equal width beside each other.
pub fn across<'a, Message: 'a>(
    window: Window,
    count: usize,
    width: f32,
    column: impl Fn(usize) -> Element<'a, Message>,
) -> Row<'a, Message> {
    let seen = window.rows(count, width);
    let beyond = count - seen.end;
    let mut row = Row::new().push(space().width(seen.start as f32 * width));
    row = row.extend(seen.map(column));
    row.push(space().width(beyond as f32 * width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_in_sight_are_laid_out() {
        let window = Window { offset: 830_000.0, extent: 700.0 };
        assert_eq!(window.rows(100_000, 83.0), 9_998..10_011);
        assert_eq!(window.rows(3, 83.0), 3..3);
        assert_eq!(Window { offset: 0.0, extent: 100.0 }.rows(2, 83.0), 0..2);
    }

    #[test]
    fn a_row_out_of_sight_is_brought_in_by_the_shortest_way() {
        let window = Window { offset: 100.0, extent: 200.0 };
        assert_eq!(window.reveal(0, 50.0), Some(0.0));
        assert_eq!(window.reveal(2, 50.0), None);
        assert_eq!(window.reveal(9, 50.0), Some(300.0));
    }
}
