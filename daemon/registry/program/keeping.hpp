// `backup`, `restore` and `rotate`: what whoever keeps a registry does at its own machine.
#pragma once

#include <functional>
#include <optional>

#include "values/time.hpp"

namespace CLI {
class App;
}

namespace menshen::registry {

/// Adds the subcommands. What is returned runs the one that was given, and gives its exit code; nothing: none was.
[[nodiscard]] std::function<std::optional<int>(const Now&)> describe_keeping(CLI::App& app);

}  // namespace menshen::registry
