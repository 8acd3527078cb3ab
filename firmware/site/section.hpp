// One table of the site file while it is being read: takes typed values out, remembers what was asked for, and names
// everything that is wrong or left over.
#pragma once

#include <toml++/toml.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "site/site.hpp"

namespace menshen::site {

class Section {
  public:
    Section(const toml::table& table, std::string where, std::string file, std::vector<Mistake>& mistakes)
        : table_(table), where_(std::move(where)), file_(std::move(file)), mistakes_(mistakes) {}
    Section(const Section&) = delete;
    Section& operator=(const Section&) = delete;
    /// Names the keys that nobody asked for, with the nearest one that exists.
    ~Section();

    [[nodiscard]] int line() const { return static_cast<int>(table_.source().begin.line); }
    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }

    /// Leaves `target` alone if the key is absent.
    void text(std::string_view key, std::string& target);
    void number(std::string_view key, int& target, int lowest, int highest);
    void fraction(std::string_view key, double& target, double lowest, double highest);
    void flag(std::string_view key, bool& target);
    /// Whole milliseconds; `unit` converts ("ms" or "s" is in the key's name).
    template <class D>
    void duration(std::string_view key, D& target, std::int64_t lowest, std::int64_t highest, milliseconds unit) {
        if (auto value = integer(key, lowest, highest)) target = std::chrono::duration_cast<D>(*value * unit);
    }
    /// One of `names`, as its index.
    [[nodiscard]] std::optional<std::size_t> choice(std::string_view key, const std::vector<std::string_view>& names);
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, std::int64_t lowest, std::int64_t highest);
    /// A table below this one, or null. `required` says so if it is missing.
    [[nodiscard]] const toml::node* node(std::string_view key);
    void required(std::string_view key, std::string_view example);

    void wrong(std::string_view key, const std::string& text);

    [[nodiscard]] const std::string& where() const { return where_; }
    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] std::vector<Mistake>& mistakes() { return mistakes_; }

  private:
    const toml::table& table_;
    std::string where_, file_;
    std::vector<Mistake>& mistakes_;
    std::set<std::string, std::less<>> asked_;
};

/// The nearest of `names` within two edits, or empty.
[[nodiscard]] std::string nearest(std::string_view word, const std::set<std::string, std::less<>>& names);

}  // namespace menshen::site
