//! Received faxes: messages and files come in, and go out as files.

use faxseal::tiff;
use serde_json::json;

use super::{Profile, corpus};

#[tokio::test]
async fn a_fax_comes_in_as_a_message_and_goes_out_as_a_file() {
    let profile = Profile::new();
    let gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n\u{c}second page\n");
    assert_eq!(profile.ask(&["send", "--to", "+14155550100", &letter]).await.code, 0);
    let mails = gateway.until(2).await;
    let mut results = Vec::new();
    for mail in &mails {
        let imported = profile.ask(&["inbox", "import", mail.to_str().unwrap()]).await.json();
        results.push(imported["imported"][0]["result"].as_str().unwrap().to_owned());
        let again = profile.ask(&["inbox", "import", mail.to_str().unwrap()]).await.json();
        assert_eq!(again["imported"][0]["result"], "known");
    }
    results.sort();
    assert_eq!(results, ["fax", "receipt"]);
    let list = profile.ask(&["inbox", "list"]).await.json();
    let fax = &list["faxes"][0];
    assert_eq!((&fax["pages"], &fax["y_dpi"], &fax["unread"]), (&json!(2), &json!(196), &json!(true)));
    assert!(profile.run(&["inbox", "list"]).await.out.contains("2 pages"));
    let id = fax["id"].to_string();
    assert_eq!(profile.ask(&["inbox", "mark", &id, "--read"]).await.json()["unread"], false);
    assert_eq!(profile.ask(&["inbox", "mark", &id]).await.code, 2);

    for (name, starts) in [("fax.tif", &b"II*\0"[..]), ("fax.pdf", b"%PDF-"), ("fax.eml", b"")] {
        let path = profile.path(name);
        let export = ["inbox", "export", &id, "-o", path.to_str().unwrap()];
        assert_eq!(profile.ask(&export).await.code, 0);
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.starts_with(starts), "{name}");
        assert!(profile.ask(&export).await.failed(2).contains("--force"), "{name} was replaced");
        assert_eq!(profile.ask(&[&export[..], &["--force"]].concat()).await.code, 0);
    }
    let png = profile.path("page.png");
    let export = profile.ask(&["inbox", "export", &id, "-o", png.to_str().unwrap()]).await.json();
    assert_eq!(export["files"].as_array().unwrap().len(), 2);
    let odd = profile.path("fax.doc");
    assert_eq!(profile.ask(&["inbox", "export", &id, "-o", odd.to_str().unwrap()]).await.code, 2);

    assert_eq!(profile.ask(&["inbox", "delete", &id]).await.json()["faxes"], json!([]));
    assert_eq!(profile.ask(&["inbox", "delete", &id, "--undo"]).await.json()["faxes"].as_array().unwrap().len(), 1);

    // What went out as a file comes in as one, with the same dots.
    let first = tiff::read(&std::fs::read(profile.path("fax.tif")).unwrap(), &tiff::Limits::default()).unwrap();
    for name in ["fax.tif", "fax.pdf"] {
        let imported = profile.ask(&["inbox", "import", profile.path(name).to_str().unwrap()]).await.json();
        let id = imported["imported"][0]["id"].to_string();
        let path = profile.path("again.tif");
        profile.ask(&["inbox", "export", &id, "-o", path.to_str().unwrap(), "--force"]).await;
        let again = tiff::read(&std::fs::read(path).unwrap(), &tiff::Limits::default()).unwrap();
        for (one, other) in first.iter().zip(&again) {
            let (one, other) = (&one.as_ref().unwrap().page.bitmap, &other.as_ref().unwrap().page.bitmap);
            assert_eq!(one, other, "{name}");
        }
    }
}

#[tokio::test]
async fn one_refused_file_leaves_the_others() {
    let profile = Profile::new();
    let broken = profile.file("broken.pdf", "%PDF-1.7 and no more");
    let note = profile.file("note.eml", "From: a@b.example\nSubject: Hello\n\nno fax\n");
    let picture = profile.file("picture.gif", "GIF89a");
    let imported = profile.ask(&["inbox", "import", &broken, &note, &picture, "/nowhere.tif"]).await;
    assert_eq!(imported.code, 3, "{}", imported.out);
    let results: Vec<_> =
        imported.json()["imported"].as_array().unwrap().iter().map(|row| row["result"].clone()).collect();
    assert_eq!(results, ["refused", "other", "refused", "refused"]);
}

