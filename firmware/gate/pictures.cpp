#include "pictures.hpp"

namespace menshen::gate {

void Pictures::put(const std::string& id, std::vector<std::uint8_t> jpeg) {
    if (jpeg.size() > most_bytes_) return;
    if (const auto it = by_id_.find(id); it != by_id_.end()) drop(it->second);
    bytes_ += jpeg.size();
    oldest_first_.push_back({id, std::make_shared<const std::vector<std::uint8_t>>(std::move(jpeg))});
    by_id_[id] = std::prev(oldest_first_.end());
    while (bytes_ > most_bytes_) drop(oldest_first_.begin());
}

Picture Pictures::find(const std::string& id) const {
    const auto it = by_id_.find(id);
    return it == by_id_.end() ? nullptr : it->second->picture;
}

void Pictures::drop(std::list<Entry>::iterator entry) {
    bytes_ -= entry->picture->size();
    by_id_.erase(entry->id);
    oldest_first_.erase(entry);
}

}  // namespace menshen::gate
