#include "outcome.hpp"

#include <fmt/format.h>

#include <ostream>

#include "cli/report.hpp"
#include "json_text.hpp"

namespace menshen::office {

namespace json = boost::json;

int told(Desk& desk, const json::object& answer, const std::string& sentence) {
    for (const auto& each : array_in(answer, "warnings")) {
        if (!each.is_object()) continue;
        desk.err << desk.say({"提醒：", "warning: "}) << cli::harmless(text_in(each.as_object(), "detail")) << "\n";
    }
    if (desk.json) {
        desk.out << json::serialize(answer) << "\n";
        return Exit::done;
    }
    desk.out << cli::harmless(sentence);
    for (const auto& each : array_in(answer, "heads")) {
        if (!each.is_object()) continue;
        desk.out << fmt::format("  [{} {}]", text_in(each.as_object(), "scope"), text_in(each.as_object(), "head"));
    }
    if (flag_in(answer, "repeated")) desk.out << desk.say({"（此前已经执行）", "  (it had been done before)"});
    desk.out << "\n";
    return Exit::done;
}

std::int64_t first_changed(const json::object& answer) {
    const auto& changed = array_in(answer, "changed");
    return changed.empty() || !changed[0].is_object() ? 0 : number_in(changed[0].as_object(), "id");
}

Result<int> done_and_told(Desk& desk, link::Registry& registry, const link::Change& change,
                          const std::function<std::string(const json::object&)>& sentence) {
    auto answer = registry.change(change);
    if (!answer) return answer.error();
    return told(desk, *answer, sentence(*answer));
}

Result<int> listed(Desk& desk, link::Registry& registry, std::string_view path, link::Query query, int limit,
                   const std::function<std::string(const std::vector<json::object>&)>& print) {
    std::vector<json::object> items;
    const auto most = limit > 0 ? static_cast<std::size_t>(limit) : std::size_t{1'000'000};
    query["limit"] = std::to_string(std::min<std::size_t>(most, 500));
    auto done = registry.each(path, std::move(query), [&](const json::object& item) {
        items.push_back(item);
        return items.size() < most;
    });
    if (!done) return done.error();
    if (desk.json) {
        desk.out << json::serialize(json::object{{"items", json::array(items.begin(), items.end())}}) << "\n";
    } else {
        desk.out << print(items);
    }
    return Exit::done;
}

}  // namespace menshen::office
