//! Files that lie, and files that are merely odd.

use super::*;
use crate::fax::page::{LINE_DOTS, Resolution};
use crate::tiff::{CodedPage, Coding, Profile, write};

/// A field: tag, type (3 SHORT, 4 LONG, 5 RATIONAL) and values.
type Entry = (u16, u16, Vec<u32>);

fn short(tag: u16, value: u32) -> Entry {
    (tag, 3, vec![value])
}

fn long(tag: u16, value: u32) -> Entry {
    (tag, 4, vec![value])
}

/// A file of one page, its data right behind the header.
fn file(big_endian: bool, entries: &[Entry], data: &[u8]) -> Vec<u8> {
    let two = |value: u32| if big_endian { (value as u16).to_be_bytes() } else { (value as u16).to_le_bytes() };
    let four = |value: u32| if big_endian { value.to_be_bytes() } else { value.to_le_bytes() };
    let directory = 8 + data.len();
    let mut file = if big_endian { b"MM".to_vec() } else { b"II".to_vec() };
    file.extend(two(42));
    file.extend(four(directory as u32));
    file.extend(data);
    file.extend(two(entries.len() as u32));
    let mut values = Vec::new();
    for (tag, kind, list) in entries {
        let bytes: Vec<u8> =
            list.iter().flat_map(|v| if *kind == 3 { two(*v).to_vec() } else { four(*v).to_vec() }).collect();
        let count = if *kind == 5 { list.len() / 2 } else { list.len() };
        file.extend(two(u32::from(*tag)));
        file.extend(two(u32::from(*kind)));
        file.extend(four(count as u32));
        if bytes.len() <= 4 {
            file.extend(bytes.iter().chain(&[0; 4]).take(4));
        } else {
            file.extend(four((directory + 2 + entries.len() * 12 + 4 + values.len()) as u32));
            values.extend(bytes);
        }
    }
    file.extend(four(0));
    file.extend(values);
    file
}

/// A page with a slope on it, and its codes.
fn slope() -> (Bitmap, Vec<u8>) {
    let mut bitmap = Bitmap::new(LINE_DOTS, 30);
    for y in 0..30 {
        for x in 100 + y * 7..400 + y * 11 {
            bitmap.blacken(x, y);
        }
    }
    let data = t4::encode_mmr(&bitmap);
    (bitmap, data)
}

fn entries(data: &[u8]) -> Vec<Entry> {
    vec![
        short(IMAGE_WIDTH, LINE_DOTS),
        short(IMAGE_LENGTH, 30),
        short(COMPRESSION, 4),
        short(PHOTOMETRIC, 0),
        long(STRIP_OFFSETS, 8),
        long(STRIP_BYTE_COUNTS, data.len() as u32),
    ]
}

fn with(mut entries: Vec<Entry>, entry: Entry) -> Vec<Entry> {
    entries.retain(|other| other.0 != entry.0);
    entries.push(entry);
    entries
}

fn without(mut entries: Vec<Entry>, tag: u16) -> Vec<Entry> {
    entries.retain(|other| other.0 != tag);
    entries
}

fn only_page(file: &[u8]) -> Result<Decoded, DecodeError> {
    let mut pages = read(file, &Limits::default()).unwrap();
    assert_eq!(pages.len(), 1);
    pages.remove(0)
}

fn reads_well(file: &[u8], bitmap: &Bitmap) {
    let decoded = only_page(file).unwrap();
    assert!(decoded.page.bitmap == *bitmap);
    assert_eq!(decoded.damaged_lines, 0);
}

