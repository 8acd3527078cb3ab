#include "files/read.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace menshen::files {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t first_piece = std::size_t{4} << 10;

/// Until there is no more, or no room.
Result<std::size_t> fill(const Descriptor& in, std::span<char> into, const fs::path& name) {
    std::size_t size = 0;
    while (size < into.size()) {
        const auto got = ::read(in.get(), into.data() + size, into.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure(name);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    return size;
}

Descriptor open_to_read(const fs::path& file) {
    return Descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
}

}  // namespace

Result<std::string> read_small(const Descriptor& in, const fs::path& name, std::size_t most) {
    std::string text;
    std::size_t size = 0;
    do {  // its size is no help: what lies in /proc has none, and a file may grow meanwhile
        text.resize(std::min(most + 1, std::max(first_piece, 4 * size)));
        auto more = fill(in, std::span(text).subspan(size), name);
        if (!more) return more.error();
        size += *more;
    } while (size == text.size() && size <= most);
    if (size > most) return {Errc::invalid, name.string() + ": is longer than " + std::to_string(most) + " bytes"};
    text.resize(size);
    return text;
}

Result<std::string> read_small(const fs::path& file, std::size_t most) {
    const auto in = open_to_read(file);
    if (!in) return failure(file);
    return read_small(in, file, most);
}

Result<std::size_t> read_into(const fs::path& file, std::span<char> into) {
    const auto in = open_to_read(file);
    if (!in) return failure(file);
    return fill(in, into, file);
}

}  // namespace menshen::files
