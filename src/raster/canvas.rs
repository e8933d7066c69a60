//! What was drawn as shapes, as a plane of grey.

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};

use super::{Grey, luma};

/// Pixels that are looked at together: most are white.
const RUN: usize = 16;
/// Red, green, blue, alpha.
const CHANNELS: usize = 4;

/// Buffers that are kept from page to page.
pub struct Canvas {
    context: RenderContext,
    pixmap: Pixmap,
    resources: Resources,
    grey: Grey,
}

impl Canvas {
    /// An empty canvas.
    #[must_use]
    pub fn new() -> Self {
        let (context, pixmap) = (RenderContext::new(1, 1), Pixmap::new(1, 1));
        Self { context, pixmap, resources: Resources::default(), grey: Grey::white(0, 0) }
    }

    /// A white sheet of so many dots, to be drawn on.
    pub fn sheet(&mut self, width: u16, height: u16) -> &mut RenderContext {
        self.context.reset_and_resize(width, height);
        &mut self.context
    }

    /// What was drawn.
    pub fn grey(&mut self) -> &Grey {
        let (width, height) = (self.context.width(), self.context.height());
        if (self.pixmap.width(), self.pixmap.height()) != (width, height) {
            self.pixmap = Pixmap::new(width, height);
            self.grey = Grey::white(u32::from(width), u32::from(height));
        }
        self.context.flush();
        let settings = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() };
        self.context.render_with(&mut self.pixmap, &mut self.resources, settings);
        let pixels = self.pixmap.data_as_u8_slice();
        for (samples, pixels) in self.grey.samples.chunks_mut(RUN).zip(pixels.chunks(RUN * CHANNELS)) {
            if pixels.iter().fold(255, |all, channel| all & channel) == 255 {
                samples.fill(255);
                continue;
            }
            for (sample, pixel) in samples.iter_mut().zip(pixels.chunks_exact(CHANNELS)) {
                if let [red, green, blue, _] = *pixel {
                    *sample = luma(red, green, blue);
                }
            }
        }
        &self.grey
    }
}

impl Default for Canvas {
    fn default() -> Self {
        Self::new()
    }
}
