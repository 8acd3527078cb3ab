// Reading a courier's question.
#pragma once

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

#include "values/courier_message.hpp"

namespace menshen::gate {

inline std::string text_in(const boost::json::object& header, std::string_view key) {
    const auto* value = header.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// Within [lowest, highest]; what is not there is `other`.
inline std::int64_t number_in(const boost::json::object& header, std::string_view key, std::int64_t other,
                              std::int64_t lowest, std::int64_t highest) {
    const auto* value = header.if_contains(key);
    if (value == nullptr || !value->is_number() || value->is_double()) return other;
    if (value->is_uint64() && value->get_uint64() > static_cast<std::uint64_t>(highest)) return highest;
    const auto number = value->to_number<std::int64_t>();
    return number < lowest ? lowest : number > highest ? highest : number;
}

inline courier_message::Frame answer_of(boost::json::object header, std::string bytes = {}) {
    header["ok"] = true;
    return {std::move(header), std::move(bytes)};
}

inline courier_message::Frame refusal(const std::string& why, boost::json::object more = {}) {
    more["ok"] = false;
    more["error"] = why;
    return {std::move(more), {}};
}

}  // namespace menshen::gate
