#include "packing.hpp"

#include <zstd.h>

namespace menshen::registry::server {

namespace {
constexpr std::size_t too_short = 256;
constexpr int level = 1;  // the lines of a list: a third in a hundredth of a second a megabyte
}  // namespace

std::shared_ptr<const std::string> packed_form(std::string_view text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    const auto size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), level);
    if (ZSTD_isError(size) != 0 || size >= text.size()) return nullptr;
    packed.resize(size);
    packed.shrink_to_fit();
    return std::make_shared<const std::string>(std::move(packed));
}

void pack(const Call& call, Reply& reply) {
    if (reply.file || reply.type != "application/x-ndjson") return;
    if (call.field("accept-encoding").find("zstd") == std::string_view::npos) return;
    const auto size = reply.body().size();
    if (!reply.packed && size >= too_short && size <= packed_by_loop) reply.packed = packed_form(reply.body());
    if (!reply.packed) return;
    reply.shared = std::move(reply.packed);
    reply.fields.emplace_back("Content-Encoding", "zstd");
}

}  // namespace menshen::registry::server
