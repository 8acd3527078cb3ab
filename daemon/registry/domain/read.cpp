#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "describe.hpp"
#include "pointer.hpp"
#include "registry/fields.hpp"

namespace menshen::registry {

namespace {

namespace json = boost::json;

constexpr std::size_t most_listed = 4096;

std::optional<std::int64_t> integer_in(const json::value& value) {
    if (value.is_int64()) return value.as_int64();
    return std::nullopt;
}

class FieldReader final : public FieldVisitor {
  public:
    FieldReader(const json::object& object, FieldErrors& errors) : object_(object), errors_(errors) {}

    [[nodiscard]] bool knows(Key key) const { return std::ranges::find(known_, key) != known_.end(); }

    void text(Key key, std::string& text, Presence, std::size_t) override { read_text(key, text); }
    void slug(Key key, std::string& slug) override { read_text(key, slug); }
    void plate(Key key, std::string& plate) override { read_text(key, plate); }
    void plates(Key key, std::vector<std::string>& plates) override {
        read_list(key, plates, [this](const json::value& value, const std::string& at, std::string& out) {
            if (value.is_string()) out = value.as_string();
            return value.is_string() || wrong(at, "a text");
        });
    }
    void flag(Key key, bool& flag) override {
        const auto* value = find(key);
        if (value == nullptr) return;
        if (value->is_bool()) {
            flag = value->as_bool();
        } else {
            wrong(pointer(key), "true or false");
        }
    }
    void number(Key key, std::optional<int>& number, int, int) override {
        read_maybe(key, number, [this](const json::value& value, const std::string& at, int& out) {
            const auto read = integer_in(value);
            if (!read || *read < std::numeric_limits<int>::min() || *read > std::numeric_limits<int>::max()) {
                return wrong(at, "a whole number or null");
            }
            out = static_cast<int>(*read);
            return true;
        });
    }
    void time(Key key, std::optional<LocalTime>& time, Presence) override {
        read_maybe(key, time, [this](const json::value& value, const std::string& at, LocalTime& out) {
            if (!value.is_string()) return wrong(at, "a time such as \"2026-11-22T08:30:00\", or null");
            const auto read = parse_local(std::string_view(value.as_string()));
            if (!read) return refuse(at, "format", read.error().message);
            out = *read;
            return true;
        });
    }
    void reference(Key key, std::optional<Id>& id, Kind to, Presence) override {
        read_maybe(key, id, [&](const json::value& value, const std::string& at, Id& out) {
            return read_id(value, at, to, out);
        });
    }
    void references(Key key, std::vector<Id>& ids, Kind to) override {
        read_list(key, ids, [&](const json::value& value, const std::string& at, Id& out) {
            return read_id(value, at, to, out);
        });
    }
    void windows(Key key, std::vector<Window>& windows) override {
        if (const auto* value = find(key)) read_windows(*value, pointer(key), windows);
    }
    void week(Key key, Week& week) override {
        const auto* value = find(key);
        if (value == nullptr) return;
        const auto* days = value->if_array();
        if (days == nullptr || days->size() != week.size()) {
            wrong(pointer(key), "a list of seven days, Monday first");
            return;
        }
        for (std::size_t day = 0; day < week.size(); ++day) {
            read_windows((*days)[day], pointer(key, day), week[day]);
        }
    }
    void dates(Key key, std::vector<LocalDate>& dates) override {
        read_list(key, dates, [this](const json::value& value, const std::string& at, LocalDate& out) {
            return read_date(value, at, out);
        });
    }
    void make_up(Key key, std::vector<std::pair<LocalDate, int>>& days) override {
        read_list(key, days, [this](const json::value& value, const std::string& at, std::pair<LocalDate, int>& out) {
            const auto* object = value.if_object();
            const auto* date = object != nullptr ? object->if_contains("date") : nullptr;
            const auto* weekday = object != nullptr ? object->if_contains("weekday") : nullptr;
            if (date == nullptr || weekday == nullptr || !integer_in(*weekday)) {
                return wrong(at, R"({"date": "2026-10-10", "weekday": 0 (Monday) to 6})");
            }
            out.second = static_cast<int>(std::clamp<std::int64_t>(*integer_in(*weekday), -1, 7));
            return read_date(*date, at + "/date", out.first);
        });
    }

