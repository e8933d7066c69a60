//! Documents become pages: `render`.

use std::process::Command;

use faxseal::tiff;
use serde_json::Value;

use super::{Profile, corpus};

fn tiff_pages(path: &std::path::Path) -> Vec<(u32, u32, u16)> {
    let pages = tiff::read(&std::fs::read(path).unwrap(), &tiff::Limits::default()).unwrap();
    let facts = |page: &tiff::Decoded| (page.page.bitmap.width(), page.page.bitmap.height(), page.page.y_dpi);
    pages.iter().map(|page| facts(page.as_ref().unwrap())).collect()
}

/// Libtiff's opinion, where it is installed: read without a warning.
fn judged(path: &std::path::Path) {
    match Command::new("tiffinfo").arg("-d").arg(path).output() {
        Ok(output) => {
            assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        Err(_) => println!("skipped: no tiffinfo (libtiff-tools)"),
    }
}

#[tokio::test]
async fn documents_become_pages_of_every_form() {
    let profile = Profile::new();
    let letter = profile.file("letter.txt", "Dear colleague,\n\u{c}second page\n");
    for (resolution, paper, height, dpi) in
        [("standard", "a4", 1146, 98), ("fine", "letter", 2156, 196), ("superfine", "legal", 5474, 391)]
    {
        for coding in ["mmr", "mr", "mh"] {
            let out = profile.path("out.tif");
            let render = ["render", &letter, "-o", "out.tif", "--resolution", resolution, "--paper", paper];
            let told = profile.ask(&[&render[..], &["--coding", coding]].concat()).await;
            assert_eq!(told.code, 0, "{}", told.err);
            assert_eq!(tiff_pages(&out), [(1728, height, dpi); 2], "{resolution} {coding}");
            judged(&out);
            let told = told.json();
            assert_eq!(told["pages"].as_array().unwrap().len(), 2);
            let page = &told["pages"][0];
            assert_eq!((page["width"].as_u64(), page["height"].as_u64()), (Some(1728), Some(height.into())));
            assert!(page["bytes"].as_u64().unwrap() > 0 && page["seconds"].as_f64().unwrap() > 0.0);
        }
    }
    let told = profile.run(&["render", &letter, &letter, "-o", "pages"]).await;
    assert_eq!(told.code, 0, "{}", told.err);
    let names: Vec<_> = (1..=4).map(|page| profile.path("pages").join(format!("page-{page:03}.png"))).collect();
    assert!(names.iter().all(|name| name.exists()));
    assert_eq!(profile.run(&["render", &letter, "-o", "out.pdf"]).await.code, 0);
    // What was rendered is rendered again without a change.
    assert_eq!(profile.run(&["render", &letter, "-o", "one.tif"]).await.code, 0);
    for source in ["one.tif", "out.pdf"] {
        assert_eq!(profile.run(&["render", source, "-o", "two.tif"]).await.code, 0);
        assert_eq!(std::fs::read(profile.path("one.tif")).unwrap(), std::fs::read(profile.path("two.tif")).unwrap());
    }
    assert!(!profile.path("profile").exists(), "rendering needs no profile");
    assert_eq!(profile.run(&["render", &letter, "-o", "out.doc"]).await.code, 2);
}

#[tokio::test]
async fn real_documents_become_pages() {
    let profile = Profile::new();
    let mut files = corpus("pdf");
    files.extend(corpus("scans"));
    files.extend(corpus("tiff"));
    let step = (files.len() / 40).max(1);
    let (mut rendered, mut refused) = (0, 0);
    for file in files.iter().step_by(step) {
        let out = profile.path("out.tif");
        let told = profile.ask(&["render", file.to_str().unwrap(), "-o", out.to_str().unwrap()]).await;
        match told.code {
            0 => {
                let pages: Value = told.json()["pages"].clone();
                assert_eq!(tiff_pages(&out).len(), pages.as_array().unwrap().len(), "{}", file.display());
                judged(&out);
                std::fs::remove_file(&out).unwrap();
                rendered += 1;
            }
            3 => {
                assert!(told.failed(3).contains(": ") && !out.exists(), "{}", file.display());
                refused += 1;
            }
            code => panic!("{}: exit {code}: {} {}", file.display(), told.out, told.err),
        }
    }
    println!("{rendered} real documents rendered, {refused} refused with a reason");
}
