// Answers of the feed that are kept for who asks next: as many as fit, and never an old one.
#include "desk.hpp"
#include "rig.hpp"

namespace menshen::registry::server::test {

namespace {

/// Every scope has so many rows of ten thousand bytes.
class SomeRows final : public Feed {
  public:
    int asked = 0;
    int rows = 1;

    Result<std::vector<ScopeInfo>> scopes() override { return std::vector<ScopeInfo>{}; }
    Result<SignedHead> head(const std::string& scope) override {
        SignedHead head;
        head.at = {scope, 1, 9};
        head.bytes = "{}";
        return head;
    }
    Result<Changes> changes(const Position& since, std::int64_t, const RowSink& sink) override {
        ++asked;
        const auto body = R"({"note":")" + std::string(10'000, 'x') + R"("})";
        for (int i = 1; i <= rows; ++i) {
            FeedRow row;
            row.kind = "permit";
            row.id = i;
            row.s = 9;
            row.body = body;
            if (auto done = sink(row); !done) return done.error();
        }
        return Changes{FeedAnswer::rows, rows, head(since.scope).value()};
    }
    Result<std::optional<UtcTime>> behind_since(const Position&) override { return std::optional<UtcTime>{}; }
    Result<SignedHead> snapshot(const std::string& scope, const RowSink&) override { return head(scope); }
};

}  // namespace

TEST_CASE("kept answers of all scopes together stay within their bytes; the one asked for least lately goes") {
    SomeRows feed;
    Segments kept(50'000);
    const auto ask = [&](int scope) {
        const auto answer = kept.get(feed, {"site-" + std::to_string(scope), 1, 0}, "tag");
        REQUIRE(answer);
        CHECK(answer->lines->size() > 10'000);
        CHECK(kept.bytes() <= 50'000);
    };
    for (int scope = 1; scope <= 4; ++scope) ask(scope);
    CHECK(feed.asked == 4);
    ask(1);
    CHECK(feed.asked == 4);
    ask(5);  // in the place of the second one
    CHECK(feed.asked == 5);
    for (const int scope : {1, 3, 4, 5}) ask(scope);
    CHECK(feed.asked == 5);
    ask(2);
    CHECK(feed.asked == 6);
    for (int scope = 10; scope < 1'000; ++scope) ask(scope);
}

TEST_CASE("a newer head drops what was kept of its scope, and of no other; one too large is not kept") {
    SomeRows feed;
    Segments kept(500'000);
    const auto ask = [&](const char* scope, std::int64_t seq, const char* newest) {
        REQUIRE(kept.get(feed, {scope, 1, seq}, newest));
    };
    for (const std::int64_t seq : {1, 2, 3}) ask("main", seq, "a");
    ask("maine", 1, "a");
    const auto four = kept.bytes();
    ask("main", 2, "b");
    CHECK(kept.bytes() == four / 2);
    CHECK(feed.asked == 5);
    ask("maine", 1, "a");
    CHECK(feed.asked == 5);
    feed.rows = 60;
    ask("main", 3, "b");
    CHECK(kept.bytes() <= 500'000);
}

}  // namespace menshen::registry::server::test
