// Another of our programs, run to its end.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "values/result.hpp"

namespace menshen::office {

struct Ended {
    int code = 0;  // 128 + the signal that ended it
    std::string out;
};

/// A program that lies beside this one, where packages and builds put them all; nowhere else is looked. It need not be
/// there.
[[nodiscard]] std::filesystem::path program_beside_this(const std::string& name);
/// No shell in between; standard input and error are this process's own. `tick`, if there is one, is called about twice
/// a second. Errc::not_found: it cannot be started.
[[nodiscard]] Result<Ended> run_program(const std::vector<std::string>& words, const std::function<void()>& tick);

}  // namespace menshen::office
