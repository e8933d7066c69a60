//! What a gateway reports of a fax after it took it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// In what form a report came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiptKind {
    /// A delivery status notification (RFC 3464).
    Dsn,
    /// The gateway's own confirmation mail.
    Confirmation,
    /// A mail server's words, in no form that machines read.
    Bounce,
    /// The user said so.
    User,
}

/// What the report says became of the fax (RFC 3464 section 2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Given up for good.
    Failed,
    /// Not yet; the gateway goes on trying.
    Delayed,
    /// Handed over, or faxed, as the gateway means it.
    Delivered,
    /// Passed on to where no more reports come from.
    Relayed,
    /// Passed on to several.
    Expanded,
}

/// Keys by which a report finds its job; each may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptKeys {
    /// Original-Envelope-Id (RFC 3464 section 2.2.1), decoded from xtext.
    pub envid: Option<String>,
    /// Original-Recipient or, without it, Final-Recipient: the address without its type.
    pub recipient: Option<String>,
    /// Message-IDs of messages that the report returns or refers to, without angle brackets.
    pub message_ids: Vec<String>,
    /// The number that was dialled, as the gateway writes it.
    pub dialled: Option<String>,
    /// Domains that it says it comes from: of its From field and its Reporting-MTA, in lower case.
    pub domains: Vec<String>,
}

/// A report of one recipient's fax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// In what form it came.
    pub kind: ReceiptKind,
    /// What it says.
    pub action: Action,
    /// Enhanced status code (RFC 3463), such as "5.1.1".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The gateway's own words, such as a Diagnostic-Code without its type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnostic: Option<String>,
    /// Seconds on the line, where the gateway tells them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// Pages faxed, where the gateway tells them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// When the report was made, as it says itself, or else when it came.
    pub at: Timestamp,
}