#[tokio::test]
async fn real_messages_are_a_fax_a_receipt_or_put_aside() {
    let files: Vec<_> = ["gateways", "bounces", "mdn", "mime"].into_iter().flat_map(corpus).collect();
    if files.is_empty() {
        return;
    }
    let profile = Profile::new();
    let names: Vec<&str> = files.iter().filter_map(|path| path.to_str()).collect();
    let imported = profile.ask(&[&["inbox", "import"], &names[..]].concat()).await;
    assert!([0, 3].contains(&imported.code), "{}", imported.err);
    let imported = imported.json();
    let rows = imported["imported"].as_array().unwrap();
    assert!(rows.len() >= names.len());
    let count = |result: &str| rows.iter().filter(|row| row["result"] == result).count();
    println!(
        "{} files: {} faxes, {} reports, {} others, {} known, {} refused",
        names.len(),
        count("fax"),
        count("unknown-receipt") + count("receipt"),
        count("other"),
        count("known"),
        count("refused")
    );
    let list = profile.ask(&["inbox", "list"]).await.json();
    assert_eq!(list["faxes"].as_array().unwrap().len(), count("fax"));
}

#[tokio::test]
async fn faxes_are_labelled_given_to_somebody_archived_and_found_again() {
    let profile = Profile::new();
    let text = profile.file("letter.txt", "Dear colleague");
    let pages = profile.path("letter.tif");
    assert_eq!(profile.ask(&["render", &text, "-o", pages.to_str().unwrap()]).await.code, 0);
    assert_eq!(profile.ask(&["inbox", "import", pages.to_str().unwrap()]).await.code, 0);
    let list = profile.ask(&["inbox", "list"]).await.json();
    let id = list["faxes"][0]["id"].to_string();
    let change = ["inbox", "change", &id, "--label", "To sign", "--note", "call back", "--assign", "Dr. Okafor"];
    let changed = profile.ask(&change).await.json();
    assert_eq!((&changed["labels"], &changed["note"]), (&json!(["To sign"]), &json!("call back")));
    assert_eq!(changed["assignee"], "Dr. Okafor");
    assert!(profile.run(&["inbox", "list"]).await.out.contains("[To sign]"));
    let count = async |arguments: &[&str]| {
        let found = profile.ask(&[&["inbox"], arguments].concat()).await.json();
        found["faxes"].as_array().unwrap().len()
    };
    assert_eq!(count(&["search", "sig", "call"]).await, 1);
    assert_eq!(count(&["search", "nothing"]).await, 0);
    assert_eq!(count(&["list", "--label", "To sign", "--assigned", "Dr. Okafor", "--unread"]).await, 1);
    assert_eq!(count(&["list", "--since", "2100-01-01"]).await, 0);
    assert_eq!(profile.ask(&["inbox", "list", "--since", "soon"]).await.code, 2);
    profile.ask(&["inbox", "change", &id, "--archive", "--unlabel", "To sign", "--nobody"]).await;
    assert_eq!((count(&["list"]).await, count(&["list", "--archived"]).await), (0, 1));
    assert_eq!(profile.ask(&["inbox", "change", &id]).await.code, 2);
    assert_eq!(profile.ask(&["inbox", "change", &id, "--label", " "]).await.code, 1);
    assert_eq!(profile.ask(&["inbox", "change", &id, "--unarchive"]).await.json()["shelf"], "inbox");
}

/// A folder of programs that are nothing but scripts.
#[cfg(unix)]
fn programs(profile: &Profile, scripts: &[(&str, &str)]) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = profile.path("bin");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, script) in scripts {
        let path = folder.join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder.display().to_string()
}

