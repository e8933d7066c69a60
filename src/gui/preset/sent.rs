//! Sent faxes and the log.

use faxseal::engine::{Act, AuditCheck, AuditRow, JobRow, Transmission};
use faxseal::fax::gateway::Fingerprint;
use faxseal::fax::{FaxId, JobId, ReceivedId};
use iced::Size;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{jobs, letter, now, staged, verified};
use crate::gui::app::{App, Message, Screen};
use crate::gui::screen::{activity, sent as screen};

fn row(id: i64, minutes: i64, act: Act, job: Option<i64>, facts: Value) -> AuditRow {
    AuditRow {
        id,
        at: now() - SignedDuration::from_mins(minutes),
        who: "window, office".to_owned(),
        act,
        fax: job.map(FaxId),
        job: job.map(JobId),
        message: None,
        received: None,
        facts,
        chain: Some(Fingerprint([id as u8; 32])),
    }
}

fn life(job: i64) -> Vec<AuditRow> {
    let reply = json!({ "reply": { "code": 250, "enhanced": "2.0.0", "text": "Ok: queued as 4TnX2b" } });
    let receipt = json!({
        "faxed": true,
        "receipt": { "kind": "dsn", "action": "delivered", "status": "2.1.9", "at": now() },
    });
    vec![
        row(1, 60, Act::Queued, Some(job), json!({})),
        row(2, 60, Act::Claimed, Some(job), json!({})),
        row(3, 60, Act::DataBegins, Some(job), json!({})),
        row(4, 59, Act::Accepted, Some(job), reply),
        row(5, 50, Act::Receipt, Some(job), receipt),
    ]
}

/// What is known of a job of the outbox's preset.
pub fn known(id: i64) -> Transmission {
    let row: JobRow = jobs().into_iter().find(|row| row.job.id == JobId(id)).unwrap();
    Transmission { row, bytes: 212_318, session: Some(verified()), history: life(id) }
}

/// The sent faxes with the first one open.
pub fn sent() -> App {
    let state = screen::State::with_rows(jobs(), letter(), Size::new(620.0, 560.0), Some(known(4)));
    staged(Screen::Sent).with_sent(state)
}

/// The same with its transmission report.
pub fn report() -> App {
    let mut app = sent();
    let _ = app.update(Message::Sent(screen::Message::Part(screen::Part::Report)));
    app
}

/// Nothing was sent.
pub fn empty() -> App {
    let state = screen::State::with_rows(Vec::new(), letter(), Size::new(620.0, 560.0), None);
    staged(Screen::Sent).with_sent(state)
}

/// The log.
pub fn activity() -> App {
    let mut rows = life(4);
    let insecure = json!({ "host": "smtp.efaxsend.example", "port": 587, "failed": ["validity"], "certificate": null });
    let lost = json!({ "detail": "no answer in time", "final_dot": true });
    rows.push(row(6, 40, Act::Insecure, Some(2), insecure));
    rows.push(row(7, 31, Act::Lost, Some(6), lost));
    rows.push(AuditRow { received: Some(ReceivedId(8)), ..row(8, 11, Act::Received, None, json!({})) });
    rows.push(AuditRow { received: Some(ReceivedId(8)), ..row(9, 2, Act::Exported, None, json!({ "format": "pdf" })) });
    staged(Screen::Activity).with_activity(activity::State::with_rows(rows))
}

/// The log, in which an entry was changed.
pub fn broken() -> App {
    let mut app = activity();
    let check = AuditCheck {
        rows: 9,
        unchained: 0,
        first: Some(now()),
        last: Some(now()),
        head: Some(Fingerprint([9; 32])),
        broken: Some(4),
        cut: false,
        found: None,
    };
    let _ = app.update(Message::Activity(activity::Message::Verified(Ok(check))));
    app
}
