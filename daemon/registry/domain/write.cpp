#include <boost/json/array.hpp>

#include "describe.hpp"
#include "registry/fields.hpp"
#include "values/json_fields.hpp"

namespace menshen::registry {

namespace {

namespace json = boost::json;

json::array json_of(const std::vector<Window>& windows) {
    json::array out;
    for (const auto& window : windows) out.push_back({{"from", window.from}, {"to", window.to}});
    return out;
}

class Writer final : public FieldVisitor {
  public:
    explicit Writer(json::object& out) : out_(out) {}

    void text(Key key, std::string& text, Presence, std::size_t) override { out_.emplace(key, text); }
    void slug(Key key, std::string& slug) override { out_.emplace(key, slug); }
    void plate(Key key, std::string& plate) override { out_.emplace(key, plate); }
    void plates(Key key, std::vector<std::string>& plates) override {
        out_.emplace(key, json::array(plates.begin(), plates.end()));
    }
    void flag(Key key, bool& flag) override { out_.emplace(key, flag); }
    void number(Key key, std::optional<int>& number, int, int) override { out_.emplace(key, json_or_null(number)); }
    void time(Key key, std::optional<LocalTime>& time, Presence) override {
        out_.emplace(key, json_or_null(time, format_local));
    }
    void reference(Key key, std::optional<Id>& id, Kind, Presence) override { out_.emplace(key, json_or_null(id)); }
    void references(Key key, std::vector<Id>& ids, Kind) override {
        out_.emplace(key, json::array(ids.begin(), ids.end()));
    }
    void windows(Key key, std::vector<Window>& windows) override { out_.emplace(key, json_of(windows)); }
    void week(Key key, Week& week) override {
        json::array days;
        for (const auto& day : week) days.push_back(json_of(day));
        out_.emplace(key, std::move(days));
    }
    void dates(Key key, std::vector<LocalDate>& dates) override {
        json::array out;
        for (const auto date : dates) out.emplace_back(format_date(date));
        out_.emplace(key, std::move(out));
    }
    void make_up(Key key, std::vector<std::pair<LocalDate, int>>& days) override {
        json::array out;
        for (const auto& [date, weekday] : days) out.push_back({{"date", format_date(date)}, {"weekday", weekday}});
        out_.emplace(key, std::move(out));
    }

  private:
    std::size_t choose(Key key, std::size_t at, std::span<const std::string_view> keys) override {
        out_.emplace(key, keys[at]);
        return at;
    }
    json::object& out_;
};

}  // namespace

json::object to_json(const Value& value) {
    json::object out;
    Writer writer(out);
    describe(writer, const_cast<Value&>(value));  // NOLINT: a writer changes nothing
    return out;
}

json::object to_json(const Entity& entity) {
    return {{"id", entity.id},
            {"kind", to_string(entity.kind())},
            {"scope", entity.scope},
            {"version", entity.version},
            {"value", to_json(entity.value)}};
}

}  // namespace menshen::registry
