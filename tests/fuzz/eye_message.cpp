// What a camera's process sends.
#include "values/eye_message.hpp"

#include "stream.hpp"

using namespace menshen;

namespace {

/// After a mistake the parser gives no more of that piece; how much it gave before depends on where the pieces begin.
fuzz::Taken take(std::initializer_list<std::string_view> pieces) {
    eye_message::Parser parser;
    fuzz::Taken all;
    for (const auto& piece : pieces) {
        const auto messages = parser.feed(piece);
        all.failed = all.failed || !messages;
        if (!messages) continue;
        for (const auto& message : *messages) {
            const auto bytes = eye_message::encode(message);
            if (bytes) all.messages.emplace_back(bytes->begin(), bytes->end());
        }
    }
    if (all.failed) all.messages.clear();
    return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::read_in_pieces(data, size, take);
    return 0;
}
