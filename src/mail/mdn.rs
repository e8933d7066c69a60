//! Message disposition notifications (RFC 8098): what a mail program says became of a message. They are shown and prove
//! nothing: never taken as a confirmation of delivery (RFC 2532 section 2.1.2).

use super::classify::OtherFact;
use super::dsn::entries;
use super::mime::{Parsed, one_line};

/// What the message says of a disposition, if it is such a notification.
pub fn disposition(parsed: &Parsed) -> Option<OtherFact> {
    let leaf = parsed.leaves.iter().find(|leaf| {
        matches!(
            leaf.media_type.as_str(),
            "message/disposition-notification" | "message/global-disposition-notification"
        )
    })?;
    let fields: Vec<(String, String)> = entries(&leaf.text()).into_iter().flatten().collect();
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| one_line(value));
    let message_id =
        field("original-message-id").map(|id| id.trim_matches(['<', '>']).to_owned()).filter(|id| !id.is_empty());
    // `manual-action/MDN-sent-manually; displayed` (section 3.2.6).
    let value = field("disposition").unwrap_or_default();
    let disposition = value.rsplit(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(OtherFact::Disposition { message_id, disposition })
}
