//! The desktop's own notifications. They tell that something came, and nothing of what is in it: a lock screen shows them
//! to everybody.

use faxseal::i18n::t;
use iced::Task;

/// A fax came that a rule wants told.
pub fn received<Message: Send + 'static>() -> Task<Message> {
    Task::future(async {
        let words = t::notify_received();
        match tokio::task::spawn_blocking(move || show(&words)).await {
            Ok(Ok(())) => {}
            Ok(Err(detail)) => log::warn!("the desktop cannot be told: {detail}"),
            Err(error) => log::warn!("the desktop cannot be told: {error}"),
        }
    })
    .discard()
}

/// Desktop Notifications Specification 1.2, section 9, `org.freedesktop.Notifications.Notify`.
#[cfg(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android"))))]
fn show(words: &str) -> Result<(), String> {
    use std::collections::HashMap;
    use zbus::zvariant::Value;

    const NAME: &str = "org.freedesktop.Notifications";
    const PATH: &str = "/org/freedesktop/Notifications";
    /// As long as the desktop sees fit.
    const TIMEOUT: i32 = -1;
    let connection = zbus::blocking::Connection::session().map_err(|error| error.to_string())?;
    let (actions, hints): (Vec<&str>, HashMap<&str, Value<'_>>) = (Vec::new(), HashMap::new());
    let told = (t::app_name(), 0_u32, "faxseal", words, "", actions, hints, TIMEOUT);
    let answer = connection.call_method(Some(NAME), PATH, Some(NAME), "Notify", &told);
    answer.map(drop).map_err(|error| error.to_string())
}

#[cfg(not(all(unix, not(any(target_os = "macos", target_os = "ios", target_os = "android")))))]
fn show(_words: &str) -> Result<(), String> {
    Err("there is no way to on this system yet".to_owned())
}
