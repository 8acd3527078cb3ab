#include "registry/change_set.hpp"

#include <boost/json.hpp>

#include "bundle/sha256.hpp"
#include "registry/fields.hpp"
#include "values/json_fields.hpp"

namespace menshen::registry {

namespace {

namespace json = boost::json;

json::object json_of(const Position& position) {
    return {{"scope", position.scope}, {"epoch", position.epoch}, {"seq", position.seq}};
}

json::object json_of(const Change& change) {
    if (const auto* put = std::get_if<Put>(&change)) {
        return {{"put", to_string(kind_of(put->value))},
                {"id", put->id},
                {"scope", put->scope},
                {"value", to_json(put->value)},
                {"if_version", json_or_null(put->if_version)}};
    }
    const auto& remove = std::get<Remove>(change);
    return {{"remove", to_string(remove.kind)}, {"id", remove.id}, {"if_version", json_or_null(remove.if_version)}};
}

bool load_position(const JsonNode& node, Position& out) {
    const JsonFields fields(node);
    return fields("scope", out.scope) && fields("epoch", out.epoch) && fields("seq", out.seq);
}

bool load_changed(const JsonNode& node, Changed& out) {
    const JsonFields fields(node);
    const auto kind = [&](const JsonNode& n) {
        std::string key;
        if (!load(n, key)) return false;
        const auto found = kind_from(key);
        if (found) out.kind = *found;
        return found || n.fail("is no kind of entity");
    };
    return fields.with("kind", kind) && fields("id", out.id) && fields("version", out.version);
}

bool load_committed(const JsonNode& node, Committed& out) {
    const JsonFields fields(node);
    return fields.array("changed", out.changed, max_changes, load_changed) &&
           fields.array("heads", out.heads, max_changes, load_position) && fields("audit", out.audit);
}

}  // namespace

std::string fingerprint(const ChangeSet& set) {
    bundle::Sha256 hash;
    for (const auto& change : set.changes) hash.text(json::serialize(json_of(change)));
    for (const auto& position : set.if_head) hash.text(json::serialize(json_of(position)));
    return bundle::to_hex(hash.end());
}

std::string fingerprint(std::string_view request) {
    return bundle::to_hex(bundle::Sha256().text(request).end());
}

std::string to_text(const Committed& committed) {
    json::array changed;
    for (const auto& each : committed.changed) {
        changed.push_back({{"kind", to_string(each.kind)}, {"id", each.id}, {"version", each.version}});
    }
    json::array heads;
    for (const auto& head : committed.heads) heads.push_back(json_of(head));
    return json::serialize(
        json::object{{"changed", std::move(changed)}, {"heads", std::move(heads)}, {"audit", committed.audit}});
}

Result<Committed> committed_from_text(std::string_view text) {
    boost::system::error_code failed;
    const auto value = json::parse(json::string_view(text.data(), text.size()), failed);
    if (failed) return {Errc::corrupt, "a stored result is not JSON"};
    return read_document<Committed>(value, load_committed);
}

}  // namespace menshen::registry
