#include "lane/lane.hpp"

namespace menshen::lane {

std::string transition_table() {
    return {};
}

}  // namespace menshen::lane
