#include "journal/records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "clock_names.hpp"

namespace menshen::journal {

namespace json = boost::json;

namespace {

Event event_at(EventKind kind, LaneId lane, const Now& now) {
    Event event;
    event.utc = now.utc;
    event.clock = now.clock;
    event.lane = std::move(lane);
    event.kind = kind;
    return event;
}

const json::string* text_in(const Event& event, const char* name) {
    const auto* value = event.body.if_contains(name);
    return value != nullptr ? value->if_string() : nullptr;
}

std::string_view view(const json::string& text) {
    return {text.data(), text.size()};
}

}  // namespace

Event to_event(const Intent& intent, const Now& now) {
    Event event = event_at(EventKind::intent, intent.lane, now);
    event.arrival = intent.arrival;
    event.authorisation = intent.authorisation;
    event.body = {{"plate", intent.plate}, {"reason", intent.reason}, {"by", intent.by}};
    return event;
}

Event to_event(const OutcomeRecord& outcome, const Now& now) {
    Event event = event_at(EventKind::outcome, outcome.lane, now);
    event.arrival = outcome.arrival;
    event.authorisation = outcome.authorisation;
    event.body = {{"outcome", json::string_view(to_string(outcome.outcome))}, {"detail", outcome.detail}};
    add_pictures(event, outcome.pictures, outcome.keep);
    return event;
}

Event to_event(const PassageRecord& passage, const Now& now) {
    Event event = event_at(EventKind::passage, passage.lane, now);
    event.arrival = passage.arrival;
    event.authorisation = passage.authorisation;
    event.body = {{"plate", passage.plate}, {"direction", passage.entered ? "in" : "out"}, {"zone", passage.zone}};
    if (passage.plate_width > 0) event.body["plate_width"] = passage.plate_width;
    if (passage.permit) event.body["permit"] = {{"scope", passage.permit->scope}, {"id", passage.permit->id}};
    return event;
}

Event to_event(const ModeRecord& mode, const Now& now) {
    Event event = event_at(EventKind::mode_changed, mode.lane, now);
    event.body = {{"mode", mode.mode}, {"by", mode.by}};
    if (mode.until) event.body["until"] = format_local(*mode.until);
    return event;
}

Event make_event(EventKind kind, LaneId lane, json::object body, const Now& now) {
    Event event = event_at(kind, std::move(lane), now);
    event.body = std::move(body);
    return event;
}

Result<PassageRecord> passage_from(const Event& event) {
    if (event.kind != EventKind::passage) return {Errc::invalid, "not a passage"};
    const auto* plate = text_in(event, "plate");
    const auto* direction = text_in(event, "direction");
    const auto* zone = text_in(event, "zone");
    if (plate == nullptr || zone == nullptr || direction == nullptr || (*direction != "in" && *direction != "out")) {
        return {Errc::invalid, "a passage needs plate, zone and direction (in or out)"};
    }
    PassageRecord passage;
    passage.authorisation = event.authorisation;
    passage.arrival = event.arrival;
    passage.lane = event.lane;
    passage.plate = view(*plate);
    passage.entered = *direction == "in";
    passage.zone = view(*zone);
    const auto* width = event.body.if_contains("plate_width");
    if (width != nullptr && width->is_int64())
        passage.plate_width = static_cast<int>(std::clamp<std::int64_t>(width->as_int64(), 0, 65536));
    const auto* permit = event.body.if_contains("permit");
    if (permit == nullptr || permit->is_null()) return passage;
    const auto* key = permit->if_object();
    const auto* scope = key != nullptr && key->contains("scope") ? key->at("scope").if_string() : nullptr;
    const auto* id = key != nullptr && key->contains("id") ? key->at("id").if_int64() : nullptr;
    if (scope == nullptr || id == nullptr) return {Errc::invalid, "a passage's permit needs scope and id"};
    passage.permit = PermitKey{std::string(view(*scope)), *id};
    return passage;
}

Result<ModeRecord> mode_from(const Event& event) {
    if (event.kind != EventKind::mode_changed) return {Errc::invalid, "not a change of mode"};
    const auto* mode = text_in(event, "mode");
    const auto* by = text_in(event, "by");
    if (mode == nullptr || by == nullptr) return {Errc::invalid, "a change of mode needs mode and by"};
    ModeRecord record{event.lane, std::string(view(*mode)), std::string(view(*by)), std::nullopt};
    if (const auto* until = text_in(event, "until")) {
        const auto parsed = parse_local(view(*until));
        if (!parsed) return parsed.error().in("until");
        record.until = *parsed;
    }
    return record;
}

void add_pictures(Event& event, const std::vector<PictureRef>& pictures, bool keep) {
    json::array list;
    for (const auto& picture : pictures) {
        list.push_back({{"name", picture.name}, {"sha256", picture.sha256}, {"bytes", picture.bytes}});
    }
    event.body["pictures"] = std::move(list);
    event.body["keep"] = keep;
}

json::object to_json(const Event& event) {
    return {{"sequence", event.sequence},
            {"utc", format_utc(event.utc)},
            {"clock", json::string_view(name_of(event.clock))},
            {"lane", event.lane},
            {"kind", json::string_view(to_string(event.kind))},
            {"arrival", event.arrival},
            {"authorisation", event.authorisation},
            {"body", event.body}};
}

}  // namespace menshen::journal
