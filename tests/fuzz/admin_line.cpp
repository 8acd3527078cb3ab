// A line at the admin socket, as far as it is an import: parsed, staged, checked and written into a list in memory's
// folder.
#include <boost/json.hpp>

#include "fuzz.hpp"
#include "whitelist/import.hpp"
#include "whitelist/import_stage.hpp"

using namespace menshen;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    boost::system::error_code failed;
    const auto line = fuzz::text_of(data, size);
    const auto value = boost::json::parse(boost::json::string_view(line.data(), line.size()), failed);
    if (failed || !value.is_object()) return 0;
    const auto request = whitelist::import_request_from_json(value.as_object());
    if (!request) {
        fuzz::must(!request.error().message.empty() && request.error().message.size() < 2'000,
                   "a refusal without a word");
        return 0;
    }
    fuzz::must(!request->by.empty(), "an import by nobody");
    auto stage = whitelist::ImportStage::open();
    fuzz::must(stage.ok(), "no stage");
    fuzz::must(stage->add(request->rows).ok(), "rows that were read cannot be staged");
    fuzz::must(stage->rows() == static_cast<std::int64_t>(request->rows.size()), "rows are lost");
    return 0;
}
