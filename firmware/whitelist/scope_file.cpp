#include "scope_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>
#include <utility>

#include "store/migrations.hpp"

namespace menshen::whitelist::scope {
std::span<const store::Migration> migrations();
}

namespace menshen::whitelist {

namespace {

constexpr std::int32_t scope_application_id = 0x4D53'5343;  // "MSSC"

using ToPrepare = std::pair<store::Statement*, std::string_view>;

Status prepare_each(store::Database& database, std::initializer_list<ToPrepare> all) {
    for (const auto& [statement, sql] : all) {
        auto prepared = database.prepare(sql);
        if (!prepared) return prepared.error();
        *statement = std::move(prepared).value();
    }
    return {};
}

store::Bytes bytes_of(const auto* items, std::size_t count) {
    return {reinterpret_cast<const std::uint8_t*>(items), count * sizeof(*items)};
}

Result<bundle::Hash> hash_of(store::Bytes stored) {
    bundle::Hash hash{};
    if (stored.size() != hash.size()) return {Errc::corrupt, "a bucket's hash has not its length"};
    std::copy(stored.begin(), stored.end(), hash.begin());
    return hash;
}

}  // namespace

Status ScopeRows::prepare() {
    return prepare_each(database_, {{&row_, "SELECT body FROM row WHERE place = ?1"},
                                    {&other_, "SELECT body FROM other_row WHERE bucket = ?1 AND kind = ?2 AND id = ?3"},
                                    {&leaves_, "SELECT leaves FROM leaves WHERE bucket = ?1"},
                                    {&terms_, "SELECT entries FROM term WHERE shelf = ?1"},
                                    {&bucket_, "SELECT hash FROM bucket WHERE bucket = ?1"},
                                    {&meta_, "SELECT value FROM meta WHERE key = ?1"}});
}

Result<bool> ScopeRows::get(const RowKey& key, std::string& body) {
    const auto place = place_of(key);
    auto& query = place ? row_ : other_;
    if (place) {
        query.bind(1, *place);
    } else {
        query.bind(1, std::int64_t{key.bucket}).bind(2, key.name).bind(3, key.id);
    }
    auto found = query.step();
    if (!found || !*found) return found;
    body = query.text(0);
    query.reset();
    return true;
}

template <class Item>
Result<std::vector<Item>> ScopeRows::items(store::Statement& query, std::int64_t key) {
    std::vector<Item> all;
    auto found = query.bind(1, key).step();
    if (!found) return found.error();
    if (!*found) return all;
    const auto stored = query.blob(0);
    if (stored.size() % sizeof(Item) != 0) {
        query.reset();
        return {Errc::corrupt, "the list's leaves or terms are cut off"};
    }
    all.resize(stored.size() / sizeof(Item));
    if (!all.empty()) std::memcpy(all.data(), stored.data(), stored.size());
    query.reset();
    return all;
}

Result<std::vector<bundle::Hash>> ScopeRows::leaves(std::uint16_t bucket) {
    return items<bundle::Hash>(leaves_, bucket);
}

Result<std::vector<Term>> ScopeRows::terms(std::size_t shelf) {
    return items<Term>(terms_, static_cast<std::int64_t>(shelf));
}

/// Looks where the bytes lie: most of what is asked for is not there.
Result<std::vector<Term>> ScopeRows::terms_of(std::uint64_t hash) {
    std::vector<Term> all;
    auto there = terms_.bind(1, static_cast<std::int64_t>(shelf_of(hash))).step();
    if (!there) return there.error();
    if (!*there) return all;
    const auto stored = terms_.blob(0);
    const auto at = [&](std::size_t n) {
        Term term{};
        std::memcpy(term.data(), stored.data() + n * sizeof(Term), sizeof(Term));
        return term;
    };
    const std::size_t count = stored.size() / sizeof(Term);
    std::size_t low = 0;
    for (std::size_t high = count; low < high;) {
        const auto middle = low + (high - low) / 2;
        if (hash_in(at(middle)) < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < count && hash_in(at(low)) == hash; ++low) all.push_back(at(low));
    terms_.reset();
    return all;
}

Result<std::optional<bundle::Hash>> ScopeRows::bucket(std::uint16_t bucket) {
    auto found = bucket_.bind(1, std::int64_t{bucket}).step();
    if (!found) return found.error();
    if (!*found) return std::optional<bundle::Hash>{};
    auto hash = hash_of(bucket_.blob(0));
    bucket_.reset();
    if (!hash) return hash.error();
    return std::optional(*hash);
}

Result<bundle::BucketTable> ScopeRows::table() {
    auto query = database_.prepare("SELECT bucket, rows, hash FROM bucket");
    if (!query) return query.error();
    bundle::BucketTable table;
    for (;;) {
        auto row = query->step();
        if (!row) return row.error();
        if (!*row) return table;
        auto hash = hash_of(query->blob(2));
        if (!hash) return hash.error();
        const auto bucket = query->integer(0);
        if (bucket < 0 || bucket >= static_cast<std::int64_t>(bundle::bucket_count) ||
            !table.restore(static_cast<std::uint16_t>(bucket), *hash, query->integer(1))) {
            return {Errc::corrupt, fmt::format("there is no bucket {}", bucket)};
        }
    }
}

Result<std::string> ScopeRows::meta(std::string_view key) {
    auto found = meta_.bind(1, key).step();
    if (!found) return found.error();
    if (!*found) return std::string();
    std::string value(meta_.text(0));
    meta_.reset();
    return value;
}

Result<std::int64_t> ScopeRows::number(std::string_view key) {
    auto text = meta(key);
    if (!text) return text.error();
    std::int64_t value = 0;
    const auto* end = text->data() + text->size();
    if (!text->empty() && std::from_chars(text->data(), end, value).ptr != end) {
        return {Errc::corrupt, fmt::format("{} is not a number", key)};
    }
    return value;
}

Result<ScopeFile> ScopeFile::create(const std::filesystem::path& file, std::string_view scope, std::int64_t most_bytes,
                                    const std::string& vfs) {
    remove_scope_file(file);
    store::Options options;
    options.role = store::Role::builder;
    options.most_bytes = most_bytes;
    options.vfs = vfs;
    auto database = store::Database::open(file, options);
    if (!database) return database.error();
    auto done = database->execute(fmt::format("PRAGMA application_id={}", scope_application_id));
    if (done) done = store::migrate(*database, scope::migrations());
    if (!done) return done.error();
    ScopeFile made(std::move(database).value());
    done = made.prepare();
    if (done) done = made.set_meta("scope", scope);
    if (!done) return done.error();
    return made;
}

Result<ScopeFile> ScopeFile::open(const std::filesystem::path& file, const std::string& vfs) {
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) return {Errc::not_found, fmt::format("{} is gone", file.string())};
    store::Options options;
    options.vfs = vfs;
    options.checkpoint_pages = 0;  // a large change must not wait for it: ScopeLists::checkpoint()
    auto database = store::Database::open(file, options);
    if (!database) return database.error();
    auto id = database->number("PRAGMA application_id");
    if (!id) return id.error();
    if (*id != scope_application_id) return {Errc::corrupt, fmt::format("{} is no list of a scope", file.string())};
    if (auto done = store::migrate(*database, scope::migrations()); !done) return done.error().in(file.string());
    ScopeFile opened(std::move(database).value());
    if (auto done = opened.prepare(); !done) return done.error().in(file.string());
    return opened;
}

Status ScopeFile::prepare() {
    if (auto done = rows_.prepare(); !done) return done;
    return prepare_each(
        database(),
        {{&put_row_, "INSERT INTO row VALUES (?1, ?2)"},
         {&set_row_, "UPDATE row SET body = ?2 WHERE place = ?1"},
         {&del_row_, "DELETE FROM row WHERE place = ?1"},
         {&put_other_,
          "INSERT INTO other_row VALUES (?1, ?2, ?3, ?4) ON CONFLICT (bucket, kind, id) DO UPDATE SET body = ?4"},
         {&del_other_, "DELETE FROM other_row WHERE bucket = ?1 AND kind = ?2 AND id = ?3"},
         {&put_leaves_, "INSERT INTO leaves VALUES (?1, ?2) ON CONFLICT (bucket) DO UPDATE SET leaves = ?2"},
         {&del_leaves_, "DELETE FROM leaves WHERE bucket = ?1"},
         {&put_bucket_,
          "INSERT INTO bucket VALUES (?1, ?2, ?3) ON CONFLICT (bucket) DO UPDATE SET rows = ?2, hash = ?3"},
         {&del_bucket_, "DELETE FROM bucket WHERE bucket = ?1"},
         {&put_terms_, "INSERT INTO term VALUES (?1, ?2) ON CONFLICT (shelf) DO UPDATE SET entries = ?2"},
         {&del_terms_, "DELETE FROM term WHERE shelf = ?1"},
         {&put_meta_, "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2"}});
}

Status ScopeFile::put(const RowKey& key, std::string_view body, bool known) {
    if (const auto place = place_of(key)) return (known ? set_row_ : put_row_).bind(1, *place).bind(2, body).run();
    return put_other_.bind(1, std::int64_t{key.bucket}).bind(2, key.name).bind(3, key.id).bind(4, body).run();
}

Status ScopeFile::del(const RowKey& key) {
    if (const auto place = place_of(key)) return del_row_.bind(1, *place).run();
    return del_other_.bind(1, std::int64_t{key.bucket}).bind(2, key.name).bind(3, key.id).run();
}

Status ScopeFile::set_leaves(std::uint16_t bucket, std::span<const bundle::Hash> sorted) {
    if (sorted.empty()) return del_leaves_.bind(1, std::int64_t{bucket}).run();
    return put_leaves_.bind(1, std::int64_t{bucket}).bind(2, bytes_of(sorted.data(), sorted.size())).run();
}

Status ScopeFile::set_bucket(std::uint16_t bucket, std::int64_t rows, const bundle::Hash& hash) {
    if (rows == 0) return del_bucket_.bind(1, std::int64_t{bucket}).run();
    return put_bucket_.bind(1, std::int64_t{bucket}).bind(2, rows).bind(3, store::Bytes(hash)).run();
}

Status ScopeFile::set_terms(std::size_t shelf, std::span<const Term> sorted) {
    const auto number = static_cast<std::int64_t>(shelf);
    if (sorted.empty()) return del_terms_.bind(1, number).run();
    return put_terms_.bind(1, number).bind(2, bytes_of(sorted.data(), sorted.size())).run();
}

Status ScopeFile::set_meta(std::string_view key, std::string_view value) {
    return put_meta_.bind(1, key).bind(2, value).run();
}

void remove_scope_file(const std::filesystem::path& file) {
    std::error_code ignored;
    for (const char* part : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(file.string() + part, ignored);
}

}  // namespace menshen::whitelist
