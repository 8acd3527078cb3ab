#include <fmt/format.h>

#include <algorithm>

#include "impl.hpp"
#include "values/evidence.hpp"

namespace menshen::journal {

namespace {

constexpr auto unbound_for = std::chrono::minutes(10);
constexpr auto forget_every = std::chrono::hours(24);

}  // namespace

Result<std::vector<PictureRef>> Journal::Impl::victims(std::int64_t bytes) {
    std::vector<PictureRef> all;
    std::int64_t found = 0;
    // never a referral, alarm or hold that is nowhere else
    for (const auto* which : {"acknowledged = 1", "acknowledged = 0 AND kept = 0"}) {
        auto query = database.prepare(
            fmt::format("SELECT sha256, bytes FROM picture WHERE {} ORDER BY sequence LIMIT 1000", which));
        if (!query) return query.error();
        auto row = found < bytes ? query->step() : Result<bool>(false);
        for (; row && *row && found < bytes; row = query->step()) {
            all.push_back({"", std::string(query->text(0)), query->integer(1)});
            found += all.back().bytes;
        }
        if (!row) return row.error();
    }
    return all;
}

Status Journal::Impl::make_room(std::int64_t bytes, const Now& now) {
    const std::int64_t over = evidence.bytes + bytes - options.evidence_quota;
    if (over <= 0) {
        if (bytes > 0) evidence_full = false;
        return {};
    }
    // a little more than needed, so that not every picture costs an event
    auto gone = victims(over + std::min<std::int64_t>(options.evidence_quota / 64, 16 << 20));
    if (!gone) return gone.error();
    std::int64_t freed = 0;
    for (const auto& picture : *gone) freed += picture.bytes;
    evidence_full = freed < over;
    if (gone->empty()) return {Errc::exhausted, "the evidence quota is full of pictures that may not be dropped"};
    if (auto done = give_up(*gone, "room", now); !done) return done;
    evidence.bytes -= freed;
    if (evidence_full) return {Errc::exhausted, "the evidence quota is full of pictures that may not be dropped"};
    return {};
}

Status Journal::Impl::write(const PictureRef& picture, std::span<const std::uint8_t> jpeg, const Now& now) {
    if (disk_full) return {Errc::exhausted, "the disk is full: what is left is for events"};
    if (auto room = make_room(picture.bytes, now); !room) return room.error();
    return evidence.write(picture.sha256, jpeg);
}

Result<PictureRef> Journal::write_picture(std::string_view name, std::span<const std::uint8_t> jpeg, const Now& now) {
    const auto bytes = static_cast<std::int64_t>(jpeg.size());
    if (bytes == 0 || bytes > max_picture_bytes || name.size() > max_picture_name) {
        return {Errc::invalid, fmt::format("a picture of {} bytes, with a name of {}", bytes, name.size())};
    }
    PictureRef picture{std::string(name), to_hex(sha256(jpeg)), bytes};
    const bool there = impl_->evidence.has(picture.sha256);
    if (there && impl_->evidence.read(picture.sha256)) return picture;
    if (auto done = impl_->write(picture, jpeg, now); !done) {
        impl_->miss(picture.sha256, false);  // an event may name it already
        return done.error();
    }
    if (!there) impl_->evidence.bytes += bytes;
    impl_->evidence.unbound[picture.sha256] = {bytes, now.mono};
    return picture;
}

Result<std::vector<std::uint8_t>> Journal::read_picture(std::string_view sha256) const {
    return impl_->evidence.read(sha256);
}

std::int64_t Journal::evidence_bytes() const {
    return impl_->evidence.bytes;
}

/// Pictures of an interrupted run, written but bound by no event: counted, and the first to go.
Status Journal::Impl::sweep_one() {
    auto transaction = store::Transaction::begin(database);
    if (!transaction) return transaction.error();
    auto adopt = database.prepare("INSERT INTO picture VALUES (?1, ?2, 0, 0, 0) ON CONFLICT DO NOTHING");
    if (!adopt) return adopt.error();
    std::int64_t adopted = 0;
    for (const auto& picture : evidence.list(swept)) {
        if (evidence.unbound.contains(picture.sha256)) continue;
        auto done = adopt->bind(1, std::string_view(picture.sha256)).bind(2, picture.bytes).run();
        if (!done) return done;
        if (database.changes() > 0) adopted += picture.bytes;
    }
    if (adopted > 0) {
        if (auto done = transaction->commit(); !done) return done;
    }
    evidence.bytes += adopted;
    ++swept;
    return {};
}

Status Journal::Impl::count_unbound(const Now& now) {
    for (auto at = evidence.unbound.begin(); at != evidence.unbound.end();) {
        if (now.mono - at->second.since < unbound_for) {
            ++at;
            continue;
        }
        auto put = database.prepare("INSERT INTO picture VALUES (?1, ?2, 0, 0, 0) ON CONFLICT DO NOTHING");
        if (!put) return put.error();
        auto done = put->bind(1, std::string_view(at->first)).bind(2, at->second.bytes).run();
        if (!done) return done;
        at = evidence.unbound.erase(at);
    }
    return {};
}

Result<std::optional<UtcTime>> Journal::Impl::forget_old(const Now& now) {
    if (now.clock == ClockState::unset || (forgot && now.mono - *forgot < forget_every))
        return std::optional<UtcTime>{};
    auto transaction = store::Transaction::begin(database);
    if (!transaction) return transaction.error();
    if (auto done = forget_rows(now.utc); !done) return done.error();
    if (auto done = transaction->commit(); !done) return done.error();
    presence.forget_old(now.utc);
    forgot = now.mono;
    return std::optional(now.utc);
}

Result<Tended> Journal::tend(const Now& now) {
    auto& me = *impl_;
    if (me.database.wal_pages() > 500) (void)me.database.checkpoint().ok();  // on a full disk it waits for room
    if (me.disk_full && me.reserve.take().ok()) {
        me.disk_full = false;
        if (!me.disk_full_unsaid) {
            auto said = append(make_event(EventKind::fault_cleared, {}, {{"fault", "disk_full"}}, now));
            if (!said) return said.error();
        }
        me.disk_full_unsaid = false;
    }
    if (me.swept < 256) {
        if (auto done = me.sweep_one(); !done) return done.error();
    }
    if (auto done = me.count_unbound(now); !done) return done.error();
    if (auto done = me.say_missed(now); !done) return done.error();
    auto room = me.make_room(0, now);
    if (!room && room.error().code != Errc::exhausted) return room.error();
    if (me.evidence_full) {
        auto gone = me.victims(1);
        if (!gone) return gone.error();
        if (!gone->empty()) me.evidence_full = false;
    }
    auto forgot = me.forget_old(now);
    if (!forgot) return forgot.error();
    Tended tended{me.disk_full,
                  me.evidence_full,
                  me.dropped_pictures,
                  me.dropped_bytes,
                  me.swept < 256 || (!me.missed.empty() && !me.disk_full),
                  *forgot};
    me.dropped_pictures = me.dropped_bytes = 0;
    return tended;
}

}  // namespace menshen::journal
