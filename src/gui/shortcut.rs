//! Keys that do what a pointer does, and how they are written.

use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};

/// What a key asks for; each screen knows what it means there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortcut {
    /// A new fax.
    NewFax,
    /// The screen of this number, from 1.
    Screen(u8),
    /// Add or import a file.
    Open,
    /// Send.
    Send,
    /// Save.
    Save,
    /// Take in what the clipboard holds.
    Paste,
    /// Take back what was just done.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Choose everything.
    ChooseAll,
    /// The same once more.
    Duplicate,
    /// What is chosen is turned against the clock.
    TurnLeft,
    /// What is chosen is turned with the clock.
    TurnRight,
    /// Black is white.
    Invert,
    /// Without specks.
    Despeckle,
    /// Lines of text level.
    Straighten,
    /// Print.
    Print,
    /// All pages below each other, or one.
    Roll,
    /// What is chosen moves before what stands before it.
    MoveBefore,
    /// What is chosen moves behind what stands behind it.
    MoveAfter,
    /// The one before is chosen too.
    ExtendBefore,
    /// The one after is chosen too.
    ExtendAfter,
    /// Into the archive, or back.
    Archive,
    /// Unread, or read.
    Unread,
    /// A label.
    Label,
    /// A note.
    Note,
    /// Who works on it.
    Assign,
    /// An answer.
    Reply,
    /// To somebody else.
    Forward,
    /// Signed and back.
    SignReturn,
    /// Copy.
    Copy,
    /// Look again.
    Refresh,
    /// Search.
    Find,
    /// Remove what is chosen.
    Delete,
    /// Close what is open on top.
    Escape,
    /// The row above.
    Up,
    /// The row below.
    Down,
    /// To the left: the page before, or a step.
    Left,
    /// To the right: the page after, or a step.
    Right,
    /// What is in the hand is meant.
    Enter,
    /// A signature is taken into the hand.
    Sign,
    /// The keys are told, or not any more.
    Keys,
    /// The next mark on the page.
    NextMark,
    /// The page before.
    PageBefore,
    /// The page after.
    PageAfter,
    /// The first page.
    First,
    /// The last page.
    Last,
    /// The shown page moves on its desk, in steps to the right and down.
    Scroll(i8, i8),
    /// Larger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
    /// All of the page.
    Fit,
    /// The next thing that takes the focus.
    FocusNext,
    /// The one before.
    FocusPrevious,
}

impl Shortcut {
    /// What a key press asks for, if anything.
    #[must_use]
    pub fn of(key: &Key, modifiers: Modifiers) -> Option<Self> {
        let plain = modifiers.is_empty();
        match key.as_ref() {
            Key::Named(Named::Tab) if modifiers == Modifiers::SHIFT => Some(Self::FocusPrevious),
            Key::Named(Named::Tab) if plain => Some(Self::FocusNext),
            Key::Named(Named::Escape) if plain => Some(Self::Escape),
            Key::Named(Named::Delete) if plain => Some(Self::Delete),
            Key::Named(Named::F5) if plain => Some(Self::Refresh),
            Key::Named(Named::F1) if plain => Some(Self::Keys),
            Key::Named(Named::Enter) if modifiers.command() => Some(Self::Send),
            Key::Named(Named::ArrowUp) if modifiers.command() => Some(Self::Scroll(0, -1)),
            Key::Named(Named::ArrowDown) if modifiers.command() => Some(Self::Scroll(0, 1)),
            Key::Named(Named::ArrowLeft) if modifiers.command() => Some(Self::Scroll(-1, 0)),
            Key::Named(Named::ArrowRight) if modifiers.command() => Some(Self::Scroll(1, 0)),
            Key::Named(Named::ArrowLeft | Named::ArrowUp) if modifiers == Modifiers::ALT => Some(Self::MoveBefore),
            Key::Named(Named::ArrowRight | Named::ArrowDown) if modifiers == Modifiers::ALT => Some(Self::MoveAfter),
            Key::Named(Named::ArrowLeft | Named::ArrowUp) if modifiers == Modifiers::SHIFT => Some(Self::ExtendBefore),
            Key::Named(Named::ArrowRight | Named::ArrowDown) if modifiers == Modifiers::SHIFT => {
                Some(Self::ExtendAfter)
            }
            Key::Named(Named::ArrowUp) if plain => Some(Self::Up),
            Key::Named(Named::ArrowDown) if plain => Some(Self::Down),
            Key::Named(Named::ArrowLeft) if plain => Some(Self::Left),
            Key::Named(Named::ArrowRight) if plain => Some(Self::Right),
            Key::Named(Named::PageUp) if plain => Some(Self::PageBefore),
            Key::Named(Named::PageDown) if plain => Some(Self::PageAfter),
            Key::Named(Named::Enter) if plain => Some(Self::Enter),
            Key::Named(Named::Home) if plain => Some(Self::First),
            Key::Named(Named::End) if plain => Some(Self::Last),
            Key::Character("?") if !modifiers.command() && !modifiers.alt() => Some(Self::Keys),
            // Shift and Alt make other characters on some keyboards: what was typed counts.
            Key::Character(text) if modifiers.command() => match text.to_lowercase().as_str() {
                "n" if modifiers.shift() => Some(Self::Note),
                "n" => Some(Self::NewFax),
                "o" => Some(Self::Open),
                "s" if modifiers.shift() => Some(Self::SignReturn),
                "s" => Some(Self::Save),
                "c" => Some(Self::Copy),
                "e" => Some(Self::Archive),
                "t" => Some(Self::Label),
                "u" => Some(Self::Unread),
                "v" => Some(Self::Paste),
                "z" if modifiers.shift() => Some(Self::Redo),
                "z" => Some(Self::Undo),
                "y" => Some(Self::Redo),
                "a" if modifiers.shift() => Some(Self::Assign),
                "a" => Some(Self::ChooseAll),
                "d" => Some(Self::Duplicate),
                "l" if modifiers.shift() => Some(Self::TurnRight),
                "l" => Some(Self::TurnLeft),
                "i" => Some(Self::Invert),
                "k" => Some(Self::Despeckle),
                "j" => Some(Self::Straighten),
                "p" => Some(Self::Print),
                "b" => Some(Self::Roll),
                "m" => Some(Self::NextMark),
                "g" => Some(Self::Sign),
                "r" if modifiers.shift() => Some(Self::Reply),
                "r" => Some(Self::Refresh),
                "f" if modifiers.shift() => Some(Self::Forward),
                "f" => Some(Self::Find),
                "+" | "=" => Some(Self::ZoomIn),
                "-" => Some(Self::ZoomOut),
                "0" => Some(Self::Fit),
                digit => digit.parse().ok().filter(|screen| (1..=9).contains(screen)).map(Self::Screen),
            },
            _ => None,
        }
    }

