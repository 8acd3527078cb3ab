// The journal alone, as an auditor would read it after the gate has ended.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace menshen::test {

struct Audited {
    std::map<std::string, int> intents;   // by lane
    std::map<std::string, int> outcomes;  // by outcome
    int passages = 0;
};

/// doctest checks: the chain verifies (I11), every intent is alone with its authorisation (I15) and has one outcome
/// (I8), no outcome or passage without an intent before it (I7), presence is what the passages say.
[[nodiscard]] Audited audit(const std::filesystem::path& folder);

}  // namespace menshen::test
