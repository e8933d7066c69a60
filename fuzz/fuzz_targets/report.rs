//! Nonsense as the machine's part of a report on a message: of its delivery, or of its disposition.
#![no_main]

use faxseal::mail::{Inbound, classify};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (bool, &[u8], &[u8])| {
    let (delivery, fields, returned) = input;
    let kind = if delivery { "delivery-status" } else { "disposition-notification" };
    let head = format!(
        "Subject: report\r\nContent-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n\
         --b\r\nContent-Type: message/{kind}\r\n\r\n"
    );
    let returns = b"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n";
    let raw = [head.as_bytes(), fields, returns, returned, b"\r\n--b--\r\n"].concat();
    if let Ok(Inbound::Receipts { keys_and_receipts, .. }) = classify(&raw, None, Timestamp::UNIX_EPOCH) {
        assert!(!keys_and_receipts.is_empty() && keys_and_receipts.len() <= 1000);
        for (_, receipt) in keys_and_receipts {
            if let Some(status) = receipt.status {
                let parts: Vec<&str> = status.split('.').collect();
                assert!(parts.len() == 3 && parts.iter().all(|part| part.parse::<u16>().is_ok()), "{status}");
            }
            if let Some(words) = receipt.diagnostic {
                assert!(!words.contains(['\r', '\n']) && words.chars().count() <= 1000);
            }
        }
    }
});
