#include "own_list.hpp"

#include <algorithm>

#include "cli/admin_client.hpp"
#include "json_text.hpp"
#include "values/json.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

template <class T>
Status take_each(const json::array& values, std::vector<T>& into) {
    for (const auto& value : values) {
        auto one = from_json<T>(value);
        if (!one) return one.error();
        into.push_back(std::move(one).value());
    }
    return {};
}

Status take(const json::object& page, OwnList& into) {
    for (const auto& value : array_in(page, "permits")) {
        const auto* each = value.if_object();
        if (each == nullptr || !each->contains("permit")) return {Errc::conflict, "the gate's answer is no list"};
        auto permit = from_json<Permit>(each->at("permit"));
        if (!permit) return permit.error();
        std::vector<Credential> credentials;
        if (auto done = take_each(array_in(*each, "credentials"), credentials); !done) return done;
        into.permits.emplace_back(std::move(permit).value(), std::move(credentials));
    }
    auto done = take_each(array_in(page, "blocks"), into.blocks);
    return done ? take_each(array_in(page, "schedules"), into.schedules) : done;
}

/// A page has rows, or it is the last.
Status read_all(cli::AdminClient& client, std::string_view of, OwnList& into) {
    for (std::int64_t after = 0, next = 0;; after = next) {
        auto page = client.ask({{"verb", "list"}, {"of", of}, {"after", after}}, seconds(30));
        if (!page) return page.error();
        if (auto done = take(*page, into); !done) return {Errc::conflict, done.error().message};
        next = number_in(*page, "next");
        if (next <= after) return {};
    }
}

}  // namespace

Result<OwnList> read_own_list(const std::string& socket) {
    auto client = cli::AdminClient::connect(socket);
    if (!client) return client.error();
    OwnList list;
    auto done = read_all(*client, "permits", list);
    if (done) done = read_all(*client, "blocks", list);
    const bool hours = std::any_of(list.permits.begin(), list.permits.end(),
                                   [](const auto& each) { return each.first.schedule_id.has_value(); });
    if (done && hours) done = read_all(*client, "schedules", list);
    if (!done) return done.error();
    return list;
}

}  // namespace menshen::office
