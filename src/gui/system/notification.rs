//! What the desktop is told of a fax that comes in: that one came, and who sent it only where the user wants that.

use faxseal::engine::{Engine, Event, Notifications};
use faxseal::fax::received::ReceivedFax;
use faxseal::i18n::t;
use tokio::sync::broadcast::error::RecvError;

/// Tells of every fax that comes in, for as long as the engine lives.
pub async fn serve(engine: Engine) {
    let mut events = engine.events();
    loop {
        match events.recv().await {
            Ok(Event::Received(id)) => {
                let (Ok(receiving), Ok(fax)) = (engine.receiving().await, engine.received(id).await) else { continue };
                if let Some((summary, body)) = words(receiving.notifications, &fax) {
                    show(summary, body).await;
                }
            }
            // A rule wants it told, where nothing is told of others.
            Ok(Event::Notify(id)) => {
                let (Ok(receiving), Ok(fax)) = (engine.receiving().await, engine.received(id).await) else { continue };
                let what = Some(Notifications::Plain).filter(|_| receiving.notifications == Notifications::Off);
                if let Some((summary, body)) = what.and_then(|what| words(what, &fax)) {
                    show(summary, body).await;
                }
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn show(summary: String, body: String) {
    let shown = tokio::task::spawn_blocking(move || tell(&summary, &body)).await;
    // A desktop without notifications is no fault.
    match shown {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::info!("the desktop cannot be told of a fax: {error}"),
        Err(error) => log::info!("the desktop cannot be told of a fax: {error}"),
    }
}

/// By the desktop's own service (Desktop Notifications Specification, 1.2).
#[cfg(all(unix, not(target_os = "macos")))]
fn tell(summary: &str, body: &str) -> Result<(), String> {
    use std::collections::HashMap;

    use zbus::blocking::Connection;
    use zbus::zvariant::Value;

    const SERVICE: &str = "org.freedesktop.Notifications";
    // Who clicks on it gets the window of this program; what it shows is not kept for longer than the desktop likes.
    let hints =
        HashMap::from([("desktop-entry", Value::from("faxseal")), ("category", Value::from("transfer.complete"))]);
    let nothing: [&str; 0] = [];
    let (replaces, expires) = (0_u32, -1_i32);
    let body = ("Faxseal", replaces, "faxseal", summary, body, nothing.as_slice(), hints, expires);
    let connection = Connection::session().map_err(|error| error.to_string())?;
    let path = "/org/freedesktop/Notifications";
    let answer = connection.call_method(Some(SERVICE), path, Some(SERVICE), "Notify", &body);
    answer.map(|_| ()).map_err(|error| error.to_string())
}

/// By the system's own service.
#[cfg(any(windows, target_os = "macos"))]
fn tell(summary: &str, body: &str) -> Result<(), String> {
    let mut notification = notify_rust::Notification::new();
    notification.appname("Faxseal").summary(summary).body(body);
    notification.show().map(|_| ()).map_err(|error| error.to_string())
}

/// The two lines of a notification; none where nothing is to be told.
fn words(what: Notifications, fax: &ReceivedFax) -> Option<(String, String)> {
    match what {
        Notifications::Off => None,
        Notifications::Plain => Some((t::notify_received(), String::new())),
        Notifications::Full => {
            let number = fax.caller.number.as_ref().map(|number| number.international());
            let caller = fax.caller.name.clone().or(number).unwrap_or_else(t::inbox_unknown_caller);
            // Some desktops read markup there.
            let inert = |text: String| text.replace('&', "+").replace(['<', '>'], " ");
            let doubt = fax.pretence.as_ref().map(|_| t::pretence_mark());
            let body: Vec<String> = [t::notification_pages(fax.pages)].into_iter().chain(doubt).collect();
            Some((t::notification_fax_from(inert(caller)), body.join(" · ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gui::preset;

    #[test]
    fn nothing_of_a_fax_is_told_unless_the_user_wants_it() {
        let mut fax = preset::received_fax();
        fax.caller.name = Some("Clinic <b>&".to_owned());
        assert_eq!(words(Notifications::Off, &fax), None);
        let (summary, body) = words(Notifications::Plain, &fax).unwrap();
        let known = [fax.caller.name.clone().unwrap(), fax.pages.to_string()];
        assert!(known.iter().all(|word| !summary.contains(word.as_str())) && body.is_empty());
        let (summary, body) = words(Notifications::Full, &fax).unwrap();
        assert!(summary.contains("Clinic") && !summary.contains(['<', '&']), "{summary}");
        assert!(body.contains(&fax.pages.to_string()), "{body}");
    }
}
