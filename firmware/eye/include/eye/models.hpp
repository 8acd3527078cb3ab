// Where the networks lie.
#pragma once

#include <string>

#include "values/result.hpp"

namespace menshen::eye {

/// Whose networks look: ours (plate/own), or the general ones that ours are measured against.
enum class Networks { ours, baseline };

/// The folder that holds plate/detector.onnx, plate/recogniser.onnx and plate/characters.txt: `given` (option
/// --models), else the environment's MENSHEN_MODELS, else <program>/../../models (a build tree), else
/// /usr/share/menshen/models. Errc::not_found names every place that was looked at.
[[nodiscard]] Result<std::string> find_models(const std::string& given);

}  // namespace menshen::eye
