#include "office/desk.hpp"

#include <fmt/format.h>

#include <ostream>

#include "json_text.hpp"

namespace menshen::office {

namespace json = boost::json;

namespace {

/// See link::Registry for what the codes mean. What is invalid without having been at the registry is wrong use.
int exit_of(Errc code, bool at_the_registry) {
    switch (code) {
        case Errc::invalid:
            return at_the_registry ? Exit::refused : Exit::unreadable;
        case Errc::denied:
            return Exit::signed_out;
        case Errc::unavailable:
        case Errc::timeout:
        case Errc::corrupt:
            return Exit::no_gate;
        default:
            return Exit::refused;
    }
}

}  // namespace

int fail(Desk& desk, const Error& error, const link::Registry* registry) {
    const auto refusal = registry != nullptr ? registry->refusal() : json::object();
    const int code = exit_of(error.code, !refusal.empty());
    desk.err << "menshen: " << error.message << "\n";
    if (desk.json) {
        json::object told{{"exit", code}, {"text", error.message}};
        if (!refusal.empty()) told["problem"] = refusal;
        desk.out << json::serialize(json::object{{"error", std::move(told)}}) << "\n";
    }
    return code;
}

int at_registry(Desk& desk, const std::function<Result<int>(link::Registry&)>& verb) {
    auto session = link::load_session(desk.folder);
    if (session && !*session) {
        session = Error{Errc::denied, std::string(desk.say({"尚未登录登记中心：menshen login --registry 地址",
                                                            "nobody is signed in at a registry: menshen login "
                                                            "--registry ADDRESS"}))};
    }
    if (!session) return fail(desk, session.error());
    link::Registry registry(std::move(**session), desk.folder, desk.zh());
    auto done = verb(registry);
    return done ? *done : fail(desk, done.error(), &registry);
}

Result<std::string> site_of(Desk& desk, link::Registry& registry) {
    if (!desk.site.empty()) return desk.site;
    if (!registry.session().site.empty()) return registry.session().site;
    std::vector<std::string> sites;
    auto done = registry.each("/v1/scopes", {}, [&](const json::object& scope) {
        if (const auto name = text_in(scope, "name"); name != "common") sites.push_back(name);
        return true;
    });
    if (!done) return done.error();
    if (sites.size() == 1) return sites[0];
    return {Errc::conflict,
            fmt::format("{}: {}", desk.say({"有多个单位院区，请用 --site 指明", "name the site with --site, one of"}),
                        fmt::join(sites, ", "))};
}

}  // namespace menshen::office
