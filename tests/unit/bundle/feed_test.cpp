#include "bundle/feed.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "bundle/critical.hpp"
#include "fixture.hpp"

using namespace menshen;
using namespace menshen::bundle;

namespace {

std::string put_line(std::string_view body) {
    return R"({"t":"put","s":1,"k":"permit","id":7,"body":)" + std::string(body) + "}";
}

std::vector<std::string> cut(std::string_view text, std::size_t piece) {
    LineCutter cutter;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        REQUIRE(cutter
                    .feed(text.substr(at, piece),
                          [&](std::string_view line) {
                              lines.emplace_back(line);
                              return Status();
                          })
                    .ok());
    }
    REQUIRE(cutter.finish().ok());
    return lines;
}

}  // namespace

TEST_CASE("the body's bytes are the line's own") {
    const std::string body = R"({"z":1,"a":"ü","n":1.50})";
    const std::string line = put_line(body);
    const auto parsed = parse_line(line).value();
    const auto& put = std::get<Put>(parsed);
    CHECK(put.body == body);
    CHECK(put.body.data() == line.data() + line.find(body));
    std::string again;
    REQUIRE(write_put(again, put).ok());
    CHECK(again == line + "\n");
}

TEST_CASE("what cannot be read is not written") {
    std::string out;
    CHECK_FALSE(write_put(out, {1, "permit", 7, R"({"a": 1})"}).ok());
    CHECK_FALSE(write_put(out, {1, "permit", 7, R"({"a":1}})"}).ok());
    CHECK_FALSE(write_put(out, {1, "Permit", 7, "{}"}).ok());
    CHECK_FALSE(write_put(out, {1, "permit", 0, "{}"}).ok());
    CHECK_FALSE(write_put(out, {-1, "permit", 7, "{}"}).ok());
    CHECK_FALSE(write_del(out, {1, "permit", max_number + 1}).ok());
    CHECK(out.empty());
}

TEST_CASE("bounds: the longest body passes, one byte more does not") {
    const auto body = [](std::size_t size) { return R"({"a":")" + std::string(size - 8, 'x') + "\"}"; };
    CHECK(body(max_body).size() == max_body);
    CHECK(parse_line(put_line(body(max_body))).ok());
    CHECK_FALSE(parse_line(put_line(body(max_body + 1))).ok());
    CHECK_FALSE(parse_line(put_line(body(max_body + 1000))).ok());
}

TEST_CASE("a row with any bit flipped is refused, or is another row") {
    const std::string line = put_line(R"({"class":"staff","n":[1,true]})");
    const auto parsed = parse_line(line).value();
    const auto& put = std::get<Put>(parsed);
    const Hash leaf = leaf_of(put.kind, put.id, put.body);
    for (std::size_t i = 0; i < line.size() * 8; ++i) {
        std::string other = line;
        other[i / 8] = static_cast<char>(other[i / 8] ^ (1 << i % 8));
        const auto read = parse_line(other);
        if (!read) continue;
        const auto* row = std::get_if<Put>(&*read);
        REQUIRE(row != nullptr);
        // s alone is not covered: nothing is decided by it
        if (row->seq == 1) CHECK(leaf_of(row->kind, row->id, row->body) != leaf);
    }
}

TEST_CASE("lines come whole from pieces of any size") {
    const std::string text = "one\ntwo\n\nfour\n";
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        CHECK(cut(text, piece) == std::vector<std::string>{"one", "two", "", "four"});
    }
    LineCutter cutter(8);
    const auto ok = [](std::string_view) { return Status(); };
    CHECK(cutter.feed("12345678\n1234", ok).ok());
    CHECK(cutter.finish().error().message == "cut off within line 2");
    CHECK(cutter.feed("56789", ok).error().message == "line 2: more than 8 bytes");
    LineCutter at_once(8);
    CHECK_FALSE(at_once.feed("123456789\n", ok).ok());
}

TEST_CASE("a change set ends with its head, or is cut off") {
    Registry registry;
    for (int i = 1; i <= 5; ++i) registry.put("permit", i, "{\"n\":" + std::to_string(i) + "}");
    registry.del("permit", 3);
    const std::string text = registry.changes(0);
    const auto rows_of = [&](std::string_view bytes) -> Result<std::int64_t> {
        ChangeReader reader([](const Line&) { return Status(); });
        if (auto done = reader.feed(bytes); !done) return done.error();
        if (auto head = reader.finish(); !head) return head.error();
        return reader.rows();
    };
    CHECK(rows_of(text).value() == 5);
    for (std::size_t i = 0; i < text.size(); ++i) CHECK_FALSE(rows_of(text.substr(0, i)).ok());
    CHECK(rows_of(text + text).error().message.find("after the head") != std::string::npos);
    CHECK(rows_of("{}\n").error().message.starts_with("line 1: byte 1"));
}

TEST_CASE("a sink's refusal ends the change set and says the line") {
    Registry registry;
    registry.put("permit", 1, "{}");
    registry.put("permit", 2, "{}");
    int seen = 0;
    ChangeReader reader([&](const Line&) { return ++seen == 2 ? Status(Errc::exhausted, "disk full") : Status(); });
    const auto done = reader.feed(registry.changes(0));
    REQUIRE_FALSE(done.ok());
    CHECK(done.error() == Error{Errc::exhausted, "line 2: disk full"});
}

TEST_CASE("what the scanner takes, Boost.JSON takes") {
    rc::check([] {
        const auto pieces = *rc::gen::container<std::vector<std::string>>(
            rc::gen::element<std::string>("{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"b\":", "\\", "\\u0041",
                                          "\\ud83d\\ude97", "1", "-", "0.5", "e9", "true", "null", "ü", "\xff", " "));
        std::string body = "{\"a\":";
        for (const auto& piece : pieces) body += piece;
        body += "}";
        const auto read = parse_line(put_line(body));
        boost::system::error_code failed;
        const auto value = boost::json::parse(body, failed);
        if (read) RC_ASSERT(!failed && value.is_object());
    });
}

TEST_CASE("I21: critical fields that this build does not know are named") {
    const std::array<std::string_view, 2> known{"escort", "zones"};
    const auto unknown = [&](const char* body) {
        return unknown_critical(boost::json::parse(body).as_object(), known);
    };
    CHECK(unknown("{}").empty());
    CHECK(unknown(R"({"crit":[]})").empty());
    CHECK(unknown(R"({"crit":["zones","escort"]})").empty());
    CHECK(unknown(R"({"crit":["zones","dog","cat"]})") == std::vector<std::string>{"dog", "cat"});
    CHECK(unknown(R"({"crit":"zones"})") == std::vector<std::string>{"crit"});
    CHECK(unknown(R"({"crit":null})") == std::vector<std::string>{"crit"});
    CHECK(unknown(R"({"crit":["zones",7]})") == std::vector<std::string>{"crit"});
}