    /// Is it meant even where a field has taken the key?
    #[must_use]
    pub const fn is_strong(self) -> bool {
        matches!(self, Self::Escape | Self::Send | Self::Save | Self::Find)
    }
}

/// How far a key moves a screen that has nothing else for it to move, logical pixels.
#[must_use]
pub fn scroll_step(shortcut: Shortcut) -> Option<f32> {
    Some(match shortcut {
        Shortcut::Up => -60.0,
        Shortcut::Down => 60.0,
        Shortcut::PageBefore => -480.0,
        Shortcut::PageAfter => 480.0,
        Shortcut::First => -1.0e7,
        Shortcut::Last => 1.0e7,
        _ => return None,
    })
}

/// How a key with the command key is written on this system.
#[must_use]
pub fn command(key: &str) -> String {
    if cfg!(target_os = "macos") { format!("\u{2318}{key}") } else { format!("Ctrl+{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn character(text: &str) -> Key {
        Key::Character(text.into())
    }

    #[test]
    fn keys_are_understood() {
        let command = Modifiers::COMMAND;
        assert_eq!(Shortcut::of(&character("n"), command), Some(Shortcut::NewFax));
        assert_eq!(Shortcut::of(&character("3"), command), Some(Shortcut::Screen(3)));
        assert_eq!(Shortcut::of(&character("0"), command), Some(Shortcut::Fit));
        assert_eq!(Shortcut::of(&character("+"), command | Modifiers::SHIFT), Some(Shortcut::ZoomIn));
        assert_eq!(Shortcut::of(&character("n"), Modifiers::empty()), None);
        assert_eq!(Shortcut::of(&character("F"), command | Modifiers::SHIFT), Some(Shortcut::Forward));
        assert_eq!(Shortcut::of(&character("f"), command), Some(Shortcut::Find));
        assert_eq!(Shortcut::of(&character("z"), command), Some(Shortcut::Undo));
        assert_eq!(Shortcut::of(&character("Z"), command | Modifiers::SHIFT), Some(Shortcut::Redo));
        assert_eq!(Shortcut::of(&Key::Named(Named::ArrowRight), Modifiers::ALT), Some(Shortcut::MoveAfter));
        assert_eq!(Shortcut::of(&Key::Named(Named::Enter), command), Some(Shortcut::Send));
        assert_eq!(Shortcut::of(&Key::Named(Named::Tab), Modifiers::SHIFT), Some(Shortcut::FocusPrevious));
    }
}