#[cfg(unix)]
#[tokio::test]
async fn words_on_pages_are_found_and_a_fax_is_printed_where_the_programs_are() {
    let profile = Profile::new();
    let text = profile.file("letter.txt", "Dear colleague,\u{c}second page");
    let pages = profile.path("letter.tif");
    assert_eq!(profile.ask(&["render", &text, "-o", pages.to_str().unwrap()]).await.code, 0);
    let imported = profile.ask(&["inbox", "import", pages.to_str().unwrap()]).await.json();
    let id = imported["imported"][0]["id"].to_string();
    let with = async |path: &str, arguments: &[&str]| {
        let mut command = profile.command(&[&["--json"], arguments].concat());
        command.env("PATH", path);
        super::ended(command).await
    };
    // Without the programs, it says what is missing.
    let nothing = profile.path("nothing").display().to_string();
    assert!(with(&nothing, &["inbox", "ocr"]).await.failed(1).contains("tesseract-ocr"));
    assert!(with(&nothing, &["inbox", "print", &id]).await.failed(1).contains("CUPS"));
    let searched = with(&nothing, &["inbox", "search", "troponin"]).await;
    assert!(searched.err.contains("tesseract-ocr"), "{}", searched.err);

    let printed = profile.path("printed.pdf").display().to_string();
    let told = profile.path("told.txt").display().to_string();
    let tesseract = "if [ \"$1\" = --list-langs ]; then printf 'List of languages (1):\\neng\\n'; exit; fi
/bin/cat > /dev/null
printf 'level\\n5\\t1\\t1\\t1\\t1\\t1\\t10\\t20\\t80\\t30\\t96\\tTroponin\\n'";
    let lp = format!("printf '%s ' \"$@\" > '{told}'\n/bin/cat > '{printed}'");
    let lpstat = "case $1 in -e) echo Front; echo Laser;; -d) echo 'system default destination: Laser';; esac";
    let bin = programs(&profile, &[("tesseract", tesseract), ("lp", &lp), ("lpstat", lpstat)]);
    assert_eq!(with(&bin, &["inbox", "ocr"]).await.json()["pages"], 2);
    assert_eq!(with(&bin, &["inbox", "ocr"]).await.json()["pages"], 0);
    let found = with(&bin, &["inbox", "search", "tropo"]).await.json();
    assert_eq!((found["faxes"].as_array().unwrap().len(), &found["passages"][&id]), (1, &json!("Troponin Troponin")));
    let printers = with(&bin, &["inbox", "printers"]).await.json();
    assert_eq!(printers["printers"][0], json!({ "name": "Laser", "usual": true }));
    assert_eq!(with(&bin, &["inbox", "print", &id, "--printer", "Front", "--copies", "2"]).await.code, 0);
    let arguments = std::fs::read_to_string(&told).unwrap();
    assert!(arguments.starts_with("-d Front -n 2 -t Fax "), "{arguments}");
    assert!(std::fs::read(&printed).unwrap().starts_with(b"%PDF-"));
    assert_eq!(with(&bin, &["inbox", "print", &id, "--copies", "0"]).await.code, 2);
    let refused = programs(&profile, &[("lp", "/bin/cat > /dev/null; echo 'no such printer' >&2; exit 1")]);
    assert!(with(&refused, &["inbox", "print", &id]).await.failed(1).contains("no such printer"));
}

/// Tesseract itself, on what was typed and faxed.
#[tokio::test]
async fn tesseract_reads_a_faxed_page_and_its_words_go_into_the_pdf() {
    if !std::process::Command::new("tesseract").arg("--version").output().is_ok_and(|ended| ended.status.success()) {
        println!("skipped: there is no tesseract here");
        return;
    }
    let profile = Profile::new();
    let text = profile.file("letter.txt", "Dear colleague,\n\nthe troponin was elevated on admission.\n");
    for (resolution, id) in [("standard", "1"), ("fine", "2"), ("superfine", "3")] {
        let pages = profile.path(&format!("{resolution}.tif")).display().to_string();
        let rendered = profile.ask(&["render", &text, "-o", &pages, "--resolution", resolution]).await;
        assert_eq!(rendered.code, 0, "{}", rendered.err);
        assert_eq!(profile.ask(&["inbox", "import", &pages]).await.code, 0);
        assert_eq!(profile.ask(&["inbox", "ocr"]).await.json()["pages"], 1);
        let found = profile.ask(&["inbox", "search", "troponin", "elevated"]).await.json();
        assert!(found["passages"][id].as_str().unwrap().contains("troponin was elevated"), "{resolution}: {found}");
    }
}

