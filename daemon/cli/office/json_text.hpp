// Fields of a registry's answers, as texts; what is not there is empty.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace menshen::office {

[[nodiscard]] inline std::string text_in(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || value->is_null()) return {};
    return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
}

/// "a, b" of an array of texts.
[[nodiscard]] inline std::string texts_in(const boost::json::object& object, std::string_view key) {
    std::string text;
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_array()) return text;
    for (const auto& each : value->as_array()) {
        if (each.is_string()) text += (text.empty() ? "" : ", ") + std::string(each.as_string());
    }
    return text;
}

[[nodiscard]] inline std::int64_t number_in(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

[[nodiscard]] inline bool flag_in(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->as_bool();
}

[[nodiscard]] inline const boost::json::object& object_in(const boost::json::object& object, std::string_view key) {
    static const boost::json::object none;
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_object() ? value->as_object() : none;
}

[[nodiscard]] inline const boost::json::array& array_in(const boost::json::object& object, std::string_view key) {
    static const boost::json::array none;
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_array() ? value->as_array() : none;
}

}  // namespace menshen::office
