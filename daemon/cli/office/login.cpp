// Signing in and out, and becoming a user by a one-time code.
#include <fmt/format.h>

#include <ostream>

#include "json_text.hpp"
#include "office/verbs.hpp"
#include "passwords.hpp"
#include "trust.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

/// One login, from address to session.
class Login {
  public:
    Login(const LoginOptions& options, Desk& desk) : options_(options), desk_(desk), codes_(options, desk) {}

    Result<json::object> run() {
        if (auto done = find_registry(); !done) return done.error();
        auto trust = trust_for(session_.registry, options_, desk_);
        if (!trust) return trust.error();
        session_.trust = std::move(trust).value();
        if (auto done = find_name(); !done) return done.error();
        auto& door = door_.emplace(session_, desk_.folder, desk_.zh());
        if (!options_.invitation.empty()) {
            if (auto done = enlist(door); !done) return done.error();
        } else if (auto password = password_for(options_, desk_)) {
            password_ = std::move(password).value();
        } else {
            return password.error();
        }
        auto opened = open(door);
        if (!opened) return opened;
        session_.token = text_in(*opened, "token");
        session_.site = options_.site;
        if (auto kept = link::save_session(desk_.folder, session_); !kept) return kept.error();
        opened->erase("token");
        (*opened)["registry"] = session_.registry;
        return opened;
    }

    [[nodiscard]] const link::Registry* door() const { return door_ ? &*door_ : nullptr; }

  private:
    Status find_registry() {
        auto written = options_.registry;
        if (written.empty()) {
            auto before = link::load_session(desk_.folder);
            if (before && *before) written = (*before)->registry;
        }
        if (written.empty()) {
            return {
                Errc::invalid,
                std::string(desk_.say({"请用 --registry 指明登记中心地址", "name the registry: --registry ADDRESS"}))};
        }
        auto address = link::registry_address(written);
        if (!address) return address.error();
        session_.registry = std::move(address).value();
        return {};
    }

    Status find_name() {
        auto name = options_.name.empty() ? desk_.ask(desk_.say({"用户名", "Name"}), false) : options_.name;
        if (!name) return Error{name.error().code, name.error().message + "; a script gives it with --name"};
        session_.user = std::move(name).value();
        return {};
    }

    Status enlist(link::Registry& door) {
        auto password = new_password_for(options_, desk_);
        if (!password) return password.error();
        password_ = std::move(password).value();
        auto made = door.change({"POST", "/v1/totp-secrets", {{"name", session_.user}}, {}, link::Repeat::freely});
        if (!made) return made.error();
        const auto secret = text_in(*made, "secret");
        if (auto kept = codes_.keep(secret, text_in(*made, "address")); !kept) return kept;
        // of the half minute before, so that the one of now is left for signing in
        auto code = codes_.code(-1, desk_.say({"应用显示的验证码", "The code that the app shows"}));
        if (!code) return code.error();
        auto done = door.change({"POST",
                                 "/v1/enlistments",
                                 {{"invitation", options_.invitation},
                                  {"name", session_.user},
                                  {"password", password_},
                                  {"secret", secret},
                                  {"code", *code}},
                                 {},
                                 link::Repeat::never});
        if (!done) return done.error();
        desk_.err << desk_.say({"用户已建立", "The user is made"}) << "\n";
        return {};
    }

    Result<json::object> open(link::Registry& door) {
        for (int step = 0;; ++step) {
            const bool next = !options_.invitation.empty();
            auto code = codes_.code(
                step, next ? desk_.say({"下一个验证码（每 30 秒更新）", "The next code (it changes every 30 s)"})
                           : desk_.say({"验证码", "Code"}));
            if (!code) return code.error();
            auto opened =
                door.change({"POST",
                             "/v1/session",
                             {{"name", session_.user}, {"password", password_}, {"code", *code}, {"bearer", true}},
                             {},
                             link::Repeat::never});
            // the code of now may have been used a moment ago
            const bool again = !opened && opened.error().code == Errc::denied && codes_.makes_them() && step == 0;
            if (!again) return opened;
        }
    }

    const LoginOptions& options_;
    Desk& desk_;
    Codes codes_;
    link::Session session_;
    std::optional<link::Registry> door_;
    std::string password_;
};

}  // namespace

int run_login(const LoginOptions& options, Desk& desk) {
    auto before = link::load_session(desk.folder);
    Login login(options, desk);
    auto opened = login.run();
    if (!opened) return fail(desk, opened.error(), login.door());
    if (before && *before && !(*before)->token.empty()) {
        link::Registry left(**before, desk.folder, desk.zh());
        (void)left.change({"DELETE", "/v1/session", {}, {}, link::Repeat::freely});  // best effort: it ends by itself
    }
    if (desk.json) {
        desk.out << json::serialize(*opened) << "\n";
    } else {
        desk.out << fmt::format(fmt::runtime(desk.zh() ? "已登录 {}：{}（{}）\n" : "Signed in at {}: {} ({})\n"),
                                text_in(*opened, "registry"), text_in(*opened, "name"), texts_in(*opened, "roles"));
    }
    return Exit::done;
}

int run_logout(Desk& desk) {
    auto session = link::load_session(desk.folder);
    if (session && !*session) {
        if (!desk.json) desk.out << desk.say({"尚未登录\n", "Nobody was signed in\n"});
        return Exit::done;
    }
    Status ended;
    if (session) {
        link::Registry registry(**session, desk.folder, desk.zh());
        auto done = registry.change({"DELETE", "/v1/session", {}, {}, link::Repeat::freely});
        if (!done && done.error().code != Errc::denied) ended = done.error();
    }
    if (auto gone = link::forget_session(desk.folder); !gone) return fail(desk, gone.error());
    if (!ended) {
        return fail(desk, ended.error().in(desk.say({"本机已退出，但登记中心未确认，会话将自行过期",
                                                     "signed out here; the registry did not hear of it, there the "
                                                     "session ends by itself"})));
    }
    if (!desk.json) desk.out << desk.say({"已退出\n", "Signed out\n"});
    return Exit::done;
}

int run_who_am_i(Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto me = registry.get("/v1/session");
        if (!me) return me.error();
        (*me)["registry"] = registry.session().registry;
        if (desk.json) {
            desk.out << json::serialize(*me) << "\n";
        } else {
            desk.out << fmt::format("{}  {}  {}  {}\n", registry.session().registry, text_in(*me, "name"),
                                    texts_in(*me, "roles"), texts_in(*me, "scopes"));
        }
        return Exit::done;
    });
}

}  // namespace menshen::office
