//! Accounts made from what is known of a gateway, built in or the user's own.

use super::Profile;

#[tokio::test]
async fn an_account_has_what_its_preset_knows_and_options_win() {
    let profile = Profile::new();
    let from = ["--from", "desk@office.example"];
    let add = async |options: &[&str]| profile.ask(&[&["account", "add", "--preset"], options, &from].concat()).await;
    let known = add(&["interfax"]).await.json();
    assert_eq!(known["name"], "InterFAX");
    assert_eq!((known["host"].as_str(), known["port"].as_u64()), (Some("mail.fax.tc"), Some(25)));
    assert_eq!((known["address"].as_str(), known["preset"].as_str()), (Some("{e164}@fax.tc"), Some("interfax")));

    let options = ["--host", "gw.example", "--port", "2525", "--attachment", "pdf", "--success-dsn", "faxed"];
    let won = add(&[&["rfc3192", "Ours"], &options[..], &["--address-template", "{idd}@gw.example"]].concat()).await;
    let won = won.json();
    assert_eq!((won["name"].as_str(), won["port"].as_u64()), (Some("Ours"), Some(2525)));
    assert_eq!((won["attachment"].as_str(), won["success_dsn"].as_str()), (Some("pdf"), Some("faxed")));
    assert_eq!(won["address"], "{idd}@gw.example");
    let standard = add(&["rfc3192", "--host", "gw.example"]).await.json();
    assert_eq!((standard["port"].as_u64(), standard["attachment"].as_str()), (Some(587), Some("tiff-s")));
    assert_eq!(standard["address"], "FAX={e164}/T33S={t33}@gw.example");

    assert!(add(&["efax"]).await.failed(2).contains("--host"));
    assert!(add(&["freepbx", "--host", "pbx.example"]).await.failed(2).contains("--address-template"));
    let template = ["--address-template", "{digits}@pbx.example"];
    assert_eq!(add(&[&["freepbx", "--host", "pbx.example"], &template[..]].concat()).await.code, 0);
    assert!(add(&["nobody"]).await.failed(2).contains("account presets"));
    // Without a preset, the server is asked for.
    assert_eq!(profile.ask(&[&["account", "add", "X"], &from[..]].concat()).await.code, 2);
}

#[tokio::test]
async fn an_account_is_changed_in_place_and_the_rest_of_it_stays() {
    let profile = Profile::new();
    let pin = "ab".repeat(32);
    let add = ["account", "add", "Office", "--host", "gw.example", "--from", "desk@office.example", "--pin", &pin];
    profile.ask(&[&add[..], &["--nist", "--sender-number", "+14155550100"]].concat()).await.json();
    let set = async |options: &[&str]| profile.ask(&[&["account", "set"], options].concat()).await;
    let changed = set(&["Office", "--from", "fax@office.example", "--tls", "implicit"]).await.json();
    let account = &changed["account"];
    assert_eq!((account["port"].as_u64(), account["tls"].as_str()), (Some(465), Some("implicit")));
    assert_eq!(account["sender"]["address"], "fax@office.example");
    assert_eq!((account["nist"].as_bool(), account["sender"]["number"].as_str()), (Some(true), Some("+14155550100")));
    // 587 became 465: the pin was of the other port.
    assert_eq!((changed["pin_dropped"].as_bool(), account["pin"].is_null()), (Some(true), true));
    let pinned = set(&["Office", "--pin", &pin, "--pin-note", "by telephone", "--name", "Line 2"]).await.json();
    assert_eq!(pinned["account"]["pin"]["note"], "by telephone");
    let cleared = set(&["Line 2", "--clear", "pin", "--clear", "nist", "--clear", "sender-number"]).await.json();
    let account = &cleared["account"];
    assert!(account["pin"].is_null() && account["nist"].is_null() && account["sender"]["number"].is_null());
    let preset = set(&["Line 2", "--preset", "interfax"]).await.json();
    assert_eq!(preset["account"]["address"], "{e164}@fax.tc");
    assert_eq!(preset["account"]["name"], "Line 2");
    assert!(set(&["Office", "--port", "25"]).await.failed(2).contains("Office"));
    set(&["Line 2", "--host", "-"]).await.failed(2);
    assert_eq!(profile.ask(&["account", "show", "Line 2"]).await.json()["host"], "mail.fax.tc");
}

