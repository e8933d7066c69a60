//! From a click to the verdict on a real server, in a process that runs already, and `openssl s_client` in turn: prints
//! `ours SECONDS` and `theirs SECONDS` for each round. `tests/peers/bench --only verdict` starts the server and this.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement ends where anything is not as it must be")]

use std::process::{Command, Stdio};
use std::time::Instant;

use faxseal::fax::certificate::Verdict;
use faxseal::fax::gateway::{TlsStart, Trust};
use faxseal::smtp::session::{Endpoint, Timeouts, open};
use faxseal::tls::{Anchors, Expectation};
use jiff::Timestamp;

fn main() {
    let setting = |name: &str| std::env::var(format!("FAXSEAL_BENCH_{name}")).ok();
    let (Some(host), Some(port), Some(ca)) = (setting("HOST"), setting("PORT"), setting("CA")) else {
        println!("skipped: no server (tests/peers/bench --only verdict)");
        return;
    };
    let rounds = setting("ROUNDS").map_or(15, |rounds| rounds.parse().unwrap());
    let endpoint = Endpoint { host: host.clone(), port: port.parse().unwrap(), tls: TlsStart::Starttls };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // The first round also fills the caches, and what the process does once.
    for round in 0..=rounds {
        let begun = Instant::now();
        let session = runtime.block_on(async {
            let anchors = Anchors::load(&Trust::CaFile(ca.clone().into())).unwrap();
            let expectation = Expectation::new(host.clone(), anchors);
            open(&endpoint, &expectation, &Timeouts::default(), Timestamp::now()).await.unwrap()
        });
        let ours = begun.elapsed();
        assert_eq!(runtime.block_on(session.quit()).verdict, Verdict::Verified);
        let begun = Instant::now();
        let status = Command::new("openssl")
            .args(["s_client", "-starttls", "smtp", "-connect", &format!("{host}:{port}"), "-CAfile", &ca])
            .args(["-verify_return_error", "-verify_hostname", &host, "-brief"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let theirs = begun.elapsed();
        assert!(status.success());
        if round > 0 {
            println!("ours {:.6}\ntheirs {:.6}", ours.as_secs_f64(), theirs.as_secs_f64());
        }
    }
}
