#include "impl.hpp"

namespace menshen::journal {

namespace {
constexpr std::string_view blocks_key = "blocks";
}  // namespace

Result<std::string> Journal::kept_blocks() {
    return impl_->meta(blocks_key);
}

Status Journal::keep_blocks(std::string_view text) {
    return impl_->with_room([&] { return impl_->put_meta.bind(1, blocks_key).bind(2, text).run(); });
}

}  // namespace menshen::journal
