// Pictures that this gate has no more: each is named once in an event, so that a registry waits for it no longer.
#include <boost/json/array.hpp>

#include <algorithm>

#include "impl.hpp"
#include "values/evidence.hpp"

namespace menshen::journal {

namespace {

namespace json = boost::json;

constexpr std::size_t most_looked_for = 50;  // files read and hashed at once
constexpr std::size_t most_missed = 20'000;  // noted

std::vector<Event> loss_events(std::span<const PictureRef> gone, std::string_view why, const Now& now) {
    std::vector<Event> events;
    for (std::size_t from = 0; from < gone.size(); from += max_pictures_in_one_loss) {
        std::int64_t bytes = 0;
        json::array names;
        for (const auto& picture : gone.subspan(from, std::min(max_pictures_in_one_loss, gone.size() - from))) {
            bytes += picture.bytes;
            names.emplace_back(picture.sha256);
        }
        const auto count = names.size();
        events.push_back(make_event(EventKind::pictures_dropped, {},
                                    {{"count", count},
                                     {"bytes", bytes},
                                     {"why", json::string_view(why.data(), why.size())},
                                     {"sha256", std::move(names)}},
                                    now));
    }
    return events;
}

}  // namespace

Status Journal::Impl::give_up(std::span<const PictureRef> gone, std::string_view why, const Now& now) {
    const auto events = loss_events(gone, why, now);
    auto done = append(events, [&]() -> Status {
        auto drop = database.prepare("DELETE FROM picture WHERE sha256 = ?1");
        if (!drop) return drop.error();
        for (const auto& picture : gone) {
            if (auto dropped = drop->bind(1, std::string_view(picture.sha256)).run(); !dropped) return dropped;
        }
        return {};
    });
    if (!done) return done.error();
    // files after rows: a crash between leaves files that the next start counts again
    for (const auto& picture : gone) {
        evidence.remove(picture.sha256);
        dropped_bytes += picture.bytes;
    }
    dropped_pictures += static_cast<std::int64_t>(gone.size());
    return {};
}

Result<std::optional<std::int64_t>> Journal::Impl::known_picture(std::string_view sha256) {
    auto query = database.prepare("SELECT bytes FROM picture WHERE sha256 = ?1");
    if (!query) return query.error();
    auto row = query->bind(1, sha256).step();
    if (!row) return row.error();
    return *row ? std::optional(query->integer(0)) : std::nullopt;
}

/// What is not noted for want of room is asked for again some day.
void Journal::Impl::miss(std::string_view sha256, bool counted) {
    if (missed.size() < most_missed) missed.emplace(sha256, counted);
}

Result<bool> Journal::missed_picture(std::string_view sha256) {
    auto known = impl_->known_picture(sha256);
    if (!known) return known.error();
    if (*known) impl_->miss(sha256, true);
    return known->has_value();
}

/// What was missed has had time to come: whatever is whole by now is none of it.
Status Journal::Impl::say_missed(const Now& now) {
    if (missed.empty() || disk_full) return {};
    std::vector<PictureRef> gone;
    std::int64_t counted = 0;
    // a few at a time: an intent may wait for this
    for (std::size_t looked = 0; looked < most_looked_for && !missed.empty(); ++looked) {
        const auto first = missed.begin();
        const auto& [sha256, was_counted] = *first;
        auto known = known_picture(sha256);
        if (!known) return known.error();
        if (*known && evidence.is_lost(sha256)) {
            gone.push_back({"", sha256, **known});
            if (was_counted) counted += **known;
        }
        missed.erase(first);
    }
    if (gone.empty()) return {};
    if (auto done = give_up(gone, "missing", now); !done) return done;
    evidence.bytes = std::max<std::int64_t>(0, evidence.bytes - counted);
    return {};
}

}  // namespace menshen::journal
