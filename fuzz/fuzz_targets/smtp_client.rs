//! Nonsense that a submission server answers, however it is cut into segments.
#![no_main]

use faxseal::fax::job::Reply;
use faxseal::smtp::{Answer, Capabilities};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|said: &[u8]| {
    let mut rest = said;
    loop {
        let whole = Answer::parse(rest);
        // What is decided early is decided as it is with all that comes.
        if let Some(early) = (0..rest.len().min(200)).map(|end| Answer::parse(&rest[..end])).find(|part| *part != Ok(None))
        {
            assert_eq!(early, whole);
        }
        let Ok(Some((answer, used))) = whole else { return };
        assert!(used > 0 && (200..560).contains(&answer.code));
        assert!(answer.lines.iter().all(|line| !line.contains(char::is_control)));
        let again: String = answer.on_the_wire().map(|line| line + "\r\n").collect();
        assert_eq!(Answer::parse(again.as_bytes()).map(|found| found.map(|(answer, _)| answer)), Ok(Some(answer.clone())));
        let _ = Capabilities::read(&answer);
        assert!(!Reply::from(answer).text.contains(['\r', '\n']));
        rest = &rest[used..];
    }
});