#[tokio::test]
async fn rules_are_kept_tried_and_removed() {
    let profile = Profile::new();
    let text = profile.file("letter.txt", "Dear colleague");
    let pages = profile.path("letter.tif");
    assert_eq!(profile.ask(&["render", &text, "-o", pages.to_str().unwrap()]).await.code, 0);
    assert_eq!(profile.ask(&["inbox", "import", pages.to_str().unwrap()]).await.code, 0);
    let add = ["inbox", "rules", "add", "Everything", "--label", "New", "--print", "--forward", "+14155550123"];
    let rules = profile.ask(&add).await.json();
    let then = json!({ "labels": ["New"], "forward": "+14155550123", "print": "" });
    assert_eq!((&rules["rules"][0]["name"], &rules["rules"][0]["then"]), (&json!("Everything"), &then));
    assert!(profile.run(&["inbox", "rules", "list"]).await.out.contains("every fax: label “New”"));
    assert!(profile.ask(&add).await.failed(1).contains("has this name"));
    let nothing = profile.ask(&["inbox", "rules", "add", "Nothing", "--sender", "x"]).await;
    assert!(nothing.failed(1).contains("what the rule is to do"));
    let tried = profile.ask(&["inbox", "rules", "try"]).await.json();
    assert_eq!(tried["faxes"][0]["rules"], json!(["Everything"]));
    assert_eq!(profile.ask(&["inbox", "list"]).await.json()["faxes"][0]["labels"], json!([]), "nothing was done");
    assert_eq!(profile.ask(&["inbox", "rules", "remove", "Everything"]).await.json()["rules"], json!([]));
}

#[tokio::test]
async fn what_is_no_fax_is_shown_and_its_links_are_not_followed() {
    let profile = Profile::new();
    assert_eq!(profile.ask(&["inbox", "others"]).await.json()["messages"], json!([]));
    let bait = "From: eFax <x@evil.example>\r\nSubject: You have a fax\r\nContent-Type: text/html\r\n\r\n\
        <p>Look at it <a href=\"http://evil.example/fax?id=1\">here</a></p>\r\n";
    let report = "From: MAILER-DAEMON@gw.example\r\nSubject: failure notice\r\n\r\n550 5.1.1 no such number\r\n\
        Message-ID: <unknown@office.example>\r\n";
    for (name, message, result) in [("bait.eml", bait, "other"), ("report.eml", report, "unknown-receipt")] {
        let file = profile.file(name, message);
        let imported = profile.ask(&["inbox", "import", &file]).await.json();
        assert_eq!(imported["imported"][0]["result"], result);
    }
    let listed = profile.ask(&["inbox", "others"]).await.json();
    let subjects: Vec<_> = listed["messages"].as_array().unwrap().iter().map(|other| &other["subject"]).collect();
    assert_eq!(subjects, ["failure notice", "You have a fax"]);
    assert_eq!(listed["messages"][1]["pretence"]["gateway"], "eFax");
    let id = listed["messages"][1]["id"].to_string();
    let shown = profile.ask(&["inbox", "others", &id]).await.json();
    assert_eq!(
        (&shown["text"], &shown["links"]),
        (&json!("Look at it here"), &json!(["http://evil.example/fax?id=1"]))
    );
    let words = profile.run(&["inbox", "others", &id]).await.out;
    assert!(words.contains("no address of eFax") && words.contains("not followed"), "{words}");
    let path = profile.path("bait-again.eml");
    let save = ["inbox", "others", &id, "-o", path.to_str().unwrap()];
    assert_eq!(profile.run(&save).await.code, 0);
    assert_eq!(std::fs::read(&path).unwrap(), bait.as_bytes());
    assert_eq!(profile.run(&["inbox", "others", "99"]).await.code, 2);
}

#[tokio::test]
async fn what_becomes_of_received_faxes_is_chosen() {
    let profile = Profile::new();
    let usual = profile.ask(&["receiving", "show"]).await.json();
    assert_eq!(usual, json!({ "send_receipts": false, "notifications": "plain" }));
    let set = ["receiving", "set", "--receipts", "on", "--notifications", "full", "--watch", "scans"];
    let chosen = profile.ask(&set).await.json();
    assert_eq!((&chosen["send_receipts"], &chosen["notifications"]), (&json!(true), &json!("full")));
    assert!(std::path::Path::new(chosen["watched_folder"].as_str().unwrap()).is_absolute());
    let less = profile.ask(&["receiving", "set", "--no-watch", "--notifications", "off"]).await.json();
    assert_eq!(less, json!({ "send_receipts": true, "notifications": "off" }));
    assert_eq!(profile.run(&["receiving", "set", "--receipts", "perhaps"]).await.code, 2);
}
