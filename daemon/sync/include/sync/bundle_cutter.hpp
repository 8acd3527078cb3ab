// The answer to a poll holds the changes of several scopes, one after the other, each ended by its head. The gate takes
// them one by one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bundle/feed.hpp"
#include "bundle/head.hpp"

namespace menshen::sync {

struct Bundle {
    std::string scope;
    bundle::Position at;
    std::string kid;    // who says that he has signed the head: nothing is verified here, the gate does that
    std::string lines;  // exactly as they came, the head last
};

class BundleCutter {
  public:
    using Each = std::function<void(Bundle)>;
    /// `most`: bytes of a bundle.
    explicit BundleCutter(std::size_t most) : most_(most), cutter_(bundle::max_line) {}

    /// Pieces of any size. Errc::exhausted: a bundle of more than `most` bytes is coming; Errc::invalid: no lines of a
    /// feed.
    [[nodiscard]] Status feed(std::string_view bytes, const Each& each);
    /// Errc::invalid: the stream ends before its last head.
    [[nodiscard]] Status finish() const;

  private:
    [[nodiscard]] Status take(std::string_view line, const Each& each);

    std::size_t most_;
    bundle::LineCutter cutter_;
    std::string lines_;
};

}  // namespace menshen::sync
