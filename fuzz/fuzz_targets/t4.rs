//! Nonsense decoded as lines of fax; and whatever comes out of it coded and decoded again.
#![no_main]

use faxseal::fax::page::Bitmap;
use faxseal::tiff::t4::{Coded, Lines, Scheme, decode, encode_mh, encode_mmr, encode_mr};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u16, Option<u8>, &[u8])| {
    let (kind, width, height, data) = input;
    let scheme = [Scheme::Mh, Scheme::AlignedMh, Scheme::Mr, Scheme::Mmr][usize::from(kind & 3)];
    let (width, height) = (u32::from(width), height.map(u32::from));
    let coded = Coded { data, lsb_first: kind & 4 != 0, scheme, width, height, most_lines: 300 };
    let lines = decode(&coded);
    assert!(lines.count <= height.unwrap_or(300));
    assert!(lines.read <= data.len());
    let bitmap = Bitmap::from_bits(width, lines.count, lines.bits.clone()).expect("whole rows");
    assert!(bitmap.bits() == lines.bits, "the padding is clear");

    let again = |data: &[u8], scheme| -> Lines {
        decode(&Coded { data, lsb_first: false, scheme, width, height: Some(lines.count), most_lines: 0 })
    };
    for back in [
        again(&encode_mh(&bitmap), Scheme::Mh),
        again(&encode_mr(&bitmap, 4), Scheme::Mr),
        again(&encode_mmr(&bitmap), Scheme::Mmr),
    ] {
        assert!(back.bits == lines.bits && back.damaged == 0 && back.count == lines.count);
    }
});
