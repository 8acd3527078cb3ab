#include "build.hpp"

namespace menshen::gate {

std::string_view build_id() {
    return MENSHEN_BUILD;
}
UtcTime build_time() {
    return UtcTime(seconds(MENSHEN_COMMIT_TIME));
}

}  // namespace menshen::gate
