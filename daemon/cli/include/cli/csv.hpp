// Tables as people save them: UTF-8 with or without BOM, GB18030, UTF-16; commas, semicolons, tabs; quoted fields.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "values/result.hpp"

namespace menshen::cli {

struct Record {
    std::int64_t line = 0;  // 1-based line of the file where it begins
    std::vector<std::string> fields;
};

struct Csv {
    std::string encoding;  // UTF-8, GB18030, UTF-16
    char separator = ',';
    std::vector<Record> records;  // without blank ones
};

inline constexpr std::size_t max_file = 256U << 20;  // bytes

/// The bytes as UTF-8. Errc::invalid: no text (an .xlsx for example), with what to do.
[[nodiscard]] Result<std::string> to_utf8(std::string_view bytes, std::string& encoding);
/// Errc::invalid: a quote that never ends, with its line.
[[nodiscard]] Result<Csv> parse_csv(std::string_view bytes);
[[nodiscard]] Result<Csv> read_csv(const std::string& file);

/// Without blanks (also full-width ones) at both ends, and without Excel's ="…".
[[nodiscard]] std::string trimmed(std::string_view text);

}  // namespace menshen::cli
