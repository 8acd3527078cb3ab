#include "scope_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace menshen::whitelist {

namespace {

constexpr std::size_t most_terms_held = std::size_t{1} << 20U;
constexpr std::size_t most_text_held = std::size_t{16} << 20U;

constexpr std::array<std::pair<RowKind, std::string_view>, 3> counted = {
    {{RowKind::credential, "credentials"}, {RowKind::permit, "permits"}, {RowKind::block, "blocks"}}};

/// Adds or takes away one item of a sorted list. False: what is to go is not there, or what comes is.
template <class Item>
bool alter(std::vector<Item>& sorted, const Item& item, bool added) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), item);
    const bool there = at != sorted.end() && *at == item;
    if (there == added) return false;
    if (added) {
        sorted.insert(at, item);
    } else {
        sorted.erase(at);
    }
    return true;
}

const Error not_as_it_was{Errc::corrupt, "the stored list is not what its root was computed from"};

}  // namespace

Result<RowCounts> RowCounts::read(ScopeRows& rows) {
    RowCounts counts;
    for (const auto& [kind, name] : counted) {
        auto number = rows.number(name);
        if (!number) return number.error();
        counts[kind] = *number;
    }
    return counts;
}

Status RowCounts::write(ScopeFile& file) const {
    for (const auto& [kind, name] : counted) {
        const auto text = std::to_string(of.at(static_cast<std::size_t>(kind)));
        if (auto done = file.set_meta(name, text); !done) return done;
    }
    return {};
}

// ---- a snapshot

Status SnapshotRows::take(const bundle::SnapshotRow& row) {
    if (row.bucket != bucket_) {
        if (auto done = end_bucket(); !done) return done;
        bucket_ = row.bucket;
    }
    leaves_.push_back(row.leaf);
    const RowKey key{row_kind(row.put.kind), row.put.kind, row.put.id, row.bucket};
    if (auto done = file_->put(key, row.put.body, false); !done) return done;
    ++counts_[key.kind];
    if (const auto term = term_of(key, row.put.body)) {
        shelves_[shelf_of(hash_in(*term))].push_back(*term);
        if (++terms_ >= most_terms_held) return write_terms();
    }
    return {};
}

Status SnapshotRows::end_bucket() {
    if (leaves_.empty()) return {};
    std::sort(leaves_.begin(), leaves_.end());
    auto done = file_->set_leaves(bucket_, leaves_);
    leaves_.clear();
    return done;
}

Status SnapshotRows::write_terms() {
    for (std::size_t shelf = 0; shelf < shelf_count; ++shelf) {
        auto& fresh = shelves_[shelf];
        if (fresh.empty()) continue;
        auto all = file_->rows().terms(shelf);
        if (!all) return all.error();
        all->insert(all->end(), fresh.begin(), fresh.end());
        std::sort(all->begin(), all->end());
        if (auto done = file_->set_terms(shelf, *all); !done) return done;
        fresh.clear();
    }
    terms_ = 0;
    return {};
}

Status SnapshotRows::finish(const bundle::BucketTable& table) {
    auto done = end_bucket();
    if (done) done = write_terms();
    for (std::size_t i = 0; done && i < bundle::bucket_count; ++i) {
        const auto bucket = static_cast<std::uint16_t>(i);
        if (table.rows_in(bucket) > 0) done = file_->set_bucket(bucket, table.rows_in(bucket), table.bucket(bucket));
    }
    return done;
}

// ---- changes

Status RowChanges::take(const bundle::Line& line) {
    if (const auto* put = std::get_if<bundle::Put>(&line)) {
        wait(put->kind, put->id, put->body, true);
    } else if (const auto* del = std::get_if<bundle::Del>(&line)) {
        wait(del->kind, del->id, {}, false);
    }
    return text_.size() >= most_text_held ? write_waiting() : Status();
}

void RowChanges::wait(std::string_view kind, std::int64_t id, std::string_view body, bool put) {
    auto key = row_key(kind, id);
    const auto at = text_.size();
    text_.append(kind).append(body);
    waiting_.push_back({key, at, kind.size(), at + kind.size(), body.size(), put});
}

/// In the order of the file: a page is then written once, however many of its rows change.
Status RowChanges::write_waiting() {
    const std::string_view text = text_;
    for (auto& one : waiting_) one.key.name = text.substr(one.name_at, one.name_size);
    std::stable_sort(waiting_.begin(), waiting_.end(), [](const Waiting& a, const Waiting& b) {
        return std::tie(a.key.bucket, a.key.kind, a.key.name, a.key.id) <
               std::tie(b.key.bucket, b.key.kind, b.key.name, b.key.id);
    });
    for (const auto& one : waiting_) {
        if (auto done = write(one); !done) return done;
    }
    waiting_.clear();
    text_.clear();
    return {};
}

Status RowChanges::write(const Waiting& change) {
    auto known = file_->rows().get(change.key, before_);
    if (!known) return known.error();
    const auto body = std::string_view(text_).substr(change.body_at, change.body_size);
    if (*known == change.put && (!*known || before_ == body)) return {};  // nothing new
    if (*known) note(change.key, before_, false);
    if (!change.put) return file_->del(change.key);
    note(change.key, body, true);
    return file_->put(change.key, body, *known);
}

void RowChanges::note(const RowKey& key, std::string_view body, bool added) {
    leaves_.push_back({key.bucket, added, bundle::leaf_of(key.name, key.id, body)});
    if (const auto term = term_of(key, body)) terms_.push_back({added, *term});
    counts_[key.kind] += added ? 1 : -1;
}

Status RowChanges::settle_bucket(std::span<const LeafChange> changes) {
    const auto bucket = changes.front().bucket;
    auto leaves = file_->rows().leaves(bucket);
    if (!leaves) return leaves.error();
    for (const auto& change : changes) {
        if (!alter(*leaves, change.leaf, change.added)) return not_as_it_was;
    }
    table_.set(bucket, *leaves);
    if (auto done = file_->set_leaves(bucket, *leaves); !done) return done;
    return file_->set_bucket(bucket, table_.rows_in(bucket), table_.bucket(bucket));
}

Status RowChanges::settle_shelf(std::span<const TermChange> changes) {
    const auto shelf = shelf_of(hash_in(changes.front().term));
    auto terms = file_->rows().terms(shelf);
    if (!terms) return terms.error();
    for (const auto& change : changes) {
        if (!alter(*terms, change.term, change.added)) return not_as_it_was;
    }
    return file_->set_terms(shelf, *terms);
}

namespace {

/// Calls `each` for every run of items with the same `of`.
template <class Item, class Of, class Each>
Status by_runs(std::vector<Item>& items, Of of, Each each) {
    std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) { return of(a) < of(b); });
    for (auto from = items.begin(); from != items.end();) {
        const auto to = std::find_if(from, items.end(), [&](const Item& item) { return of(item) != of(*from); });
        if (auto done = each(std::span<const Item>(from, to)); !done) return done;
        from = to;
    }
    items.clear();
    return {};
}

}  // namespace

Status RowChanges::finish() {
    if (auto done = write_waiting(); !done) return done;
    auto done = by_runs(
        leaves_, [](const LeafChange& change) { return change.bucket; },
        [this](std::span<const LeafChange> changes) { return settle_bucket(changes); });
    if (!done) return done;
    return by_runs(
        terms_, [](const TermChange& change) { return shelf_of(hash_in(change.term)); },
        [this](std::span<const TermChange> changes) { return settle_shelf(changes); });
}

}  // namespace menshen::whitelist
