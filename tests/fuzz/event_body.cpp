// The body of an event, as a journal of another release, or a damaged one, may hold it.
#include <boost/json.hpp>

#include "cli/report.hpp"
#include "decide/decide.hpp"
#include "fuzz.hpp"
#include "journal/records.hpp"
#include "values/json.hpp"

using namespace menshen;

namespace {

template <class T>
void there_and_back(const boost::json::value& value) {
    const auto read = from_json<T>(value);
    if (!read) return fuzz::must(!read.error().message.empty(), "a refusal without a word");
    const auto again = from_json<T>(to_json(*read));
    fuzz::must(again && to_json(*again) == to_json(*read), "what was read cannot be written and read again");
}

void show(const boost::json::value& body) {
    for (const auto language : {cli::Language::zh, cli::Language::en}) {
        const auto line = cli::event_line(
            {{"sequence", 1}, {"utc", "x"}, {"lane", "in"}, {"kind", "decision"}, {"body", body}}, language);
        for (const char c : line) fuzz::must(static_cast<unsigned char>(c) >= 0x20, "a line that moves the terminal");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    boost::system::error_code failed;
    const auto text = fuzz::text_of(data, size);
    const auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), failed);
    if (failed) return 0;
    there_and_back<Decision>(value);
    there_and_back<Claim>(value);
    there_and_back<Permit>(value);
    there_and_back<Schedule>(value);
    there_and_back<Calendar>(value);
    there_and_back<Listing>(value);
    if (const auto input = decide_input_from_json(value)) {
        const auto again = decide_input_from_json(to_json(*input));
        fuzz::must(again && to_json(decide(*again)) == to_json(decide(*input)), "a replay that decides otherwise");
    }
    show(value);
    if (!value.is_object()) return 0;
    Event event;
    event.kind = EventKind::passage;
    event.body = value.as_object();
    (void)journal::passage_from(event).ok();
    return 0;
}
