#include "office/text_table.hpp"

#include <langinfo.h>
#include <wchar.h>

#include <clocale>

#include "cli/report.hpp"
#include "values/plate.hpp"

namespace menshen::office {

namespace {

/// The C library knows how wide a character is, in a locale of UTF-8: for this thread, as long as this lives.
class Utf8Locale {
  public:
    Utf8Locale() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (locale_ != nullptr) before_ = ::uselocale(locale_);
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
    ~Utf8Locale() {
        if (locale_ == nullptr) return;
        ::uselocale(before_);
        ::freelocale(locale_);
    }

  private:
    locale_t locale_;
    locale_t before_ = nullptr;
};

std::size_t columns_of_character(std::string_view character) {
    wchar_t wide = 0;
    std::mbstate_t state{};
    const auto read = std::mbrtowc(&wide, character.data(), character.size(), &state);
    if (read == static_cast<std::size_t>(-1) || read == static_cast<std::size_t>(-2)) return 1;
    const int columns = ::wcwidth(wide);
    return columns > 0 ? static_cast<std::size_t>(columns) : 0;
}

}  // namespace

std::size_t columns_of(std::string_view utf8) {
    const Utf8Locale locale;
    std::size_t columns = 0;
    for (const auto character : characters(utf8)) columns += columns_of_character(character);
    return columns;
}

TextTable::TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}

void TextTable::row(std::vector<std::string> cells) {
    for (auto& cell : cells) cell = cli::harmless(cell);
    cells.resize(rows_[0].size());
    rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
    std::vector<std::size_t> widths(rows_[0].size());
    std::vector<std::vector<std::size_t>> all;
    for (const auto& row : rows_) {
        auto& own = all.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i) {
            own.push_back(columns_of(row[i]));
            widths[i] = std::max(widths[i], own[i]);
        }
    }
    std::string out;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        std::string line;
        for (std::size_t i = 0; i < rows_[r].size(); ++i) {
            line += rows_[r][i] + std::string(widths[i] - all[r][i] + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

}  // namespace menshen::office
