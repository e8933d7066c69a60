//! Standard output for what was asked for, standard error for everything else.

use std::io::{IsTerminal as _, Write as _};

use serde::Serialize;

/// Where a command's result goes.
pub struct Output {
    json: bool,
    colour: bool,
}

/// The colour of a mark.
#[derive(Clone, Copy)]
pub enum Colour {
    Good,
    Doubtful,
    Bad,
    Dim,
}

impl Output {
    pub fn new(json: bool) -> Self {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { json, colour: colour && std::io::stdout().is_terminal() }
    }

    pub const fn is_json(&self) -> bool {
        self.json
    }

    /// One JSON document on a line, at once.
    pub fn json(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.line(&text),
            Err(error) => log::error!("{error}"),
        }
    }

    /// A line for a person, at once.
    pub fn line(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // Who closed the pipe wants no more.
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    }

    /// Rows with aligned columns.
    pub fn table(&self, rows: &[Vec<String>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        let width = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in rows {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            self.line(cells.join("  ").trim_end());
        }
    }

    /// The text in a colour, on a terminal that wants one.
    pub fn paint(&self, colour: Colour, text: &str) -> String {
        let code = match colour {
            Colour::Good => 32,
            Colour::Doubtful => 33,
            Colour::Bad => 31,
            Colour::Dim => 2,
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A word on standard error.
pub fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
