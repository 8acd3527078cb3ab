// The registry's lists read whole and proved again: every row's leaf against its bucket, every bucket against its hash,
// all of them against the head's root, and that each row is found by what it is asked for. In slices, beside look-ups
// and changes, on a connection and a thread of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "values/result.hpp"

namespace menshen::whitelist {

class ScopeCheck {
  public:
    /// Of the list file whose scopes are to be read.
    [[nodiscard]] static Result<ScopeCheck> open(const std::filesystem::path& file);
    ScopeCheck(ScopeCheck&&) noexcept;
    ScopeCheck& operator=(ScopeCheck&&) noexcept;
    ~ScopeCheck();

    /// A slice of a few milliseconds. False: it was the last one, and all is well. Errc::corrupt: damaged_scope() is
    /// not what was signed.
    [[nodiscard]] Result<bool> step();
    [[nodiscard]] const std::string& damaged_scope() const;

  private:
    struct Impl;
    explicit ScopeCheck(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::whitelist
