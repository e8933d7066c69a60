//! The main job: a document goes out, is confirmed, and comes back.

use faxseal::document::{Document, Limits};
use faxseal::fax::page::PaperChoice;
use faxseal::tiff;
use serde_json::{Value, json};

use super::Profile;

#[tokio::test]
async fn the_demo_does_the_main_job_with_nothing_set_up() {
    let profile = Profile::new();
    let mut command = profile.command(&["--json", "demo", "--headless"]);
    // Not even a place for a profile.
    command
        .env_remove("FAXSEAL_DATA_DIR")
        .env_remove("FAXSEAL_SECRETS")
        .env_remove("FAXSEAL_PASSPHRASE")
        .env("HOME", "/");
    let demo = super::ended(command).await;
    assert_eq!((demo.code, demo.err.as_str()), (0, ""));
    let told = demo.json();
    assert_eq!((&told["verdict"], &told["job"]["stage"]), (&json!("verified"), &json!("delivered")));
    assert_eq!(told["received"], json!({ "file": "received.tif", "pages": 2 }));
    let pages = tiff::read(&std::fs::read(profile.path("received.tif")).unwrap(), &tiff::Limits::default()).unwrap();
    assert_eq!(pages.len(), 2);
    for page in pages {
        let page = page.unwrap();
        assert_eq!((page.page.bitmap.width(), page.damaged_lines), (1728, 0));
        assert!(page.page.bitmap.black_dots() > 1000);
    }
}

#[tokio::test]
async fn the_demo_without_a_display_says_so_and_goes_on() {
    let profile = Profile::new();
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    let demo = profile.run(&["demo", &letter]).await;
    assert_eq!(demo.code, 0, "{}", demo.err);
    for words in
        ["Verified and encrypted", "✓ STARTTLS forced", "Session transcript", "1 page came back", "received.tif"]
    {
        assert!(demo.out.contains(words), "{words}: {}", demo.out);
    }
    for words in ["SHA-1 fingerprint", "Names (SAN)", "SHA-256 of the key (SPKI)", " ms  S: 220 "] {
        assert!(demo.out.contains(words), "{words}: {}", demo.out);
    }
    assert!(!demo.out.contains('\u{1b}'), "colours without a terminal");
    if cfg!(feature = "gui") {
        assert!(demo.err.contains("without a window"), "{}", demo.err);
    }
}

#[tokio::test]
async fn each_practice_number_has_its_exit_code() {
    let profile = Profile::new();
    let gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    for (number, code, stage) in [
        ("+1 415 555 0123", 0, "accepted"),
        ("(415) 555-0111", 0, "accepted"),
        ("Dr. Hale <+14155550114>", 5, "failed"),
        ("+14155550115", 6, "queued"),
        ("+14155550117", 7, "in-doubt"),
    ] {
        let sent = profile.ask(&["send", "--to", number, &letter]).await;
        assert_eq!(sent.code, code, "{number}: {} {}", sent.out, sent.err);
        let told = sent.json();
        assert_eq!(told["jobs"][0]["stage"], stage, "{told}");
        assert!(told["fax"].is_i64() && told["jobs"][0]["to"].as_str().unwrap().starts_with("+1415555"));
        assert!(!told["jobs"][0]["detail"].as_str().unwrap().is_empty());
    }
    // The reports of the gateway, by the door that all mail takes.
    let mails = gateway.until(2).await;
    for mail in &mails {
        let imported = profile.ask(&["inbox", "import", mail.to_str().unwrap()]).await;
        assert_eq!(imported.json()["imported"][0]["result"], "receipt", "{}", imported.out);
    }
    assert_eq!(profile.stages().await, ["delivered", "failed", "failed", "queued", "in-doubt"]);

    // The gravest of several.
    let several =
        profile.ask(&["send", "--to", "+14155550115", "--to", "+14155550114", "--to", "+14155550123", &letter]).await;
    assert_eq!((several.code, several.json()["jobs"].as_array().unwrap().len()), (5, 3));
    let doubt = ["send", "--to", "+14155550114", "--to", "+14155550117", &letter];
    assert_eq!(profile.ask(&doubt).await.code, 7);
}

