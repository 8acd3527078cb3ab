#include "zstd.hpp"

#include <zstd.h>

namespace menshen::bundle {
namespace {

Error zstd_error(std::size_t code) {
    return {Errc::corrupt, std::string("zstd: ") + ZSTD_getErrorName(code)};
}

}  // namespace

void Packer::Free::operator()(ZSTD_CCtx_s* context) const {
    ZSTD_freeCCtx(context);
}

Packer::Packer(std::unique_ptr<ZSTD_CCtx_s, Free> context)
    : context_(std::move(context)), buffer_(ZSTD_CStreamOutSize(), '\0') {}

Result<Packer> Packer::create(int level) {
    std::unique_ptr<ZSTD_CCtx_s, Free> context(ZSTD_createCCtx());
    if (!context) return {Errc::exhausted, "no memory to compress in"};
    if (level < 1 || level > 19) return {Errc::invalid, "a level of compression lies in 1..19"};
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, 21);  // 2 MiB at the gate
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 0);
    return Packer(std::move(context));
}

Status Packer::run(std::string_view text, bool end, const PutBytes& out) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    while (true) {
        ZSTD_outBuffer to{buffer_.data(), buffer_.size(), 0};
        const auto left = ZSTD_compressStream2(context_.get(), &to, &in, end ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left) != 0) return zstd_error(left);
        if (to.pos > 0) {
            if (auto done = out({buffer_.data(), to.pos}); !done) return done;
        }
        if (end ? left == 0 : in.pos == in.size) return {};
    }
}

void Unpacker::Free::operator()(ZSTD_DCtx_s* context) const {
    ZSTD_freeDCtx(context);
}

Unpacker::Unpacker(std::unique_ptr<ZSTD_DCtx_s, Free> context)
    : context_(std::move(context)), buffer_(ZSTD_DStreamOutSize(), '\0') {}

Result<Unpacker> Unpacker::create() {
    std::unique_ptr<ZSTD_DCtx_s, Free> context(ZSTD_createDCtx());
    if (!context) return {Errc::exhausted, "no memory to unpack in"};
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, max_window_log);
    return Unpacker(std::move(context));
}

Status Unpacker::add(std::string_view packed, const PutBytes& out) {
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    while (true) {
        if (ended_) return in.pos == in.size ? Status() : Status(Errc::corrupt, "bytes after the end of the frame");
        ZSTD_outBuffer to{buffer_.data(), buffer_.size(), 0};
        const auto left = ZSTD_decompressStream(context_.get(), &to, &in);
        if (ZSTD_isError(left) != 0) return zstd_error(left);
        ended_ = left == 0;
        if (to.pos > 0) {
            if (auto done = out({buffer_.data(), to.pos}); !done) return done;
        }
        if (in.pos == in.size && to.pos < to.size) return {};  // all of it is taken, nothing waits inside
    }
}

}  // namespace menshen::bundle
