// What paints plates, on our own strokes and the fonts that are installed.
#pragma once

#include "plate-synth/flat.hpp"

namespace menshen::synth {

struct Workshop {
    Result<GlyphSet> glyphs = GlyphSet::load({});
    Textures textures;
    Painter painter{glyphs.value(), textures};
};

}  // namespace menshen::synth