  private:
    std::size_t choose(Key key, std::size_t at, std::span<const std::string_view> keys) override {
        const auto* value = find(key);
        if (value == nullptr) return at;
        const auto* text = value->if_string();
        const auto found = text != nullptr ? std::ranges::find(keys, std::string_view(*text)) : keys.end();
        if (found == keys.end()) {
            refuse(pointer(key), "choice", fmt::format("must be one of {}", fmt::join(keys, ", ")));
            return at;
        }
        return static_cast<std::size_t>(found - keys.begin());
    }

    const json::value* find(Key key) {
        known_.push_back(key);
        return object_.if_contains(key);
    }
    bool refuse(std::string at, std::string code, std::string text) {
        errors_.push_back({std::move(at), std::move(code), std::move(text)});
        return false;
    }
    bool wrong(std::string at, std::string_view wanted) {
        return refuse(std::move(at), "type", fmt::format("must be {}", wanted));
    }
    void read_text(Key key, std::string& text) {
        const auto* value = find(key);
        if (value == nullptr) return;
        if (value->is_string()) {
            text = value->as_string();
        } else {
            wrong(pointer(key), "a text");
        }
    }
    bool read_id(const json::value& value, const std::string& at, Kind to, Id& out) {
        const auto read = integer_in(value);
        if (!read || *read == 0) return wrong(at, fmt::format("the id of a {}", to_string(to)));
        out = *read;
        return true;
    }
    bool read_date(const json::value& value, const std::string& at, LocalDate& out) {
        if (!value.is_string()) return wrong(at, "a date such as \"2026-11-22\"");
        const auto read = parse_date(std::string_view(value.as_string()));
        if (!read) return refuse(at, "format", read.error().message);
        out = *read;
        return true;
    }
    template <class T, class Each>
    void read_maybe(Key key, std::optional<T>& out, Each each) {
        const auto* value = find(key);
        if (value == nullptr) return;
        T read{};
        if (value->is_null()) {
            out.reset();
        } else if (each(*value, pointer(key), read)) {
            out = read;
        }
    }
    template <class T, class Each>
    void read_list(Key key, std::vector<T>& out, Each each) {
        if (const auto* value = find(key)) read_array(*value, pointer(key), out, each);
    }
    template <class T, class Each>
    void read_array(const json::value& value, const std::string& at, std::vector<T>& out, Each each) {
        const auto* array = value.if_array();
        if (array == nullptr || array->size() > most_listed) {
            wrong(at, fmt::format("a list of at most {}", most_listed));
            return;
        }
        std::vector<T> all;
        for (std::size_t i = 0; i < array->size(); ++i) {
            T read{};
            if (each((*array)[i], fmt::format("{}/{}", at, i), read)) all.push_back(std::move(read));
        }
        out = std::move(all);
    }
    void read_windows(const json::value& value, const std::string& at, std::vector<Window>& out) {
        read_array(value, at, out, [this](const json::value& each, const std::string& where, Window& window) {
            const auto* object = each.if_object();
            const auto* from = object != nullptr ? object->if_contains("from") : nullptr;
            const auto* to = object != nullptr ? object->if_contains("to") : nullptr;
            if (from == nullptr || to == nullptr || !integer_in(*from) || !integer_in(*to)) {
                return wrong(where, R"({"from": 480, "to": 1080}, minutes since midnight)");
            }
            window.from = static_cast<int>(std::clamp<std::int64_t>(*integer_in(*from), -1, 1441));
            window.to = static_cast<int>(std::clamp<std::int64_t>(*integer_in(*to), -1, 1441));
            return true;
        });
    }

    const json::object& object_;
    FieldErrors& errors_;
    std::vector<Key> known_;
};

}  // namespace

FieldErrors read_fields(const json::object& object, Value& value, Strictness strictness) {
    FieldErrors errors;
    FieldReader reader(object, errors);
    describe(reader, value);
    if (strictness == Strictness::stored) return errors;
    for (const auto& field : object) {
        if (reader.knows(field.key())) continue;
        errors.push_back(
            {pointer(field.key()), "unknown_field", fmt::format("a {} has no such field", to_string(kind_of(value)))});
    }
    return errors;
}

}  // namespace menshen::registry
