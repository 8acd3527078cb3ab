#include <boost/json/array.hpp>

#include "values/json.hpp"
#include "whitelist/reader.hpp"

namespace menshen::whitelist {

boost::json::object to_json(const OwnPage& page) {
    boost::json::array permits;
    for (const auto& [permit, credentials] : page.permits) {
        boost::json::array values;
        for (const auto& credential : credentials) values.push_back(menshen::to_json(credential));
        permits.push_back({{"permit", menshen::to_json(permit)}, {"credentials", std::move(values)}});
    }
    boost::json::array blocks;
    for (const auto& block : page.blocks) blocks.push_back(menshen::to_json(block));
    return {{"permits", std::move(permits)}, {"blocks", std::move(blocks)}, {"next", page.next}};
}

}  // namespace menshen::whitelist