#[tokio::test]
async fn own_presets_are_listed_and_a_broken_one_stops_nothing() {
    let profile = Profile::new();
    let built_in = profile.ask(&["account", "presets"]).await.json();
    let count = built_in["presets"].as_array().unwrap().len();
    assert!(count >= 15 && built_in["broken"].as_array().unwrap().is_empty());
    let folder = profile.path("profile/gateways");
    std::fs::create_dir_all(&folder).unwrap();
    let own = "title = 'Our own'\n[address]\ntemplate = '{digits}@{host}'\nnumber = '+14155550123'\n\
               example = '14155550123@gateway.example'\n[server]\nhost = 'fax.office.example'\nport = 587\n";
    std::fs::write(folder.join("office.toml"), own).unwrap();
    std::fs::write(folder.join("odd.toml"), "title = 'Odd'\nmood = 'blue'\n").unwrap();
    let listed = profile.ask(&["account", "presets"]).await.json();
    let presets = listed["presets"].as_array().unwrap();
    assert_eq!(presets.len(), count + 1);
    assert_eq!((presets[0]["name"].as_str(), presets[0]["own"].as_bool()), (Some("office"), Some(true)));
    assert_eq!(presets[0]["profile"]["server"]["host"], "fax.office.example");
    let broken = listed["broken"][0].as_str().unwrap();
    assert!(broken.contains("odd.toml") && broken.contains("line 2"), "{broken}");
    let table = profile.run(&["account", "presets"]).await;
    assert!(
        table.out.contains("{digits}@efaxsend.com") && table.err.contains("odd.toml"),
        "{}{}",
        table.out,
        table.err
    );
    let add = ["account", "add", "--preset", "office", "--from", "desk@office.example"];
    let added = profile.ask(&add).await.json();
    assert_eq!((added["name"].as_str(), added["host"].as_str()), (Some("Our own"), Some("fax.office.example")));
}

/// Anyone can write that a fax was sent: who knows our message's identifier has had it in hands.
#[tokio::test]
async fn a_confirmation_counts_for_the_message_that_it_refers_to() {
    let profile = Profile::new();
    let gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n");
    let sent = profile.ask(&["send", "--to", "+14155550123", &letter]).await;
    assert_eq!(sent.json()["jobs"][0]["stage"], "accepted");
    // The practice gateway's report, not imported here, returns our message's fields.
    let report = std::fs::read_to_string(&gateway.until(1).await[0]).unwrap();
    let (_, behind) = report.rsplit_once("Message-ID: <").unwrap();
    let (message_id, _) = behind.split_once('>').unwrap();
    let import = async |name: &str, reference: &str| {
        let confirmation = format!(
            "From: fax@pbx.example\nSubject: Fax to: 4155550123 sent\nMessage-ID: <{name}@pbx.example>\n{reference}\n\nyes\n"
        );
        let file = profile.file(name, confirmation);
        profile.ask(&["inbox", "import", &file]).await.json()["imported"][0]["result"].clone()
    };
    assert_eq!(import("none.eml", "X-Nothing: 1").await, "unknown-receipt");
    assert_eq!(import("forged.eml", "In-Reply-To: <guess@office.example>").await, "unknown-receipt");
    assert_eq!(profile.stages().await, ["accepted"]);
    assert_eq!(import("true.eml", &format!("References: <a@b.example> <{message_id}>")).await, "receipt");
    assert_eq!(profile.stages().await, ["delivered"]);
}
