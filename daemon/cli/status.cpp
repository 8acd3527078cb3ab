#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <ostream>

#include "cli/admin_client.hpp"
#include "cli/commands.hpp"

namespace menshen::cli {

namespace json = boost::json;

namespace {

std::string cell(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return "-";
    return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

const json::array& list_of(const json::object& object, const char* name) {
    static const json::array none;
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->as_array() : none;
}

void print(const json::object& state, bool zh, std::ostream& out) {
    out << fmt::format("{}  {}  {} {}  {} {}\n", cell(state, "site"), cell(state, "now"), zh ? "时钟" : "clock",
                       cell(state, "clock"), zh ? "模式" : "mode", cell(state, "mode"));
    if (const auto* list = state.if_contains("list"); list != nullptr && list->is_object()) {
        out << fmt::format("{} {}, {} {}, {} {}\n", zh ? "名单可用" : "list usable", cell(list->as_object(), "usable"),
                           zh ? "凭证" : "credentials", cell(list->as_object(), "credentials"),
                           zh ? "更改于" : "changed", cell(list->as_object(), "changed"));
    }
    for (const auto& value : list_of(state, "lanes")) {
        if (const auto* lane = value.if_object()) {
            out << fmt::format("  {:<10} {:<10} {}\n", cell(*lane, "id"), cell(*lane, "phase"), cell(*lane, "plate"));
        }
    }
    for (const auto& value : list_of(state, "faults")) {
        if (const auto* fault = value.if_object()) {
            out << fmt::format("  {} {} {} {}\n", zh ? "故障" : "fault", cell(*fault, "lane"),
                               cell(*fault, zh ? "zh" : "en"), cell(*fault, "detail"));
        }
    }
}

}  // namespace

int run_status(const std::string& socket, bool as_json, Language language, std::ostream& out, std::ostream& err) {
    auto client = AdminClient::connect(socket);
    auto state =
        client ? client->ask({{"verb", "status"}}, std::chrono::seconds(10)) : Result<json::object>(client.error());
    if (!state) {
        err << "menshen: " << state.error().message << "\n";
        return state.error().code == Errc::unavailable || state.error().code == Errc::timeout ? Exit::no_gate
                                                                                              : Exit::refused;
    }
    if (as_json) {
        out << json::serialize(*state) << "\n";
    } else {
        print(*state, language == Language::zh, out);
    }
    return Exit::done;
}

}  // namespace menshen::cli
