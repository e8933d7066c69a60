//! The address book: in by hand and from files, out to files, nobody twice.

use serde_json::json;

use super::Profile;

#[tokio::test]
async fn contacts_come_in_and_go_out() {
    let profile = Profile::new();
    let hale = [
        "contacts",
        "add",
        "Dr. Hale",
        "--number",
        "+1 415 555 0123",
        "--group",
        "Cardiologists",
        "--note",
        "mornings",
        "--cover",
        "form",
        "--attention",
        "Records",
    ];
    let added = profile.ask(&hale).await.json();
    assert_eq!(added["contacts"][0]["numbers"][0]["number"], "+14155550123");
    assert_eq!(added["contacts"][0]["cover"], json!({ "template": "form", "attention": "Records" }));
    assert_eq!(profile.ask(&["contacts", "add", "Nobody", "--number", "12"]).await.code, 2);
    assert_eq!(profile.ask(&["contacts", "add", " ", "--number", "+14155550123"]).await.code, 2);

    let file = profile.file(
        "book.csv",
        "Name,Fax,Fax 2\nDr. Hale,+14155550123,+14155550199\nMori,+81 3 5550 0142,\nFront desk,+14155550123,\nBroken,12,\n",
    );
    let planned = profile.ask(&["contacts", "import", &file, "--dry-run"]).await.json();
    let counts = json!({ "new": 2, "changed": 1, "known": 0, "refused": 1 });
    assert_eq!(planned["counts"], counts);
    assert_eq!(profile.ask(&["contacts", "list"]).await.json()["contacts"].as_array().unwrap().len(), 1);
    assert_eq!(profile.ask(&["contacts", "import", &file]).await.json()["counts"], counts);
    let again = profile.ask(&["contacts", "import", &file]).await.json();
    assert_eq!(again["counts"], json!({ "new": 0, "changed": 0, "known": 3, "refused": 1 }));
    assert_eq!(again["entries"][3]["result"], "refused");

    let listed = profile.ask(&["contacts", "list"]).await.json();
    assert_eq!(listed["contacts"][0]["name"], "Dr. Hale");
    assert_eq!(listed["contacts"][0]["numbers"].as_array().unwrap().len(), 2);
    for name in ["book-out.csv", "book-out.vcf"] {
        let path = profile.path(name);
        assert_eq!(profile.ask(&["contacts", "export", "-o", path.to_str().unwrap()]).await.code, 0);
        let other = Profile::new();
        let copied = other.ask(&["contacts", "import", path.to_str().unwrap()]).await.json();
        assert_eq!(copied["counts"]["new"], 3, "{name}");
        let names = |list: &serde_json::Value| {
            let rows = list["contacts"].as_array().unwrap().iter();
            rows.map(|row| (row["name"].clone(), row["numbers"].clone(), row["note"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(names(&other.ask(&["contacts", "list"]).await.json()), names(&listed), "{name}");
    }
    let id = listed["contacts"][0]["id"].to_string();
    let left = profile.ask(&["contacts", "remove", &id]).await.json();
    assert_eq!(left["contacts"].as_array().unwrap().len(), 2);
    assert_eq!(profile.ask(&["contacts", "remove", "99"]).await.code, 2);
    let nothing = profile.file("nothing.csv", "a,b\nc,d\n");
    assert!(profile.ask(&["contacts", "import", &nothing]).await.failed(3).contains("nothing.csv"));
}
