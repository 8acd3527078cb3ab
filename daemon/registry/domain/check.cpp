#include <fmt/format.h>

#include <algorithm>

#include "describe.hpp"
#include "pointer.hpp"
#include "registry/fields.hpp"
#include "slug.hpp"

namespace menshen::registry {

namespace {

constexpr std::size_t most_plates = 50;
constexpr auto longest_visit = std::chrono::days(31);

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::string without_blanks_around(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

template <class T>
void sort_once(std::vector<T>& all) {
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());  // Clang 14 cannot read libstdc++'s ranges::unique
}

/// What is said of every field by itself.
class Checker final : public FieldVisitor {
  public:
    explicit Checker(FieldErrors& errors) : errors_(errors) {}

    void text(Key key, std::string& text, Presence presence, std::size_t most) override {
        text = without_blanks_around(text);
        if (text.empty() && presence == Presence::required) missing(key);
        if (characters(text).size() > most) refuse(key, "too_long", fmt::format("has more than {} characters", most));
        if (std::ranges::any_of(text, is_control))
            refuse(key, "format", "has a line break or another control character");
    }
    void slug(Key key, std::string& slug) override {
        if (!is_slug(slug)) refuse(key, "format", "must have 1 to 32 characters of a-z, 0-9 and '-'");
    }
    void plate(Key key, std::string& plate) override { settle_plate(pointer(key), plate); }
    void plates(Key key, std::vector<std::string>& plates) override {
        at_most(pointer(key), plates.size(), most_plates);
        for (std::size_t i = 0; i < plates.size(); ++i) settle_plate(pointer(key, i), plates[i]);
        sort_once(plates);
    }
    void flag(Key, bool&) override {}
    void number(Key key, std::optional<int>& number, int least, int most) override {
        if (!number || (*number >= least && *number <= most)) return;
        refuse(key, "out_of_range", fmt::format("must lie in {} to {}", least, most));
    }
    void time(Key key, std::optional<LocalTime>& time, Presence presence) override {
        if (!time && presence == Presence::required) missing(key);
        if (!time) return;
        const int year = static_cast<int>(std::chrono::year_month_day(date_of(*time)).year());
        if (year < 2000 || year > 2100) refuse(key, "out_of_range", "lies outside the years 2000 to 2100");
    }
    void reference(Key key, std::optional<Id>& id, Kind, Presence presence) override {
        if (!id && presence == Presence::required) missing(key);
    }
    void references(Key key, std::vector<Id>& ids, Kind) override {
        sort_once(ids);
        at_most(pointer(key), ids.size(), max_zones);
    }
    void windows(Key key, std::vector<Window>& windows) override {
        at_most(pointer(key), windows.size(), max_windows);
        for (std::size_t i = 0; i < windows.size(); ++i) check_window(pointer(key, i), windows[i]);
    }
    void week(Key key, Week& week) override {
        for (std::size_t day = 0; day < week.size(); ++day) {
            at_most(pointer(key, day), week[day].size(), max_windows);
            for (const auto& window : week[day]) check_window(pointer(key, day), window);
        }
    }
    void dates(Key key, std::vector<LocalDate>& dates) override {
        sort_once(dates);
        at_most(pointer(key), dates.size(), max_calendar_days);
    }
    void make_up(Key key, std::vector<std::pair<LocalDate, int>>& days) override {
        sort_once(days);
        at_most(pointer(key), days.size(), max_calendar_days);
        for (std::size_t i = 0; i < days.size(); ++i) {
            if (days[i].second < 0 || days[i].second > 6) {
                say(pointer(key, i) + "/weekday", "out_of_range", "must lie in 0 (Monday) to 6");
            }
            if (i > 0 && days[i].first == days[i - 1].first) {
                say(pointer(key, i), "duplicate", fmt::format("{} stands there twice", format_date(days[i].first)));
            }
        }
    }

    void say(std::string at, std::string code, std::string text) {
        errors_.push_back({std::move(at), std::move(code), std::move(text)});
    }
    void refuse(Key key, std::string code, std::string text) { say(pointer(key), std::move(code), std::move(text)); }
    void missing(Key key) { refuse(key, "required", "must be there"); }
    void settle_plate(std::string at, std::string& plate) {
        auto parsed = Plate::parse(plate);
        if (parsed) {
            plate = parsed->text();
        } else {
            say(std::move(at), "plate", parsed.error().message);
        }
    }

  private:
    std::size_t choose(Key, std::size_t at, std::span<const std::string_view>) override { return at; }
    /// What gates read, and no more.
    void at_most(std::string at, std::size_t size, std::size_t most) {
        if (size > most) say(std::move(at), "limit", fmt::format("has {}; at most {}", size, most));
    }
    void check_window(const std::string& at, const Window& window) {
        if (window.from >= 0 && window.from < 1440 && window.to >= 0 && window.to <= 1440) return;
        say(at, "out_of_range", "must lie in 0 to 1440 minutes since midnight");
    }
    FieldErrors& errors_;
};

// What is said of several fields together.

template <class T>
void together(Checker&, T&) {}

void together(Checker& f, Permit& permit) {
    if (permit.valid_from && permit.valid_until && *permit.valid_from >= *permit.valid_until) {
        f.refuse("valid_until", "order", "must lie after valid_from");
    }
    const auto c = permit.permit_class;
    const bool passing = c == PermitClass::visitor || c == PermitClass::group_visit || c == PermitClass::temporary;
    if (passing && !permit.valid_until) f.missing("valid_until");  // such permits end by themselves
    if (permit.state != PermitState::cancelled) permit.cancelled.reset();
}

void together(Checker& f, Credential& credential) {
    auto& value = credential.value;
    const auto all = [&](auto fits) { return std::ranges::all_of(value, fits); };
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); };
    const auto is_code = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
    };
    switch (credential.kind) {
        case CredentialKind::plate:
            f.settle_plate("/value", value);
            break;
        case CredentialKind::card:
            std::ranges::transform(value, value.begin(),
                                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
            if (value.size() < 4 || value.size() > 32 || !all(is_hex)) {
                f.refuse("value", "format", "a card's number has 4 to 32 digits, decimal or hexadecimal");
            }
            break;
        case CredentialKind::qr:
        case CredentialKind::face:
            if (value.size() < 16 || !all(is_code)) {
                f.refuse("value", "format", "must have at least 16 characters of A-Z, a-z, 0-9, '-' and '_'");
            }
            break;
        case CredentialKind::pin:
            f.refuse("kind", "choice", "PINs are not carried to gates yet");
            break;
    }
}

void together(Checker& f, Visit& visit) {
    if (!visit.from || !visit.until) return;
    if (*visit.from >= *visit.until) f.refuse("until", "order", "must lie after the beginning");
    if (*visit.until - *visit.from > longest_visit) {
        f.refuse("until", "out_of_range", "a visit takes at most 31 days; issue a temporary pass");
    }
}

void together(Checker& f, Calendar& calendar) {
    for (const auto& [date, weekday] : calendar.days.make_up_workdays) {
        if (!std::ranges::binary_search(calendar.days.holidays, date)) continue;
        f.refuse("make_up_workdays", "duplicate",
                 fmt::format("{} is a holiday in the same calendar; keep one of the two", format_date(date)));
    }
}

}  // namespace

FieldErrors check(Value& value) {
    FieldErrors errors;
    Checker checker(errors);
    describe(checker, value);
    std::visit([&](auto& each) { together(checker, each); }, value);
    return errors;
}

}  // namespace menshen::registry
