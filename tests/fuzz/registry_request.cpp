// What a peer of the registry's server writes: a target, then a line each of Range and Cookie, then a JSON body.
#include "body.hpp"
#include "fuzz.hpp"
#include "range.hpp"
#include "registry/entities.hpp"
#include "session.hpp"
#include "target.hpp"

using namespace menshen;
using namespace menshen::registry::server;

namespace {

std::string_view next_line(std::string_view& text) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

void look_at_body(const Call& call) {
    Body body(call);
    (void)body.text("name", Need::optional, 10);
    (void)body.number("number");
    (void)body.flag("flag");
    (void)body.texts("texts");
    (void)body.ids("ids");
    registry::Value value = registry::Permit{};
    if (body.whole().contains("value")) body.value("value", value);
    for (const auto& error : body.finish())
        fuzz::must(!error.code.empty() && !error.text.empty(), "a nameless mistake");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto text = fuzz::text_of(data, size);
    Call call;
    const auto segments = read_target(next_line(text), call);
    fuzz::must(!segments || call.path.starts_with('/') || call.path.empty(), "a path from nowhere");
    const auto field = next_line(text);
    for (const std::uint64_t total : {0UL, 1UL, 100UL, ~0UL}) {
        const auto range = range_in(field, total);
        fuzz::must(range.impossible || (range.from <= total && range.size <= total - range.from), "beyond the file");
        fuzz::must(range.impossible || range.whole || range.size > 0, "a part of nothing");
    }
    call.fields["cookie"] = next_line(text);
    fuzz::must(token_of(call).text.size() <= call.fields["cookie"].size(), "a token from nowhere");
    call.body = text;
    look_at_body(call);
    return 0;
}
