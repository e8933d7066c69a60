//! Cover pages from a template and its facts.

use std::sync::Arc;

use super::FaxPage;
use crate::fax::cover::{Facts, Template};
use crate::fax::page::{Layout, Page, Paper, PaperChoice, Tone};
use crate::raster::bilevel::bilevel;
use crate::raster::cover;

/// The pages of a cover: one, and more where its message is longer than that.
#[must_use]
pub fn draw_cover(template: &Template, facts: &Facts, layout: &Layout) -> Vec<Arc<FaxPage>> {
    let paper = match layout.paper {
        PaperChoice::Auto => Paper::A4,
        PaperChoice::Fixed(paper) => paper,
    };
    let sheets = cover::draw(template, facts, None, paper, layout.resolution);
    let dots = |grey| Page::new(bilevel(&grey, Tone::Text, layout.resolution.y_dpi()), layout.resolution);
    sheets.into_iter().map(|grey| Arc::new(FaxPage::new(dots(grey)))).collect()
}
