#include "display_maker.hpp"

namespace menshen::gate {

std::shared_ptr<Display> make_display(const site::Lane& lane) {
    if (!lane.led) return nullptr;
    return nullptr;
}

}  // namespace menshen::gate
