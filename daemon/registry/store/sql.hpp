// Statements by their text: prepared once, bound and read in one line.
#pragma once

#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "registry/digest.hpp"
#include "store/database.hpp"
#include "values/time.hpp"

namespace menshen::registry {

/// The rows of one question. The statement is reset when this goes: a reader must not hold up checkpoints.
class Rows {
  public:
    Rows(store::Statement& statement, std::deque<std::string> held) : statement_(&statement), held_(std::move(held)) {}
    Rows(Rows&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)), held_(std::move(other.held_)) {}
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    Rows& operator=(Rows&&) = delete;
    ~Rows() {
        if (statement_ != nullptr) statement_->reset();
    }

    [[nodiscard]] Result<bool> next() { return statement_->step(); }
    [[nodiscard]] std::int64_t integer(int column) const { return statement_->integer(column); }
    [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const {
        return statement_->maybe_integer(column);
    }
    [[nodiscard]] std::string_view view(int column) const { return statement_->text(column); }
    [[nodiscard]] std::string text(int column) const { return std::string(statement_->text(column)); }
    [[nodiscard]] std::string bytes(int column) const;
    [[nodiscard]] bool is_null(int column) const { return statement_->is_null(column); }
    /// Zero bytes if it has another length.
    [[nodiscard]] Digest digest(int column) const;
    [[nodiscard]] UtcTime utc(int column) const { return UtcTime(milliseconds(integer(column))); }
    [[nodiscard]] store::Bytes blob(int column) const { return statement_->blob(column); }

  private:
    store::Statement* statement_;
    std::deque<std::string> held_;  // texts bound: they must live while rows are read
};

[[nodiscard]] inline std::int64_t number_of(UtcTime time) {
    return time.time_since_epoch().count();
}
[[nodiscard]] inline std::optional<std::int64_t> number_of(const std::optional<LocalTime>& time) {
    if (!time) return std::nullopt;
    return time->time_since_epoch().count();
}
/// A page ends below this number; 0 is no bound.
[[nodiscard]] inline std::int64_t below(std::int64_t before) {
    return before > 0 ? before : std::numeric_limits<std::int64_t>::max();
}
[[nodiscard]] inline store::Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// One connection with its statements. While the Rows of a statement are read it must not be asked again.
class Sql {
  public:
    explicit Sql(store::Database database) : database_(std::move(database)) {}

    template <class... Values>
    [[nodiscard]] Result<Rows> ask(std::string_view sql, const Values&... values) {
        auto statement = prepared(sql);
        if (!statement) return statement.error();
        std::deque<std::string> held;
        int index = 0;
        (bind_held(**statement, held, ++index, values), ...);
        return Rows(**statement, std::move(held));
    }
    /// For statements without rows.
    template <class... Values>
    [[nodiscard]] Status run(std::string_view sql, const Values&... values) {
        auto statement = prepared(sql);
        if (!statement) return statement.error();
        int index = 0;
        (bind(**statement, ++index, values), ...);
        return (*statement)->run();
    }
    /// The first column of the first row; nothing if there is none, or it is NULL.
    template <class... Values>
    [[nodiscard]] Result<std::optional<std::int64_t>> number(std::string_view sql, const Values&... values) {
        auto rows = ask(sql, values...);
        if (!rows) return rows.error();
        auto row = rows->next();
        if (!row) return row.error();
        return *row ? rows->maybe_integer(0) : std::nullopt;
    }

    [[nodiscard]] store::Database& database() { return database_; }

  private:
    [[nodiscard]] Result<store::Statement*> prepared(std::string_view sql);

    static void bind(store::Statement& s, int i, std::int64_t value) { s.bind(i, value); }
    static void bind(store::Statement& s, int i, const std::optional<std::int64_t>& value) { s.bind(i, value); }
    static void bind(store::Statement& s, int i, UtcTime time) { s.bind(i, number_of(time)); }
    static void bind(store::Statement& s, int i, std::string_view text) { s.bind(i, text); }
    static void bind(store::Statement& s, int i, const std::string& text) { s.bind(i, std::string_view(text)); }
    static void bind(store::Statement& s, int i, const char* text) { s.bind(i, std::string_view(text)); }
    static void bind(store::Statement& s, int i, store::Bytes bytes) { s.bind(i, bytes); }
    static void bind(store::Statement& s, int i, const Digest& digest) { s.bind(i, store::Bytes(digest)); }
    static void bind(store::Statement& s, int i, const std::optional<std::string>& text) {
        text ? s.bind(i, std::string_view(*text)) : s.bind_null(i);
    }
    template <class T>
    static void bind_held(store::Statement& s, std::deque<std::string>& held, int i, const T& value) {
        if constexpr (std::is_convertible_v<T, std::string_view>) {
            s.bind(i, std::string_view(held.emplace_back(std::string_view(value))));
        } else if constexpr (std::is_same_v<T, Digest>) {
            s.bind(i, bytes_of(held.emplace_back(value.begin(), value.end())));
        } else {
            bind(s, i, value);
        }
    }

    store::Database database_;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };
    std::unordered_map<std::string, store::Statement, Hash, std::equal_to<>> statements_;
};

/// Reads all rows: `each(rows)` returns a Status.
template <class Each>
[[nodiscard]] Status each_row(Result<Rows> rows, Each each) {
    if (!rows) return rows.error();
    for (;;) {
        auto row = rows->next();
        if (!row) return row.error();
        if (!*row) return {};
        if (Status done = each(*rows); !done) return done;
    }
}

}  // namespace menshen::registry