#[tokio::test]
async fn a_doubt_is_settled_by_the_user_alone() {
    let profile = Profile::new();
    let gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    let sent = profile.ask(&["send", "--to", "+14155550117", &letter]).await;
    let id = sent.json()["jobs"][0]["id"].to_string();
    for refused in [["outbox", "retry", &id], ["outbox", "cancel", &id]] {
        assert!(profile.ask(&refused).await.failed(1).contains("Settle"));
    }
    let run = profile.ask(&["outbox", "run"]).await;
    assert_eq!((run.code, run.json()), (0, json!({ "jobs": [] })));
    let attempts = |shown: Value| shown["attempts"].as_u64().unwrap();
    assert_eq!(attempts(profile.ask(&["outbox", "show", &id]).await.json()), 1);
    assert_eq!(profile.ask(&["outbox", "resolve", &id]).await.code, 2, "which of both is to be said");
    profile.ask(&["outbox", "resolve", &id, "--not-sent"]).await;
    assert_eq!(profile.ask(&["outbox", "run"]).await.code, 7);
    assert_eq!(attempts(profile.ask(&["outbox", "show", &id]).await.json()), 2);
    let settled = profile.ask(&["outbox", "resolve", &id, "--sent"]).await;
    assert_eq!(settled.json()["stage"], "accepted");
    assert_eq!(gateway.mails().len(), 0);
}

