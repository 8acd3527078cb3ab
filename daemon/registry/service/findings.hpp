// What the registry knows of a plate or a card, for those who are about to list it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/directory.hpp"

namespace menshen::registry {

/// Active permits of the scope that are presented so, without visitors'; at most a few.
[[nodiscard]] Result<std::vector<Entity>> lasting_permits(Directory& directory, const std::string& scope,
                                                          const std::string& look_up);
/// A block in force, in the scope or in `common`: it wins over every permit.
[[nodiscard]] Result<std::optional<Entity>> block_in_force(Directory& directory, const std::string& scope,
                                                           const std::string& plate, LocalTime now);
/// Listed plates of the scope that differ from it in one confusable character.
[[nodiscard]] Result<std::vector<std::string>> confusable_plates(Directory& directory, const std::string& scope,
                                                                 const std::string& plate);
/// Of the scope or of `common`.
[[nodiscard]] Result<std::optional<Entity>> unit_named(Directory& directory, const std::string& scope,
                                                       const std::string& name);

}  // namespace menshen::registry
