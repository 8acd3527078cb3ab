// What a camera's process sends: the first byte says where the stream is cut into two pieces.
#include "values/eye_message.hpp"

#include "fuzz.hpp"

using namespace menshen;

namespace {

/// The messages up to the first mistake, encoded anew.
std::vector<std::vector<std::uint8_t>> take(std::initializer_list<std::string_view> pieces, bool& failed) {
    eye_message::Parser parser;
    std::vector<std::vector<std::uint8_t>> all;
    failed = false;
    for (const auto& piece : pieces) {
        const auto messages = parser.feed(piece);
        failed = failed || !messages;
        if (!messages) continue;
        for (const auto& message : *messages) {
            const auto bytes = eye_message::encode(message);
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
    fuzz::must(whole_failed || whole == pieces, "where the stream is cut changes what is read");
    for (const auto& bytes : whole) {
        bool failed = false;
        const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const auto again = take({text}, failed);
        fuzz::must(!failed && again.size() == 1 && again[0] == bytes, "what was read cannot be written and read again");
    }
    return 0;
}