#[tokio::test]
async fn what_is_queued_waits_can_be_cancelled_and_is_sent_when_it_is_due() {
    let profile = Profile::new();
    let gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    for extra in [["--at", "2126-01-01 09:00"].as_slice(), &["--queue-only"], &["--queue-only"]] {
        let sent = profile.ask(&[&["send", "--to", "+14155550123", &letter], extra].concat()).await;
        assert_eq!((sent.code, &sent.json()["jobs"][0]["stage"]), (0, &json!("queued")));
    }
    assert_eq!(profile.ask(&["outbox", "cancel", "2"]).await.json()["stage"], "cancelled");
    let run = profile.ask(&["outbox", "run"]).await;
    assert_eq!(run.json()["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(profile.stages().await, ["queued", "cancelled", "accepted"]);
    gateway.until(1).await;
    assert_eq!(profile.ask(&["send", "--to", "+14155550123", &letter, "--at", "soon"]).await.code, 2);
    assert!(profile.ask(&["outbox", "show", "99"]).await.failed(2).contains("no such fax"));
}

#[tokio::test]
async fn an_account_lives() {
    let profile = Profile::new();
    let gateway = profile.with_gateway().await;
    let shown = profile.ask(&["account", "show", "Practice"]).await;
    assert!(shown.json().get("password").is_none() && !shown.out.contains(&gateway.password), "{}", shown.out);
    let tested = profile.ask(&["account", "test"]).await;
    let steps = tested.json()["steps"].as_array().unwrap().clone();
    let steps: Vec<_> = steps.iter().map(|taken| (taken["step"].as_str(), taken["outcome"].as_str())).collect();
    let road = ["reached", "starttls", "certificate", "sign-in", "sender-accepted", "size"];
    assert_eq!((tested.code, steps), (0, road.map(|step| (Some(step), Some("passed"))).to_vec()));
    let told = profile.run(&["account", "test"]).await;
    assert!(told.out.starts_with("✓ Reached\n✓ STARTTLS forced\n✓ Certificate\n✓ Sign-in\n"), "{}", told.out);
    assert_eq!(profile.ask(&["check", "Practice"]).await.json()["verdict"], "verified");
    let again = profile.add_account(&["Practice", "--host", "localhost", "--from", "a@b.example"], "x").await;
    assert!(again.failed(2).contains("already"));
    let wrong = profile.add_account(&["Other", "--host", "localhost", "--from", "nobody"], "x").await;
    assert!(wrong.failed(2).contains("nobody"));
    let template = ["Other", "--host", "localhost", "--from", "a@b.example", "--address-template", "{fax}@gw.example"];
    assert_eq!(profile.add_account(&template, "x").await.code, 2);
    assert_eq!(profile.ask(&["account", "remove", "Practice"]).await.code, 0);
    assert_eq!(profile.ask(&["account", "list"]).await.json(), json!({ "accounts": [] }));
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    assert!(profile.ask(&["send", "--to", "+14155550123", &letter]).await.failed(2).contains("No gateway"));
    let passphrase = "correct horse battery";
    for entry in std::fs::read_dir(profile.path("profile")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(path).unwrap();
            assert!(!bytes.windows(passphrase.len()).any(|window| window == passphrase.as_bytes()));
        }
    }
}

#[tokio::test]
async fn help_manual_and_completions_are_made() {
    let profile = Profile::new();
    assert_eq!(profile.run(&["help", "send"]).await.code, 0);
    assert_eq!(profile.run(&["send"]).await.code, 2);
    assert_eq!(profile.run(&["--nonsense"]).await.code, 2);
    let manual = profile.path("man");
    assert_eq!(profile.run(&["man", manual.to_str().unwrap()]).await.code, 0);
    assert!(manual.join("faxseal.1").exists() && manual.join("faxseal-outbox-resolve.1").exists());
    for shell in ["bash", "zsh", "fish"] {
        assert!(profile.run(&["completions", shell]).await.out.contains("resolve"));
    }
}

#[tokio::test]
async fn a_job_has_its_transmission_report_and_its_rows_in_the_log() {
    let profile = Profile::new();
    let _gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    let sent = profile.ask(&["send", "--to", "Lake <+14155550123>", &letter]).await;
    let id = sent.json()["jobs"][0]["id"].to_string();

    let told = profile.ask(&["report", &id]).await.json();
    assert_eq!(told["connection"]["verdict"], "verified", "{told:#}");
    assert!(told["bytes"].as_u64().unwrap() > 1000);
    let acts: Vec<&str> = told["history"].as_array().unwrap().iter().map(|row| row["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["queued", "claimed", "data-begins", "accepted"]);
    let said = profile.run(&["report", &id]).await.out;
    let certificate = told["connection"]["chain"][0]["sha256"].as_str().unwrap();
    for words in ["Transmission report", "Lake, +1 415-555-0123", certificate, "The gateway took it: 250", "STARTTLS"] {
        assert!(said.contains(words), "{words}: {said}");
    }

    let pdf = profile.path("report.pdf");
    let written = profile.ask(&["report", &id, "-o", pdf.to_str().unwrap()]).await;
    assert_eq!(written.code, 0, "{}", written.err);
    // The report itself, and a sheet with the page made small.
    let document = Document::open(std::fs::read(&pdf).unwrap(), None, &Limits::default()).unwrap();
    assert!(document.page_count(PaperChoice::Auto) >= 2);
    let again = profile.ask(&["report", &id, "-o", pdf.to_str().unwrap()]).await;
    assert!(again.failed(2).contains("--force"));
    assert_eq!(profile.ask(&["report", "99"]).await.code, 2);

    let check = profile.ask(&["audit", "verify"]).await;
    assert_eq!((check.code, &check.json()["whole"]), (0, &json!(true)));
    let head = check.json()["head"].as_str().unwrap().to_owned();
    let csv = profile.path("log.csv");
    assert_eq!(profile.ask(&["audit", "export", "-o", csv.to_str().unwrap()]).await.code, 0);
    let csv = std::fs::read_to_string(csv).unwrap();
    assert!(csv.starts_with("Time,Who,What,About") && csv.contains("The gateway took it"), "{csv}");
    profile.ask(&["outbox", "list"]).await;
    assert_eq!(profile.ask(&["audit", "verify", "--head", &head]).await.json()["found"], true);
    assert_eq!(profile.ask(&["audit", "verify", "--head", &"00".repeat(32)]).await.code, 1);
}
