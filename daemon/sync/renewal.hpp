// The certificate, renewed at a third of its life with a new key; also after its end, as long as the registry's grace
// lasts, by proof of the old key.
#pragma once

#include "common.hpp"

namespace menshen::sync {

class Renewal {
  public:
    Renewal(Common& common, Identity identity) : common_(common), identity_(std::move(identity)) {}

    [[nodiscard]] Awaitable<void> run();
    /// Looks whether somebody has enrolled this gate anew: what is on the disk then counts at once.
    [[nodiscard]] Awaitable<void> watch();

  private:
    Awaitable<Outcome> renew();
    [[nodiscard]] Result<std::string> next_key() const;
    [[nodiscard]] Status take(const Answer& answer, std::string key);
    void take_from_disk();

    Common& common_;
    Identity identity_;
};

}  // namespace menshen::sync
