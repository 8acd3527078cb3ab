// SHA-256 over fields that cannot run into each other. All of menshen's hashes are made here.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "bundle/hash.hpp"

struct evp_md_ctx_st;

namespace menshen::bundle {

/// Takes fields in order and ends once. A tenth of a microsecond, and half a microsecond for each KiB.
class Sha256 {
  public:
    Sha256();
    Sha256& bytes(ByteView bytes);
    Sha256& raw(std::string_view text);
    /// 8 bytes, big-endian.
    Sha256& number(std::uint64_t value);
    Sha256& number(std::int64_t value) { return number(static_cast<std::uint64_t>(value)); }
    /// With its length before it, as such a number.
    Sha256& text(std::string_view text) { return number(std::uint64_t{text.size()}).raw(text); }
    [[nodiscard]] Hash end();

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace menshen::bundle
