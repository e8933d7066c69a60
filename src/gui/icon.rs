//! Icons: Lucide's, and the project's own mark.

use std::sync::LazyLock;

use iced::widget::{Svg, Text, svg, text};
use iced::{Center, Font};

pub use lucide_icons::Icon;

use super::theme::{self, Tone};

const LUCIDE: Font = Font::with_name("lucide");

static MARK: LazyLock<svg::Handle> =
    LazyLock::new(|| svg::Handle::from_memory(include_bytes!("../../assets/icon/mark.svg").as_slice()));

/// An icon of `size` logical pixels in the colour of what surrounds it.
pub fn icon<'a>(icon: Icon, size: u32) -> Text<'a> {
    text(char::from(icon)).font(LUCIDE).size(size).line_height(1.0).align_x(Center).align_y(Center)
}

/// An icon in the colour of a tone.
pub fn toned<'a>(which: Icon, size: u32, tone: Tone) -> Text<'a> {
    icon(which, size).style(theme::toned(tone))
}

/// The project's mark.
pub fn mark<'a>(size: u32, tone: Tone) -> Svg<'a> {
    svg(MARK.clone()).width(size).height(size).style(theme::mark(tone))
}
