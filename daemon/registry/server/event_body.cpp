#include "event_body.hpp"

#include <boost/json/parse.hpp>

#include "values/event.hpp"
#include "values/evidence.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& body, std::string_view key) {
    const auto* found = body.if_contains(key);
    const auto* text = found != nullptr ? found->if_string() : nullptr;
    return text != nullptr ? std::string(*text) : std::string();
}

/// The plate that an event is about: its own, the one that was decided on, or the likeliest of the claim.
std::string plate_of(const json::object& body) {
    auto plate = text_of(body, "plate");
    const auto* decision = body.if_contains("decision");
    if (plate.empty() && decision != nullptr && decision->is_object()) plate = text_of(decision->as_object(), "plate");
    if (!plate.empty()) return plate;
    const auto* input = body.if_contains("input");
    boost::system::error_code none;
    const auto* first = input != nullptr ? input->find_pointer("/claim/candidates/0", none) : nullptr;
    return first != nullptr && first->is_object() ? text_of(first->as_object(), "plate") : std::string();
}

std::optional<EvidenceRef> picture_of(const json::value& value) {
    const auto* picture = value.if_object();
    if (picture == nullptr) return std::nullopt;
    const auto* bytes = picture->if_contains("bytes");
    EvidenceRef ref{text_of(*picture, "sha256"), text_of(*picture, "name"), 0};
    if (bytes != nullptr && bytes->is_int64()) ref.bytes = bytes->as_int64();
    const bool good = bundle::hash_from_hex(ref.sha256) && ref.bytes > 0 && ref.bytes <= max_picture_bytes &&
                      ref.name.size() <= max_picture_name;
    return good ? std::optional(std::move(ref)) : std::nullopt;
}

/// False: it names pictures as no gate does, and they are not noted.
bool read_pictures(const json::object& body, std::vector<EvidenceRef>& into) {
    const auto* value = body.if_contains("pictures");
    if (value == nullptr) return true;
    const auto* list = value->if_array();
    if (list == nullptr) return false;
    bool whole = list->size() <= max_event_pictures;
    for (const auto& each : *list) {
        auto picture = into.size() < max_event_pictures ? picture_of(each) : std::nullopt;
        whole = whole && picture;
        if (picture) into.push_back(std::move(*picture));
    }
    return whole;
}

/// Of pictures_dropped: what its gate has no more.
std::vector<std::string> read_losses(const json::object& body) {
    std::vector<std::string> gone;
    const auto* value = body.if_contains("sha256");
    const auto* list = value != nullptr ? value->if_array() : nullptr;
    if (list == nullptr) return gone;
    for (const auto& each : *list) {
        const auto* text = each.if_string();
        if (text == nullptr || gone.size() >= max_pictures_in_one_loss) continue;
        if (bundle::hash_from_hex({text->data(), text->size()})) gone.emplace_back(*text);
    }
    return gone;
}

/// A kind of a newer gate may.
bool may_have_pictures(std::string_view kind) {
    const auto known = event_kind_from(kind);
    return !known || may_name_pictures(*known);
}

}  // namespace

EventRecord stored_form(const bundle::EventRecord& event, const Digest& before, const Digest& chain) {
    EventRecord out;
    out.sequence = event.sequence;
    out.utc = UtcTime(milliseconds(event.utc));
    out.clock = event.clock;
    out.kind = event.kind;
    out.lane = event.lane;
    out.arrival = event.arrival;
    out.authorisation = event.authorisation;
    out.body = event.body;
    if (!event.body.empty()) out.salt.assign(event.salt.begin(), event.salt.end());
    out.body_hash = event.body_hash;
    out.before = before;
    out.chain = chain;
    boost::system::error_code failed;
    const auto body = event.body.empty() ? json::value() : json::parse(event.body, failed);
    if (failed || !body.is_object()) {
        out.unread = may_have_pictures(event.kind);
        return out;
    }
    out.plate = plate_of(body.as_object());
    out.unread = !read_pictures(body.as_object(), out.pictures);
    if (event.kind == to_string(EventKind::pictures_dropped)) out.gone = read_losses(body.as_object());
    return out;
}

}  // namespace menshen::registry::server
