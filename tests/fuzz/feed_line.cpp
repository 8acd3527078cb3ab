// One line of the change feed, as a courier may forge it.
#include <boost/json/parse.hpp>

#include "bundle/critical.hpp"
#include "bundle/digest.hpp"
#include "bundle/feed.hpp"
#include "fuzz.hpp"

using namespace menshen;

namespace {

void put_again(const bundle::Put& put, std::string_view line) {
    std::string again;
    fuzz::must(bundle::write_put(again, put).ok() && again == std::string(line) + "\n", "a put is written otherwise");
    boost::system::error_code failed;
    const auto body = boost::json::parse({put.body.data(), put.body.size()}, failed);
    fuzz::must(!failed && body.is_object(), "a body that Boost.JSON does not read");
    (void)bundle::unknown_critical(body.get_object(), {});
    fuzz::must(bundle::bucket_of(put.kind, put.id) < bundle::bucket_count, "no such bucket");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto line = bundle::parse_line(text);
    if (!line) {
        fuzz::must(!line.error().message.empty(), "a refusal without a word");
        return 0;
    }
    std::string again;
    if (const auto* put = std::get_if<bundle::Put>(&*line)) {
        put_again(*put, text);
    } else if (const auto* del = std::get_if<bundle::Del>(&*line)) {
        fuzz::must(bundle::write_del(again, *del).ok() && again == std::string(text) + "\n", "a del written otherwise");
    } else {
        bundle::write_head_line(again, std::get<bundle::Signed>(*line));
        fuzz::must(again == std::string(text) + "\n", "a head is written otherwise");
    }
    return 0;
}
