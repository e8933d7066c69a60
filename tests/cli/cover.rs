//! A cover page before the documents.

use faxseal::tiff;

use super::Profile;

#[tokio::test]
async fn a_cover_page_stands_before_the_documents() {
    let profile = Profile::new();
    let letter = profile.file("letter.txt", "Dear colleague\n");
    let out = profile.path("out.tif");
    let render = |fields: &str| {
        let fields = profile.file("fields.json", fields);
        vec![
            "render".to_owned(),
            letter.clone(),
            "-o".to_owned(),
            out.to_str().unwrap().to_owned(),
            "--cover".to_owned(),
            fields,
        ]
    };
    let run = async |fields: &str| {
        let arguments = render(fields);
        profile.ask(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    for template in ["plain", "letterhead", "form"] {
        let fields = format!(
            "{{ \"template\": \"{template}\", \"to\": \"Dr. Hale\", \"pages\": \"2\", \"message\": \"Hello\" }}"
        );
        assert_eq!(run(&fields).await.json()["pages"].as_array().unwrap().len(), 2, "{template}");
        let pages = tiff::read(&std::fs::read(&out).unwrap(), &tiff::Limits::default()).unwrap();
        assert_eq!(pages.len(), 2);
    }
    let long = format!("{{ \"message\": \"{}\" }}", "line\\n".repeat(100));
    assert_eq!(run(&long).await.json()["pages"].as_array().unwrap().len(), 4, "it says how many pages it takes");
    let own = profile.file("own.cover", "title: FAX\nmessage:\n");
    assert!(own.ends_with("own.cover"));
    assert_eq!(run("{ \"template\": \"own.cover\", \"message\": \"Hello\" }").await.code, 0);
    profile.file("own.cover", "title: FAX\nmesage:\n");
    assert!(run("{ \"template\": \"own.cover\" }").await.failed(2).contains("line 2"));
    assert!(run("{ \"template\": \"none\" }").await.failed(2).contains("letterhead"));
    assert!(run("{ \"whom\": \"Hale\" }").await.failed(2).contains("whom"));
}

#[tokio::test]
async fn a_fax_is_sent_with_a_cover_page_for_each_recipient() {
    let profile = Profile::new();
    let _gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague\n");
    let send = async |more: &[&str]| {
        let fixed = ["send", "--queue-only", "--to", "Hale <+14155550123>", "--to", "+14155550124"];
        profile.ask(&fixed.iter().chain(more).copied().collect::<Vec<_>>()).await
    };
    let sent =
        send(&["--cover", "letterhead", "--message", "Hello", "--notice", "Secret", letter.as_str()]).await.json();
    let jobs = sent["jobs"].as_array().unwrap();
    assert_eq!(jobs.len(), 2);
    assert!(jobs.iter().all(|job| job["pages"] == 2));
    assert_ne!(jobs[0]["fax"], jobs[1]["fax"]);
    assert_eq!(send(&["--cover", "plain", "--message", "A letter by itself"]).await.json()["jobs"][0]["pages"], 1);
    assert!(send(&["--cover", "none", letter.as_str()]).await.failed(2).contains("letterhead"));
    assert_eq!(send(&["--message", "without a cover", letter.as_str()]).await.code, 2);
}

#[tokio::test]
async fn the_line_at_the_head_is_written_unless_the_gateway_writes_it() {
    let profile = Profile::new();
    let _gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague\n");
    let queue = ["send", "--queue-only", "--to", "+14155550123", "--to", "+14155550124", letter.as_str()];
    let faxes = async || {
        let sent = profile.ask(&queue).await.json();
        let jobs = sent["jobs"].as_array().unwrap();
        (jobs[0]["fax"].clone(), jobs[1]["fax"].clone())
    };
    let (one, other) = faxes().await;
    assert_eq!(one, other, "the same pages to both");
    let changed = profile.ask(&["account", "set", "Practice", "--header-line", "sender"]).await.json();
    assert_eq!(changed["account"]["header_line"], "sender");
    let (one, other) = faxes().await;
    assert_ne!(one, other, "each tells its own time");
}
