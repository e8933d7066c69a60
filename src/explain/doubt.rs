//! What is known of a job in doubt, before the user decides.

use faxseal::engine::{Act, Transmission};
use faxseal::i18n::t;

/// What was handed over, and how it ended.
pub fn facts(known: &Transmission) -> (String, String) {
    let last = known.history.iter().rev().find(|row| matches!(row.act, Act::Lost | Act::CourierDied));
    let fact = |name: &str| last.and_then(|row| row.facts.get(name));
    let bytes = known.bytes.to_string();
    match last.map(|row| row.act) {
        Some(Act::Lost) if fact("final_dot").and_then(serde_json::Value::as_bool) == Some(true) => {
            let detail = fact("detail").and_then(serde_json::Value::as_str).unwrap_or_default();
            (t::doubt_handed_all(bytes), t::doubt_ended(detail))
        }
        Some(Act::CourierDied) => (t::doubt_handed_some(bytes), t::doubt_died()),
        _ => (t::doubt_handed(), t::doubt_no_answer()),
    }
}
