// What became of a change, as people and programs read it.
#pragma once

#include "office/verbs.hpp"

namespace menshen::office {

/// The sentence, where the list stands now, and what a person should look at all the same; with --json the answer.
int told(Desk& desk, const boost::json::object& answer, const std::string& sentence);
/// The id of what was made or changed first.
[[nodiscard]] std::int64_t first_changed(const boost::json::object& answer);
/// Sends it; the sentence is made of the answer.
[[nodiscard]] Result<int> done_and_told(Desk& desk, link::Registry& registry, const link::Change& change,
                                        const std::function<std::string(const boost::json::object&)>& sentence);
/// A list, with --json as {"items": […]}, else as the table that `print` makes of it.
[[nodiscard]] Result<int> listed(Desk& desk, link::Registry& registry, std::string_view path, link::Query query,
                                 int limit,
                                 const std::function<std::string(const std::vector<boost::json::object>&)>& print);

}  // namespace menshen::office
