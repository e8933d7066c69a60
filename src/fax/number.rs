//! Fax numbers: E.164, parsed once and never half understood.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, PhoneNumberType};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use rlibphonenumber::Region;

/// A fax number in full international form, as dialled from anywhere (ITU-T E.164).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Number(String);

/// Why a text is not a fax number.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NumberError {
    /// Nothing was given.
    #[error("no number was given")]
    Empty,
    /// It has no digits that could be dialled, or letters among them.
    #[error("it is not a telephone number")]
    NotANumber,
    /// A national number, and no country to read it in.
    #[error("the country is missing")]
    NoCountry,
    /// `+` and digits that start no country code.
    #[error("no country has this code")]
    UnknownCountry,
    /// Fewer digits than any number of its country.
    #[error("it is too short")]
    TooShort,
    /// More digits than any number of its country.
    #[error("it is too long")]
    TooLong,
    /// A number with an extension: gateways cannot dial one.
    #[error("it has an extension, which a fax gateway cannot dial")]
    Extension,
}

/// What kind of line a number belongs to, as far as its country's numbering plan tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A landline.
    Landline,
    /// A mobile telephone, which seldom receives faxes.
    Mobile,
    /// The plan does not tell landlines from mobiles (North America).
    LandlineOrMobile,
    /// Free for the caller, often not reachable from abroad.
    TollFree,
    /// Dear for the caller.
    Premium,
    /// Another kind that exists.
    Other,
    /// Of possible length, in no range known to be in use.
    Unassigned,
}

impl Number {
    /// Reads a number typed in any customary way. Without a leading `+` it is read as dialled in `region`.
    ///
    /// # Errors
    /// [`NumberError`] if it is not exactly one dialable number.
    pub fn parse(text: &str, region: Option<Region>) -> Result<Self, NumberError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NumberError::Empty);
        }
        // Vanity letters are refused: a word in a number is more likely a slip than a number.
        if text.split(|c: char| !c.is_alphabetic()).any(|word| !word.is_empty() && !is_extension_word(word)) {
            return Err(NumberError::NotANumber);
        }
        let parsed = PHONE_NUMBER_UTIL.parse(text, region).map_err(|error| match error {
            ParseError::InvalidCountryCode if text.starts_with(['+', '\u{ff0b}']) => NumberError::UnknownCountry,
            ParseError::InvalidCountryCode => NumberError::NoCountry,
            ParseError::TooShortAfterIdd | ParseError::TooShortNsn => NumberError::TooShort,
            ParseError::TooLongNsn => NumberError::TooLong,
            _ => NumberError::NotANumber,
        })?;
        if parsed.extension.as_deref().is_some_and(|extension| !extension.is_empty()) {
            return Err(NumberError::Extension);
        }
        use rlibphonenumber::ValidationError;
        match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&parsed) {
            Ok(rlibphonenumber::NumberLengthType::IsPossible) => {}
            Ok(rlibphonenumber::NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
                return Err(NumberError::TooShort);
            }
            Err(ValidationError::TooLong | ValidationError::InvalidLength) => return Err(NumberError::TooLong),
            Err(_) => return Err(NumberError::UnknownCountry),
        }
        let number = format(&parsed, PhoneNumberFormat::E164).map(Self).ok_or(NumberError::NotANumber)?;
        // With a trunk prefix twice, as in +64 0 0550 1360, it would be another number when it is read again.
        let again = number.parsed().and_then(|again| format(&again, PhoneNumberFormat::E164));
        if again.as_deref() == Some(number.e164()) { Ok(number) } else { Err(NumberError::NotANumber) }
    }

    /// `+14155550123`.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The digits with the country code, `14155550123`.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// The significant number within its country, without a trunk prefix: `4155550123`.
    #[must_use]
    pub fn national(&self) -> String {
        self.parsed().map_or_else(
            || self.digits().to_owned(),
            |number| rlibphonenumber::get_national_significant_number_owned(&number),
        )
    }

    /// Grouped for reading, in full international form: `+1 415-555-0123`.
    #[must_use]
    pub fn international(&self) -> String {
        self.parsed()
            .and_then(|number| format(&number, PhoneNumberFormat::International))
            .unwrap_or_else(|| self.0.clone())
    }

    /// The ISO 3166 code of the country, where the number belongs to one.
    #[must_use]
    pub fn country(&self) -> Option<String> {
        let region = PHONE_NUMBER_UTIL.get_region_for_number(&self.parsed()?)?;
        let code = format!("{region:?}").to_ascii_uppercase();
        (code.len() == 2).then_some(code)
    }

    /// What kind of line it is.
    #[must_use]
    pub fn kind(&self) -> LineKind {
        let Some(number) = self.parsed() else { return LineKind::Unassigned };
        match PHONE_NUMBER_UTIL.get_number_type(&number) {
            PhoneNumberType::FixedLine => LineKind::Landline,
            PhoneNumberType::Mobile => LineKind::Mobile,
            PhoneNumberType::FixedLineOrMobile => LineKind::LandlineOrMobile,
            PhoneNumberType::TollFree => LineKind::TollFree,
            PhoneNumberType::PremiumRate | PhoneNumberType::SharedCost => LineKind::Premium,
            PhoneNumberType::Unknown => LineKind::Unassigned,
            _ => LineKind::Other,
        }
    }

    fn parsed(&self) -> Option<PhoneNumber> {
        PHONE_NUMBER_UTIL.parse(&self.0, None).ok()
    }
}

