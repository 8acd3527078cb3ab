#include "reply.hpp"

#include <boost/json/serialize.hpp>

namespace menshen::panel {
namespace {

struct Told {
    http::status status;
    Bilingual sentence;
};

Told told_of(Errc code) {
    switch (code) {
        case Errc::invalid:
            return {http::status::unprocessable_entity,
                    {"内容有误，请按提示修改", "Something is wrong in what was entered"}};
        case Errc::not_found:
            return {http::status::not_found,
                    {"没有找到，可能已被处理", "Not found; it may have been dealt with already"}};
        case Errc::conflict:
            return {http::status::conflict,
                    {"情况已变化，请看最新状态再操作", "Things changed meanwhile: look again, then repeat"}};
        case Errc::timeout:
            return {http::status::gateway_timeout,
                    {"没有得到回应，请看道闸实际状态", "No answer: look at the barrier itself"}};
        case Errc::unavailable:
            return {http::status::service_unavailable,
                    {"设备未连接，操作没有执行", "The device is not connected; nothing was done"}};
        case Errc::denied:
            return {http::status::forbidden, {"现在不允许此操作", "That is not allowed now"}};
        case Errc::exhausted:
            return {http::status::too_many_requests, {"请求太多，请稍后再试", "Too many requests: wait a moment"}};
        case Errc::io:
            return {http::status::internal_server_error,
                    {"存储或线路出错，请查看故障提示", "Disk or line failed: see the faults"}};
        case Errc::corrupt:
        case Errc::internal:
            break;
    }
    return {http::status::internal_server_error,
            {"控制器内部出错，请报告维修", "The controller failed inside: report it"}};
}

}  // namespace

Reply json_reply(const boost::json::value& value) {
    Reply reply;
    reply.text = boost::json::serialize(value);
    return reply;
}

Reply problem(http::status status, std::string_view key, Bilingual sentence, std::string_view detail) {
    Reply reply = json_reply({{"type", "urn:menshen:problem:" + std::string(key)},
                              {"title", sentence.en},
                              {"status", static_cast<unsigned>(status)},
                              {"detail", detail},
                              {"zh", sentence.zh},
                              {"en", sentence.en}});
    reply.status = status;
    reply.type = "application/problem+json";
    return reply;
}

Reply problem(const Error& error) {
    const auto told = told_of(error.code);
    return problem(told.status, to_string(error.code), told.sentence, error.message);
}

}  // namespace menshen::panel
