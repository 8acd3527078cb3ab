#include <fmt/format.h>

#include <limits>

#include "bundle/feed.hpp"
#include "desk.hpp"
#include "packing.hpp"

namespace menshen::registry::server {
namespace {

constexpr std::size_t longest_kept = std::size_t{1} << 20;  // more is rarely asked for twice
constexpr std::size_t beside = 512;                         // what an answer takes without its lines, about

Status write_row(std::string& out, const FeedRow& row) {
    if (row.body) return bundle::write_put(out, {row.s, row.kind, row.id, *row.body});
    return bundle::write_del(out, {row.s, row.kind, row.id});
}

std::size_t size_of(const Segments::Answer& answer) {
    return beside + (answer.lines ? answer.lines->size() : 0) + (answer.packed ? answer.packed->size() : 0);
}

}  // namespace

std::string tag_of(const SignedHead& head) {
    return fmt::format("{}:{}:{}", head.at.epoch, head.at.seq, head.issued.time_since_epoch().count());
}

void Segments::drop(Answers::iterator at) {
    bytes_ -= at->second.bytes;
    turns_.erase(at->second.turn);
    answers_.erase(at);
}

Segments::Answers::iterator Segments::first_of(const std::string& scope) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    const auto at = answers_.lower_bound({scope, least, least});
    return at != answers_.end() && std::get<0>(at->first) == scope ? at : answers_.end();
}

void Segments::keep(Key key, const Answer& answer, const std::string& newest) {
    turns_.push_front(key);
    Kept kept{answer, newest, size_of(answer), turns_.begin()};
    bytes_ += kept.bytes;
    answers_.emplace(std::move(key), std::move(kept));
    while (bytes_ > most_) drop(answers_.find(turns_.back()));
}

Result<Segments::Answer> Segments::get(Feed& feed, const Position& since, const std::string& newest) {
    Key key{since.scope, since.epoch, since.seq};
    const auto known = answers_.find(key);
    if (known != answers_.end() && known->second.newest == newest) {
        turns_.splice(turns_.begin(), turns_, known->second.turn);
        return known->second.answer;
    }
    for (auto old = first_of(since.scope); old != answers_.end() && old->second.newest != newest;) {
        drop(old);
        old = first_of(since.scope);
    }
    auto lines = std::make_shared<std::string>();
    auto changes = feed.changes(since, max_changed_rows, [&](const FeedRow& row) { return write_row(*lines, row); });
    if (!changes) return changes.error();
    Answer answer{changes->answer, std::move(changes->head), nullptr, nullptr};
    if (answer.kind == FeedAnswer::rows) {
        bundle::write_head_line(*lines, to_signed(answer.head));
        if (lines->size() > packed_by_loop) answer.packed = packed_form(*lines);
        answer.lines = std::move(lines);
    }
    if (!answer.lines || answer.lines->size() <= longest_kept) keep(std::move(key), answer, newest);
    return answer;
}

}  // namespace menshen::registry::server
