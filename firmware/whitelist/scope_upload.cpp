#include <fmt/format.h>

#include "scope_lists_impl.hpp"

namespace menshen::whitelist {

namespace {

constexpr std::int64_t synced_every = std::int64_t{64} << 20U;  // bytes of rows: no long wait for the disk at the end

const Error not_the_heads{Errc::conflict, "this does not lead to the list that the head describes; take a snapshot"};
const Error over{Errc::invalid, "this upload has ended or has not got there yet"};

}  // namespace

ScopeUpload::Impl::~Impl() {
    transaction.reset();
    if (list != nullptr) list->changing = false;
    whole.reset();
    row_changes.reset();
    rows.reset();
    fresh.reset();
    if (!path.empty()) remove_scope_file(path);
}

Status ScopeUpload::Impl::begin_new(std::int64_t most_bytes) {
    path = lists->new_path(scope);
    auto made = ScopeFile::create(path, scope, most_bytes, lists->vfs);
    if (!made) return made.error();
    fresh.emplace(std::move(made).value());
    file = &*fresh;
    auto begun = store::Transaction::begin(file->database());
    if (!begun) return begun.error();
    transaction.emplace(std::move(begun).value());
    return {};
}

Status ScopeUpload::Impl::begin_on(Living& living) {
    auto begun = store::Transaction::begin(living.file.database());
    if (!begun) return begun.error();
    transaction.emplace(std::move(begun).value());
    list = &living;
    list->changing = true;
    file = &living.file;
    return begin_changes(living.table, living.counts);
}

Status ScopeUpload::Impl::begin_rows(const bundle::Manifest& manifest) {
    rows.emplace(*file);
    auto made =
        bundle::SnapshotReader::create(manifest, [this](const bundle::SnapshotRow& row) { return take_row(row); });
    if (!made) return made.error();
    reader.emplace(std::move(made).value());
    return {};
}

Status ScopeUpload::Impl::begin_changes(bundle::BucketTable table, RowCounts counts) {
    row_changes.emplace(*file, std::move(table), counts);
    lines.emplace([this](const bundle::Line& line) { return row_changes->take(line); });
    return {};
}

Status ScopeUpload::Impl::take_row(const bundle::SnapshotRow& row) {
    unsynced += static_cast<std::int64_t>(row.put.body.size());
    return rows->take(row);
}

Status ScopeUpload::Impl::write_state(const bundle::Head& head, UtcTime now) {
    auto counts = row_changes->counts();
    const bool other_list = fresh.has_value() || list->state.head.root != head.root;
    const auto changed = other_list ? std::optional(now) : list->state.changed;
    state = ScopeState{
        scope, head, *document, counts[RowKind::credential], counts[RowKind::permit], counts[RowKind::block], changed};
    auto done = counts.write(*file);
    if (done) done = file->set_meta("head", bundle::write_signed(*document));
    if (!done || !other_list) return done;
    return file->set_meta("changed", std::to_string(now.time_since_epoch().count()));
}

Status ScopeUpload::Impl::close_new() {
    auto done = transaction->commit();
    transaction.reset();
    if (!done) return done;
    auto counts = row_changes->counts();
    auto table = row_changes->table();
    row_changes.reset();
    rows.reset();
    fresh.reset();
    auto opened = ScopeFile::open(path, lists->vfs);
    if (!opened) return opened.error();
    whole =
        std::make_unique<Living>(Living{std::move(opened).value(), path, std::move(table), counts, std::move(*state)});
    return {};
}

ScopeUpload::ScopeUpload(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ScopeUpload::ScopeUpload(ScopeUpload&&) noexcept = default;
ScopeUpload& ScopeUpload::operator=(ScopeUpload&&) noexcept = default;
ScopeUpload::~ScopeUpload() = default;

Status ScopeUpload::snapshot(std::string_view packed) {
    auto& me = *impl_;
    if (!me.reader) return over;
    if (auto done = me.reader->feed(packed); !done) {
        // the manifest is signed: bytes that are no list are not the ones it was signed for
        return done.error().code == Errc::invalid ? Error{Errc::corrupt, done.error().message} : done.error();
    }
    if (me.unsynced < synced_every) return {};
    me.unsynced = 0;
    auto done = me.transaction->commit();
    me.transaction.reset();
    if (!done) return done;
    auto begun = store::Transaction::begin(me.file->database());
    if (!begun) return begun.error();
    me.transaction.emplace(std::move(begun).value());
    return {};
}

Status ScopeUpload::end_snapshot() {
    auto& me = *impl_;
    if (!me.reader) return over;
    auto table = me.reader->finish();
    me.reader.reset();
    if (!table) return table.error();
    if (auto done = me.rows->finish(*table); !done) return done;
    const auto counts = me.rows->counts();
    me.rows.reset();
    return me.begin_changes(std::move(table).value(), counts);
}

Status ScopeUpload::changes(std::string_view lines) {
    if (!impl_->lines || impl_->document) return over;
    return impl_->lines->feed(lines);
}

Result<bundle::Signed> ScopeUpload::finish() {
    if (!impl_->lines || impl_->document) return over;
    auto head = impl_->lines->finish();
    if (head) impl_->document = *head;
    return head;
}

Status ScopeUpload::settle(const bundle::Head& head, UtcTime now) {
    auto& me = *impl_;
    if (!me.document || me.state || head.scope != me.scope) return over;
    if (me.list != nullptr && head.at.epoch != me.list->state.head.at.epoch) return not_the_heads;
    if (auto done = me.row_changes->finish(); !done) return done;
    const auto& table = me.row_changes->table();
    if (table.root() != head.root || table.rows() != head.rows) return not_the_heads;
    if (auto done = me.write_state(head, now); !done) return done;
    return me.fresh ? me.close_new() : Status();
}

Status ScopeUpload::commit() {
    auto& me = *impl_;
    if (me.whole) {
        auto done = me.lists->take_over(std::move(me.whole));
        if (done) me.path.clear();
        return done;
    }
    if (!me.state || me.list == nullptr) return over;
    auto done = me.transaction->commit();
    if (!done) return done;
    me.transaction.reset();
    me.list->table = me.row_changes->table();
    me.list->counts = me.row_changes->counts();
    me.list->state = std::move(*me.state);
    std::exchange(me.list, nullptr)->changing = false;
    return {};
}

}  // namespace menshen::whitelist
