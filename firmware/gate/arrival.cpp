#include "arrival.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

#include "values/json.hpp"

namespace menshen::gate {

namespace {

constexpr std::size_t most_asked = 32;

const Permit* permit_of(const Listing& listing, std::optional<std::int64_t> id) {
    for (const auto& [credential, permit] : listing.permits) {
        if (!id || permit.id == *id) return &permit;
    }
    return nullptr;
}

}  // namespace

const Permit* decided_permit(const Arrival& arrival) {
    for (const auto& listing : arrival.answer.listings) {
        if (listing.plate != arrival.decision.plate) continue;
        if (const auto* permit = permit_of(listing, arrival.decision.permit_id)) return permit;
    }
    return nullptr;
}

std::vector<std::string> plates_to_ask(const Claim& claim) {
    std::vector<std::string> plates;
    for (const auto& candidate : claim.candidates) plates.push_back(candidate.plate);
    if (claim.candidates.empty()) return plates;
    const auto best = Plate::parse(claim.candidates.front().plate);
    if (!best) return plates;
    for (const auto& other : look_alikes(*best)) {
        if (plates.size() >= most_asked) break;
        if (std::find(plates.begin(), plates.end(), other.text()) == plates.end()) plates.push_back(other.text());
    }
    return plates;
}

std::string scene_id(const Claim& claim) {
    return claim.picture.empty() ? "" : claim.picture + ".scene";
}
std::string crop_id(const Claim& claim) {
    return claim.picture.empty() || claim.reads == 0 ? "" : claim.picture + ".crop";
}

boost::json::array candidates_json(const Arrival& arrival) {
    boost::json::array out;
    for (std::size_t i = 0; i < arrival.claim.candidates.size(); ++i) {
        const auto& candidate = arrival.claim.candidates[i];
        boost::json::object one{{"plate", candidate.plate}, {"likelihood", candidate.likelihood}, {"listed", false}};
        const bool answered = i < arrival.answer.listings.size() && arrival.answer.listings[i].plate == candidate.plate;
        if (const auto* permit = answered ? permit_of(arrival.answer.listings[i], std::nullopt) : nullptr) {
            one["listed"] = true;
            one["holder"] = permit->holder;
            one["unit"] = permit->unit;
        }
        out.push_back(std::move(one));
    }
    return out;
}

boost::json::value permit_json(const Arrival& arrival) {
    const auto* permit = decided_permit(arrival);
    if (permit == nullptr) return nullptr;
    const auto name = name_of(permit->permit_class);
    return boost::json::object{{"class", to_string(permit->permit_class)},
                               {"class_zh", name.zh},
                               {"class_en", name.en},
                               {"holder", permit->holder},
                               {"unit", permit->unit}};
}

void put_decision(boost::json::object& out, const Decision& decision) {
    const auto words = sentence(decision.reason);
    out["plate"] = decision.plate;
    out["likelihood"] = decision.likelihood;
    out["verdict"] = to_string(decision.verdict);
    out["reason"] = to_string(decision.reason);
    out["zh"] = words.zh;
    out["en"] = words.en;
    out["days_left"] = decision.days_left ? boost::json::value(*decision.days_left) : boost::json::value(nullptr);
}

boost::json::object referred_json(const Arrival& arrival) {
    boost::json::object out;
    put_decision(out, arrival.decision);
    out["arrival"] = arrival.claim.arrival;
    out["lane"] = arrival.claim.lane;
    out["candidates"] = candidates_json(arrival);
    out["scene"] = scene_id(arrival.claim);
    out["crop"] = crop_id(arrival.claim);
    out["colour"] = to_string(arrival.claim.colour);
    out["since"] = format_local(arrival.at);
    return out;
}

boost::json::object passed_json(const Arrival& arrival, Direction direction) {
    boost::json::object out;
    put_decision(out, arrival.decision);
    out["sequence"] = arrival.sequence;
    out["arrival"] = arrival.claim.arrival;
    out["lane"] = arrival.claim.lane;
    out["direction"] = to_string(direction);
    out["outcome"] = arrival.outcome;
    out["by"] = arrival.by;
    out["at"] = format_local(arrival.at);
    out["scene"] = scene_id(arrival.claim);
    out["crop"] = crop_id(arrival.claim);
    out["colour"] = to_string(arrival.claim.colour);
    return out;
}

lane::Authorisation authorisation(AuthorisationId id, ArrivalId arrival, const std::string& plate,
                                  const std::string& guard) {
    lane::Authorisation a;
    a.id = id;
    a.arrival = arrival;
    a.plate = plate;
    a.guard = !guard.empty();
    if (a.guard) a.by = guard;
    return a;
}

}  // namespace menshen::gate
