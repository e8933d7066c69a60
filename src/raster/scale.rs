//! Planes of grey in another size.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeError, ResizeOptions, Resizer};

use super::Grey;

/// `source` in another size: averaged where it shrinks, interpolated where it grows. White where either size is empty.
#[must_use]
pub fn resize(source: &Grey, width: u32, height: u32) -> Grey {
    if (source.width, source.height) == (width, height) {
        return source.clone();
    }
    if source.samples.is_empty() || width == 0 || height == 0 {
        return Grey::white(width, height);
    }
    convolve(source, width, height).unwrap_or_else(|_| Grey::white(width, height))
}

fn convolve(source: &Grey, width: u32, height: u32) -> Result<Grey, ResizeError> {
    // Bilinear convolution widens its kernel with the factor, so that every sample counts when it shrinks,
    // and it does not ring: no grey halo around black text that the threshold would have to judge.
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    let Ok(view) = ImageRef::new(source.width, source.height, &source.samples, PixelType::U8) else {
        return Ok(Grey::white(width, height));
    };
    let mut target = Image::new(width, height, PixelType::U8);
    Resizer::new().resize(&view, &mut target, &options)?;
    Ok(Grey { width, height, samples: target.into_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrinking_averages() {
        let checks = Grey {
            width: 64,
            height: 64,
            samples: (0..64 * 64).map(|n| if (n + n / 64) % 2 == 0 { 0 } else { 255 }).collect(),
        };
        let small = resize(&checks, 8, 8);
        assert_eq!((small.width, small.height, small.samples.len()), (8, 8, 64));
        assert!(small.samples.iter().all(|sample| (120..136).contains(sample)), "{:?}", small.samples);
    }

    #[test]
    fn empty_sizes_are_white() {
        assert_eq!(resize(&Grey::white(0, 0), 2, 1).samples, [255, 255]);
        assert_eq!(resize(&Grey::white(5, 5), 0, 3).samples, [0u8; 0]);
    }
}
