// The person at the terminal.
#pragma once

#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::office {

/// Asks on standard error and reads a line of standard input; `hidden`: what is typed is not shown. Errc::invalid:
/// standard input is no terminal, or it has ended.
[[nodiscard]] Result<std::string> ask_at_terminal(std::string_view prompt, bool hidden);
/// The first line that comes from that descriptor, at most 1,000 bytes.
[[nodiscard]] Result<std::string> line_from(int descriptor);

}  // namespace menshen::office
