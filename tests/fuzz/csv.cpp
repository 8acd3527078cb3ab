// A table as somebody saved it: any encoding, any separator, any dates.
#include "tables/csv.hpp"

#include "cli/report.hpp"
#include "fuzz.hpp"
#include "tables/list_file.hpp"
#include "values/plate.hpp"

using namespace menshen;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto csv = tables::parse_csv(fuzz::text_of(data, size));
    if (!csv) {
        fuzz::must(!csv.error().message.empty(), "a refusal without a word");
        return 0;
    }
    std::int64_t line = 0;
    for (const auto& record : csv->records) {
        fuzz::must(record.line > line, "records do not rise by line");
        line = record.line;
    }
    const auto list = tables::read_list(*csv, LocalTime(std::chrono::seconds(1'795'000'000)));
    if (!list) return 0;
    for (const auto& row : list->rows) {
        const auto plate = Plate::parse(row.plate);
        fuzz::must(plate && plate->text() == row.plate, "a row whose plate is not normalised");
        const auto from = row.valid_from.value_or(std::nullopt);
        const auto until = row.valid_until.value_or(std::nullopt);
        fuzz::must(!from || !until || *from < *until, "a row that ends before it begins");
    }
    (void)cli::table("x.csv", *list, {}, cli::Language::zh);
    return 0;
}
