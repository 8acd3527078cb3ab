// The command line of the administrators' verbs; main.cpp has those of a gate.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

#include "office/verbs.hpp"

namespace menshen::cli {

/// What is filled while the command line is read: each verb leaves in `run` what is to be done.
struct CommandLine {
    CLI::App& app;
    office::Desk& desk;
    std::string& lang;
    std::function<int()> run;

    /// A verb below `above` with the options that all of them have.
    CLI::App* verb(CLI::App* above, const std::string& name, const std::string& what);
    /// A word that has verbs of its own below it.
    CLI::App* group(const std::string& name, const std::string& what);
};

void add_session_verbs(CommandLine& line);
void add_permit_verbs(CommandLine& line);
void add_visit_verbs(CommandLine& line);
void add_gate_verbs(CommandLine& line);
void add_enrol_verb(CommandLine& line);
void add_watch_verbs(CommandLine& line);
void add_keeping_verbs(CommandLine& line);

}  // namespace menshen::cli
