// What happened at the gates.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <ostream>
#include <thread>

#include "cli/report.hpp"
#include "json_text.hpp"
#include "look_up.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

constexpr int look_every = 2;  // seconds, while events are followed

/// This machine's wall clock as the UTC that the registry reads.
Result<std::string> utc_of(const std::string& written, bool end) {
    if (written.empty()) return std::string();
    auto time = time_from(written, end);
    if (!time) return time.error();
    if (time->is_null()) return std::string();
    const auto local = parse_local(std::string(time->as_string())).value();
    const std::time_t as_if = local.time_since_epoch().count();
    std::tm parts{};
    ::gmtime_r(&as_if, &parts);
    parts.tm_isdst = -1;
    return format_utc(UtcTime(seconds(::mktime(&parts))));
}

class Follower {
  public:
    Follower(const EventsOptions& options, Desk& desk, link::Registry& registry)
        : options_(options), desk_(desk), registry_(registry) {}

    Result<int> run() {
        if (auto done = prepare(); !done) return done.error();
        auto page = newest(static_cast<std::size_t>(options_.limit), 0);
        if (!page) return page.error();
        for (;;) {
            std::for_each(page->rbegin(), page->rend(), [this](const json::object& event) { print(event); });
            if (!options_.follow || !desk_.out.flush()) return Exit::done;
            std::this_thread::sleep_for(seconds(look_every));
            page = newest(1'000'000, last_);
            if (!page) return page.error();
        }
    }

  private:
    Status prepare() {
        query_ = {{"scope", desk_.site}, {"kind", options_.kind}};
        if (!options_.plate.empty()) {
            auto plate = plate_from(options_.plate);
            if (!plate) return plate.error().in("--plate");
            query_["plate"] = *plate;
        }
        auto from = utc_of(options_.from, false);
        if (!from) return from.error().in("--from");
        auto until = utc_of(options_.until, true);
        if (!until) return until.error().in("--until");
        query_["from"] = *from;
        query_["until"] = *until;
        return name_gates();
    }

    Status name_gates() {
        auto done = registry_.each("/v1/gates", {{"limit", "1000"}}, [this](const json::object& gate) {
            gates_[number_in(gate, "id")] = text_in(object_in(gate, "value"), "key");
            return true;
        });
        if (!done && done.error().code != Errc::conflict) return done;  // he may not see gates: numbers then
        if (options_.gate.empty()) return {};
        const auto id = id_from(options_.gate);
        const auto named = std::find_if(gates_.begin(), gates_.end(), [&](const auto& each) {
            return each.second == options_.gate || (id && each.first == *id);
        });
        if (named == gates_.end()) return {Errc::not_found, fmt::format("there is no gate {}", options_.gate)};
        query_["gate"] = std::to_string(named->first);
        return {};
    }

    /// At most so many, newest first, none of up to `after`.
    Result<std::vector<json::object>> newest(std::size_t most, std::int64_t after) {
        std::vector<json::object> found;
        auto query = query_;
        query["limit"] = std::to_string(std::min<std::size_t>(most, 500));
        auto done = registry_.each(
            "/v1/events", query,
            [&](const json::object& event) {
                const auto number = number_in(event, "number");
                if (number <= after) return false;
                if (options_.lane.empty() || text_in(event, "lane") == options_.lane) found.push_back(event);
                return found.size() < most;
            },
            "before");
        if (!done) return done.error();
        return found;
    }

    void print(const json::object& event) {
        last_ = std::max(last_, number_in(event, "number"));
        if (desk_.json) {
            desk_.out << json::serialize(event) << "\n";
            return;
        }
        auto shown = event;
        shown["sequence"] = number_in(event, "number");  // what `menshen replay` takes
        const auto gate = gates_.find(number_in(event, "gate"));
        const auto name = gate != gates_.end() ? gate->second : text_in(event, "gate");
        shown["lane"] = cli::harmless(name) + "/" + text_in(event, "lane");
        desk_.out << cli::event_line(shown, desk_.language) << "\n";
    }

    const EventsOptions& options_;
    Desk& desk_;
    link::Registry& registry_;
    link::Query query_;
    std::map<std::int64_t, std::string> gates_;
    std::int64_t last_ = 0;
};

}  // namespace

int run_events(const EventsOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) { return Follower(options, desk, registry).run(); });
}

}  // namespace menshen::office
