#include <iostream>

#include "cli/enrol.hpp"
#include "verbs.hpp"

namespace menshen::cli {

void add_enrol_verb(CommandLine& line) {
    auto options = std::make_shared<EnrolOptions>();
    auto* enrol =
        line.app.add_subcommand("enrol", "makes the gate of this box a registry's; asks for the one-time code");
    enrol->add_option("--registry", options->registry, "the registry's door for gates: https://HOST:8431");
    enrol->add_option("--fingerprint", options->fingerprint, "of its authority, as it came with the code")->required();
    enrol->add_option("--code", options->code, "the one-time code; better typed when asked for");
    enrol->add_option("--site", options->site, "the gate's site file, with its [registry]")->capture_default_str();
    enrol->add_option("--courier", options->courier, "the courier's configuration; written if it is not there")
        ->capture_default_str();
    enrol->callback(
        [&line, options] { line.run = [options] { return run_enrol(*options, std::cin, std::cout, std::cerr); }; });
}

}  // namespace menshen::cli
