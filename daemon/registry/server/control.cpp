#include "control.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/spdlog.h>
#include <sys/un.h>

#include "registry/backup.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;
using local = asio::local::stream_protocol;

constexpr std::size_t longest_question = 8192;

json::object refusal(const std::string& why) {
    return {{"ok", false}, {"error", why}};
}

Awaitable<json::object> back_up_to(StatePtr state, std::filesystem::path into) {
    auto made = std::make_shared<Result<Backup>>(Error{Errc::exhausted, "another backup is under way"});
    Task task = [folder = state->services.folder, store = state->store.get(), into, now = state->now().utc, made] {
        auto reader = store->reader();
        *made = reader ? back_up(folder, **reader, into, now) : Result<Backup>(reader.error());
    };
    (void)co_await on(*state, *state->backup_worker, std::move(task));
    if (!*made) {
        spdlog::error("backup to {}: {}", into.string(), made->error().message);
        co_return refusal(made->error().message);
    }
    const auto& backup = **made;
    spdlog::info("backup to {}: {} bytes, {} pictures", into.string(), backup.bytes, backup.pictures);
    co_return json::object{{"ok", true},
                           {"bytes", backup.bytes},
                           {"pictures", backup.pictures},
                           {"audit", backup.audit},
                           {"epoch", backup.epoch}};
}

Awaitable<json::object> answer_to(StatePtr state, std::string line) {
    boost::system::error_code failed;
    const auto asked = json::parse(line, failed);
    const auto* object = failed ? nullptr : asked.if_object();
    const auto text = [&](std::string_view key) {
        const auto* value = object != nullptr ? object->if_contains(key) : nullptr;
        return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    const std::filesystem::path into = text("to");
    if (text("verb") != "backup") co_return refusal("the registry knows the verb backup");
    if (!into.is_absolute()) co_return refusal("to: where the backup is written, from the root of the disk");
    co_return co_await back_up_to(state, into);
}

Awaitable<void> talk(StatePtr state, std::shared_ptr<local::socket> socket) {
    std::string line;
    auto [failed, size] =
        co_await asio::async_read_until(*socket, asio::dynamic_buffer(line, longest_question), '\n', as_awaitable);
    if (!failed) {
        const auto answered = co_await answer_to(state, line.substr(0, size));
        const auto text = json::serialize(answered) + "\n";
        co_await asio::async_write(*socket, asio::buffer(text), as_awaitable);
    }
    state->controls.erase(socket);
}

Awaitable<void> accept_controls(StatePtr state) {
    while (!state->stopping) {
        auto [failed, accepted] = co_await state->control.async_accept(as_awaitable);
        if (failed || state->stopping) break;
        auto socket = std::make_shared<local::socket>(std::move(accepted));
        state->controls.insert(socket);
        asio::co_spawn(state->io, talk(state, socket), asio::detached);
    }
}

}  // namespace

Status listen_for_control(const StatePtr& state) {
    const auto file = state->services.folder.control();
    if (file.string().size() >= sizeof(sockaddr_un::sun_path)) {
        return {Errc::invalid, file.string() + ": too long for a socket; put the data folder nearer to the root"};
    }
    std::error_code ignored;
    std::filesystem::remove(file, ignored);  // left by a process that was killed: the database's lock is ours
    boost::system::error_code failed;
    auto& acceptor = state->control;
    acceptor.open(local(), failed);
    if (!failed) acceptor.bind(local::endpoint(file.string()), failed);
    if (!failed) acceptor.listen(4, failed);
    if (failed) return {Errc::io, file.string() + ": " + failed.message()};
    using std::filesystem::perms;
    std::filesystem::permissions(file, perms::owner_read | perms::owner_write, ignored);
    asio::co_spawn(state->io, accept_controls(state), asio::detached);
    return {};
}

}  // namespace menshen::registry::server
