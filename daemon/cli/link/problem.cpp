#include "problem.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace menshen::link {

namespace {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

Errc code_of(long status) {
    switch (status) {
        case 401:
            return Errc::denied;
        case 404:
            return Errc::not_found;
        case 422:
            return Errc::invalid;
        case 429:
        case 503:
            return Errc::exhausted;
        default:
            return status >= 500 ? Errc::internal : Errc::conflict;
    }
}

}  // namespace

json::object object_in(const HttpAnswer& answer) {
    boost::system::error_code failed;
    auto value = json::parse(answer.body, failed);
    return !failed && value.is_object() ? std::move(value.as_object()) : json::object();
}

Error error_of(const HttpAnswer& answer, const json::object& problem, bool chinese) {
    const auto code = code_of(answer.status);
    auto text = text_in(problem, chinese ? "zh" : "en");
    if (text.empty())
        text = fmt::format(fmt::runtime(chinese ? "登记中心回答 {}" : "the registry answers {}"), answer.status);
    const auto* fields = problem.if_contains("errors");
    if (fields != nullptr && fields->is_array()) {
        for (const auto& each : fields->as_array()) {
            const auto* field = each.if_object();
            if (field == nullptr) continue;
            text += fmt::format("\n  {}: {}", text_in(*field, "pointer"), text_in(*field, "detail"));
        }
        return {code, std::move(text)};
    }
    if (const auto detail = text_in(problem, "detail"); !detail.empty()) text += ": " + detail;
    return {code, std::move(text)};
}

}  // namespace menshen::link
