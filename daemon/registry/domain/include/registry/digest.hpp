#pragma once

#include "bundle/hash.hpp"

namespace menshen::registry {

using Digest = bundle::Hash;  // SHA-256

}  // namespace menshen::registry
