#include <fmt/format.h>

#include "bundle/feed.hpp"
#include "desk.hpp"
#include "packing.hpp"

namespace menshen::registry::server {
namespace {

constexpr std::size_t most_kept = 64;
constexpr std::size_t longest_kept = std::size_t{1} << 20;  // more is rarely asked for twice

Status write_row(std::string& out, const FeedRow& row) {
    if (row.body) return bundle::write_put(out, {row.s, row.kind, row.id, *row.body});
    return bundle::write_del(out, {row.s, row.kind, row.id});
}

}  // namespace

std::string tag_of(const SignedHead& head) {
    return fmt::format("{}:{}:{}", head.at.epoch, head.at.seq, head.issued.time_since_epoch().count());
}

Result<Segments::Answer> Segments::get(Feed& feed, const Position& since, const std::string& newest) {
    auto& kept = scopes_[since.scope];
    if (kept.newest != newest || kept.answers.size() > most_kept) {
        kept.answers.clear();
        kept.newest = newest;
    }
    const auto known = kept.answers.find({since.epoch, since.seq});
    if (known != kept.answers.end()) return known->second;
    auto lines = std::make_shared<std::string>();
    auto changes = feed.changes(since, max_changed_rows, [&](const FeedRow& row) { return write_row(*lines, row); });
    if (!changes) return changes.error();
    Answer answer{changes->answer, std::move(changes->head), nullptr, nullptr};
    if (answer.kind == FeedAnswer::rows) {
        bundle::write_head_line(*lines, to_signed(answer.head));
        if (lines->size() > packed_by_loop) answer.packed = packed_form(*lines);
        answer.lines = std::move(lines);
    }
    if (answer.lines && answer.lines->size() > longest_kept) return answer;
    return kept.answers[{since.epoch, since.seq}] = std::move(answer);
}

}  // namespace menshen::registry::server
