// An event's line, as a gate or a courier may forge it.
#include "bundle/event_line.hpp"

#include <boost/json/parse.hpp>

#include "fuzz.hpp"

using namespace menshen;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto event = bundle::parse_event(text);
    if (!event) {
        fuzz::must(!event.error().message.empty(), "a refusal without a word");
        return 0;
    }
    std::string again;
    fuzz::must(bundle::write_event(again, *event).ok() && again == std::string(text) + "\n",
               "an event written otherwise");
    if (!event->body.empty()) {
        boost::system::error_code failed;
        const auto body = boost::json::parse({event->body.data(), event->body.size()}, failed);
        fuzz::must(!failed && body.is_object(), "a body that Boost.JSON does not read");
    }
    return 0;
}
