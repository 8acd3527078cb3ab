// What classes and reasons are called, out of the tables that gates go by: pages have no list of their own.
#include <boost/json/array.hpp>

#include "route.hpp"
#include "values/decision.hpp"

namespace menshen::registry::server {
namespace {

namespace json = boost::json;

Reply show_words(Desk&, const Call&) {
    json::array classes;
    for (const auto each : all_permit_classes()) {
        const auto name = name_of(each);
        classes.push_back({{"key", menshen::to_string(each)}, {"zh", name.zh}, {"en", name.en}});
    }
    json::array reasons;
    for (const auto each : all_reasons()) {
        const auto said = sentence(each);
        reasons.push_back({{"key", menshen::to_string(each)},
                           {"verdict", menshen::to_string(verdict_of(each))},
                           {"zh", said.zh},
                           {"en", said.en}});
    }
    return json_reply({{"classes", std::move(classes)}, {"reasons", std::move(reasons)}});
}

}  // namespace

void add_word_routes(Routes& routes) {
    auto words = reading("/v1/words", Operation::see_permits, show_words,
                         "What classes and reasons are called, in two languages");
    words.access = Access::session;
    words.operation.reset();
    routes.push_back(words);
}

}  // namespace menshen::registry::server
