// Reading JSON strictly: every field is there and of its type, or one Errc::invalid names its path
// ("permits[3].valid_until: …"). The path is only put together when something is wrong.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "values/names.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen {

/// One JSON value and where it stands. Lives on the stack of the reader; `error` collects the first mistake.
struct JsonNode {
    const boost::json::value& value;
    std::optional<Error>& error;
    const JsonNode* parent = nullptr;
    std::string_view key{};  // inside an object
    std::size_t index = 0;   // inside an array, where key is empty

    [[nodiscard]] std::string path() const;
    /// Notes the mistake (the first one stays); always false, for `return node.fail("…")`.
    bool fail(std::string_view what) const;
};

bool load(const JsonNode& node, bool& out);
bool load(const JsonNode& node, std::string& out);
bool load(const JsonNode& node, double& out);
bool load(const JsonNode& node, float& out);
bool load(const JsonNode& node, std::int64_t& out);
bool load(const JsonNode& node, std::uint64_t& out);
bool load(const JsonNode& node, int& out);
bool load(const JsonNode& node, LocalTime& out);
bool load(const JsonNode& node, Duration& out);  // nanoseconds
bool load(const JsonNode& node, Instant& out);   // nanoseconds

/// null is "none"; the field itself must be there.
template <class T>
bool load(const JsonNode& node, std::optional<T>& out) {
    out.reset();
    if (node.value.is_null()) return true;
    T value{};
    if (!load(node, value)) return false;
    out = std::move(value);
    return true;
}

/// An array of at most `most` elements, each read by `each(node, element)`.
template <class T, class Each>
bool load_array(const JsonNode& node, std::vector<T>& out, std::size_t most, Each each) {
    const auto* array = node.value.if_array();
    if (array == nullptr) return node.fail("must be an array");
    if (array->size() > most) return node.fail("has more than " + std::to_string(most) + " elements");
    out.clear();
    out.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
        const JsonNode element{(*array)[i], node.error, &node, {}, i};
        T value{};
        if (!each(element, value)) return false;
        out.push_back(std::move(value));
    }
    return true;
}

template <class E, std::size_t N>
bool load_enum(const JsonNode& node, const Names<E, N>& names, E& out) {
    const auto* text = node.value.if_string();
    if (text == nullptr) return node.fail("must be a string");
    const auto found = value_in(names, std::string_view(*text));
    if (!found) return node.fail("must be one of " + choices_of(names));
    out = *found;
    return true;
}

/// The fields of one object, read in any order: `return fields("id", permit.id) && fields("zones", permit.zones);`
class JsonFields {
  public:
    explicit JsonFields(const JsonNode& node) : node_(node), object_(node.value.if_object()) {
        if (object_ == nullptr) node.fail("must be an object");
    }

    template <class T>
    bool operator()(std::string_view key, T& out) const {
        return with(key, [&](const JsonNode& field) { return load(field, out); });
    }
    template <class T, class Each>
    bool array(std::string_view key, std::vector<T>& out, std::size_t most, Each each) const {
        return with(key, [&](const JsonNode& field) { return load_array(field, out, most, each); });
    }
    template <class E, std::size_t N>
    bool choice(std::string_view key, const Names<E, N>& names, E& out) const {
        return with(key, [&](const JsonNode& field) { return load_enum(field, names, out); });
    }
    /// A number of 0..1.
    template <std::floating_point T>
    bool fraction(std::string_view key, T& out) const {
        return with(key, [&](const JsonNode& field) {
            return load(field, out) && ((out >= 0 && out <= 1) || field.fail("must lie in 0..1"));
        });
    }
    [[nodiscard]] bool has(std::string_view key) const { return object_ != nullptr && object_->contains(key); }
    template <class Read>
    bool with(std::string_view key, Read read) const {
        if (object_ == nullptr) return false;
        const auto* found = object_->if_contains(key);
        if (found == nullptr) return JsonNode{node_.value, node_.error, &node_, key}.fail("is missing");
        return read(JsonNode{*found, node_.error, &node_, key});
    }

  private:
    const JsonNode& node_;
    const boost::json::object* object_;
};

/// Runs a `load(node, T&)` over a whole document.
template <class T, class Load>
[[nodiscard]] Result<T> read_document(const boost::json::value& value, Load read) {
    std::optional<Error> error;
    T out{};
    const bool good = read(JsonNode{value, error}, out);
    if (error) return *error;
    if (!good) return Error{Errc::invalid, "the JSON could not be read"};
    return out;
}

/// null for none, else `print(value)`.
template <class T, class Print>
[[nodiscard]] boost::json::value json_or_null(const std::optional<T>& value, Print print) {
    return value ? boost::json::value(print(*value)) : boost::json::value(nullptr);
}
template <class T>
[[nodiscard]] boost::json::value json_or_null(const std::optional<T>& value) {
    return value ? boost::json::value(*value) : boost::json::value(nullptr);
}

}  // namespace menshen
