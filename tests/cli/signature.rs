//! Signatures by the command line.

use faxseal::tiff;
use serde_json::json;

use super::Profile;

#[tokio::test]
async fn a_signature_is_made_listed_and_removed() {
    let profile = Profile::new();
    let added = profile.ask(&["signature", "add", "A. Okafor"]).await;
    assert_eq!((added.code, &added.json()["name"]), (0, &json!("A. Okafor")), "{}", added.err);
    let initials = ["signature", "add", "AO", "--typed", "A.O.", "--hand", "quick", "--initials", "--thickness", "80"];
    assert_eq!(profile.ask(&initials).await.code, 0);
    let list = profile.ask(&["signature", "list"]).await.json();
    let told = |at: usize| (list[at]["name"].clone(), list[at]["made"].clone(), list[at]["initials"].clone());
    assert_eq!(told(0), (json!("A. Okafor"), json!("typed"), json!(false)));
    assert_eq!(told(1), (json!("AO"), json!("typed"), json!(true)));
    assert!(profile.ask(&["signature", "add", "AO"]).await.failed(2).contains("already"));
    let empty = profile.file("empty.txt", "");
    assert_eq!(profile.ask(&["signature", "add", "Scan", "--image", &empty]).await.code, 3);
    assert_eq!(profile.ask(&["signature", "remove", "AO"]).await.code, 0);
    assert!(profile.ask(&["signature", "remove", "AO"]).await.failed(2).contains("AO"));
    assert_eq!(profile.ask(&["signature", "list"]).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_fax_is_signed_where_it_was_asked_for_and_nowhere_else() {
    let profile = Profile::new();
    let gateway = profile.with_gateway().await;
    let letter = profile.file("letter.txt", "Dear colleague,\n\u{c}Second page\n");
    profile.ask(&["signature", "add", "Me"]).await;
    let send = |place: &'static str| {
        let (profile, letter) = (&profile, letter.clone());
        async move { profile.ask(&["send", "--to", "+14155550100", "--sign", place, &letter]).await }
    };
    assert!(send("Me@3:20,100,60").await.failed(2).contains('3'));
    assert!(send("You@1:20,100,60").await.failed(2).contains("You"));
    assert_eq!(send("Me@1:20,100").await.code, 2);
    assert_eq!(profile.stages().await, Vec::<String>::new(), "nothing is queued then");

    let sent = send("Me@2:100,150,60").await;
    assert_eq!(sent.code, 0, "{} {}", sent.out, sent.err);
    let plain = profile.path("plain.tif");
    profile.run(&["render", &letter, "-o", plain.to_str().unwrap()]).await;
    for mail in gateway.until(2).await {
        profile.ask(&["inbox", "import", mail.to_str().unwrap()]).await;
    }
    let came = profile.path("came.tif");
    assert_eq!(profile.ask(&["inbox", "export", "1", "-o", came.to_str().unwrap()]).await.code, 0);
    let pages = |path| {
        let bytes = std::fs::read(path).unwrap();
        let pages = tiff::read(&bytes, &tiff::Limits::default()).unwrap();
        pages.into_iter().map(|page| page.unwrap().page.bitmap).collect::<Vec<_>>()
    };
    let (plain, came) = (pages(plain), pages(came));
    assert_eq!(came[0], plain[0], "the first page is as it was");
    let dots = |mm: f64, dpi: f64| (mm / 25.4 * dpi) as u32;
    let (left, right, top) = (dots(100.0, 204.0), dots(160.0, 204.0) + 1, dots(150.0, 196.0));
    let mut ink = 0;
    for (x, y) in (0..came[1].height()).flat_map(|y| (0..came[1].width()).map(move |x| (x, y))) {
        let (now, before) = (came[1].is_black(x, y), plain[1].is_black(x, y));
        if now != before {
            assert!(now && (left..=right).contains(&x) && y >= top, "a dot at {x}, {y}");
            ink += 1;
        }
    }
    assert!(ink > 1000, "{ink} dots of ink");
}
