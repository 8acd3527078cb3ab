// Blocked, held and watched plates.
#include <fmt/format.h>

#include <ostream>

#include "json_text.hpp"
#include "look_up.hpp"
#include "office/text_table.hpp"
#include "outcome.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

std::string kind_text(const std::string& key, const Desk& desk) {
    if (key == "block") return std::string(desk.say({"禁入", "block"}));
    if (key == "hold") return std::string(desk.say({"禁出", "hold"}));
    if (key == "watch") return std::string(desk.say({"布控", "watch"}));
    return key;
}

std::string blocks_text(const std::vector<json::object>& blocks, const Desk& desk) {
    TextTable table(desk.zh() ? std::vector<std::string>{"编号", "院区", "种类", "号牌", "至", "原因"}
                              : std::vector<std::string>{"number", "site", "kind", "plate", "until", "reason"});
    for (const auto& block : blocks) {
        const auto& fields = object_in(block, "value");
        table.row({text_in(block, "id"), text_in(block, "scope"), kind_text(text_in(fields, "kind"), desk),
                   text_in(fields, "plate"),
                   text_in(fields, "until").empty() ? std::string(desk.say({"直至解除", "it is lifted"}))
                                                    : end_text(text_in(fields, "until"), desk),
                   text_in(fields, "reason")});
    }
    return table.text();
}

/// By number, or the only one of a plate.
Result<json::object> find_block(link::Registry& registry, const std::string& which, const std::string& site) {
    if (const auto id = id_from(which)) return registry.get(fmt::format("/v1/blocks/{}", *id));
    auto plate = plate_from(which);
    if (!plate) return Error{Errc::invalid, fmt::format("'{}' is neither a block's number nor a plate", which)};
    std::vector<json::object> found;
    auto done = registry.each("/v1/blocks", {{"words", *plate}, {"scope", site}}, [&](const json::object& block) {
        if (text_in(object_in(block, "value"), "plate") == *plate) found.push_back(block);
        return true;
    });
    if (!done) return done.error();
    if (found.size() == 1) return found[0];
    if (found.empty()) return Error{Errc::not_found, fmt::format("{} is not blocked", *plate)};
    std::string text = fmt::format("{} stands several times; say which by its number:", *plate);
    for (const auto& each : found) {
        text += fmt::format("\n  {}  {}  {}", number_in(each, "id"), text_in(each, "scope"),
                            text_in(object_in(each, "value"), "kind"));
    }
    return Error{Errc::conflict, text};
}

}  // namespace

int run_block_add(const BlockOptions& options, Desk& desk) {
    auto plate = plate_from(options.plate);
    if (!plate) return fail(desk, plate.error());
    auto until = time_from(options.until, true);
    if (!until) return fail(desk, until.error().in("--until"));
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto site = site_of(desk, registry);
        if (!site) return site.error();
        const json::object body{
            {"scope", *site},
            {"block", {{"kind", options.kind}, {"plate", *plate}, {"reason", options.reason}, {"until", *until}}}};
        return done_and_told(desk, registry, {"POST", "/v1/blocks", body}, [&](const json::object& answer) {
            return fmt::format(
                fmt::runtime(desk.zh() ? "{}：{}，编号 {}；解除：menshen block lift {}"
                                       : "{}: {} stands as number {}; lift it with  menshen block lift {}"),
                *plate, kind_text(options.kind, desk), first_changed(answer), first_changed(answer));
        });
    });
}

int run_block_lift(const std::string& which, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto block = find_block(registry, which, desk.site);
        if (!block) return block.error();
        const auto id = number_in(*block, "id");
        return done_and_told(
            desk, registry, {"DELETE", fmt::format("/v1/blocks/{}", id), {}, number_in(*block, "version")},
            [&](const json::object&) {
                return fmt::format(fmt::runtime(desk.zh() ? "已解除 {}：{}" : "block {} is lifted: {}"), id,
                                   text_in(object_in(*block, "value"), "plate"));
            });
    });
}

int run_block_list(const ListOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        const link::Query query{{"words", options.words}, {"scope", desk.site}, {"group", options.kind}};
        return listed(desk, registry, "/v1/blocks", query, options.limit,
                      [&](const std::vector<json::object>& items) { return blocks_text(items, desk); });
    });
}

}  // namespace menshen::office
