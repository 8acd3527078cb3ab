// A whole list: manifest, packed bytes from wherever they stopped, the changes since.
#include "snapshots.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "bundle/manifest.hpp"

namespace menshen::sync {

namespace {

constexpr std::size_t packed_piece = std::size_t{1} << 20;
constexpr int tries_without_a_byte = 6;

}  // namespace

struct Snapshots::Source {
    std::string scope;
    std::string manifest;  // its signed line
    std::string sha256;
    std::int64_t size = 0;
    bundle::Position at;
};

Awaitable<void> Snapshots::run() {
    auto backoff = common_.backoff();
    while (!common_.stopping) {
        if (wanted_.empty()) {
            co_await common_.snapshot_wanted.wait(std::chrono::hours(1));
            continue;
        }
        const auto scope = *wanted_.begin();
        const auto failed = co_await snapshot(scope);
        way_.gate().rest();
        if (failed) {
            co_await common_.give_up_for_now("snapshot", *failed, backoff);
        } else {
            backoff.good();
        }
        wanted_.erase(scope);
        common_.snapshot_ended.wake();
    }
}

void Snapshots::want(const std::string& scope) {
    wanted_.insert(scope);
    common_.snapshot_wanted.wake();
}

Awaitable<void> Snapshots::one_ended() {
    co_await common_.snapshot_ended.wait(std::chrono::hours(1));
}

Awaitable<Outcome> Snapshots::snapshot(const std::string& scope) {
    const Carrying carrying(common_);
    Request request;
    request.path = fmt::format("/v1/scopes/{}/snapshot", scope);
    request.quiet = seconds(120);  // it may have to be made
    const auto answer = co_await common_.http.ask(std::move(request));
    if (!answer) co_return no_answer(common_, "lists", answer.error());
    if (answer->status != 200) co_return failure_of(common_, "lists", *answer);
    Source source{scope, answer->body, {}, 0, {}};
    while (source.manifest.ends_with('\n')) source.manifest.pop_back();
    const auto document = bundle::parse_signed(bundle::DocumentType::manifest, source.manifest);
    if (!document) co_return Failure{document.error().in("the registry's manifest")};
    const auto manifest = bundle::parse_manifest(document->document);
    if (!manifest) co_return Failure{manifest.error().in("the registry's manifest")};
    source.sha256 = bundle::to_hex(manifest->sha256);
    source.size = manifest->size;
    source.at = manifest->at;
    if (auto failed = co_await keys_.carry_for(way_.gate(), document->kid, source.at.epoch)) co_return failed;
    co_return co_await bring(source);
}

Awaitable<Outcome> Snapshots::bring(const Source& source) {
    courier_message::Frame question{
        {{"verb", "begin"}, {"scope", source.scope}, {"what", "snapshot"}, {"manifest", source.manifest}}, {}};
    // it may stand in line behind another list's commit
    const auto said = co_await way_.gate().ask(std::move(question), judging_within);
    if (!said || !is_ok(*said)) co_return refused(said, "begin");
    Spool spool(common_.config.folder.spool(), source.sha256, source.size, common_.config.spool);
    auto failed = co_await hand_over(source, spool);
    // kept for the next try where only the way was broken; what the gate has refused is not tried again
    if (!failed || failed->error.code == Errc::denied || failed->error.code == Errc::io) spool.discard();
    co_return failed;
}

Awaitable<Outcome> Snapshots::hand_over(const Source& source, Spool& spool) {
    auto sent = spool.kept();
    spdlog::info("carrying=snapshot scope={} at={} bytes={} resumed_from={}", source.scope,
                 bundle::to_string(source.at), source.size, sent);
    auto failed = co_await send_kept(spool);
    if (!failed) failed = co_await download(source, spool, sent);
    if (!failed) failed = co_await way_.send_lines(source.scope, source.at);
    if (failed) co_return failed;
    const auto said = co_await way_.finish(source.scope);
    if (!said || !is_ok(*said)) co_return refused(said, "finish");
    co_return std::nullopt;
}

/// A key or an epoch that the gate does not know: the next time the key set comes first.
Failure Snapshots::refused(const Result<courier_message::Frame>& said, std::string_view asked) {
    const auto finding = said ? text_of(said->header, "finding") : std::string();
    if (finding == "unknown_key" || finding == "unknown_epoch") keys_.forget();
    return gate_failure(said, asked);
}

Awaitable<Outcome> Snapshots::send_kept(const Spool& spool) {
    for (std::int64_t from = 0; from < spool.kept();) {
        auto bytes = spool.read(from, packed_piece);
        if (!bytes) co_return Failure{bytes.error()};
        from += static_cast<std::int64_t>(bytes->size());
        if (auto failed = co_await way_.pass_on("packed", std::move(bytes).value())) co_return failed;
    }
    co_return std::nullopt;
}

/// A line that breaks is taken up again at the byte where it broke, as long as each few tries bring some.
Awaitable<Outcome> Snapshots::download(const Source& source, Spool& spool, std::int64_t& sent) {
    auto backoff = common_.backoff();
    while (sent < source.size) {
        const auto before = sent;
        Request request;
        request.path = "/v1/blobs/" + source.sha256;
        request.fields.push_back(fmt::format("Range: bytes={}-", sent));
        auto answer = common_.http.start(std::move(request));
        const auto head = co_await answer.head();
        if (head && head->status != 206 && !(head->status == 200 && sent == 0))
            co_return failure_of(common_, "lists", *head);
        Error broken = head ? Error{Errc::unavailable, "the bytes stopped before their end"} : head.error();
        while (head && sent < source.size) {
            auto bytes = co_await answer.read();
            if (!bytes) broken = bytes.error();
            if (!bytes || bytes->empty()) break;
            sent += static_cast<std::int64_t>(bytes->size());
            if (sent > source.size) co_return Failure{{Errc::denied, "more bytes came than the manifest names"}};
            spool.append(*bytes);
            if (auto failed = co_await way_.pass_on("packed", std::move(bytes).value())) co_return failed;
        }
        if (sent == source.size) break;
        if (sent > before) backoff.good();
        const Failure failure{broken};
        if (common_.stopping || backoff.failures() >= tries_without_a_byte)
            co_return no_answer(common_, "lists", broken);
        co_await common_.give_up_for_now("snapshot", failure, backoff);
    }
    co_return std::nullopt;
}

}  // namespace menshen::sync
