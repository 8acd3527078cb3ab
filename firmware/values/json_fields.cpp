#include "values/json_fields.hpp"

#include <cmath>

namespace menshen {

std::string JsonNode::path() const {
    if (parent == nullptr) return {};
    std::string out = parent->path();
    if (key.empty()) return out + "[" + std::to_string(index) + "]";
    if (!out.empty()) out += '.';
    return out.append(key);
}

bool JsonNode::fail(std::string_view what) const {
    if (!error) {
        const std::string where = path();
        error = Error{Errc::invalid, (where.empty() ? "the JSON" : where) + " " + std::string(what)};
    }
    return false;
}

bool load(const JsonNode& node, bool& out) {
    const auto* found = node.value.if_bool();
    if (found == nullptr) return node.fail("must be true or false");
    out = *found;
    return true;
}

bool load(const JsonNode& node, std::string& out) {
    const auto* found = node.value.if_string();
    if (found == nullptr) return node.fail("must be a string");
    out.assign(found->data(), found->size());
    return true;
}

bool load(const JsonNode& node, double& out) {
    if (!node.value.is_number()) return node.fail("must be a number");
    out = node.value.is_double()  ? node.value.get_double()
          : node.value.is_int64() ? static_cast<double>(node.value.get_int64())
                                  : static_cast<double>(node.value.get_uint64());
    return std::isfinite(out) || node.fail("must be finite");
}

bool load(const JsonNode& node, float& out) {
    double wide = 0;
    if (!load(node, wide)) return false;
    if (std::abs(wide) > static_cast<double>(std::numeric_limits<float>::max())) return node.fail("is out of range");
    out = static_cast<float>(wide);
    return true;
}

bool load(const JsonNode& node, std::int64_t& out) {
    const auto* found = node.value.if_int64();
    if (found == nullptr) return node.fail("must be a whole number");
    out = *found;
    return true;
}

bool load(const JsonNode& node, std::uint64_t& out) {
    if (const auto* large = node.value.if_uint64()) {
        out = *large;
        return true;
    }
    const auto* found = node.value.if_int64();
    if (found == nullptr || *found < 0) return node.fail("must be a whole number from 0");
    out = static_cast<std::uint64_t>(*found);
    return true;
}

bool load(const JsonNode& node, int& out) {
    std::int64_t wide = 0;
    if (!load(node, wide)) return false;
    if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
        return node.fail("is out of range");
    out = static_cast<int>(wide);
    return true;
}

bool load(const JsonNode& node, LocalTime& out) {
    const auto* found = node.value.if_string();
    if (found == nullptr) return node.fail("must be a string such as \"2026-11-22T08:30:00\"");
    const auto time = parse_local(std::string_view(*found));
    if (!time) return node.fail(time.error().message);
    out = *time;
    return true;
}

bool load(const JsonNode& node, Duration& out) {
    std::int64_t count = 0;
    if (!load(node, count)) return false;
    out = Duration(count);
    return true;
}

bool load(const JsonNode& node, Instant& out) {
    Duration since{};
    if (!load(node, since)) return false;
    out = Instant(since);
    return true;
}

}  // namespace menshen
