#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "call.hpp"

namespace menshen::registry::server {
namespace {

struct Told {
    unsigned status;
    Bilingual sentence;
};

Told told_of(Errc code) {
    switch (code) {
        case Errc::invalid:
            return {422, {"内容有误，请按提示修改", "Something is wrong in what was sent"}};
        case Errc::not_found:
            return {404, {"没有找到", "Not found"}};
        case Errc::conflict:
            return {409, {"情况已变化，请看最新内容再操作", "Things changed meanwhile: look again, then repeat"}};
        case Errc::denied:
            return {403, {"不允许此操作", "That is not allowed"}};
        case Errc::exhausted:
            return {429, {"请求太多，请稍后再试", "Too many requests: wait a moment"}};
        case Errc::timeout:
        case Errc::unavailable:
            return {503, {"暂时不可用，请稍后再试", "Not available now: try again later"}};
        case Errc::io:
        case Errc::corrupt:
        case Errc::internal:
            break;
    }
    return {500, {"登记中心内部出错，请报告维修", "The registry failed inside: report it"}};
}

}  // namespace

Reply json_reply(const boost::json::value& value, unsigned status) {
    Reply reply;
    reply.status = status;
    reply.text = boost::json::serialize(value);
    return reply;
}

Reply no_content() {
    Reply reply;
    reply.status = 204;
    reply.type.clear();
    return reply;
}

Reply problem(unsigned status, std::string_view key, Bilingual sentence, std::string_view detail,
              const FieldErrors& fields) {
    boost::json::object body{{"type", "urn:menshen:problem:" + std::string(key)},
                             {"title", sentence.en},
                             {"status", status},
                             {"detail", detail},
                             {"zh", sentence.zh},
                             {"en", sentence.en}};
    if (!fields.empty()) {
        boost::json::array errors;
        for (const auto& field : fields) {
            errors.push_back({{"pointer", field.pointer}, {"code", field.code}, {"detail", field.text}});
        }
        body["errors"] = std::move(errors);
    }
    Reply reply = json_reply(body, status);
    reply.type = "application/problem+json";
    return reply;
}

Reply problem(const Error& error) {
    const auto told = told_of(error.code);
    // what failed inside is for the log, not for the peer
    Reply reply = problem(told.status, menshen::to_string(error.code), told.sentence,
                          told.status == 500 ? std::string_view() : std::string_view(error.message));
    if (told.status == 503 || told.status == 429) reply.fields.emplace_back("Retry-After", "5");
    return reply;
}

Reply problem(const Refused& refused, bool conditional) {
    const auto told = told_of(refused.code);
    const bool precondition = conditional && refused.code == Errc::conflict;
    return problem(precondition ? 412 : told.status, menshen::to_string(refused.code), told.sentence, refused.text,
                   refused.fields);
}

Reply wrong_fields(const FieldErrors& fields) {
    const auto told = told_of(Errc::invalid);
    return problem(told.status, "invalid", told.sentence, fields.empty() ? "" : fields.front().text, fields);
}

Reply not_found() {
    return problem(Error{Errc::not_found, "there is no such thing here"});
}

Reply forbidden() {
    return problem(403, "denied", {"您没有此权限", "You may not do that"});
}

Reply busy(seconds retry_after) {
    Reply reply = problem(503, "busy", {"系统繁忙，请稍后再试", "Too much to do: try again later"});
    reply.fields.emplace_back("Retry-After", std::to_string(retry_after.count()));
    return reply;
}

}  // namespace menshen::registry::server
