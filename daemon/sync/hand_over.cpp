#include "hand_over.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace menshen::sync {

using courier_message::Frame;

Awaitable<Result<Frame>> HandOver::finish(const std::string& scope) {
    Frame question{{{"verb", "finish"}}, {}};
    auto said = co_await gate_.ask(std::move(question), judging_within);
    if (said && is_ok(*said)) {
        spdlog::info("carried=list scope={} at={} finding={}", scope, text_of(said->header, "at"),
                     text_of(said->header, "finding"));
    }
    co_return said;
}

Awaitable<Outcome> HandOver::send_lines(const std::string& scope, bundle::Position since) {
    Request request;
    request.path = fmt::format("/v1/scopes/{}/changes?since={}", scope, bundle::to_string(since));
    request.packed = true;
    auto answer = common_.http.start(std::move(request));
    const auto head = co_await answer.head();
    if (!head) co_return no_answer(common_, "lists", head.error());
    if (head->status != 200) co_return failure_of(common_, "lists", *head);
    for (;;) {
        auto bytes = co_await answer.read();
        if (!bytes) co_return no_answer(common_, "lists", bytes.error());
        if (bytes->empty()) co_return std::nullopt;
        for (std::size_t from = 0; from < bytes->size(); from += courier_message::max_piece) {
            auto piece = bytes->substr(from, courier_message::max_piece);
            if (auto failed = co_await pass_on("lines", std::move(piece))) co_return failed;
        }
    }
}

Awaitable<Outcome> HandOver::pass_on(std::string_view verb, std::string bytes) {
    Frame question{{{"verb", verb}}, std::move(bytes)};
    const auto said = co_await gate_.ask(std::move(question), judging_within);
    if (!said || !is_ok(*said)) co_return gate_failure(said, verb);
    co_return std::nullopt;
}

}  // namespace menshen::sync
