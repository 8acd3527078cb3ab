// What a courier sends: the first byte says where the stream is cut into two pieces.
#include "values/courier_message.hpp"

#include "fuzz.hpp"

using namespace menshen;

namespace {

/// The frames up to the first mistake, encoded anew.
std::vector<std::string> take(std::initializer_list<std::string_view> pieces, bool& failed) {
    courier_message::Parser parser;
    std::vector<std::string> all;
    failed = false;
    for (const auto& piece : pieces) {
        parser.feed(piece);
        for (auto frame = parser.next(); !failed; frame = parser.next()) {
            failed = !frame;
            if (failed || !*frame) break;
            const auto bytes = courier_message::encode(std::move(**frame));
            if (bytes) all.push_back(*bytes);
        }
    }
    return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto stream = fuzz::text_of(data + 1, size - 1);
    const auto cut = std::min<std::size_t>(data[0], stream.size());
    bool whole_failed = false;
    bool cut_failed = false;
    const auto whole = take({stream}, whole_failed);
    const auto pieces = take({stream.substr(0, cut), stream.substr(cut)}, cut_failed);
    fuzz::must(whole_failed == cut_failed, "where the stream is cut decides whether it is good");
    fuzz::must(whole == pieces, "where the stream is cut changes what is read");
    for (const auto& bytes : whole) {
        bool failed = false;
        const auto again = take({bytes}, failed);
        fuzz::must(!failed && again.size() == 1 && again[0] == bytes, "what was read cannot be written and read again");
    }
    return 0;
}
