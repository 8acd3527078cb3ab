// What a request is answered with, before it becomes HTTP.
#pragma once

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "values/permit.hpp"
#include "values/result.hpp"

namespace menshen::panel {

namespace http = boost::beast::http;
using Request = http::request<http::string_body>;

struct Reply {
    http::status status = http::status::ok;
    std::string type = "application/json";
    std::string text;       // the body, unless `view` is set
    std::string_view view;  // bytes kept alive by `owner`, or for ever
    std::shared_ptr<const void> owner;
    std::vector<std::pair<http::field, std::string>> fields;
    bool close = false;  // end the connection afterwards

    [[nodiscard]] std::string_view body() const { return view.empty() ? std::string_view(text) : view; }
};

[[nodiscard]] Reply json_reply(const boost::json::value& value);

/// RFC 9457. `key` is stable, for programs; `sentence` is for the guard; `detail` is what the gate or parser said.
[[nodiscard]] Reply problem(http::status status, std::string_view key, Bilingual sentence,
                            std::string_view detail = {});

/// The gate's own error, with a sentence by its code.
[[nodiscard]] Reply problem(const Error& error);

}  // namespace menshen::panel
