#include "whitelist/scope_check.hpp"

#include <algorithm>
#include <vector>

#include "bundle/head.hpp"
#include "scope_file.hpp"

namespace menshen::whitelist {

namespace {

constexpr int buckets_a_slice = 4;

store::Options reading() {
    store::Options options;
    options.role = store::Role::reader;
    return options;
}

const Error unlike{Errc::corrupt, "a row of the registry's list is not what was signed"};

/// One scope's file, from the first bucket to the last.
class Pass {
  public:
    [[nodiscard]] static Result<std::unique_ptr<Pass>> open(const std::filesystem::path& file) {
        auto database = store::Database::open(file, reading());
        if (!database) return database.error();
        auto pass = std::make_unique<Pass>(std::move(database).value());
        auto done = pass->rows_.prepare();
        if (done) done = pass->prepare();
        if (!done) return done.error();
        return pass;
    }
    explicit Pass(store::Database database) : rows_(std::move(database)) {}

    /// One bucket in one snapshot; false: the last, and the root is the head's.
    Result<bool> step() {
        auto reading = store::Transaction::begin(rows_.database(), store::Role::reader);
        if (!reading) return reading.error();
        if (bucket_ == static_cast<int>(bundle::bucket_count)) {
            auto done = look_at_root();
            if (!done) return done.error();
            return false;
        }
        auto done = look_at_bucket(static_cast<std::uint16_t>(bucket_++));
        if (!done) return done.error();
        return true;
    }

  private:
    Status prepare() {
        auto near = rows_.database().prepare("SELECT place, body FROM row WHERE place >= ?1 AND place < ?2");
        auto far = rows_.database().prepare("SELECT kind, id, body FROM other_row WHERE bucket = ?1");
        if (!near) return near.error();
        if (!far) return far.error();
        near_ = std::move(near).value();
        far_ = std::move(far).value();
        return {};
    }

    Status take(const RowKey& key, std::string_view body) {
        leaves_.push_back(bundle::leaf_of(key.name, key.id, body));
        const auto term = term_of(key, body);
        if (!term) return {};
        auto all = rows_.terms(shelf_of(hash_in(*term)));
        if (!all) return all.error();
        return std::binary_search(all->begin(), all->end(), *term) ? Status() : Status(unlike);
    }

    Status look_at_bucket(std::uint16_t bucket) {
        leaves_.clear();
        near_.bind(1, first_place(bucket)).bind(2, first_place(bucket + 1));
        auto row = near_.step();
        for (; row && *row; row = near_.step()) {
            if (auto done = take(key_at(near_.integer(0)), near_.text(1)); !done) return near_.reset(), done;
        }
        if (!row) return row.error();
        far_.bind(1, std::int64_t{bucket});
        for (row = far_.step(); row && *row; row = far_.step()) {
            const RowKey key{row_kind(far_.text(0)), far_.text(0), far_.integer(1), bucket};
            if (auto done = take(key, far_.text(2)); !done) return far_.reset(), done;
        }
        if (!row) return row.error();
        auto stored = rows_.leaves(bucket);
        auto hash = rows_.bucket(bucket);
        if (!stored) return stored.error();
        if (!hash) return hash.error();
        std::sort(leaves_.begin(), leaves_.end());
        if (*stored != leaves_ || hash->has_value() == leaves_.empty()) return unlike;
        return leaves_.empty() || bundle::bucket_hash(leaves_) == **hash ? Status() : Status(unlike);
    }

    Status look_at_root() {
        auto line = rows_.meta("head");
        if (!line) return line.error();
        const auto document = bundle::parse_signed(bundle::DocumentType::head, *line);
        const auto head = document ? bundle::parse_head(document->document) : Result<bundle::Head>(document.error());
        auto table = rows_.table();
        if (!table) return table.error();
        return head && table->root() == head->root && table->rows() == head->rows ? Status() : Status(unlike);
    }

    ScopeRows rows_;
    store::Statement near_, far_;
    int bucket_ = 0;
    std::vector<bundle::Hash> leaves_;
};

}  // namespace

struct ScopeCheck::Impl {
    std::filesystem::path folder;
    std::vector<std::pair<std::string, std::string>> left;  // scope, file
    std::string scope;
    std::unique_ptr<Pass> pass;

    /// False: there is no scope left.
    Result<bool> begin_next() {
        if (left.empty()) return false;
        scope = left.back().first;
        auto opened = Pass::open(folder / left.back().second);
        left.pop_back();
        if (opened) {
            pass = std::move(opened).value();
        } else if (opened.error().code != Errc::not_found) {  // else a newer list has taken over
            return opened.error();
        }
        return true;
    }
};

ScopeCheck::ScopeCheck(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ScopeCheck::ScopeCheck(ScopeCheck&&) noexcept = default;
ScopeCheck& ScopeCheck::operator=(ScopeCheck&&) noexcept = default;
ScopeCheck::~ScopeCheck() = default;

Result<ScopeCheck> ScopeCheck::open(const std::filesystem::path& file) {
    auto main = store::Database::open(file, reading());
    if (!main) return main.error();
    auto named = main->prepare("SELECT scope, file FROM scope");
    if (!named) return named.error();
    auto impl = std::make_unique<Impl>();
    impl->folder = file.parent_path();
    auto row = named->step();
    for (; row && *row; row = named->step()) impl->left.emplace_back(named->text(0), named->text(1));
    if (!row) return row.error();
    return ScopeCheck(std::move(impl));
}

Result<bool> ScopeCheck::step() {
    if (!impl_->pass) return impl_->begin_next();
    for (int i = 0; i < buckets_a_slice; ++i) {
        auto more = impl_->pass->step();
        if (!more) return more;
        if (*more) continue;
        impl_->pass.reset();
        return !impl_->left.empty();
    }
    return true;
}

const std::string& ScopeCheck::damaged_scope() const {
    return impl_->scope;
}

}  // namespace menshen::whitelist
