// Past passages for the panel, told from the journal alone.
#include <map>

#include "gate.hpp"
#include "values/json.hpp"

namespace menshen::gate {

namespace {

constexpr int page = 500;       // events read in one go
constexpr int most_pages = 20;  // a quiet lane among busy ones ends the search some time

/// What later events told of an arrival; newest first, so it is known before its decision is met.
struct Later {
    std::string outcome, by, scene, crop;
};

void learn(Later& later, const Event& event) {
    if (event.kind == EventKind::outcome) later.outcome = event.body.at("outcome").as_string();
    if (event.kind == EventKind::intent) later.by = event.body.at("by").as_string();
    const auto* pictures = event.body.if_contains("pictures");
    if (pictures == nullptr || !pictures->is_array()) return;
    for (const auto& picture : pictures->as_array()) {
        const auto& name = picture.at("name").as_string();
        (name == "crop" ? later.crop : later.scene) = picture.at("sha256").as_string();
    }
}

Result<boost::json::object> passed_from(const Event& event, const Later& later) {
    const auto decision = from_json<Decision>(event.body.at("decision"));
    if (!decision) return decision.error();
    boost::json::object out;
    put_decision(out, *decision);
    const auto& input = event.body.at("input").as_object();
    out["sequence"] = event.sequence;
    out["arrival"] = event.arrival;
    out["lane"] = event.lane;
    out["direction"] = input.at("direction");
    out["outcome"] = later.outcome;
    out["by"] = later.by.empty() ? "menshen" : later.by;
    out["at"] = input.at("local");
    out["scene"] = later.scene;
    out["crop"] = later.crop;
    out["colour"] = input.at("claim").at("colour");
    return out;
}

struct Search {
    std::uint64_t before = 0;
    int limit = 0;
    int pages = 0;
    std::map<ArrivalId, Later> later;
    boost::json::array found;
};

/// True when the search is over.
bool take(Search& search, const std::vector<Event>& events) {
    for (const auto& event : events) {
        search.before = event.sequence;
        if (event.arrival == 0) continue;
        if (event.kind != EventKind::decision) {
            learn(search.later[event.arrival], event);
            continue;
        }
        try {
            if (auto entry = passed_from(event, search.later[event.arrival])) search.found.push_back(std::move(*entry));
        } catch (const std::exception&) {
            continue;  // an event of another release without these fields: it stays in the journal, not in this list
        }
        if (static_cast<int>(search.found.size()) >= search.limit) return true;
    }
    return events.size() < page || ++search.pages >= most_pages;
}

}  // namespace

void Gate::events(std::uint64_t before, int limit, std::function<void(Result<boost::json::array>)> done) {
    auto search = std::make_shared<Search>();
    search->before = before;
    search->limit = limit;
    auto step = std::make_shared<std::function<void()>>();
    *step = [this, search, done = std::move(done), step] {
        stores_->events_before(search->before, page, [search, done, step](const Result<std::vector<Event>>& events) {
            const auto again = *step;
            if (events && !take(*search, *events)) return again();
            *step = nullptr;  // it held itself until the search was over
            if (!events) return done(events.error());
            done(std::move(search->found));
        });
    };
    (*step)();
}

}  // namespace menshen::gate
