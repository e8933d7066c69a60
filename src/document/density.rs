//! What an image file says of its resolution.

/// Samples per inch along and across a row.
pub type Density = (f64, f64);

const INCH_PER_METRE: f64 = 1.0 / 39.370_078_74;
const CM_PER_INCH: f64 = 2.54;

/// From the `pHYs` chunk of a PNG (W3C PNG section 11.3.4.3), where its unit is the metre.
pub fn of_png(bytes: &[u8]) -> Option<Density> {
    const SIGNATURE: usize = 8;
    let mut rest = bytes.get(SIGNATURE..)?;
    loop {
        let length = be_u32(rest, 0)? as usize;
        match rest.get(4..8)? {
            b"pHYs" => {
                let data = rest.get(8..8 + 9)?;
                let per_metre = (f64::from(be_u32(data, 0)?), f64::from(be_u32(data, 4)?));
                return (data.last() == Some(&1))
                    .then_some((per_metre.0 * INCH_PER_METRE, per_metre.1 * INCH_PER_METRE));
            }
            b"IDAT" | b"IEND" => return None,
            _ => rest = rest.get(length.checked_add(12)?..)?,
        }
    }
}

/// From a Windows bitmap's header: biXPelsPerMeter and biYPelsPerMeter, where it has them and they are told.
pub fn of_bmp(bytes: &[u8]) -> Option<Density> {
    const FILE_HEADER: usize = 14;
    /// The length of BITMAPINFOHEADER, which all later headers begin with.
    const INFO_HEADER: u32 = 40;
    let field = |at: usize| {
        let four = bytes.get(FILE_HEADER + at..)?.first_chunk()?;
        Some(u32::from_le_bytes(*four))
    };
    let (across, along) = (field(24)?, field(28)?);
    let told = field(0)? >= INFO_HEADER && across > 0 && along > 0;
    told.then_some((f64::from(across) * INCH_PER_METRE, f64::from(along) * INCH_PER_METRE))
}

/// From a JPEG's JFIF header (ISO/IEC 10918-5), or the Exif fields XResolution and YResolution.
pub fn of_jpeg(bytes: &[u8], exif: Option<&[u8]>) -> Option<Density> {
    of_jfif(bytes).or_else(|| of_exif(exif?))
}

fn of_jfif(bytes: &[u8]) -> Option<Density> {
    const SOI: usize = 2;
    let mut rest = bytes.get(SOI..)?;
    while let [0xff, marker, ..] = rest {
        let length = usize::from(be_u16(rest, 2)?);
        // SOS: what follows is entropy-coded.
        if *marker == 0xda {
            return None;
        }
        if *marker == 0xe0 && rest.get(4..9) == Some(b"JFIF\0") {
            let (x, y) = (f64::from(be_u16(rest, 12)?), f64::from(be_u16(rest, 14)?));
            return match rest.get(11)? {
                1 => Some((x, y)),
                2 => Some((x * CM_PER_INCH, y * CM_PER_INCH)),
                _ => None,
            };
        }
        rest = rest.get(2 + length..)?;
    }
    None
}

/// Exif is a TIFF of its own: header, then an IFD with tags 282, 283 and 296.
fn of_exif(exif: &[u8]) -> Option<Density> {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let big = match exif.get(..4)? {
        [b'M', b'M', 0, 42] => true,
        [b'I', b'I', 42, 0] => false,
        _ => return None,
    };
    let short = |at: usize| if big { be_u16(exif, at) } else { Some(be_u16(exif, at)?.swap_bytes()) };
    let long = |at: usize| if big { be_u32(exif, at) } else { Some(be_u32(exif, at)?.swap_bytes()) };
    let ifd = long(4)? as usize;
    let entries = usize::from(short(ifd)?);
    let entry = |tag: u16| {
        let place = |index: usize| ifd.checked_add(2 + 12 * index);
        (0..entries).filter_map(place).find(|at| short(*at) == Some(tag))
    };
    let rational = |tag: u16| {
        let at = long(entry(tag)?.checked_add(8)?)? as usize;
        let (over, under) = (long(at)?, long(at.checked_add(4)?)?);
        (under != 0).then(|| f64::from(over) / f64::from(under))
    };
    let unit = entry(296).and_then(|at| short(at + 8)).unwrap_or(2);
    let scale = if unit == 3 { CM_PER_INCH } else { 1.0 };
    Some((rational(282)? * scale, rational(283)? * scale))
}

fn be_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn be_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jfif_tells_dots_per_inch_or_centimetre() {
        let header = |unit: u8| [&b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01"[..], &[unit, 0, 100, 0, 50, 0, 0]].concat();
        assert_eq!(of_jpeg(&header(1), None), Some((100.0, 50.0)));
        assert_eq!(of_jpeg(&header(2), None), Some((254.0, 127.0)));
        assert_eq!(of_jpeg(&header(0), None), None);
        assert_eq!(of_jpeg(b"\xff\xd8\xff\xe0\0", None), None);
    }

    #[test]
    fn exif_is_read_in_both_byte_orders() {
        let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
        exif.extend(b"\x1a\x01\x05\0\x01\0\0\0\x26\0\0\0");
        exif.extend(b"\x1b\x01\x05\0\x01\0\0\0\x26\0\0\0");
        exif.extend(b"\0\0\0\0");
        exif.extend(b"\x2c\x01\0\0\x01\0\0\0");
        assert_eq!(of_exif(&exif), Some((300.0, 300.0)));
        assert_eq!(of_exif(&exif[..40]), None);
        assert_eq!(of_exif(b"MM\0*\xff\xff\xff\xff"), None);
    }

    #[test]
    fn png_tells_samples_per_metre() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x01abcd_crc_\0\0\0\x09pHYs".to_vec();
        png.extend(11811u32.to_be_bytes());
        png.extend(11811u32.to_be_bytes());
        png.extend(b"\x01");
        // The made-up chunk has one byte of data and four of checksum.
        let density = of_png(&png).unwrap();
        assert!((density.0 - 300.0).abs() < 0.01 && density.0 == density.1);
        assert_eq!(of_png(&png[..30]), None);
    }
}
