//! How long the codings of fax take, and the pure decoding of T.6 against another decoder's: `cargo bench --bench
//! coding [FILE.tif ...]`. Without files, two pages of our own drawing.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and stops where it cannot go on")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use faxseal::fax::page::{Bitmap, LINE_DOTS, Page, Paper, Resolution};
use faxseal::tiff::{CodedPage, Coding, Limits, read};
use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode};

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if files.is_empty() {
        measure("writing", &[page(|x, y| y % 40 < 24 && x % 24 > 7 && (x * x / 64 + y * 3) % 19 < 6)]);
        measure("dots", &[page(|x, y| (x * 7 + y * 13 + x * y / 31) % 97 < y / 24)]);
    }
    for file in files {
        let pages = read(&std::fs::read(&file).unwrap(), &Limits::default()).unwrap();
        let pages: Vec<Page> = pages.into_iter().flatten().map(|decoded| decoded.page).collect();
        measure(&file, &pages);
    }
}

fn page(black: impl Fn(u32, u32) -> bool) -> Page {
    let mut bitmap = Bitmap::new(LINE_DOTS, Paper::A4.lines(Resolution::Fine));
    for y in 0..bitmap.height() {
        (100..LINE_DOTS - 100).filter(|x| black(*x, y)).for_each(|x| bitmap.blacken(x, y));
    }
    Page::new(bitmap, Resolution::Fine)
}

fn measure(name: &str, pages: &[Page]) {
    println!("{name}: {} pages", pages.len());
    let per_page = |time: Duration| time.as_secs_f64() * 1e3 / pages.len().max(1) as f64;
    for coding in [Coding::Mh, Coding::Mr, Coding::Mmr] {
        let coded: Vec<CodedPage> = pages.iter().map(|page| CodedPage::encode(page, coding)).collect();
        let bytes: usize = coded.iter().map(|page| page.data.len()).sum();
        let encoding = best(|| pages.iter().for_each(|page| drop(black_box(CodedPage::encode(page, coding)))));
        let decoding = best(|| coded.iter().for_each(|page| drop(black_box(page.decode()))));
        print!("  {coding:?}: {bytes} bytes, {:.3} ms to code, ", per_page(encoding));
        print!("{:.3} ms to decode a page", per_page(decoding));
        if coding == Coding::Mmr {
            let other = best(|| coded.iter().for_each(decode_elsewhere));
            print!("; hayro-ccitt takes {:.2} times as long", other.as_secs_f64() / decoding.as_secs_f64());
        }
        println!();
    }
}

/// The best of several turns.
fn best(mut work: impl FnMut()) -> Duration {
    let turn = || {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    std::iter::repeat_with(turn).take(30).min().unwrap_or_default()
}

fn decode_elsewhere(page: &CodedPage) {
    struct Count(usize);
    impl Decoder for Count {
        fn push_row(&mut self, changes: &[u32]) {
            self.0 += changes.len();
        }
    }
    let settings = DecodeSettings {
        columns: page.width,
        rows: page.height,
        end_of_block: true,
        end_of_line: false,
        rows_are_byte_aligned: false,
        encoding: EncodingMode::Group4,
        strict: false,
    };
    let mut count = Count(0);
    hayro_ccitt::decode(&page.data, &mut count, &mut DecoderContext::new(settings)).unwrap();
    black_box(count.0);
}
