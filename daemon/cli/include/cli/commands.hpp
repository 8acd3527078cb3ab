// The verbs of the tool, apart from the command line, so that tests can call them.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace menshen::cli {

/// Exit codes of every verb.
enum Exit : int {
    done = 0,
    refused = 1,     // the gate or the registry refused, or failed
    problems = 1,    // the list has errors; nothing was changed
    unreadable = 2,  // wrong use, or the file cannot be read
    signed_out = 3,  // nobody is signed in at the registry, or not any more
    no_gate = 4,     // no gate answers at the socket, no registry at its address
    declined = 5,    // the person said no
};

enum class Language { zh, en };
/// From --lang ("zh", "en"), else LC_ALL, LC_MESSAGES, LANG.
[[nodiscard]] Language language_of(const std::string& option);

struct ImportOptions {
    std::string file;
    std::string socket;
    bool dry_run = false;
    bool yes = false;
    bool skip_bad = false;
    bool json = false;
    Language language = Language::en;
    bool interactive = false;  // a person sits there: ask before anything changes
    bool bar = false;          // `err` is a terminal: show there how far long work is
};

struct EventsOptions {
    std::string socket;
    std::uint64_t after = 0;
    std::int64_t limit = 0;  // 0: all
    bool follow = false;
    bool json = false;
    std::string lane;
    Language language = Language::en;
};

struct BlockOptions {
    std::string socket;
    std::string plate;
    std::string kind = "block";  // block: may not enter; hold: may not leave; watch: alarm only
    std::string reason;
    std::string until;      // "2026-12-31 18:00"; empty = until it is lifted
    std::int64_t lift = 0;  // the number of a block to lift, instead of all above
    bool json = false;      // the gate's answer as it is
};

/// Reports on `out`; progress and errors on `err`; the answer of a person from `in`.
int run_import(const ImportOptions& options, std::istream& in, std::ostream& out, std::ostream& err);
int run_events(const EventsOptions& options, std::ostream& out, std::ostream& err);
int run_block(const BlockOptions& options, std::ostream& out, std::ostream& err);
int run_status(const std::string& socket, bool json, Language language, std::ostream& out, std::ostream& err);

}  // namespace menshen::cli
