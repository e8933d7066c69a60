//! Several processes on one profile: every fax goes out once, and a process that is killed leaves no lie behind.

use std::collections::BTreeSet;

use serde_json::json;

use super::server::{Script, Server, Then, config};
use super::{Profile, told_by};

#[tokio::test(flavor = "multi_thread")]
async fn two_couriers_send_every_fax_once() {
    const FAXES: usize = 24;
    let profile = Profile::new();
    let gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    let numbers: Vec<String> = (0..FAXES).map(|at| format!("+141555501{:02}", 20 + at)).collect();
    let mut arguments = vec!["send", "--queue-only", &letter];
    numbers.iter().for_each(|number| arguments.extend(["--to", number]));
    assert_eq!(profile.ask(&arguments).await.code, 0);

    let couriers: Vec<_> = (0..2).map(|_| profile.command(&["--json", "outbox", "run"]).spawn().unwrap()).collect();
    for courier in couriers {
        let ended = told_by(courier).await;
        assert_eq!(ended.code, 0, "{} {}", ended.out, ended.err);
    }
    let jobs = profile.ask(&["outbox", "list"]).await.json();
    for job in jobs["jobs"].as_array().unwrap() {
        assert_eq!((&job["stage"], &job["attempts"]), (&json!("accepted"), &json!(1)), "{job}");
    }
    // A call takes as long as any other: when the last one is reported, all are.
    assert_eq!(profile.ask(&["send", "--to", "+14155550199", &letter]).await.code, 0);
    let mut reported = BTreeSet::new();
    for mail in gateway.until(FAXES + 1).await {
        let text = std::fs::read_to_string(mail).unwrap();
        let envid = text.lines().find(|line| line.starts_with("Original-Envelope-Id:")).unwrap().to_owned();
        assert!(reported.insert(envid), "a fax was taken twice");
    }
    assert_eq!(reported.len(), FAXES + 1);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_courier_that_is_killed_leaves_a_doubt_only_after_data() {
    // Where the server falls silent, and what the next process finds.
    for (silent_at, stage) in [("RCPT", "queued"), ("DOT", "in-doubt")] {
        let profile = Profile::new();
        let ca = super::certs::Ca::new("Trusted");
        let ca_file = profile.file("ca.pem", &ca.pem);
        let letter = profile.file("letter.txt", "Dear colleague,\n");
        let credentials = ca.issue(|params| params.not_after = rcgen::date_time_ymd(2049, 1, 1));
        let mut script = Script::with(Then::Tls(config(&credentials, None)));
        script.inside = vec![(silent_at, "")];
        let server = Server::start(script).await;
        let port = server.port.to_string();
        let account =
            ["Office", "--host", "localhost", "--port", &port, "--ca", &ca_file, "--from", "a@office.example"];
        assert_eq!(profile.add_account(&account, "secret").await.code, 0);
        let mut sending = profile.command(&["--json", "send", "--to", "+14155550123", &letter]).spawn().unwrap();
        let arrived = |line: &String| match silent_at {
            "DOT" => line == ".",
            verb => line.starts_with(verb),
        };
        while !server.so_far().secure.iter().any(arrived) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        sending.start_kill().unwrap();
        sending.wait().await.unwrap();
        assert_eq!(profile.stages().await, [stage], "killed at {silent_at}");
    }
}
