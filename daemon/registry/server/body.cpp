#include "body.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <charconv>

#include "registry/fields.hpp"

namespace menshen::registry::server {

Body::Body(const Call& call) {
    if (call.body.empty()) return;
    boost::system::error_code failed;
    auto parsed = boost::json::parse(call.body, failed);
    if (!failed && parsed.is_object()) {
        object_ = std::move(parsed.as_object());
        return;
    }
    broken_ = true;
    errors_.push_back({"", "format", failed ? "the body is no JSON: " + failed.message() : "must be a JSON object"});
}

Body::Body(boost::json::object object, std::string pointer)
    : object_(std::move(object)), pointer_(std::move(pointer)) {}

void Body::wrong(std::string_view key, std::string code, std::string text) {
    errors_.push_back({fmt::format("{}/{}", pointer_, key), std::move(code), std::move(text)});
}

void Body::take(FieldErrors errors) {
    for (auto& error : errors) errors_.push_back(std::move(error));
}

const boost::json::value* Body::find(std::string_view key, Need need) {
    asked_.emplace(key);
    const auto* found = object_.if_contains(key);
    if (found != nullptr && !found->is_null()) return found;
    if (need == Need::required && !broken_) wrong(key, "required", "is missing");
    return nullptr;
}

std::string Body::text(std::string_view key, Need need, std::size_t most) {
    const auto* found = find(key, need);
    if (found == nullptr) return {};
    const auto* text = found->if_string();
    if (text == nullptr) {
        wrong(key, "type", "must be a text");
    } else if (text->size() > most) {
        wrong(key, "too_long", fmt::format("has more than {} bytes", most));
    } else if (text->empty() && need == Need::required) {
        wrong(key, "required", "is empty");
    } else {
        return std::string(*text);
    }
    return {};
}

std::optional<std::int64_t> Body::number(std::string_view key, Need need) {
    const auto* found = find(key, need);
    if (found == nullptr) return std::nullopt;
    if (const auto* number = found->if_int64()) return *number;
    wrong(key, "type", "must be a whole number");
    return std::nullopt;
}

bool Body::flag(std::string_view key) {
    const auto* found = find(key, Need::optional);
    if (found == nullptr) return false;
    if (const auto* flag = found->if_bool()) return *flag;
    wrong(key, "type", "must be true or false");
    return false;
}

std::vector<std::string> Body::texts(std::string_view key, Need need) {
    std::vector<std::string> all;
    const auto* list = array(key, 1'000, need);
    if (list == nullptr) return all;
    for (const auto& each : *list) {
        const auto* text = each.if_string();
        if (text == nullptr) {
            wrong(key, "type", "must be a list of texts");
            return {};
        }
        all.emplace_back(*text);
    }
    return all;
}

std::vector<Id> Body::ids(std::string_view key) {
    std::vector<Id> all;
    const auto* list = array(key, 1'000, Need::optional);
    if (list == nullptr) return all;
    for (const auto& each : *list) {
        const auto* number = each.if_int64();
        if (number == nullptr) {
            wrong(key, "type", "must be a list of ids");
            return {};
        }
        all.push_back(*number);
    }
    return all;
}

const boost::json::object* Body::object(std::string_view key, Need need) {
    const auto* found = find(key, need);
    if (found == nullptr) return nullptr;
    const auto* object = found->if_object();
    if (object == nullptr) wrong(key, "type", "must be an object");
    return object;
}

const boost::json::array* Body::array(std::string_view key, std::size_t most, Need need) {
    const auto* found = find(key, need);
    if (found == nullptr) return nullptr;
    const auto* list = found->if_array();
    if (list == nullptr) {
        wrong(key, "type", "must be a list");
    } else if (list->size() > most) {
        wrong(key, "limit", fmt::format("has more than {} elements", most));
        return nullptr;
    }
    return list;
}

void Body::value(std::string_view key, Value& into) {
    const auto* fields = object(key);
    if (fields == nullptr) return;
    for (auto& error : read_fields(*fields, into)) {
        error.pointer = fmt::format("{}/{}{}", pointer_, key, error.pointer);
        errors_.push_back(std::move(error));
    }
}

const FieldErrors& Body::finish() {
    for (const auto& field : object_) {
        if (asked_.contains(std::string_view(field.key()))) continue;
        const std::string_view key(field.key());
        wrong(key.substr(0, 64), "unknown_field", "nothing of that name is known here");
    }
    return errors_;
}

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::int64_t asked_number(const Call& call, const std::string& name, std::int64_t otherwise, std::int64_t least,
                          std::int64_t most, FieldErrors& errors) {
    const auto text = call.asked(name);
    if (text.empty()) return otherwise;
    const auto number = number_in(text);
    if (number && *number >= least && *number <= most) return *number;
    errors.push_back({name, "out_of_range", fmt::format("must be a number of {} to {}", least, most)});
    return otherwise;
}

std::optional<LocalTime> asked_time(const Call& call, const std::string& name, FieldErrors& errors) {
    const auto text = call.asked(name);
    if (text.empty()) return std::nullopt;
    auto time = parse_local(text);
    if (time) return *time;
    errors.push_back({name, "format", time.error().message});
    return std::nullopt;
}

}  // namespace menshen::registry::server
