#include "cli/enrol.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <iostream>

#include "cli/commands.hpp"
#include "files/write.hpp"
#include "site/site.hpp"
#include "sync/config.hpp"
#include "sync/enrol.hpp"

namespace menshen::cli {

namespace {

/// Only root gives files away; who tries this on a desk keeps them.
std::optional<files::Owner> owner_of(const std::string& folder, const char* user) {
    if (::geteuid() != 0) return std::nullopt;
    struct stat there {};
    if (::stat(folder.c_str(), &there) == 0 && there.st_uid != 0) return files::Owner{there.st_uid, there.st_gid};
    if (const auto* known = ::getpwnam(user)) return files::Owner{known->pw_uid, known->pw_gid};
    return std::nullopt;
}

/// What the site file says of the registry, or why it does not serve.
Status read_site(const std::string& file, sync::Enrolment& into) {
    const auto loaded = site::load(file);
    if (!loaded.site) {
        std::string mistakes;
        for (const auto& each : loaded.mistakes) mistakes += "\n  " + site::format(each);
        return {Errc::invalid, file + " has mistakes:" + mistakes};
    }
    if (!loaded.site->registry) {
        return {Errc::invalid, fmt::format("{} has no [registry]; write\n  [registry]\n  scope = \"the site, as the "
                                           "registry calls it\"\n  gate = \"this gate, as the registry calls it\"",
                                           file)};
    }
    into.scope = loaded.site->registry->scope;
    into.gate = loaded.site->registry->gate;
    into.gate_folder = std::filesystem::path(loaded.site->data) / "registry";
    into.gate_owner = owner_of(loaded.site->data, "menshen-gate");
    return {};
}

/// True: the file must be written.
Result<bool> read_courier(const EnrolOptions& options, sync::Enrolment& into) {
    sync::Config config;
    const bool there = std::filesystem::exists(options.courier);
    if (there) {
        const auto read = sync::read_config(options.courier);
        if (!read.mistakes.empty()) return {Errc::invalid, read.mistakes.front()};
        config = read.config;
    } else if (options.registry.empty()) {
        return {Errc::invalid, "--registry https://HOST:8431 is missing: where is the registry?"};
    }
    auto registry = options.registry.empty() ? config.registry : options.registry;
    while (registry.ends_with('/')) registry.pop_back();
    if (there && registry != config.registry) {
        return {Errc::invalid, fmt::format("{} says registry = \"{}\"; change it there first, or leave --registry away",
                                           options.courier, config.registry)};
    }
    into.registry = registry;
    into.proxy = config.proxy;
    into.courier = config.folder;
    into.courier_owner = owner_of(config.folder.path.string(), "menshen-sync");
    return !there;
}

int exit_of(const Error& error) {
    switch (error.code) {
        case Errc::unavailable:
        case Errc::timeout:
            return Exit::no_gate;
        case Errc::denied:
        case Errc::conflict:
            return Exit::refused;
        default:
            return Exit::unreadable;
    }
}

int complain(const Error& error, std::ostream& err) {
    err << "menshen enrol: " << error.message << '\n';
    return exit_of(error);
}

}  // namespace

int run_enrol(const EnrolOptions& options, std::istream& in, std::ostream& out, std::ostream& err) {
    sync::Enrolment wanted;
    wanted.fingerprint = options.fingerprint;
    wanted.code = options.code;
    wanted.now = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
    if (auto done = read_site(options.site, wanted); !done) return complain(done.error(), err);
    const auto missing = read_courier(options, wanted);
    if (!missing) return complain(missing.error(), err);
    if (wanted.code.empty()) {
        out << "One-time code: " << std::flush;
        std::getline(in, wanted.code);
    }
    const auto enrolled = sync::enrol(wanted);
    if (!enrolled) return complain(enrolled.error(), err);
    if (*missing) {
        const auto text = fmt::format("registry = \"{}\"\n", wanted.registry);
        if (auto done = files::replace(options.courier, text, {.mode = 0644}); !done)
            return complain(done.error(), err);
    }
    out << fmt::format(
        "This is gate {} of {} now. Its certificate is good until {} and is renewed by itself.\n"
        "Start gate and courier again: systemctl restart menshen-gate menshen-sync\n",
        enrolled->gate, enrolled->scope, format_utc(enrolled->until));
    return Exit::done;
}

}  // namespace menshen::cli
