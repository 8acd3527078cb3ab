#include "verbs.hpp"

namespace menshen::cli {

namespace {

using office::GateOptions;
using office::ListOptions;

void add_list(CommandLine& line, CLI::App* above, const std::string& name) {
    auto options = std::make_shared<ListOptions>();
    auto* list = line.verb(above, name, "gates: which list each has, when it was heard, what is wrong with it");
    list->add_option("words", options->words, "part of a key, a name, a place");
    list->add_option("--limit", options->limit, "at most this many")->check(CLI::PositiveNumber);
    list->callback([&line, options] { line.run = [&line, options] { return run_gate_list(*options, line.desk); }; });
}

void add_action(CommandLine& line, CLI::App* gate, const std::string& name, const std::string& what) {
    auto options = std::make_shared<GateOptions>();
    auto* verb = line.verb(gate, name, what);
    verb->add_option("gate", options->key, "its key or number")->required();
    verb->add_option("--why", options->why, "for the audit");
    verb->callback([&line, options, name] {
        line.run = [&line, options, name] { return run_gate_action(*options, name, line.desk); };
    });
}

}  // namespace

void add_gate_verbs(CommandLine& line) {
    auto* gate = line.group("gate", "gates at the registry: add, list, code, revoke, activate");

    auto added = std::make_shared<GateOptions>();
    auto* add = line.verb(gate, "add", "a new gate; prints the one-time code that lets it enrol");
    add->add_option("key", added->key, "a-z, 0-9 and -, as in its site file")->required();
    add->add_option("--name", added->name, "for people; the key if absent");
    add->add_option("--place", added->place, "where it stands");
    add->add_option("--note", added->note, "anything else");
    add->add_option("--why", added->why, "for the audit");
    add->callback([&line, added] { line.run = [&line, added] { return run_gate_add(*added, line.desk); }; });

    add_action(line, gate, "code", "another one-time code; the one before ends");
    add_action(line, gate, "revoke", "refuses the gate from now on");
    add_action(line, gate, "activate", "takes a revocation back");
    add_list(line, gate, "list");
    add_list(line, &line.app, "gates");
}

}  // namespace menshen::cli
