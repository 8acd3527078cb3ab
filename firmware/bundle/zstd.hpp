// zstd as streams of bounded memory.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "values/result.hpp"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;

namespace menshen::bundle {

inline constexpr int max_window_log = 23;  // 8 MiB

using PutBytes = std::function<Status(std::string_view)>;

class Packer {
  public:
    [[nodiscard]] static Result<Packer> create(int level);
    [[nodiscard]] Status add(std::string_view text, const PutBytes& out) { return run(text, false, out); }
    [[nodiscard]] Status finish(const PutBytes& out) { return run({}, true, out); }

  private:
    struct Free {
        void operator()(ZSTD_CCtx_s* context) const;
    };
    explicit Packer(std::unique_ptr<ZSTD_CCtx_s, Free> context);
    [[nodiscard]] Status run(std::string_view text, bool end, const PutBytes& out);

    std::unique_ptr<ZSTD_CCtx_s, Free> context_;
    std::string buffer_;
};

/// One frame.
class Unpacker {
  public:
    [[nodiscard]] static Result<Unpacker> create();
    /// Errc::corrupt: no zstd, a window beyond max_window_log, or bytes after the frame's end.
    [[nodiscard]] Status add(std::string_view packed, const PutBytes& out);
    [[nodiscard]] bool ended() const { return ended_; }

  private:
    struct Free {
        void operator()(ZSTD_DCtx_s* context) const;
    };
    explicit Unpacker(std::unique_ptr<ZSTD_DCtx_s, Free> context);

    std::unique_ptr<ZSTD_DCtx_s, Free> context_;
    std::string buffer_;
    bool ended_ = false;
};

}  // namespace menshen::bundle
