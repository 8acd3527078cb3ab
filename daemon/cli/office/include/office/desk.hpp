// What every verb of an administrator has at hand: where it speaks, in which language, and whose session.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "cli/commands.hpp"
#include "link/config_folder.hpp"
#include "link/registry.hpp"
#include "values/permit.hpp"

namespace menshen::office {

using cli::Exit;
using cli::Language;

struct Desk {
    std::ostream& out;
    std::ostream& err;
    link::ConfigFolder folder;
    Language language = Language::en;
    bool json = false;  // for programs: one object, errors too
    bool interactive = false;
    bool bar = false;    // `err` is a terminal
    std::string site{};  // --site; empty: what login said, or the only one there is

    /// One line from the person; `hidden`: without echo. Errc::invalid: nobody sits there; the message says what a
    /// script does instead.
    std::function<Result<std::string>(std::string_view prompt, bool hidden)> ask{};

    [[nodiscard]] bool zh() const { return language == Language::zh; }
    [[nodiscard]] std::string_view say(Bilingual both) const { return zh() ? both.zh : both.en; }
};

/// Says what failed, to people and with --json to programs; the exit code (cli::Exit) says how. Errc::invalid that no
/// registry has said: the command itself is wrong.
int fail(Desk& desk, const Error& error, const link::Registry* registry = nullptr);

/// Opens the session that `menshen login` left, does the verb and says what went wrong. The verb returns its exit code.
int at_registry(Desk& desk, const std::function<Result<int>(link::Registry&)>& verb);

/// The scope that is meant: --site, what login said, or the only one beside `common`. Errc::conflict: there are
/// several, and the message names them.
[[nodiscard]] Result<std::string> site_of(Desk& desk, link::Registry& registry);

}  // namespace menshen::office
