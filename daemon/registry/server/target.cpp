#include "target.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace menshen::registry::server {

std::optional<std::vector<std::string>> read_target(std::string_view target, Call& call) {
    const auto url = boost::urls::parse_origin_form(target);
    if (!url) return std::nullopt;
    call.path = url->path();
    std::vector<std::string> segments;
    for (const auto& segment : url->segments()) segments.push_back(segment);
    boost::urls::encoding_opts plus;
    plus.space_as_plus = true;
    for (const auto& param : url->params(plus)) {
        if (!call.query.emplace(param.key, param.value).second) return std::nullopt;
    }
    return segments;
}

}  // namespace menshen::registry::server
