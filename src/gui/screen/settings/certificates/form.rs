//! What a certificate is imported from, or made of.

use std::fmt;
use std::path::{Path, PathBuf};

use faxseal::engine::{AccountError, EngineError, IdentityFault, IdentityFrom, ImportError};
use faxseal::fax::identity::{KeyKind, Subject, Usage};
use faxseal::i18n::t;
use iced::Task;
use zeroize::Zeroizing;

/// The field that is typed into first.
pub const FIRST: &str = "certificate-name";

/// What was typed and is nobody's business: wiped when it goes, never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(pub Zeroizing<String>);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// A form, filled in.
#[derive(Debug)]
pub struct Form {
    pub source: Source,
    pub name: String,
    pub usage: Usage,
    pub problem: Option<String>,
}

/// Where the certificate comes from.
#[derive(Debug)]
pub enum Source {
    /// A file; its password is asked for when it wants one.
    File { path: PathBuf, password: Option<Secret> },
    /// It is made: signed by ourselves, or to be signed by an authority.
    Made { request: bool, common_name: String, organization: String, names: String, days: String },
}

/// What is asked of the engine.
#[derive(Debug)]
pub enum Meant {
    /// Take this file in.
    File { path: PathBuf, password: Option<Zeroizing<String>> },
    /// Make it.
    Made(IdentityFrom),
}

impl Meant {
    /// With the file read.
    pub async fn read(self) -> Result<IdentityFrom, EngineError> {
        Ok(match self {
            Self::File { path, password } => IdentityFrom::File { content: read(&path).await?, password },
            Self::Made(from) => from,
        })
    }
}

/// A field that changed.
#[derive(Clone, Debug)]
pub enum Field {
    Name(String),
    Usage(Usage),
    Password(Secret),
    CommonName(String),
    Organization(String),
    Names(String),
    Days(String),
}

impl Form {
    pub fn import(path: PathBuf) -> Self {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { source: Source::File { path, password: None }, name, usage: Usage::Client, problem: None }
    }

    pub fn make(request: bool) -> Self {
        let (common_name, organization, names) = Default::default();
        let source = Source::Made { request, common_name, organization, names, days: "825".to_owned() };
        Self { source, name: String::new(), usage: Usage::Client, problem: None }
    }

    /// Puts the cursor into the first field.
    pub fn focus<Message: Send + 'static>() -> Task<Message> {
        iced::widget::operation::focus(FIRST)
    }

    pub fn filled(&mut self, field: Field) {
        self.problem = None;
        match (field, &mut self.source) {
            (Field::Name(text), _) => self.name = text,
            (Field::Usage(usage), _) => self.usage = usage,
            (Field::Password(secret), Source::File { password, .. }) => *password = Some(secret),
            (Field::CommonName(text), Source::Made { common_name, .. }) => *common_name = text,
            (Field::Organization(text), Source::Made { organization, .. }) => *organization = text,
            (Field::Names(text), Source::Made { names, .. }) => *names = text,
            (Field::Days(text), Source::Made { days, .. }) => *days = text,
            _ => {}
        }
    }

    /// It was refused; a file that is encrypted asks for its password.
    pub fn refused(&mut self, error: &EngineError, why: String) {
        let needs = *error == EngineError::Identity(IdentityFault::Import(ImportError::PasswordNeeded));
        match &mut self.source {
            Source::File { password: password @ None, .. } if needs => *password = Some(Secret::default()),
            _ => self.problem = Some(why),
        }
    }

    /// What is asked of the engine; none where a field is not as it must be.
    pub fn meant(&mut self) -> Option<(String, Usage, Meant)> {
        let from = match &self.source {
            Source::File { path, password } => {
                Meant::File { path: path.clone(), password: password.as_ref().map(|secret| secret.0.clone()) }
            }
            Source::Made { request, common_name, organization, names, days } => {
                let names: Vec<String> = names
                    .split([',', ' ', ';'])
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect();
                let Ok(days) = days.trim().parse() else {
                    self.problem = Some(t::certificates_bad_days());
                    return None;
                };
                let shown = Some(common_name.trim()).filter(|name| !name.is_empty());
                let common_name = shown.or(names.first().map(String::as_str)).unwrap_or_default().to_owned();
                let organization = Some(organization.trim()).filter(|name| !name.is_empty()).map(str::to_owned);
                let subject = Subject { common_name, organization, names, key: KeyKind::P256, days };
                Meant::Made(if *request { IdentityFrom::Request(subject) } else { IdentityFrom::SelfSigned(subject) })
            }
        };
        Some((self.name.clone(), self.usage, from))
    }
}

/// A file that may hold a key.
pub async fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, EngineError> {
    let fail = |error: std::io::Error| AccountError::Certificate { path: path.to_owned(), detail: error.to_string() };
    Ok(tokio::fs::read(path).await.map(Zeroizing::new).map_err(fail)?)
}
