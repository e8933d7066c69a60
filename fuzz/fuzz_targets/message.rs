//! Nonsense read as a message, and as a file of many.
#![no_main]

use faxseal::fax::number::Region;
use faxseal::mail::{Inbound, begins_with_field, classify, hops, is_message, messages, route};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &[u8]| {
    let now = Timestamp::UNIX_EPOCH;
    if let Ok(Inbound::Fax(fax)) = classify(raw, Some(Region::US), now) {
        assert!(!fax.attachments.is_empty());
        let bytes: usize = fax.attachments.iter().map(|attachment| attachment.bytes.len()).sum();
        // An encoded message inside an encoded message counts again, each no deeper than messages may nest.
        assert!(bytes <= raw.len().saturating_mul(21));
        assert!(!fax.subject.contains(['\r', '\n']));
    }
    let route = route(raw, Some("mx.example.org"));
    assert!(route.hops.len() <= 50);
    let shown = route.hops.iter().flat_map(|hop| [&hop.by, &hop.from, &hop.with, &hop.tls]).flatten();
    assert!(shown.into_iter().all(|words| !words.contains(char::is_control)));
    let _ = (is_message(raw), begins_with_field(raw), hops(raw));
    for message in messages(raw).into_iter().flatten() {
        let _ = classify(&message, None, now);
    }
});
