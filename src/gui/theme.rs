//! Colours, sizes and type: the tokens of the look, and the styles made of them.

use iced::border::{self, Border};
use iced::widget::{container, progress_bar, scrollable, slider, svg, text, text_editor, text_input};
use iced::{Background, Color, Font, Shadow, Theme, font};

/// Radius of controls, logical pixels.
pub const RADIUS: f32 = 8.0;
/// Radius of cards, logical pixels.
pub const CARD_RADIUS: f32 = 10.0;

const INTER: Font = Font::with_name("Inter");
/// Running text.
pub const REGULAR: Font = INTER;
/// Names, labels and buttons.
pub const SEMIBOLD: Font = Font { weight: font::Weight::Semibold, ..INTER };
/// Titles.
pub const BOLD: Font = Font { weight: font::Weight::Bold, ..INTER };

/// The fonts that come with the program.
pub const FONTS: [&[u8]; 4] = [
    include_bytes!("../../assets/fonts/Inter-Regular.otf"),
    include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
    include_bytes!("../../assets/fonts/Inter-Bold.otf"),
    lucide_icons::LUCIDE_FONT_BYTES,
];

/// The colours of one theme.
#[derive(Debug, PartialEq)]
pub struct Tokens {
    /// Behind everything.
    pub background: Color,
    /// Cards and fields.
    pub surface: Color,
    /// Borders and separators.
    pub line: Color,
    /// Text.
    pub ink: Color,
    /// Text of less weight.
    pub muted: Color,
    /// What can be pressed, and what is chosen.
    pub accent: Color,
    /// Behind what is chosen.
    pub accent_soft: Color,
    /// Text on `accent`.
    pub on_accent: Color,
    /// It holds.
    pub ok: Color,
    /// Behind `ok`.
    pub ok_soft: Color,
    /// It is not known, or waits.
    pub warn: Color,
    /// Behind `warn`.
    pub warn_soft: Color,
    /// It failed.
    pub bad: Color,
    /// Behind `bad`.
    pub bad_soft: Color,
    /// The desk that a page lies on.
    pub desk: Color,
}

/// The light theme.
pub const LIGHT: Tokens = Tokens {
    background: hex(0xF5_F4F0),
    surface: hex(0xFF_FFFF),
    line: hex(0xE2_DFD6),
    ink: hex(0x1C_2126),
    muted: hex(0x5E_6870),
    accent: hex(0x2B_57C8),
    accent_soft: hex(0xE6_ECFA),
    on_accent: hex(0xFF_FFFF),
    ok: hex(0x18_7447),
    ok_soft: hex(0xE2_F3EA),
    warn: hex(0x8F_5B00),
    warn_soft: hex(0xFB_EFD6),
    bad: hex(0xB9_3232),
    bad_soft: hex(0xFB_E5E3),
    desk: hex(0xE9_E6DE),
};

/// The dark theme.
pub const DARK: Tokens = Tokens {
    background: hex(0x14_171B),
    surface: hex(0x1B_1F25),
    line: hex(0x2E_343D),
    ink: hex(0xE8_EAED),
    muted: hex(0x97_A1AC),
    accent: hex(0x7E_A2F5),
    accent_soft: hex(0x23_304D),
    on_accent: hex(0x0E_1420),
    ok: hex(0x5C_C48F),
    ok_soft: hex(0x17_352A),
    warn: hex(0xE0_B054),
    warn_soft: hex(0x3A_2E16),
    bad: hex(0xEE_8078),
    bad_soft: hex(0x43_211F),
    desk: hex(0x10_1316),
};

const fn hex(rgb: u32) -> Color {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color { r: red as f32 / 255.0, g: green as f32 / 255.0, b: blue as f32 / 255.0, a: 1.0 }
}

/// The colours of the theme in force; the system chooses between light and dark.
#[must_use]
pub fn tokens(theme: &Theme) -> &'static Tokens {
    if theme.extended_palette().is_dark { &DARK } else { &LIGHT }
}

/// The variable that sets the theme against the system's: `light` or `dark`.
pub const THEME_VARIABLE: &str = "FAXSEAL_THEME";

/// The theme that the user forces, or none to follow the system.
#[must_use]
pub fn forced() -> Option<Theme> {
    match std::env::var(THEME_VARIABLE).ok()?.as_str() {
        "light" => Some(Theme::Light),
        "dark" => Some(Theme::Dark),
        _ => None,
    }
}

