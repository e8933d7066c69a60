//! What becomes of received faxes.

use faxseal::engine::Notifications;
use faxseal::i18n::t;

/// What the desktop is told.
pub fn notifications(notifications: Notifications) -> String {
    match notifications {
        Notifications::Off => t::notifications_off(),
        Notifications::Plain => t::notifications_plain(),
        Notifications::Full => t::notifications_full(),
    }
}
