//! A field for what is nobody's business.

use std::fmt;

use iced::widget::{TextInput, text_input};
use zeroize::Zeroizing;

use crate::gui::theme;

/// What was typed and is nobody's business: wiped when it goes, never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Nothing was typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// To be handed to the engine.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        self.0.clone()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// The field; what is typed into it is not shown.
pub fn secret_input<'a, Message: Clone + 'a>(
    id: &'static str,
    value: &Secret,
    typed: impl Fn(Secret) -> Message + 'a,
) -> TextInput<'a, Message> {
    text_input("", &value.0)
        .id(id)
        .secure(true)
        .on_input(move |text| typed(text.into()))
        .size(14)
        .padding([9, 10])
        .style(theme::input)
}