/// A meaning that a colour carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    Ink,
    /// Less weight.
    Muted,
    /// Can be pressed.
    Accent,
    /// On the accent colour.
    OnAccent,
    /// It holds.
    Ok,
    /// Not known, or waits.
    Warn,
    /// It failed.
    Bad,
}

impl Tone {
    /// Its colour for text and icons.
    #[must_use]
    pub fn colour(self, theme: &Theme) -> Color {
        let tokens = tokens(theme);
        match self {
            Self::Ink => tokens.ink,
            Self::Muted => tokens.muted,
            Self::Accent => tokens.accent,
            Self::OnAccent => tokens.on_accent,
            Self::Ok => tokens.ok,
            Self::Warn => tokens.warn,
            Self::Bad => tokens.bad,
        }
    }

    /// Its colour behind text.
    #[must_use]
    pub fn soft(self, theme: &Theme) -> Color {
        let tokens = tokens(theme);
        match self {
            Self::Ink | Self::Muted => tokens.surface,
            Self::Accent => tokens.accent_soft,
            Self::OnAccent => tokens.accent,
            Self::Ok => tokens.ok_soft,
            Self::Warn => tokens.warn_soft,
            Self::Bad => tokens.bad_soft,
        }
    }
}

/// Text in the colour of a tone.
pub fn toned(tone: Tone) -> impl Fn(&Theme) -> text::Style {
    move |theme| text::Style { color: Some(tone.colour(theme)) }
}

/// Behind everything.
#[must_use]
pub fn ground(theme: &Theme) -> container::Style {
    container::Style { text_color: Some(tokens(theme).ink), ..filled(tokens(theme).background) }
}

/// A bar that lies on top of the ground.
#[must_use]
pub fn bar(theme: &Theme) -> container::Style {
    filled(tokens(theme).surface)
}

/// The desk behind a page.
#[must_use]
pub fn desk(theme: &Theme) -> container::Style {
    filled(tokens(theme).desk)
}

/// A line between two parts.
#[must_use]
pub fn separator(theme: &Theme) -> container::Style {
    filled(tokens(theme).line)
}

fn filled(colour: Color) -> container::Style {
    container::Style { background: Some(Background::Color(colour)), ..container::Style::default() }
}

/// A card: a surface with a border.
#[must_use]
pub fn card(theme: &Theme) -> container::Style {
    let tokens = tokens(theme);
    container::Style {
        background: Some(Background::Color(tokens.surface)),
        border: border::rounded(CARD_RADIUS).width(1).color(tokens.line),
        ..container::Style::default()
    }
}

/// A field that holds an entry and more.
#[must_use]
pub fn field(theme: &Theme) -> container::Style {
    let tokens = tokens(theme);
    container::Style { border: border::rounded(RADIUS).width(1).color(tokens.line), ..card(theme) }
}

/// A card with the meaning of a tone.
pub fn toned_card(tone: Tone) -> impl Fn(&Theme) -> container::Style {
    move |theme| container::Style {
        background: Some(Background::Color(tone.soft(theme))),
        border: border::rounded(CARD_RADIUS).width(1).color(tone.colour(theme)),
        ..container::Style::default()
    }
}

/// A pill with the meaning of a tone.
pub fn pill(tone: Tone) -> impl Fn(&Theme) -> container::Style {
    move |theme| container::Style {
        background: Some(Background::Color(tone.soft(theme))),
        border: border::rounded(999),
        text_color: Some(tone.colour(theme)),
        ..container::Style::default()
    }
}

/// A recipient's chip, or anything else that was chosen.
#[must_use]
pub fn chip(theme: &Theme) -> container::Style {
    container::Style {
        background: Some(Background::Color(tokens(theme).accent_soft)),
        border: border::rounded(6),
        text_color: Some(tokens(theme).accent),
        ..container::Style::default()
    }
}

/// A dialog. Nothing casts a shadow: the software renderer draws shadows past the part of the window
/// that changed, so that they grow darker with every change.
#[must_use]
pub fn dialog(theme: &Theme) -> container::Style {
    let tokens = tokens(theme);
    container::Style {
        background: Some(Background::Color(tokens.background)),
        border: border::rounded(CARD_RADIUS).width(1).color(tokens.line),
        text_color: Some(tokens.ink),
        ..container::Style::default()
    }
}

/// What dims the window behind a dialog.
#[must_use]
pub fn scrim(_: &Theme) -> container::Style {
    filled(Color::BLACK.scale_alpha(0.45))
}

