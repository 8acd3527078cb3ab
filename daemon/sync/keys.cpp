#include "keys.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace menshen::sync {

Awaitable<Outcome> Keys::carry_for(GateLink& gate, const std::string& kid, std::int64_t epoch) {
    const bool known = std::ranges::any_of(carried_.keys, [&](const auto& key) { return key.kid == kid; });
    if (known && epoch <= carried_.epoch) co_return std::nullopt;
    Request request;
    request.path = "/v1/keys";
    request.within = seconds(30);
    auto answer = co_await common_.http.ask(std::move(request), bundle::max_signed_line + 1);
    if (!answer) co_return Failure{answer.error()};
    if (answer->status != 200) co_return Failure{{Errc::unavailable, "the registry does not show its key set"}};
    auto line = std::move(answer->body);
    while (line.ends_with('\n')) line.pop_back();
    const auto document = bundle::parse_signed(bundle::DocumentType::keys, line);
    if (!document) co_return Failure{document.error().in("the registry's key set")};
    auto set = bundle::parse_key_set(document->document);
    if (!set) co_return Failure{set.error().in("the registry's key set")};
    courier_message::Frame question{{{"verb", "keys"}, {"document", line}}, {}};
    const auto said = co_await gate.ask(std::move(question));
    if (!said || !is_ok(*said)) co_return gate_failure(said, "keys");
    spdlog::info("carried=keys version={} epoch={} finding={}", set->version, set->epoch,
                 text_of(said->header, "finding"));
    carried_ = std::move(set).value();
    co_return std::nullopt;
}

}  // namespace menshen::sync
