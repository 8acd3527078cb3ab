#include "api.hpp"

#include <boost/json/parse.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "commands.hpp"
#include "origin.hpp"
#include "pages.hpp"
#include "panel/pin.hpp"
#include "values/plate.hpp"

namespace menshen::panel {
namespace {

namespace json = boost::json;

constexpr int most_logins = 2;

/// One request on its way through a route.
struct Call {
    std::shared_ptr<Server::State> state;
    std::string path;
    std::string query_plate;
    std::string query_before;
    std::string query_after;
    std::string query_limit;
    json::object body;
    std::string token;
    std::string guard;  // of the session, or empty

    [[nodiscard]] bool tls() const { return state->tls != nullptr; }
    [[nodiscard]] asio::any_io_executor executor() const { return state->io.get_executor(); }
};

Reply no_answer() {
    return problem(http::status::gateway_timeout, "timeout",
                   {"控制器没有及时回应；请看道闸实际状态后再操作",
                    "The gate did not answer in time: look at the barrier before you repeat"});
}

Reply shutting_down() {
    return problem(http::status::service_unavailable, "stopping", {"控制器正在停止", "The gate is shutting down"});
}

Reply done_reply() {
    return json_reply({{"ok", true}});
}

long idle_seconds(const Call& call) {
    return static_cast<long>(std::chrono::duration_cast<seconds>(call.state->config.session_idle).count());
}

Reply logged_in(Call& call, const std::string& name) {
    call.state->sessions.close(call.token);
    const auto token = call.state->sessions.open(name, call.state->mono());
    auto reply = json_reply({{"ok", true}, {"guard", name}});
    reply.fields.emplace_back(http::field::set_cookie, session_cookie(token, call.tls(), idle_seconds(call)));
    return reply;
}

std::string text_of(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

Awaitable<std::optional<Status>> ask_status(Call& call, std::function<void(std::function<void(Status)>)> ask) {
    co_return co_await answer_of<Status>(call.executor(), call.state->config.answer_within, std::move(ask));
}

// ---- routes

Awaitable<Reply> get_session(Call& call) {
    json::object out{{"first_start", call.state->gate.first_start()}, {"guard", nullptr}};
    out["now"] = format_local(call.state->clock.now().local);
    if (!call.guard.empty()) out["guard"] = call.guard;
    co_return json_reply(std::move(out));
}

/// Creates a guard from {name, pin}; an error is what the page shows.
Awaitable<std::optional<Reply>> create(Call& call) {
    auto name = text_of(call.body, "name");
    auto pin = text_of(call.body, "pin");
    if (const auto ok = check_name(name); !ok) co_return problem(ok.error());
    if (const auto ok = check_pin(pin); !ok) {
        co_return problem(
            http::status::unprocessable_entity, "pin",
            {"密码需 6 至 12 位数字，不能是重复或连续数字", "A PIN has 6 to 12 digits, no runs and no repetitions"},
            ok.error().message);
    }
    auto& gate = call.state->gate;
    const auto status = co_await ask_status(call, [&gate, &name, &pin](std::function<void(Status)> done) {
        gate.create_guard(std::move(name), std::move(pin), std::move(done));
    });
    if (!status) co_return no_answer();
    if (!*status) co_return problem(status->error());
    co_return std::nullopt;
}

Awaitable<Reply> post_first_guard(Call& call) {
    if (!call.state->gate.first_start()) {
        co_return problem(http::status::conflict, "not-first",
                          {"已经有值班员，请登录", "There is a guard already: log in"});
    }
    if (auto refused = co_await create(call)) co_return std::move(*refused);
    if (call.state->stopped) co_return shutting_down();
    const auto name = text_of(call.body, "name");
    call.state->gate.guard_changed(name, GuardChange::created, name);
    call.state->gate.guard_changed(name, GuardChange::login, {});
    co_return logged_in(call, name);
}

Awaitable<Reply> post_guards(Call& call) {
    if (auto refused = co_await create(call)) co_return std::move(*refused);
    if (call.state->stopped) co_return shutting_down();
    call.state->gate.guard_changed(call.guard, GuardChange::created, text_of(call.body, "name"));
    co_return done_reply();
}

Reply login_refused(const Error& error) {
    if (error.code == Errc::denied || error.code == Errc::not_found || error.code == Errc::invalid) {
        return problem(http::status::unauthorized, "login", {"姓名或密码不对", "Wrong name or PIN"});
    }
    if (error.code == Errc::exhausted) {
        return problem(http::status::too_many_requests, "locked",
                       {"错误次数太多，请等一分钟再试", "Too many wrong PINs: wait a minute"}, error.message);
    }
    return problem(error);
}

Awaitable<Reply> post_login(Call& call) {
    const auto name = text_of(call.body, "name");
    const auto pin = text_of(call.body, "pin");
    if (!check_name(name) || pin.empty() || pin.size() > 12) co_return login_refused({Errc::denied, ""});
    auto& state = *call.state;
    if (state.logins >= most_logins) {
        co_return problem(http::status::too_many_requests, "busy", {"请稍候再试", "Busy: try again in a moment"});
    }
    ++state.logins;
    const auto status = co_await ask_status(
        call, [&](std::function<void(Status)> done) { state.gate.check_guard(name, pin, std::move(done)); });
    --state.logins;
    if (state.stopped) co_return shutting_down();
    if (!status) co_return no_answer();
    if (!*status) co_return login_refused(status->error());
    co_return logged_in(call, name);
}

Awaitable<Reply> post_logout(Call& call) {
    call.state->sessions.close(call.token);
    call.state->live.wake_all();
    auto reply = done_reply();
    reply.fields.emplace_back(http::field::set_cookie, session_cookie("", call.tls(), 0));
    co_return reply;
}

Awaitable<Reply> post_command(Call& call) {
    auto command = command_from(call.body, call.guard);
    if (!command) co_return problem(command.error());
    auto& gate = call.state->gate;
    const auto status = co_await ask_status(
        call, [&](std::function<void(Status)> done) { gate.command(std::move(command.value()), std::move(done)); });
    if (!status) co_return no_answer();
    co_return *status ? done_reply() : problem(status->error());
}

template <class Number>
bool number_of(std::string_view text, Number& into) {
    if (text.empty()) return true;  // the default stays
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, into);
    return read.ec == std::errc() && read.ptr == end;
}

Awaitable<Reply> get_events(Call& call) {
    std::uint64_t before = 0;
    int limit = 50;
    if (!number_of(call.query_before, before) || !number_of(call.query_limit, limit) || limit < 1 || limit > 200) {
        co_return problem(Error{Errc::invalid, "before is a sequence, limit is 1 to 200"});
    }
    using Answer = Result<json::array>;
    auto& state = *call.state;
    auto got = co_await answer_of<Answer>(
        call.executor(), state.config.answer_within,
        [&](std::function<void(Answer)> done) { state.gate.events(before, limit, std::move(done)); });
    if (!got) co_return no_answer();
    co_return got->ok() ? json_reply(std::move(got->value())) : problem(got->error());
}

Awaitable<Reply> get_look_up(Call& call) {
    const auto plate = Plate::parse(call.query_plate);
    if (!plate) co_return problem(plate.error());
    using Answer = Result<json::object>;
    auto& state = *call.state;
    auto got = co_await answer_of<Answer>(
        call.executor(), state.config.answer_within,
        [&](std::function<void(Answer)> done) { state.gate.look_up(plate->text(), std::move(done)); });
    if (!got) co_return no_answer();
    co_return got->ok() ? json_reply(std::move(got->value())) : problem(got->error());
}

constexpr std::string_view picture_path = "/api/picture/";

bool is_picture_id(std::string_view id) {
    return !id.empty() && id.size() <= 128 && id.front() != '.' && std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
               c == '-' || c == ':';
    });
}

