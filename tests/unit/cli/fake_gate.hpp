// The gate's side of the admin socket, with a real list behind it.
#pragma once

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <thread>

#include "support/temporary_folder.hpp"
#include "whitelist/reader.hpp"
#include "whitelist/writer.hpp"

namespace menshen::cli {

class FakeGate {
  public:
    FakeGate() {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
        listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
        (void)::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::listen(listener_, 8);
        serving_ = std::jthread([this] { serve(); });
    }
    ~FakeGate() {
        ::shutdown(listener_, SHUT_RDWR);
        serving_.join();
        ::close(listener_);
    }

    support::TemporaryFolder folder;
    std::string socket = folder / "admin.sock";
    whitelist::WhitelistWriter writer =
        std::move(whitelist::WhitelistWriter::open(folder / "whitelist.db", UtcTime{}).value().writer);
    whitelist::WhitelistReader reader = whitelist::WhitelistReader::open(folder / "whitelist.db").value();
    int events = 3;  // what the events verb has
    int parts = 0;   // lines of rows
    std::size_t most_rows = 0;

  private:
    void serve() {
        for (int peer = ::accept(listener_, nullptr, nullptr); peer >= 0;
             peer = ::accept(listener_, nullptr, nullptr)) {
            std::string in;
            char buffer[4096];
            for (ssize_t n = ::read(peer, buffer, sizeof buffer); n > 0; n = ::read(peer, buffer, sizeof buffer)) {
                in.append(buffer, static_cast<std::size_t>(n));
                for (auto end = in.find('\n'); end != std::string::npos; end = in.find('\n')) {
                    const std::string out = answer(boost::json::parse(in.substr(0, end)).as_object());
                    in.erase(0, end + 1);
                    if (::write(peer, out.data(), out.size()) < 0) break;
                }
            }
            ::close(peer);
        }
    }

    std::string answer(const boost::json::object& request) {
        const auto& verb = request.at("verb").as_string();
        if (verb == "import_begin") {
            stage.emplace(whitelist::ImportStage::open().value());
            return "{\"ok\":true}\n";
        }
        if (verb == "import_rows") {
            ++parts;
            most_rows = std::max(most_rows, request.at("rows").as_array().size());
            const bool taken = stage->add(whitelist::import_rows_from_json(request.at("rows").as_array()).value()).ok();
            return fmt::format("{{\"ok\":{},\"rows\":{}}}\n", taken, stage->rows());
        }
        if (verb == "import_finish") return finish(request.at("dry_run").as_bool());
        if (verb == "list") {
            const auto& of = request.at("of").as_string();
            const auto what = of == "permits"  ? whitelist::OwnRows::permits
                              : of == "blocks" ? whitelist::OwnRows::blocks
                                               : whitelist::OwnRows::schedules;
            auto page = to_json(reader.own(what, request.at("after").as_int64(), 2).value());
            page["ok"] = true;
            return boost::json::serialize(page) + "\n";
        }
        if (verb == "events") {
            std::string out;
            for (int i = 1; i <= events; ++i) {
                out += fmt::format(
                    R"({{"event":{{"sequence":{},"utc":"2026-11-22T04:00:00.000Z","lane":"{}","kind":"decision",)"
                    R"("body":{{"decision":{{"plate":"浙B12345","verdict":"deny","reason":"expired"}}}}}}}})"
                    "\n",
                    i, i % 2 == 0 ? "out" : "in");
            }
            return out + "{\"ok\":true,\"end\":true}\n";
        }
        return "{\"ok\":false,\"error\":\"not that\"}\n";
    }

    std::string finish(bool dry_run) {
        std::string out = fmt::format("{{\"progress\":{{\"done\":1,\"of\":{}}}}}\n", stage->rows());
        if (!dry_run) return out + boost::json::serialize(to_json(writer.commit(*stage, UtcTime{}).value())) + "\n";
        auto check = writer.check(*stage);
        while (check.step().value()) {
        }
        return out + boost::json::serialize(to_json(check.report())) + "\n";
    }

    int listener_ = -1;
    std::optional<whitelist::ImportStage> stage;
    std::jthread serving_;
};

}  // namespace menshen::cli
