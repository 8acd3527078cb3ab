// The certificate, renewed at a third of its life with a new key; also after its end, as long as the registry's grace
// lasts, by proof of the old key.
#pragma once

#include "common.hpp"

namespace menshen::sync {

class Renewal {
  public:
    Renewal(Common& common, Identity identity) : common_(common), identity_(std::move(identity)) {}

    [[nodiscard]] Awaitable<void> run();

  private:
    Awaitable<Outcome> renew();
    [[nodiscard]] Result<std::string> next_key() const;
    [[nodiscard]] Status take(const Answer& answer, std::string key);

    Common& common_;
    Identity identity_;
};

}  // namespace menshen::sync
