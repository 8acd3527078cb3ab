#include "build.hpp"

namespace menshen::office {

std::string_view build_id() {
    return MENSHEN_BUILD;
}

}  // namespace menshen::office
