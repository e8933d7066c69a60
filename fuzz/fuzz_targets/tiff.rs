//! Nonsense read as a TIFF; and the pages that come out of it written and read again.
#![no_main]

use faxseal::tiff::{CodedPage, Coding, Limits, Profile, read, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { pages: 8, pixels_per_page: 1 << 20, total_pixels: 1 << 22 };
    let Ok(pages) = read(data, &limits) else { return };
    assert!(pages.len() <= limits.pages);
    let pages: Vec<_> = pages.into_iter().flatten().collect();
    if pages.is_empty() {
        return;
    }
    let coded: Vec<_> = pages.iter().map(|decoded| CodedPage::encode(&decoded.page, Coding::Mmr)).collect();
    let file = write(&coded, Profile::F).expect("pages that were read can be written");
    let back = read(&file, &limits).expect("what we write can be read");
    for (before, after) in pages.iter().zip(back) {
        let after = after.expect("every page of it");
        assert!(after.page == before.page && after.damaged_lines == 0);
    }
});
