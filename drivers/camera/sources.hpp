// The two ways to frames behind Source::open.
#pragma once

#include "camera/source.hpp"

namespace menshen::camera {

[[nodiscard]] Result<std::unique_ptr<Source>> open_stream(const Address& address, const Options& options);
[[nodiscard]] Result<std::unique_ptr<Source>> open_folder(const Address& address, const Options& options);

}  // namespace menshen::camera