#[test]
fn fields_may_be_odd() {
    let (bitmap, data) = slope();
    for big_endian in [false, true] {
        let plain = entries(&data);
        let mut reversed = plain.clone();
        reversed.reverse();
        for entries in [
            reversed,
            with(plain.clone(), long(IMAGE_WIDTH, LINE_DOTS)),
            with(plain.clone(), long(IMAGE_LENGTH, 30)),
            with(plain.clone(), short(STRIP_OFFSETS, 8)),
            with(plain.clone(), long(PHOTOMETRIC, 0)),
            with(plain.clone(), long(COMPRESSION, 4)),
            with(plain.clone(), long(ROWS_PER_STRIP, 0)),
            with(plain.clone(), long(ROWS_PER_STRIP, 8)),
            with(plain.clone(), long(STRIP_BYTE_COUNTS, 0)),
            with(plain.clone(), long(STRIP_BYTE_COUNTS, u32::MAX)),
            without(plain.clone(), STRIP_BYTE_COUNTS),
            without(plain.clone(), PHOTOMETRIC),
            // FillOrder lies.
            with(plain.clone(), short(FILL_ORDER, 2)),
            // Nobody wrote the length back.
            with(plain.clone(), short(IMAGE_LENGTH, 0)),
            without(plain, IMAGE_LENGTH),
        ] {
            reads_well(&file(big_endian, &entries, &data), &bitmap);
        }
    }
}

#[test]
fn white_may_be_1() {
    let (bitmap, data) = slope();
    let mut negative: Vec<u8> = bitmap.bits().iter().map(|byte| !byte).collect();
    let fields = with(entries(&data), short(PHOTOMETRIC, 1));
    let decoded = only_page(&file(false, &fields, &data)).unwrap();
    assert!(decoded.page.bitmap.bits() == negative);

    // Lines that are missing are white all the same.
    let plain = with(with(fields, short(COMPRESSION, 1)), short(IMAGE_LENGTH, 40));
    let plain = with(plain, long(STRIP_BYTE_COUNTS, negative.len() as u32));
    let decoded = only_page(&file(false, &plain, &negative)).unwrap();
    negative.iter_mut().for_each(|byte| *byte = !*byte);
    negative.resize(40 * 216, 0);
    assert!(decoded.page.bitmap.bits() == negative);
    assert_eq!(decoded.damaged_lines, 10);
}

#[test]
fn a_page_that_is_no_fax_is_named() {
    let (_, data) = slope();
    let cases = [
        (with(entries(&data), (BITS_PER_SAMPLE, 3, vec![8, 8, 8])), DecodeError::NotBilevel { bits: 8, samples: 1 }),
        (with(entries(&data), short(SAMPLES_PER_PIXEL, 3)), DecodeError::NotBilevel { bits: 1, samples: 3 }),
        (with(entries(&data), short(COMPRESSION, 7)), DecodeError::Compression { compression: 7 }),
        (with(without(entries(&data), STRIP_OFFSETS), long(TILE_OFFSETS, 8)), DecodeError::Tiled),
    ];
    for (entries, error) in cases {
        assert_eq!(only_page(&file(false, &entries, &data)).err(), Some(error.clone()));
        assert!(error.may_be_an_image());
    }
}

#[test]
fn a_page_that_lies_is_refused() {
    let (_, data) = slope();
    let end = 8 + data.len() as u32;
    let cases = [
        (without(entries(&data), IMAGE_WIDTH), DecodeError::Missing { tag: IMAGE_WIDTH }),
        (without(entries(&data), STRIP_OFFSETS), DecodeError::Missing { tag: STRIP_OFFSETS }),
        (with(entries(&data), short(IMAGE_WIDTH, 0)), DecodeError::Empty),
        (with(entries(&data), long(STRIP_OFFSETS, u32::MAX)), DecodeError::Outside),
        (with(entries(&data), long(STRIP_OFFSETS, end + 100_000)), DecodeError::Outside),
        (
            with(entries(&data), long(IMAGE_LENGTH, u32::MAX)),
            DecodeError::TooLarge { width: LINE_DOTS, height: u32::MAX },
        ),
    ];
    for (entries, error) in cases {
        assert_eq!(only_page(&file(false, &entries, &data)).err(), Some(error.clone()));
        assert!(!error.may_be_an_image());
    }
}

#[test]
fn a_page_without_a_readable_line_is_refused() {
    for compression in [2, 3, 4] {
        for byte in [0x00, 0x01] {
            let data = [byte; 50];
            let fields = with(entries(&data), short(COMPRESSION, compression));
            assert_eq!(only_page(&file(false, &fields, &data)).err(), Some(DecodeError::Unreadable));
        }
    }
}

