//! Fonts that a PDF names but does not hold.

use std::sync::{Arc, OnceLock};

use cosmic_text::fontdb::{Database, Family, Query};
use hayro::hayro_interpret::font::{FallbackFontQuery, FontData, FontQuery};
use hayro::hayro_interpret::hayro_cmap::CidFamily;

/// Families that have the characters of a collection, the more common first; on Linux, macOS and Windows.
const JAPANESE: &[&str] = &[
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "IPAGothic",
    "IPAexGothic",
    "VL Gothic",
    "Hiragino Sans",
    "Yu Gothic",
    "MS Gothic",
];
const SIMPLIFIED: &[&str] = &[
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Microsoft YaHei",
    "SimSun",
];
const TRADITIONAL: &[&str] = &[
    "Noto Sans CJK TC",
    "Noto Sans TC",
    "AR PL UMing TW",
    "WenQuanYi Zen Hei",
    "PingFang TC",
    "Microsoft JhengHei",
    "MingLiU",
];
const KOREAN: &[&str] =
    &["Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "UnDotum", "Apple SD Gothic Neo", "Malgun Gothic", "Batang"];

/// The standard fonts come with the program; those of large character collections only from the system.
pub fn resolve(query: &FontQuery) -> Option<(FontData, u32)> {
    match query {
        FontQuery::Standard(font) => Some(font.get_font_data()),
        FontQuery::Fallback(wanted) => collection(wanted).or_else(|| Some(wanted.pick_standard_font().get_font_data())),
    }
}

fn collection(wanted: &FallbackFontQuery) -> Option<(FontData, u32)> {
    /// The system's fonts, looked for when first wanted: it takes a while.
    static SYSTEM: OnceLock<Database> = OnceLock::new();
    let names = match &wanted.character_collection.as_ref()?.family {
        CidFamily::AdobeJapan1 => JAPANESE,
        CidFamily::AdobeGB1 => SIMPLIFIED,
        CidFamily::AdobeCNS1 => TRADITIONAL,
        CidFamily::AdobeKorea1 => KOREAN,
        CidFamily::AdobeIdentity | CidFamily::Custom { .. } => return None,
    };
    let system = SYSTEM.get_or_init(|| {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        fonts
    });
    let families: Vec<Family<'_>> = names.iter().map(|name| Family::Name(name)).collect();
    let id = system.query(&Query { families: &families, ..Query::default() })?;
    system.with_face_data(id, |data, index| {
        let data: FontData = Arc::new(data.to_vec());
        (data, index)
    })
}
