// What a courier sends.
#include "values/courier_message.hpp"

#include "stream.hpp"

using namespace menshen;

namespace {

fuzz::Taken take(std::initializer_list<std::string_view> pieces) {
    courier_message::Parser parser;
    fuzz::Taken all;
    for (const auto& piece : pieces) {
        parser.feed(piece);
        for (auto frame = parser.next(); !all.failed; frame = parser.next()) {
            all.failed = !frame;
            if (all.failed || !*frame) break;
            auto bytes = courier_message::encode(std::move(**frame));
            if (bytes) all.messages.push_back(std::move(*bytes));
        }
    }
    return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::read_in_pieces(data, size, take);
    return 0;
}
