#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "clock_names.hpp"
#include "impl.hpp"
#include "values/evidence.hpp"

namespace menshen::journal {

namespace json = boost::json;

namespace {

std::int64_t number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}
std::int64_t number(UtcTime time) {
    return time.time_since_epoch().count();
}

bool keeps(const Event& event) {
    const auto* keep = event.body.if_contains("keep");
    if (keep != nullptr && keep->is_bool()) return keep->as_bool();
    return event.kind != EventKind::outcome;
}

}  // namespace

Result<std::vector<PictureRef>> pictures_of(const Event& event) {
    std::vector<PictureRef> pictures;
    const auto* list = event.body.if_contains("pictures");
    if (list == nullptr) return pictures;
    if (!list->is_array()) return {Errc::invalid, "pictures must be a list"};
    const auto& all = list->as_array();
    if (all.size() > max_event_pictures || (!all.empty() && !may_name_pictures(event.kind))) {
        return {Errc::invalid, fmt::format("{} pictures in an event of kind {}", all.size(), to_string(event.kind))};
    }
    for (const auto& value : all) {
        const auto* object = value.if_object();
        const auto* hash = object != nullptr && object->contains("sha256") ? object->at("sha256").if_string() : nullptr;
        const auto* bytes = object != nullptr && object->contains("bytes") ? object->at("bytes").if_int64() : nullptr;
        const auto* name = object != nullptr && object->contains("name") ? object->at("name").if_string() : nullptr;
        if (hash == nullptr || bytes == nullptr || *bytes < 1 || *bytes > max_picture_bytes ||
            (name != nullptr && name->size() > max_picture_name) || !is_sha256_name({hash->data(), hash->size()})) {
            return {Errc::invalid,
                    fmt::format("a picture needs sha256 (64 hex digits), 1 to {} bytes, and a name of at "
                                "most {}",
                                max_picture_bytes, max_picture_name)};
        }
        pictures.push_back({"", std::string(hash->data(), hash->size()), *bytes});
    }
    return pictures;
}

bool Journal::Impl::is_full(const Error& error) const {
    if (error.code == Errc::exhausted) return true;
    // growing the shared memory or syncing on a full disk shows as an I/O error
    return error.code == Errc::io && reserve.free_bytes() < (4 << 20);
}

Status Journal::Impl::insert(Event event, Hash& link) {
    const std::string body = json::serialize(event.body);
    if (body.size() > max_body) {
        return {Errc::invalid, fmt::format("an event's body has {} bytes; at most {}", body.size(), max_body)};
    }
    const Salt salt = new_salt();
    const Hash body_hash = hash_body(salt, body);
    link = next_link(link, event, body_hash);
    return insert_event.bind(1, number(event.sequence))
        .bind(2, number(event.utc))
        .bind(3, name_of(event.clock))
        .bind(4, std::string_view(event.lane))
        .bind(5, to_string(event.kind))
        .bind(6, number(event.arrival))
        .bind(7, number(event.authorisation))
        .bind(8, std::string_view(body))
        .bind(9, store::Bytes(salt))
        .bind(10, store::Bytes(body_hash))
        .bind(11, store::Bytes(link))
        .run();
}

Status Journal::Impl::bind_pictures(const Event& event) {
    auto pictures = pictures_of(event);
    if (!pictures) return pictures.error();
    for (const auto& picture : *pictures) {
        auto done = put_picture.bind(1, std::string_view(picture.sha256))
                        .bind(2, picture.bytes)
                        .bind(3, number(event.sequence))
                        .bind(4, std::int64_t{keeps(event)})
                        .run();
        if (!done) return done;
    }
    return {};
}

std::vector<std::string> Scratch::take_up(const PassageRecord& passage, const PresenceBook& real) {
    if (!passage.plate.empty() && plates.insert(passage.plate).second) {
        if (const auto* known = real.of(passage.plate)) book.set_plate(passage.plate, *known);
    }
    std::vector<std::string> touched{passage.zone};
    if (const auto* known = book.of(passage.plate)) touched.push_back(known->zone);
    for (const auto& zone : touched) {
        if (zones.insert(zone).second) book.set_zone(zone, real.inside_zone(zone));
    }
    if (passage.permit && permits.insert(*passage.permit).second) {
        book.copy_uses(*passage.permit, real);
    }
    return touched;
}

