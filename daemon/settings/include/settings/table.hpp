// One table of a TOML file: what is asked for is read, what nobody asked for is a mistake.
#pragma once

#include <toml++/toml.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace menshen::settings {

/// "FILE:LINE: what, and what to write instead".
using Mistakes = std::vector<std::string>;

/// The file's content; nothing, and a mistake, if it is not there or no TOML.
[[nodiscard]] std::optional<toml::table> parse(const std::string& file, Mistakes& mistakes);

class Table {
  public:
    /// `table` null: it is not there, nothing is read. What is referred to must outlive it.
    Table(const toml::table* table, std::string name, std::string file, Mistakes& mistakes)
        : table_(table), name_(std::move(name)), file_(std::move(file)), mistakes_(mistakes) {}

    /// The node, for mistakes that only the caller can find; null: not there.
    const toml::node* text(std::string_view key, std::string& into);
    /// A whole number of `least` to `most`, in units of T.
    template <class T>
    void number(std::string_view key, T& into, std::int64_t least, std::int64_t most) {
        if (const auto value = whole_number(key, least, most)) into = T(static_cast<typename Count<T>::type>(*value));
    }
    /// A table below this one.
    [[nodiscard]] Table section(std::string_view key);
    /// After all that is known has been asked for.
    void finish();
    void wrong(const toml::node* node, std::string_view key, std::string_view what);

  private:
    template <class T>
    struct Count {
        using type = T;
    };
    template <class R, class P>
    struct Count<std::chrono::duration<R, P>> {
        using type = R;
    };
    std::optional<std::int64_t> whole_number(std::string_view key, std::int64_t least, std::int64_t most);
    const toml::node* find(std::string_view key);

    const toml::table* table_;
    std::string name_, file_;
    Mistakes& mistakes_;
    std::set<std::string> asked_;
};

}  // namespace menshen::settings
