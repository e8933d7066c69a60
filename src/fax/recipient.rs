//! Who gets a fax.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::number::{Number, NumberError, Region};

/// One recipient: a number, and what helps a person to know whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The name that the user gave, if any. It stays on this computer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where the fax is dialled to.
    pub number: Number,
    /// The T.33 sub-address behind that number, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_address: Option<SubAddress>,
    /// Whom a cover page asks for where the fax arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<String>,
}

impl Recipient {
    /// A recipient of whom only the number is known.
    #[must_use]
    pub const fn new(number: Number) -> Self {
        Self { name: None, number, sub_address: None, attention: None }
    }

    /// A number as a person writes it, or a name with the number in angle brackets; national numbers are read in
    /// `region`.
    ///
    /// # Errors
    /// [`NumberError`].
    pub fn parse(text: &str, region: Option<Region>) -> Result<Self, NumberError> {
        let text = text.trim();
        let Some((name, number)) = text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) else {
            return Number::parse(text, region).map(Self::new);
        };
        let name = name.trim().trim_matches('"').trim();
        let name = (!name.is_empty()).then(|| name.to_owned());
        Ok(Self { name, ..Self::new(Number::parse(number, region)?) })
    }

    /// Does a fax to the one arrive where a fax to the other does?
    #[must_use]
    pub fn is_same_line(&self, other: &Self) -> bool {
        self.number == other.number && self.sub_address == other.sub_address
    }

    /// The name, or the number grouped for reading.
    #[must_use]
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.number.international())
    }
}

/// A T.33 sub-address: 1 to 20 digits (RFC 3192 section 2, `sub-addr`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubAddress(String);

/// The text is not 1 to 20 digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a sub-address is 1 to 20 digits")]
pub struct BadSubAddress;

impl SubAddress {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SubAddress {
    type Error = BadSubAddress;

    fn try_from(text: String) -> Result<Self, BadSubAddress> {
        if (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text))
        } else {
            Err(BadSubAddress)
        }
    }
}

impl From<SubAddress> for String {
    fn from(sub_address: SubAddress) -> Self {
        sub_address.0
    }
}