Status Journal::Impl::project_passage(const PassageRecord& passage, UtcTime at, Scratch& scratch) {
    const auto zones = scratch.take_up(passage, presence);
    auto& book = scratch.book;
    book.apply(passage, at);

    for (const auto& zone : zones) {
        auto done = put_zone.bind(1, std::string_view(zone)).bind(2, std::int64_t{book.inside_zone(zone)}).run();
        if (!done) return done;
    }
    if (passage.permit && passage.entered) {
        auto done = put_uses.bind(1, std::string_view(passage.permit->scope))
                        .bind(2, passage.permit->id)
                        .bind(3, std::int64_t{book.uses_of(*passage.permit)})
                        .bind(4, number(at))
                        .run();
        if (!done) return done;
    }
    const auto* now = book.of(passage.plate);
    if (now == nullptr) return {};
    put_presence.bind(1, std::string_view(passage.plate))
        .bind(2, std::int64_t{now->inside})
        .bind(3, std::string_view(now->zone))
        .bind(4, number(now->since));
    if (now->permit) put_presence.bind(5, std::string_view(now->permit->scope)).bind(6, now->permit->id);
    return put_presence.run();
}

Status Journal::Impl::project(const Event& event, Scratch& scratch) {
    if (event.kind == EventKind::intent) {
        if (event.authorisation == 0) return {Errc::invalid, "an intent needs an authorisation"};
        return open_intent.bind(1, number(event.authorisation))
            .bind(2, number(event.arrival))
            .bind(3, std::string_view(event.lane))
            .run();
    }
    if (event.kind == EventKind::outcome) {
        if (auto done = close_intent.bind(1, number(event.authorisation)).run(); !done) return done;
        if (database.changes() == 0) {
            return {Errc::conflict, fmt::format("authorisation {} has no open intent", event.authorisation)};
        }
    }
    if (event.kind == EventKind::passage) {
        auto passage = passage_from(event);
        if (!passage) return passage.error();
        if (auto done = project_passage(*passage, event.utc, scratch); !done) return done;
    }
    if (event.kind == EventKind::mode_changed) {
        if (auto done = project_mode(event); !done) return done;
    }
    return bind_pictures(event);
}

Status Journal::Impl::project_mode(const Event& event) {
    const auto mode = mode_from(event);
    if (!mode) return mode.error();
    put_mode.bind(1, std::string_view(mode->lane))
        .bind(2, std::string_view(mode->mode))
        .bind(3, std::string_view(mode->by))
        .bind(4, number(event.utc));
    const std::string until = mode->until ? format_local(*mode->until) : "";
    if (mode->until) put_mode.bind(5, std::string_view(until));
    return put_mode.run();
}

Result<std::uint64_t> Journal::Impl::append_once(std::span<const Event> events, const Also& also) {
    auto transaction = store::Transaction::begin(database);
    if (!transaction) return transaction.error();
    std::vector<Event> all(events.begin(), events.end());
    if (disk_full_unsaid) {
        Event said = all.front();
        said.kind = EventKind::fault_raised;
        said.lane.clear();
        said.arrival = said.authorisation = 0;
        said.body = {
            {"fault", "disk_full"},
            {"detail", "the disk is full; the journal has begun to use its reserve; remove files to make room"}};
        all.push_back(std::move(said));
    }
    std::uint64_t sequence = last_sequence;
    Hash link = chain;
    Scratch scratch;
    for (auto& event : all) {
        event.sequence = ++sequence;
        if (auto done = insert(event, link); !done) {
            if (done.error().code != Errc::conflict) return done.error();
            return {Errc::conflict,
                    fmt::format("authorisation {} has had its {}", event.authorisation, to_string(event.kind))};
        }
        if (auto done = project(event, scratch); !done) return done.error();
    }
    if (also) {
        if (auto done = also(); !done) return done.error();
    }
    if (auto done = transaction->commit(); !done) return done.error();
    const std::uint64_t first = last_sequence + 1;
    last_sequence = sequence;
    chain = link;
    disk_full_unsaid = false;
    for (const auto& event : all) {
        if (auto passage = passage_from(event)) presence.apply(*passage, event.utc);
        auto pictures = pictures_of(event);
        for (const auto& picture : pictures.value_or({})) evidence.unbound.erase(picture.sha256);
    }
    return first;
}

Result<Committed> Journal::Impl::append(std::span<const Event> events, const Also& also) {
    if (events.empty()) return {Errc::invalid, "no event to append"};
    const auto began = std::chrono::steady_clock::now();
    auto first = with_room([&] { return append_once(events, also); });
    if (!first) return first.error();
    return Committed{*first, std::chrono::steady_clock::now() - began};
}

Result<Committed> Journal::append(const Event& event) {
    return impl_->append({&event, 1});
}
Result<Committed> Journal::append_all(std::span<const Event> events) {
    return impl_->append(events);
}
Result<Committed> Journal::intent(const Intent& intent, const Now& now) {
    return append(to_event(intent, now));
}
Result<Committed> Journal::outcome(const OutcomeRecord& outcome, const Now& now) {
    return append(to_event(outcome, now));
}
Result<Committed> Journal::passage(const PassageRecord& passage, const Now& now) {
    return append(to_event(passage, now));
}

}  // namespace menshen::journal