/// What covers the window while files hang over it.
#[must_use]
pub fn drop_cover(theme: &Theme) -> container::Style {
    container::Style { text_color: Some(tokens(theme).on_accent), ..filled(tokens(theme).accent.scale_alpha(0.94)) }
}

/// A short message at the foot of the window.
#[must_use]
pub fn toast(theme: &Theme) -> container::Style {
    let tokens = tokens(theme);
    container::Style {
        background: Some(Background::Color(tokens.surface)),
        border: border::rounded(CARD_RADIUS).width(1).color(tokens.muted),
        text_color: Some(tokens.ink),
        ..container::Style::default()
    }
}

/// The short help beside a control.
#[must_use]
pub fn tip(theme: &Theme) -> container::Style {
    let tokens = tokens(theme);
    container::Style {
        background: Some(Background::Color(tokens.ink)),
        border: border::rounded(6),
        text_color: Some(tokens.background),
        ..container::Style::default()
    }
}

/// The sheet of a page: its own colour is paper in both themes.
#[must_use]
pub fn sheet(theme: &Theme) -> container::Style {
    container::Style {
        background: Some(Background::Color(Color::WHITE)),
        border: border::rounded(0).width(1).color(tokens(theme).line),
        ..container::Style::default()
    }
}

/// A card that what is dragged would go to.
#[must_use]
pub fn drop_target(theme: &Theme) -> container::Style {
    let tokens = tokens(theme);
    container::Style { border: border::rounded(CARD_RADIUS).width(2).color(tokens.accent), ..card(theme) }
}

/// The bar that shows where what is dragged would go.
pub fn drop_bar(shown: bool) -> impl Fn(&Theme) -> container::Style {
    move |theme| if shown { filled(tokens(theme).accent) } else { container::Style::default() }
}

/// Words and controls that lie on the desk.
#[must_use]
pub fn float(theme: &Theme) -> container::Style {
    let tokens = tokens(theme);
    container::Style {
        background: Some(Background::Color(tokens.background)),
        border: border::rounded(RADIUS).width(1).color(tokens.line),
        ..container::Style::default()
    }
}

/// Paper to write on: white in both themes.
#[must_use]
pub fn paper(theme: &Theme) -> container::Style {
    container::Style {
        background: Some(Background::Color(Color::WHITE)),
        border: border::rounded(CARD_RADIUS).width(1).color(tokens(theme).line),
        text_color: Some(LIGHT.ink),
        ..container::Style::default()
    }
}

/// Less important text on paper.
#[must_use]
pub fn on_paper(_: &Theme) -> text::Style {
    text::Style { color: Some(LIGHT.muted) }
}

/// A rail with a handle.
#[must_use]
pub fn rail(theme: &Theme, status: slider::Status) -> slider::Style {
    let tokens = tokens(theme);
    let radius = if matches!(status, slider::Status::Active) { 7.0 } else { 8.0 };
    let rail = Background::Color(tokens.line);
    slider::Style {
        rail: slider::Rail { backgrounds: (rail, rail), width: 4.0, border: border::rounded(2) },
        handle: slider::Handle {
            shape: slider::HandleShape::Circle { radius },
            background: Background::Color(tokens.accent),
            border_width: 0.0,
            border_color: Color::TRANSPARENT,
        },
    }
}

/// A thumbnail's frame in the strip of a new fax: thick where its page is shown, tinted where it is chosen.
pub fn strip_thumbnail(face: crate::gui::ui::page_strip::Face) -> impl Fn(&Theme) -> container::Style {
    move |theme| {
        use crate::gui::ui::page_strip::Face;
        let tokens = tokens(theme);
        let framed = |width: f32, colour| border::rounded(6).width(width).color(colour);
        let (border, background) = match face {
            Face::Plain => (framed(0.0, tokens.line), None),
            Face::Chosen => (framed(1.0, tokens.accent), Some(Background::Color(tokens.accent_soft))),
            Face::Shown => (framed(2.0, tokens.accent), Some(Background::Color(tokens.accent_soft))),
        };
        container::Style { border, background, ..container::Style::default() }
    }
}

/// A thumbnail's frame, thick where its page is shown.
pub fn thumbnail(chosen: bool) -> impl Fn(&Theme) -> container::Style {
    move |theme| {
        let tokens = tokens(theme);
        let (width, colour) = if chosen { (2.0, tokens.accent) } else { (0.0, tokens.line) };
        container::Style { border: border::rounded(6).width(width).color(colour), ..container::Style::default() }
    }
}

