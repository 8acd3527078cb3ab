// A stream of framed messages: where it is cut into pieces changes nothing, and what was read can be written and read
// again.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "fuzz.hpp"

namespace menshen::fuzz {

/// What one parser made of the pieces: its messages up to the first mistake, encoded anew.
struct Taken {
    std::vector<std::string> messages;
    bool failed = false;
};

/// The first byte of `data` says where the rest is cut into two pieces. `take` is called with pieces and gives Taken.
template <class Take>
void read_in_pieces(const std::uint8_t* data, std::size_t size, Take take) {
    if (size == 0) return;
    using Pieces = std::initializer_list<std::string_view>;
    const auto stream = text_of(data + 1, size - 1);
    const auto cut = std::min<std::size_t>(data[0], stream.size());
    const Taken whole = take(Pieces{stream});
    const Taken pieces = take(Pieces{stream.substr(0, cut), stream.substr(cut)});
    must(whole.failed == pieces.failed, "where the stream is cut decides whether it is good");
    must(whole.messages == pieces.messages, "where the stream is cut changes what is read");
    for (const auto& bytes : whole.messages) {
        const Taken again = take(Pieces{bytes});
        must(!again.failed && again.messages == std::vector{bytes}, "what was read cannot be written and read again");
    }
}

}  // namespace menshen::fuzz