Reply no_picture() {
    return problem(http::status::not_found, "no-picture", {"图片已不在", "The picture is not there any more"});
}

Awaitable<Reply> get_picture(Call& call) {
    const auto id = call.path.substr(picture_path.size());
    if (!is_picture_id(id)) co_return no_picture();
    auto& state = *call.state;
    auto got = co_await answer_of<Picture>(
        call.executor(), state.config.answer_within,
        [&](std::function<void(Picture)> done) { state.gate.picture(id, std::move(done)); });
    if (!got) co_return no_answer();
    if (!*got || (*got)->empty()) co_return no_picture();
    Reply reply;
    reply.type = "image/jpeg";
    reply.view = {reinterpret_cast<const char*>((*got)->data()), (*got)->size()};
    reply.owner = *got;
    reply.fields.emplace_back(http::field::cache_control, "private, max-age=600");
    co_return reply;
}

constexpr std::string_view camera_path = "/api/camera/";

std::string base64_of(const std::vector<std::uint8_t>& bytes) {
    std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back();
    return out;
}

/// Picture and plates in one answer: the corners belong to this picture and to no other.
Awaitable<Reply> get_camera(Call& call) {
    std::uint64_t after = 0;
    if (!number_of(call.query_after, after)) co_return problem(Error{Errc::invalid, "after is the number of a view"});
    auto got = call.state->gate.camera_view(call.path.substr(camera_path.size()));
    if (!got) co_return problem(got.error());
    auto& view = got.value();
    view.seen["number"] = view.number;
    view.seen["picture"] = view.picture && view.number != after ? base64_of(*view.picture) : "";
    co_return json_reply(std::move(view.seen));
}

// ---- who may use what

struct Route {
    http::verb verb;
    std::string_view path;
    bool session;  // a guard must be logged in
    bool touch;    // proves that a guard is there: the idle time starts anew
    Awaitable<Reply> (*handle)(Call&);
};