/// The dot of what is unread.
#[must_use]
pub fn dot(theme: &Theme) -> container::Style {
    container::Style { border: border::rounded(999), ..filled(tokens(theme).accent) }
}

/// What a switch's knob runs in.
pub fn track(on: bool) -> impl Fn(&Theme) -> container::Style {
    move |theme| {
        let tokens = tokens(theme);
        let colour = if on { tokens.accent } else { tokens.muted };
        container::Style { border: border::rounded(999), ..filled(colour) }
    }
}

/// A switch's knob.
pub fn knob(on: bool) -> impl Fn(&Theme) -> container::Style {
    move |theme| {
        let tokens = tokens(theme);
        let colour = if on { tokens.on_accent } else { tokens.surface };
        container::Style { border: border::rounded(999), ..filled(colour) }
    }
}

/// A text field.
#[must_use]
pub fn input(theme: &Theme, status: text_input::Status) -> text_input::Style {
    let tokens = tokens(theme);
    let border = match status {
        text_input::Status::Focused { .. } => border::rounded(RADIUS).width(2).color(tokens.accent),
        text_input::Status::Hovered => border::rounded(RADIUS).width(1).color(tokens.muted),
        _ => border::rounded(RADIUS).width(1).color(tokens.line),
    };
    text_input::Style {
        background: Background::Color(tokens.surface),
        border,
        icon: tokens.muted,
        placeholder: tokens.muted,
        value: tokens.ink,
        selection: tokens.accent.scale_alpha(0.3),
    }
}

/// A field for several lines of text.
#[must_use]
pub fn editor(theme: &Theme, status: text_editor::Status) -> text_editor::Style {
    let tokens = tokens(theme);
    let focused = matches!(status, text_editor::Status::Focused { .. });
    let border = border::rounded(RADIUS).width(if focused { 2 } else { 1 }).color(if focused {
        tokens.accent
    } else {
        tokens.line
    });
    text_editor::Style {
        background: Background::Color(tokens.surface),
        border,
        placeholder: tokens.muted,
        value: tokens.ink,
        selection: tokens.accent.scale_alpha(0.3),
    }
}

/// A text field with something wrong in it.
#[must_use]
pub fn faulty_input(theme: &Theme, status: text_input::Status) -> text_input::Style {
    let style = input(theme, status);
    text_input::Style { border: style.border.color(tokens(theme).bad), ..style }
}

/// A text field inside a [`field`].
#[must_use]
pub fn bare_input(theme: &Theme, status: text_input::Status) -> text_input::Style {
    let style = input(theme, status);
    let focused = matches!(status, text_input::Status::Focused { .. });
    text_input::Style {
        background: Background::Color(Color::TRANSPARENT),
        border: if focused { Border { radius: 6.into(), ..style.border } } else { Border::default() },
        ..style
    }
}

/// A scrollable part.
#[must_use]
pub fn scroll(theme: &Theme, status: scrollable::Status) -> scrollable::Style {
    let tokens = tokens(theme);
    let active = !matches!(status, scrollable::Status::Active { .. });
    let scroller = scrollable::Scroller {
        background: Background::Color(tokens.muted.scale_alpha(if active { 0.7 } else { 0.35 })),
        border: border::rounded(4),
    };
    let rail = scrollable::Rail { background: None, border: Border::default(), scroller };
    scrollable::Style {
        container: container::Style::default(),
        vertical_rail: rail,
        horizontal_rail: rail,
        gap: None,
        auto_scroll: scrollable::AutoScroll {
            background: Background::Color(tokens.surface),
            border: border::rounded(999).width(1).color(tokens.line),
            shadow: Shadow::default(),
            icon: tokens.ink,
        },
    }
}

/// A bar that fills with progress.
#[must_use]
pub fn progress(theme: &Theme) -> progress_bar::Style {
    let tokens = tokens(theme);
    progress_bar::Style {
        background: Background::Color(tokens.line),
        bar: Background::Color(tokens.accent),
        border: border::rounded(2),
    }
}

/// The project's mark in the colour of a tone.
pub fn mark(tone: Tone) -> impl Fn(&Theme, svg::Status) -> svg::Style {
    move |theme, _| svg::Style { color: Some(tone.colour(theme)) }
}
