// What a piece of code asks the system to do with files, in order; and a call that fails. Not for threads.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace menshen::files::test {

using Calls = std::vector<std::string>;

/// What `work` does: "write", "sync" (of a file), "sync folder", "rename", "rename over nothing", "link", "unlink".
[[nodiscard]] Calls calls_of(const std::function<void()>& work);
/// The same, where every call of that name fails with that errno.
Calls calls_with(const std::string& failing, int reason, const std::function<void()>& work);

}  // namespace menshen::files::test
