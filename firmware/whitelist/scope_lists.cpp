#include "whitelist/scope_lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "scope_lists_impl.hpp"
#include "scope_source.hpp"

namespace menshen::whitelist {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view file_prefix = "whitelist-";
constexpr int checkpoint_from = 256;  // WAL pages

Result<ScopeState> state_of(ScopeRows& rows, const std::string& scope, const RowCounts& counts) {
    auto line = rows.meta("head");
    if (!line) return line.error();
    auto document = bundle::parse_signed(bundle::DocumentType::head, *line);
    if (!document) return {Errc::corrupt, "the list's head cannot be read"};
    auto head = bundle::parse_head(document->document);
    if (!head || head->scope != scope) return {Errc::corrupt, "the list has another scope's head"};
    auto changed = rows.number("changed");
    if (!changed) return changed.error();
    auto of = counts;
    return ScopeState{scope,
                      *head,
                      *document,
                      of[RowKind::credential],
                      of[RowKind::permit],
                      of[RowKind::block],
                      UtcTime(milliseconds(*changed))};
}

void set_file_aside(const fs::path& path) {
    std::error_code ignored;
    for (const char* part : {"", "-wal"}) {
        fs::rename(path.string() + part, path.string() + ".set-aside" + part, ignored);
    }
    remove_scope_file(path);
}

}  // namespace

bool needs_snapshot(const Error& error) {
    return error.code == Errc::conflict || error.code == Errc::corrupt;
}

Result<std::unique_ptr<Living>> Living::open(const fs::path& path, const std::string& scope, const std::string& vfs) {
    auto file = ScopeFile::open(path, vfs);
    if (!file) return file.error();
    auto table = file->rows().table();
    if (!table) return table.error();
    auto counts = RowCounts::read(file->rows());
    if (!counts) return counts.error();
    auto state = state_of(file->rows(), scope, *counts);
    if (!state) return state.error();
    if (table->root() != state->head.root || table->rows() != state->head.rows) {
        return {Errc::corrupt, "the list's buckets do not make its head's root"};
    }
    return std::make_unique<Living>(
        Living{std::move(file).value(), path, std::move(table).value(), *counts, std::move(state).value()});
}

Result<std::map<std::string, std::string>> ScopeLists::Impl::named() {
    auto query = tables->database.prepare("SELECT scope, file FROM scope");
    if (!query) return query.error();
    std::map<std::string, std::string> all;
    for (;;) {
        auto row = query->step();
        if (!row) return row.error();
        if (!*row) return all;
        all.emplace(query->text(0), query->text(1));
    }
}

/// New lists that a crash left half made, and old ones whose successor has taken over.
void ScopeLists::Impl::remove_unnamed(const std::map<std::string, std::string>& named) {
    std::vector<fs::path> unnamed;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
        const auto name = entry.path().filename().string();
        const auto end = name.find(".db");
        if (!name.starts_with(file_prefix) || end == std::string::npos ||
            name.find(".set-aside") != std::string::npos) {
            continue;
        }
        const auto base = name.substr(0, end + 3);
        const bool used = std::any_of(named.begin(), named.end(), [&](const auto& one) { return one.second == base; });
        if (!used) unnamed.push_back(entry.path());
    }
    for (const auto& path : unnamed) fs::remove(path, failed);
}

fs::path ScopeLists::Impl::new_path(std::string_view scope) {
    for (;;) {
        auto path = folder / fmt::format("{}{}-{}.db", file_prefix, scope, next_number++);
        std::error_code failed;
        if (!fs::exists(path, failed)) return path;
    }
}

Status ScopeLists::Impl::take_over(std::unique_ptr<Living> fresh) {
    const auto before = living.find(fresh->state.scope);
    if (before != living.end() && before->second->changing) {
        return {Errc::timeout, "changes of this scope are under way; let them end first"};
    }
    auto name =
        tables->database.prepare("INSERT INTO scope VALUES (?1, ?2) ON CONFLICT (scope) DO UPDATE SET file = ?2");
    if (!name) return name.error();
    const auto& scope = fresh->state.scope;
    const auto file = fresh->path.filename().string();
    if (auto done = name->bind(1, std::string_view(scope)).bind(2, std::string_view(file)).run(); !done) return done;
    auto& place = living[scope];
    const auto old = place ? place->path : fs::path();
    place = std::move(fresh);
    if (!old.empty()) remove_scope_file(old);  // a reader that has it open reads on until its next look-up
    return {};
}

Status ScopeLists::Impl::forget(const std::string& scope) {
    auto drop = tables->database.prepare("DELETE FROM scope WHERE scope = ?1");
    if (!drop) return drop.error();
    return drop->bind(1, std::string_view(scope)).run();
}

