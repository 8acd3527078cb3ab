// Where the networks lie.
#pragma once

#include <string>

#include "values/result.hpp"

namespace menshen::eye {

/// Whose networks look: ours, or the general ones that ours are measured against (plate/baseline, which only tests and
/// measurements need: the target menshen-baseline).
enum class Networks { ours, baseline };

/// The folder that holds plate/detector.onnx, plate/corners.onnx and plate/recogniser.onnx: `given` (option
/// --models), else the environment's MENSHEN_MODELS, else <program>/../../models (a build tree), else
/// /usr/share/menshen/models. Errc::not_found names every place that was looked at.
[[nodiscard]] Result<std::string> find_models(const std::string& given);

}  // namespace menshen::eye
