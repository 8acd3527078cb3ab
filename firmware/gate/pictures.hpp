// The newest pictures in memory, for the panel and for the evidence that follows an outcome. Bytes only; never decoded.
#pragma once

#include <list>
#include <string>
#include <unordered_map>

#include "ports/gate_control.hpp"

namespace menshen::gate {

class Pictures {
  public:
    explicit Pictures(std::size_t most_bytes = std::size_t{12} * 1024 * 1024) : most_bytes_(most_bytes) {}

    /// The oldest go when there is no room. A picture with the same id is replaced.
    void put(const std::string& id, std::vector<std::uint8_t> jpeg);
    /// Null if it is not here any more.
    [[nodiscard]] Picture find(const std::string& id) const;

  private:
    struct Entry {
        std::string id;
        Picture picture;
    };
    void drop(std::list<Entry>::iterator entry);

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    std::list<Entry> oldest_first_;
    std::unordered_map<std::string, std::list<Entry>::iterator> by_id_;
};

}  // namespace menshen::gate