ScopeLists::ScopeLists(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ScopeLists::ScopeLists(ScopeLists&&) noexcept = default;
ScopeLists& ScopeLists::operator=(ScopeLists&&) noexcept = default;
ScopeLists::~ScopeLists() = default;

Result<ScopeLists> ScopeLists::open(Tables& tables, const fs::path& folder, const std::string& vfs) {
    auto impl = std::make_unique<Impl>();
    impl->tables = &tables;
    impl->folder = folder.empty() ? "." : folder;
    impl->vfs = vfs;
    auto named = impl->named();
    if (!named) return named.error();
    for (const auto& [scope, file] : *named) {
        auto list = Living::open(impl->folder / file, scope, vfs);
        if (list) {
            impl->living.emplace(scope, std::move(list).value());
            continue;
        }
        if (list.error().code != Errc::corrupt && list.error().code != Errc::not_found) return list.error();
        if (auto done = impl->forget(scope); !done) return done.error();
        set_file_aside(impl->folder / file);
        impl->damaged.push_back(scope);
    }
    impl->remove_unnamed(*named);
    return ScopeLists(std::move(impl));
}

std::vector<ScopeState> ScopeLists::all() const {
    std::vector<ScopeState> all;
    for (const auto& [scope, list] : impl_->living) all.push_back(list->state);
    return all;
}

const std::vector<std::string>& ScopeLists::damaged() const {
    return impl_->damaged;
}

Result<ScopeUpload> ScopeLists::begin_changes(std::string_view scope) {
    const auto found = impl_->living.find(scope);
    if (found == impl_->living.end()) return begin_whole(scope);
    if (found->second->changing) return {Errc::timeout, "changes of this scope are under way already"};
    auto upload = std::make_unique<ScopeUpload::Impl>(*impl_, scope);
    if (auto done = upload->begin_on(*found->second); !done) return done.error();
    return ScopeUpload(std::move(upload));
}

Result<ScopeUpload> ScopeLists::begin_whole(std::string_view scope) {
    constexpr std::int64_t most = bundle::max_changes * static_cast<std::int64_t>(bundle::max_body) / 4;
    auto upload = std::make_unique<ScopeUpload::Impl>(*impl_, scope);
    auto done = upload->begin_new(most);
    if (done) done = upload->begin_changes(bundle::BucketTable(), RowCounts());
    if (!done) return done.error();
    return ScopeUpload(std::move(upload));
}

Result<ScopeUpload> ScopeLists::begin_snapshot(const bundle::Manifest& manifest) {
    constexpr std::int64_t room = 512LL << 20;  // leaves, terms, and the changes that follow
    auto upload = std::make_unique<ScopeUpload::Impl>(*impl_, manifest.scope);
    auto done = upload->begin_new(manifest.text * 2 + room);
    if (done) done = upload->begin_rows(manifest);
    if (!done) return done.error();
    return ScopeUpload(std::move(upload));
}

Status ScopeLists::drop(std::string_view scope) {
    const auto found = impl_->living.find(scope);
    if (found == impl_->living.end()) return {};
    if (found->second->changing) return {Errc::timeout, "changes of this scope are under way"};
    if (auto done = impl_->forget(std::string(scope)); !done) return done;
    const auto path = found->second->path;
    impl_->living.erase(found);
    set_file_aside(path);
    return {};
}

Result<std::string> ScopeLists::keys() {
    auto query = impl_->tables->database.prepare("SELECT value FROM registry WHERE key = 'keys'");
    if (!query) return query.error();
    auto row = query->step();
    if (!row) return row.error();
    return *row ? std::string(query->text(0)) : std::string();
}

Status ScopeLists::keep_keys(std::string_view line) {
    auto put = impl_->tables->database.prepare(
        "INSERT INTO registry VALUES ('keys', ?1) ON CONFLICT (key) DO UPDATE SET value = ?1");
    if (!put) return put.error();
    return put->bind(1, line).run();
}

Result<bool> ScopeLists::is_blocked(std::string_view plate, std::optional<LocalTime> at) {
    for (const auto& [scope, list] : impl_->living) {
        auto blocks = ScopeSource(scope, list->file.rows()).blocks(plate);
        if (!blocks) return blocks.error();
        for (const auto& block : *blocks) {
            if (block.kind == BlockKind::block && (!block.until || !at || *block.until > *at)) return true;
        }
    }
    return false;
}

Status ScopeLists::checkpoint() {
    for (const auto& [scope, list] : impl_->living) {
        auto& database = list->file.database();
        if (list->changing || database.wal_pages() < checkpoint_from) continue;
        if (auto done = database.checkpoint(); !done) return done;
    }
    return {};
}

}  // namespace menshen::whitelist
