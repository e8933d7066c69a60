//! Nonsense that a mailbox server answers, in the open and inside TLS.
#![no_main]

use faxseal::imap::fuzz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|said: &[u8]| {
    for inside in [false, true] {
        let mut rest = said;
        while let Some(used) = fuzz(rest, inside) {
            assert!(used > 0);
            rest = &rest[used..];
        }
    }
});
