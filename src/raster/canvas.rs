//! What was drawn as shapes, as a plane of grey.

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};

use super::{Grey, luma};

/// Rasterises what was drawn in `context`, over white, at its size.
pub fn grey(context: &mut RenderContext) -> Grey {
    context.flush();
    let mut pixmap = Pixmap::new(context.width(), context.height());
    let settings = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() };
    context.render_with(&mut pixmap, &mut Resources::default(), settings);
    let samples = pixmap.data().iter().map(|pixel| luma(pixel.r, pixel.g, pixel.b)).collect();
    Grey { width: u32::from(context.width()), height: u32::from(context.height()), samples }
}