#[test]
fn the_uncompressed_mode_is_refused() {
    let data = [0b0000_0011, 0b1100_0000, 0, 0];
    let fields = with(entries(&data), long(T6_OPTIONS, 2));
    assert_eq!(only_page(&file(false, &fields, &data)).err(), Some(DecodeError::UncompressedMode));
}

#[test]
fn what_is_left_of_a_cut_page_is_given() {
    let (bitmap, data) = slope();
    let cut = &data[..data.len() / 2];
    let mut short = file(false, &entries(&data), cut);
    // The strip now runs into the directory, and is nonsense from there on.
    let decoded = only_page(&short).unwrap();
    assert!((1..30).contains(&decoded.damaged_lines));
    assert_eq!(decoded.page.bitmap.height(), 30);
    assert_eq!(decoded.page.bitmap.row(0), bitmap.row(0));
    short.truncate(4);
    assert_eq!(read(&short, &Limits::default()).err(), Some(ReadError::NotTiff));
}

#[test]
fn loops_end_and_lost_pages_are_told() {
    let (bitmap, _) = slope();
    let page = CodedPage::encode(&Page::new(bitmap, Resolution::Fine), Coding::Mmr);
    let good = write(&[page.clone(), page.clone(), page], Profile::F).unwrap();
    let count = |file: &[u8]| read(file, &Limits::default()).unwrap().iter().filter(|page| page.is_ok()).count();
    assert_eq!(count(&good), 3);
    // The offset of the second directory stands behind the sixteen fields of the first.
    let at = 8 + 2 + 16 * 12;
    let second = u32::from_le_bytes(good[at..at + 4].try_into().unwrap());
    let point_to = |target: u32| {
        let mut file = good.clone();
        let at = second as usize + 2 + 16 * 12;
        file[at..at + 4].copy_from_slice(&target.to_le_bytes());
        file
    };
    for target in [8, second] {
        let pages = read(&point_to(target), &Limits::default()).unwrap();
        assert_eq!((pages.len(), count(&point_to(target))), (2, 2));
    }
    let pages = read(&point_to(0xffff_fff0), &Limits::default()).unwrap();
    assert_eq!((pages.len(), pages[2].clone().err()), (3, Some(DecodeError::Directory)));

    let mut nowhere = good.clone();
    nowhere[4..8].copy_from_slice(&0xffff_0000u32.to_le_bytes());
    assert_eq!(read(&nowhere, &Limits::default()).err(), Some(ReadError::NoPages));
    assert_eq!(
        read(&good, &Limits { pages: 2, ..Limits::default() }).err(),
        Some(ReadError::TooManyPages { limit: 2 })
    );
    let pages = read(&good, &Limits { total_pixels: 2 * 1728 * 30, ..Limits::default() }).unwrap();
    assert!(pages[1].is_ok());
    assert_eq!(pages[2].clone().err(), Some(DecodeError::TooLarge { width: 1728, height: 30 }));
}

#[test]
fn strips_that_claim_one_another_are_refused() {
    let data = vec![0; 1000];
    let fields = with(entries(&data), (STRIP_OFFSETS, 4, vec![8; 30]));
    let fields = with(fields, (STRIP_BYTE_COUNTS, 4, vec![1000; 30]));
    let fields = with(fields, short(ROWS_PER_STRIP, 1));
    assert_eq!(only_page(&file(false, &fields, &data)).err(), Some(DecodeError::Overlapping));
}