constexpr std::array routes{
    Route{http::verb::get, "/api/session", false, false, get_session},
    Route{http::verb::post, "/api/first-guard", false, false, post_first_guard},
    Route{http::verb::post, "/api/login", false, false, post_login},
    Route{http::verb::post, "/api/logout", true, true, post_logout},
    Route{http::verb::post, "/api/guards", true, true, post_guards},
    Route{http::verb::post, "/api/command", true, true, post_command},
    Route{http::verb::get, "/api/events", true, false, get_events},
    Route{http::verb::get, "/api/look-up", true, true, get_look_up},
    Route{http::verb::get, picture_path, true, false, get_picture},
    Route{http::verb::get, camera_path, true, false, get_camera},
};

const Route* route_of(std::string_view path) {
    const auto found = std::ranges::find_if(routes, [path](const Route& route) {
        return route.path.ends_with('/') ? path.starts_with(route.path) : path == route.path;
    });
    return found == routes.end() ? nullptr : &*found;
}

Reply foreign() {
    return problem(http::status::forbidden, "origin",
                   {"请求不是来自本机面板页面", "The request does not come from the panel's own page"});
}

Reply need_login() {
    return problem(http::status::unauthorized, "session", {"请先登录", "Log in first"});
}

/// Everything that is judged before a route runs; fills the body of a POST.
std::optional<Reply> refuse(const Route& route, Call& call, const Request& request) {
    if (request.method() != route.verb) {
        auto reply = problem(http::status::method_not_allowed, "method",
                             {"不支持的请求方式", "This method is not supported here"});
        reply.fields.emplace_back(http::field::allow, route.verb == http::verb::get ? "GET" : "POST");
        return reply;
    }
    if (route.verb == http::verb::post && !origin_is_ours(request, call.tls())) return foreign();
    if (route.session && call.guard.empty()) return need_login();
    if (route.verb != http::verb::post) return std::nullopt;
    if (!request[http::field::content_type].starts_with("application/json")) {
        return problem(http::status::unsupported_media_type, "json",
                       {"请求格式不对", "The body must be application/json"});
    }
    boost::system::error_code ec;
    auto body = json::parse(request.body(), ec);  // depth is bounded by the parser (32)
    if (ec || !body.is_object()) {
        return problem(http::status::bad_request, "json", {"请求格式不对", "The body must be one JSON object"},
                       ec ? ec.message() : "not an object");
    }
    call.body = std::move(body.get_object());
    return std::nullopt;
}

/// Path and query; false if the target is nonsense.
bool read_target(const Request& request, Call& call) {
    const auto target = request.target();
    const auto url = boost::urls::parse_origin_form({target.data(), target.size()});
    if (!url) return false;
    call.path = url->path();
    for (const auto& param : url->params()) {
        if (param.key == "plate") call.query_plate = param.value;
        if (param.key == "before") call.query_before = param.value;
        if (param.key == "after") call.query_after = param.value;
        if (param.key == "limit") call.query_limit = param.value;
    }
    return true;
}

Awaitable<Reply> answer_checked(Call& call, std::shared_ptr<Connection> connection, const Request& request) {
    if (!host_is_ours(request, call.state->names)) co_return foreign();
    if (!read_target(request, call)) {
        co_return problem(http::status::bad_request, "target", {"地址不对", "The address cannot be read"});
    }
    const auto now = call.state->mono();
    call.token = token_of(request);
    call.guard = call.state->sessions.guard(call.token, now).value_or("");
    connection->has_session = connection->has_session || !call.guard.empty();
    const auto* route = route_of(call.path);
    if (!route) {
        if (request.method() == http::verb::get) co_return page(call.path);
        co_return problem(http::status::not_found, "not-found", {"没有这个地址", "There is nothing at this address"});
    }
    if (auto refused = refuse(*route, call, request)) co_return std::move(*refused);
    if (route->touch) call.state->sessions.touch(call.token, now);
    co_return co_await route->handle(call);
}

}  // namespace

Awaitable<Reply> answer(std::shared_ptr<Server::State> state, std::shared_ptr<Connection> connection,
                        const Request& request) {
    if (state->stopped) co_return shutting_down();
    Call call;
    call.state = std::move(state);
    try {
        co_return co_await answer_checked(call, std::move(connection), request);
    } catch (const std::exception& error) {
        co_return problem(Error{Errc::internal, error.what()});
    }
}

std::optional<Reply> refuse_live(Server::State& state, const Request& request, std::string& token) {
    if (state.stopped) return shutting_down();
    if (!host_is_ours(request, state.names) || !origin_is_ours(request, state.tls != nullptr)) return foreign();
    if (request.target() != "/api/live") {
        return problem(http::status::not_found, "not-found", {"没有这个地址", "There is nothing at this address"});
    }
    token = token_of(request);
    if (!state.sessions.guard(token, state.mono())) return need_login();
    if (state.live.size() >= state.config.live_clients) {
        return problem(http::status::service_unavailable, "crowded", {"打开的页面太多", "Too many pages are open"});
    }
    return std::nullopt;
}

}  // namespace menshen::panel
