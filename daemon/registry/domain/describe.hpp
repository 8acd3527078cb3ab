// One walk over the fields of an entity; what is done with each is the visitor's.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/entities.hpp"
#include "values/names.hpp"

namespace menshen::registry {

enum class Presence { required, optional };

class FieldVisitor {
  public:
    using Key = std::string_view;
    FieldVisitor() = default;
    FieldVisitor(const FieldVisitor&) = delete;
    FieldVisitor& operator=(const FieldVisitor&) = delete;
    virtual ~FieldVisitor() = default;

    virtual void text(Key key, std::string& text, Presence presence, std::size_t most) = 0;  // characters
    virtual void slug(Key key, std::string& slug) = 0;                                       // [a-z0-9-]{1,32}
    virtual void plate(Key key, std::string& plate) = 0;
    virtual void plates(Key key, std::vector<std::string>& plates) = 0;
    virtual void flag(Key key, bool& flag) = 0;
    virtual void number(Key key, std::optional<int>& number, int least, int most) = 0;
    virtual void time(Key key, std::optional<LocalTime>& time, Presence presence) = 0;
    virtual void reference(Key key, std::optional<Id>& id, Kind to, Presence presence) = 0;
    virtual void references(Key key, std::vector<Id>& ids, Kind to) = 0;
    virtual void windows(Key key, std::vector<Window>& windows) = 0;
    virtual void week(Key key, Week& week) = 0;
    virtual void dates(Key key, std::vector<LocalDate>& dates) = 0;
    virtual void make_up(Key key, std::vector<std::pair<LocalDate, int>>& days) = 0;

    template <class E, std::size_t N>
    void choice(Key key, E& value, const Names<E, N>& names) {
        std::array<std::string_view, N> keys;
        std::size_t at = 0;
        for (std::size_t i = 0; i < N; ++i) {
            keys[i] = names[i].second;
            if (names[i].first == value) at = i;
        }
        value = names[choose(key, at, keys)].first;
    }

  protected:
    /// The index of what is chosen; `at` leaves it as it is.
    virtual std::size_t choose(Key key, std::size_t at, std::span<const std::string_view> keys) = 0;
};

void describe(FieldVisitor& visitor, Value& value);

}  // namespace menshen::registry