#[test]
fn the_size_on_paper_is_told_or_assumed() {
    let (_, data) = slope();
    let rational = |tag, numerator, denominator| (tag, 5, vec![numerator, denominator]);
    let dpi = |entries: &[Entry]| {
        let page = only_page(&file(true, entries, &data)).unwrap().page;
        (page.x_dpi, page.y_dpi)
    };
    let both = |x, y| with(with(entries(&data), x), y);
    assert_eq!(dpi(&both(rational(X_RESOLUTION, 204, 1), rational(Y_RESOLUTION, 98, 1))), (204, 98));
    assert_eq!(dpi(&both(rational(X_RESOLUTION, 2040, 10), rational(Y_RESOLUTION, 19580, 100))), (204, 196));
    assert_eq!(dpi(&both(short(X_RESOLUTION, 200), long(Y_RESOLUTION, 100))), (200, 100));
    let centimetres = both(rational(X_RESOLUTION, 803, 10), rational(Y_RESOLUTION, 385, 10));
    assert_eq!(dpi(&with(centimetres, short(RESOLUTION_UNIT, 3))), (204, 98));
    // Nonsense, and nothing: a strip of thirty lines is nearest to a sheet when its lines are high.
    assert_eq!(dpi(&both(rational(X_RESOLUTION, 1, 0), rational(Y_RESOLUTION, 0, 0))), (204, 98));
    assert_eq!(dpi(&entries(&data)), (204, 98));
    assert_eq!(assumed_resolution(1728, Some(1143)), (204, 98));
    assert_eq!(assumed_resolution(1728, Some(1372)), (204, 98));
    assert_eq!(assumed_resolution(1728, Some(2156)), (204, 196));
    assert_eq!(assumed_resolution(1728, Some(2744)), (204, 196));
    assert_eq!(assumed_resolution(2048, Some(4573)), (204, 391));
    assert_eq!(assumed_resolution(2592, None), (300, 300));
    assert_eq!(assumed_resolution(1700, Some(2200)), (200, 200));
}

#[test]
fn packed_rows_are_read() {
    // One literal of two bytes, nothing, and the rest of two rows of 24 dots as a run; then what runs over.
    let data = [1, 0xaa, 0x55, 128, 253, 0xff, 5, 1, 2];
    for (fill_order, data) in [(1, data), (2, data.map(u8::reverse_bits))] {
        let fields = with(with(entries(&data), short(IMAGE_WIDTH, 24)), short(IMAGE_LENGTH, 2));
        let fields = with(with(fields, short(COMPRESSION, 32773)), short(FILL_ORDER, fill_order));
        let decoded = only_page(&file(false, &fields, &data)).unwrap();
        assert_eq!(decoded.page.bitmap.bits(), [0xaa, 0x55, 0xff, 0xff, 0xff, 0xff]);
        assert_eq!(decoded.damaged_lines, 0);
    }
}

#[test]
fn pages_are_turned_upright() {
    // Three dots by two; the first line is 1 1 0, the second 1 0 0.
    let data = [0b1100_0000, 0b1000_0000];
    let fields = with(with(entries(&data), short(IMAGE_WIDTH, 3)), short(IMAGE_LENGTH, 2));
    let fields = with(with(fields, short(COMPRESSION, 1)), (X_RESOLUTION, 5, vec![204, 1]));
    let fields = with(fields, (Y_RESOLUTION, 5, vec![98, 1]));
    let cases: [(u32, &[u8]); 10] = [
        (0, &[0b110, 0b100]),
        (1, &[0b110, 0b100]),
        (2, &[0b011, 0b001]),
        (3, &[0b001, 0b011]),
        (4, &[0b100, 0b110]),
        (5, &[0b110, 0b100, 0b000]),
        (6, &[0b110, 0b010, 0b000]),
        (7, &[0b000, 0b010, 0b110]),
        (8, &[0b000, 0b100, 0b110]),
        (9, &[0b110, 0b100]),
    ];
    for (orientation, rows) in cases {
        let page = only_page(&file(false, &with(fields.clone(), short(ORIENTATION, orientation)), &data)).unwrap().page;
        let lies = (5..=8).contains(&orientation);
        assert_eq!((page.x_dpi, page.y_dpi), if lies { (98, 204) } else { (204, 98) });
        let rows: Vec<u8> = rows.iter().map(|row| row << 5).collect();
        assert_eq!(page.bitmap.bits(), rows, "{orientation}");
    }
}
