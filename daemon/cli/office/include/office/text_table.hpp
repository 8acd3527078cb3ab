// Columns for people, aligned by what a terminal shows: a Chinese character is two columns wide.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace menshen::office {

/// Columns that a terminal takes for it; control characters none.
[[nodiscard]] std::size_t columns_of(std::string_view utf8);

class TextTable {
  public:
    explicit TextTable(std::vector<std::string> header);
    /// Cells that are missing are empty; what would move the terminal is taken out.
    void row(std::vector<std::string> cells);
    [[nodiscard]] std::size_t rows() const { return rows_.size() - 1; }
    /// Two blanks between columns, none at the end of a line.
    [[nodiscard]] std::string text() const;

  private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace menshen::office