fn is_extension_word(word: &str) -> bool {
    ["tel", "ext", "extn", "extension", "x"].contains(&word.to_lowercase().as_str())
}

fn format(number: &PhoneNumber, form: PhoneNumberFormat) -> Option<String> {
    PHONE_NUMBER_UTIL.format(number, form).into_owned().into()
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        Self::parse(text, None)
    }
}

impl TryFrom<String> for Number {
    type Error = NumberError;

    fn try_from(text: String) -> Result<Self, NumberError> {
        Self::parse(&text, None)
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_would_be_another_when_it_is_read_again_is_none() {
        assert_eq!(Number::parse("+6 40 0550 1360", None), Err(NumberError::NotANumber));
        for text in ["+39 06 6982 0000", "+64 4 472 1360", "+7 495 123-45-67", "+225 01 23 45 67 89"] {
            let number = Number::parse(text, None).unwrap();
            assert_eq!(Number::parse(number.e164(), None), Ok(number));
        }
    }

    #[test]
    fn numbers_typed_any_way_are_one_number() {
        for text in
            ["+1 415 555 0123", "(415) 555-0123", "415.555.0123", "1-415-555-0123", "\u{ff0b}１４１５５５５０１２３"]
        {
            let number = Number::parse(text, Some(Region::US)).unwrap();
            assert_eq!(number.e164(), "+14155550123", "{text}");
            assert_eq!(number.national(), "4155550123");
            assert_eq!(number.digits(), "14155550123");
            assert_eq!(number.country().as_deref(), Some("US"));
        }
        assert_eq!(Number::parse("+44 (0)20 7946 0958", None).unwrap().e164(), "+442079460958");
    }

    #[test]
    fn what_is_not_one_number_says_why() {
        for (text, error) in [
            ("", NumberError::Empty),
            ("abc", NumberError::NotANumber),
            ("415 555 0123", NumberError::NoCountry),
            ("+1 415", NumberError::TooShort),
            ("+1 415 555 01234567", NumberError::TooLong),
            ("+999 1234567", NumberError::UnknownCountry),
            ("+1 415 555 0123 ext. 12", NumberError::Extension),
            ("+1 415 FAX CARE", NumberError::NotANumber),
        ] {
            assert_eq!(Number::parse(text, None), Err(error), "{text}");
        }
    }

    #[test]
    fn the_country_of_a_number_is_known() {
        let number: Number = "+49 30 5550 1180".parse().unwrap();
        assert_eq!((number.country().as_deref(), number.kind()), (Some("DE"), LineKind::Landline));
    }
}
