#include "labels.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>

namespace menshen::eval {
namespace {

constexpr std::size_t coordinates = 8;
constexpr std::array<std::string_view, 2 + coordinates> usual_columns{"file", "plate", "x1", "y1", "x2",
                                                                      "y2",   "x3",    "y3", "x4", "y4"};

using Fields = std::vector<std::string>;

std::string trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\"");
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(" \t\r\"") - begin + 1));
}

Fields split(std::string_view line) {
    Fields fields;
    while (true) {
        const auto comma = line.find(',');
        fields.push_back(trimmed(line.substr(0, comma)));
        if (comma == std::string_view::npos) return fields;
        line.remove_prefix(comma + 1);
    }
}

/// Where each usual column stands in a line; −1: nowhere.
using Columns = std::array<int, 2 + coordinates>;

std::optional<Columns> header(const Fields& fields) {
    if (fields.empty() || fields.front() != "file") return std::nullopt;
    Columns columns{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto at = std::find(fields.begin(), fields.end(), usual_columns[i]);
        columns[i] = at == fields.end() ? -1 : static_cast<int>(at - fields.begin());
    }
    return columns;
}

std::string field(const Fields& fields, int column) {
    const auto at = static_cast<std::size_t>(column);
    return column < 0 || at >= fields.size() ? std::string() : fields[at];
}

Result<std::optional<std::array<Point, 4>>> corners_of(const Fields& fields, const Columns& columns) {
    std::array<float, coordinates> numbers{};
    std::size_t given = 0;
    for (std::size_t i = 0; i < coordinates; ++i) {
        const auto text = field(fields, columns[i + 2]);
        if (text.empty()) continue;
        ++given;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
        if (failed != std::errc{} || end != text.data() + text.size()) {
            return {Errc::invalid, fmt::format("{} is '{}'; write a number of pixels", usual_columns[i + 2], text)};
        }
    }
    if (given == 0) return std::optional<std::array<Point, 4>>{};
    if (given < coordinates) {
        return {Errc::invalid,
                fmt::format("{} of 8 coordinates; write x1,y1 to x4,y4, clockwise from top left, or none", given)};
    }
    std::array<Point, 4> corners{};
    for (std::size_t i = 0; i < 4; ++i) corners[i] = {numbers[2 * i], numbers[2 * i + 1]};
    return std::optional(corners);
}

struct Row {
    std::string file;
    std::optional<LabelledPlate> plate;
};

Result<Row> row_of(const Fields& fields, const Columns& columns) {
    Row row;
    row.file = field(fields, columns[0]);
    if (row.file.empty()) return {Errc::invalid, "no file is named; write file,plate"};
    if (columns[1] < 0 || fields.size() <= static_cast<std::size_t>(columns[1])) {
        return {Errc::invalid, "no plate column; write file,plate (an empty plate: the picture holds none)"};
    }
    const auto corners = corners_of(fields, columns);
    if (!corners) return corners.error();
    LabelledPlate plate;
    plate.text = normalise_plate_text(field(fields, columns[1]));
    plate.corners = *corners;
    if (plate.text.empty() && !plate.corners) return row;
    if (const auto parsed = Plate::parse(plate.text)) plate.plate_class = parsed->plate_class();
    row.plate = std::move(plate);
    return row;
}

class Loader {
  public:
    explicit Loader(const std::string& folder) { set_.folder = folder; }

    void line(const std::string& text, int number) {
        if (text.empty() || text.front() == '#') return;
        const auto fields = split(text);
        if (number == 1) {
            if (const auto named = header(fields)) {
                columns_ = *named;
                return;
            }
        }
        const auto where = fmt::format("{}/labels.csv:{}: ", set_.folder, number);
        auto row = row_of(fields, columns_);
        if (!row) {
            set_.bad_rows.push_back(where + row.error().message);
            return;
        }
        if (row->plate && row->plate->plate_class == PlateClass::unknown && !row->plate->text.empty()) {
            set_.doubts.push_back(where + "'" + row->plate->text + "' keeps the grammar of no plate");
        }
        take(std::move(*row));
    }
    LabelledSet result() && { return std::move(set_); }

  private:
    void take(Row row) {
        const auto [known, fresh] = index_.try_emplace(row.file, set_.pictures.size());
        if (fresh) set_.pictures.push_back({row.file, {}});
        if (row.plate) set_.pictures[known->second].plates.push_back(std::move(*row.plate));
    }

    LabelledSet set_;
    Columns columns_{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    std::map<std::string, std::size_t> index_;
};

}  // namespace

Result<LabelledSet> load_labels(const std::string& folder) {
    const auto path = folder + "/labels.csv";
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed)) {
        return {Errc::not_found, folder + " is no folder; --set names a folder of pictures with labels.csv"};
    }
    std::ifstream file(path);
    if (!file) {
        return {Errc::not_found, path + " cannot be read; write there one line a picture: file,plate[,x1,y1,…,x4,y4]"};
    }
    Loader loader(folder);
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        if (++number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
        loader.line(trimmed(line).empty() ? std::string() : line, number);
    }
    auto set = std::move(loader).result();
    if (set.pictures.empty()) {
        return {Errc::invalid, set.bad_rows.empty() ? path + " names no picture" : set.bad_rows.front()};
    }
    return set;
}

}  // namespace menshen::eval
