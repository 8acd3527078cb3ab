// Lists that come in parts over admin.sock, and administrators who go away in the middle.
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "fixture.hpp"
#include "support/temporary_folder.hpp"

using namespace menshen;
using test::Box;

namespace {

class Administrator {
  public:
    explicit Administrator(Box& box) : box_(box), socket_(box.loop) {
        socket_.connect(boost::asio::local::stream_protocol::endpoint(box.folder() + "/admin.sock"));
        box.settle();
    }
    void send(const boost::json::object& request) { send_raw(boost::json::serialize(request) + "\n"); }
    void send_raw(const std::string& bytes) {
        boost::system::error_code error;
        socket_.non_blocking(true);
        for (std::size_t at = 0; at < bytes.size() && (!error || error == boost::asio::error::would_block);) {
            at += socket_.write_some(boost::asio::buffer(bytes) + at, error);
            box_.settle();
        }
    }
    /// Empty: the gate has closed the connection.
    boost::json::object answer() {
        bool over = false;
        boost::system::error_code failed;
        std::size_t size = 0;
        boost::asio::async_read_until(socket_, in_, '\n', [&](boost::system::error_code error, std::size_t n) {
            over = true;
            failed = error;
            size = n;
        });
        REQUIRE(box_.until([&] { return over; }));
        if (failed) return {};
        const std::string line(static_cast<const char*>(in_.data().data()), size);
        in_.consume(size);
        return boost::json::parse(line).as_object();
    }
    boost::json::object ask(const boost::json::object& request) {
        send(request);
        return answer();
    }
    /// The report behind what is said of the progress.
    boost::json::object finish(bool dry_run) {
        auto said = ask({{"verb", "import_finish"}, {"dry_run", dry_run}});
        while (said.contains("progress")) said = answer();
        return said;
    }

  private:
    Box& box_;
    boost::asio::local::stream_protocol::socket socket_;
    boost::asio::streambuf in_;
};

std::string plate(int n) {
    return fmt::format("浙B{:05}", n);
}

boost::json::object rows(int from, int to) {
    boost::json::array array;
    for (int n = from; n < to; ++n) array.push_back({{"line", n + 2}, {"plate", plate(n)}, {"holder", "张三"}});
    return {{"verb", "import_rows"}, {"rows", std::move(array)}};
}

std::int64_t credentials_of(Box& box) {
    return box.ask({{"verb", "status"}}).at("list").at("credentials").as_int64();
}

bool staged(const Box& box) {
    return std::filesystem::exists(box.folder() + "/whitelist.import");
}

const boost::json::object begin{{"verb", "import_begin"}, {"by", "admin"}};

}  // namespace

TEST_CASE("a list in parts: nothing before the finish, a dry run first, then all of it; the counts are the new ones") {
    Box box;
    Administrator admin(box);
    CHECK(admin.ask(begin).at("ok") == true);
    for (int part = 0; part < 5; ++part) {
        CHECK(admin.ask(rows(part * 1000, part * 1000 + 1000)).at("rows") == (part + 1) * 1000);
    }
    CHECK(staged(box));
    CHECK(credentials_of(box) == 0);
    auto report = admin.finish(true);
    CHECK(report.at("ok") == true);
    CHECK(report.at("added") == 5000);
    CHECK(report.at("committed") == false);
    CHECK(credentials_of(box) == 0);
    report = admin.finish(false);
    CHECK(report.at("committed") == true);
    CHECK(credentials_of(box) == 5000);  // at once: whoever hears of the list also hears its counts
    CHECK_FALSE(staged(box));
    CHECK(box.events(EventKind::list_changed).size() == 1);
    CHECK(admin.ask(rows(0, 1)).at("ok") == false);
}

TEST_CASE("the gate's own list is told in pages, as it was imported and blocked") {
    Box box;
    Administrator admin(box);
    CHECK(admin.ask(begin).at("ok") == true);
    CHECK(admin.ask(rows(0, 600)).at("rows") == 600);
    REQUIRE(admin.finish(false).at("committed") == true);
    REQUIRE(admin.ask({{"verb", "block"}, {"plate", "粤B3C741"}, {"reason", "x"}, {"by", "admin"}}).at("ok") == true);
    auto page = admin.ask({{"verb", "list"}, {"of", "permits"}});
    CHECK(page.at("permits").as_array().size() == 500);
    const auto next = page.at("next").as_int64();
    CHECK(next > 0);
    page = admin.ask({{"verb", "list"}, {"of", "permits"}, {"after", next}});
    CHECK(page.at("next") == 0);
    const auto& last = page.at("permits").as_array().back().as_object();
    CHECK(last.at("credentials").as_array().size() == 1);
    CHECK(last.at("permit").at("id").as_int64() > next);
    page = admin.ask({{"verb", "list"}, {"of", "blocks"}});
    CHECK(page.at("permits").as_array().empty());
    CHECK(page.at("blocks").as_array().at(0).at("plate") == "粤B3C741");
    page = admin.ask({{"verb", "list"}, {"of", "schedules"}});
    CHECK(page.at("schedules").as_array().empty());
    CHECK(admin.ask({{"verb", "list"}, {"of", "everything"}}).at("ok") == false);
}

TEST_CASE("what a panel hears of a changed list are its counts after the change") {
    Box box;
    std::vector<std::int64_t> told;
    const auto subscription = box.gate().subscribe([&](const boost::json::object& message) {
        if (const auto* site = message.if_contains("site"))
            told.push_back(site->at("list").at("credentials").as_int64());
    });
    box.import({{"浙A12345", ""}, {"浙B77777", ""}});
    REQUIRE_FALSE(told.empty());
    CHECK(told.back() == 2);
    CHECK(box.command(GuardCommand::Action::register_visitor, "", 0, "苏C23456"));
    CHECK(told.back() == 3);
}

TEST_CASE("duplicates and look-alikes are found across the parts") {
    Box box;
    Administrator admin(box);
    CHECK(admin.ask(begin).at("ok") == true);
    const auto one = [&](int line, const char* text) {
        CHECK(admin.ask({{"verb", "import_rows"}, {"rows", {{{"line", line}, {"plate", text}}}}}).at("ok") == true);
    };
    one(2, "浙B8Z345");
    one(3, "浙B12345");
    one(4, "浙B82345");
    one(5, "浙B12345");
    one(6, "nonsense");
    const auto report = admin.finish(true);
    CHECK(report.at("errors") == 2);
    const auto& problems = report.at("problems").as_array();
    REQUIRE(problems.size() == 3);
    CHECK(problems[0].at("line") == 4);
    CHECK(problems[0].at("kind") == "look_alike");
    CHECK(problems[1].at("kind") == "duplicate");
    CHECK(problems[2].at("kind") == "plate");
    CHECK(admin.finish(false).at("committed") == false);
    CHECK(credentials_of(box) == 0);
}

TEST_CASE("an import ends with its connection; meanwhile a second one is refused, and decisions go on") {
    Box box;
    box.import({{"浙A12345", ""}});
    {
        Administrator leaving(box);
        CHECK(leaving.ask(begin).at("ok") == true);
        CHECK(leaving.ask(rows(0, 2000)).at("ok") == true);
        Administrator second(box);
        const auto refused = second.ask({{"verb", "import_begin"}, {"by", "other"}});
        CHECK(refused.at("ok") == false);
        CHECK(std::string(refused.at("error").as_string()).find("admin is importing") != std::string::npos);
        CHECK(second.ask(rows(0, 1)).at("ok") == false);
        CHECK(second.finish(false).at("ok") == false);
        box.approach("in", Level::occupied);
        box.see("in", "浙A12345");
        CHECK(box.board("in").opened == 1);
        CHECK(staged(box));
    }
    CHECK(box.until([&] { return !staged(box); }));
    CHECK(credentials_of(box) == 1);
    Administrator next(box);
    CHECK(next.ask(begin).at("ok") == true);
    CHECK(next.ask(begin).at("ok") == true);  // begun anew
    CHECK(next.finish(false).at("added") == 0);
}

TEST_CASE("what an import left when the gate was killed is gone after the next start") {
    const support::TemporaryFolder folder;
    { std::ofstream(folder / "whitelist.import") << "rows"; }
    Box box(folder.path().string());
    box.keep_folder();
    CHECK_FALSE(staged(box));
}

TEST_CASE("nonsense in parts: too many rows, too long a line, rows that are none, more than the gate takes at once") {
    Box box;
    {
        Administrator admin(box);
        CHECK(admin.ask({{"verb", "import_begin"}}).at("ok") == false);
        CHECK(admin.ask(begin).at("ok") == true);
        CHECK(admin.ask(rows(0, 2001)).at("ok") == false);
        CHECK(admin.ask({{"verb", "import_rows"}, {"rows", 7}}).at("ok") == false);
        CHECK(admin.ask({{"verb", "import_rows"}, {"rows", {7}}}).at("ok") == false);
        CHECK(admin.ask(rows(0, 1)).at("ok") == false);  // an import with a hole in it is none
        CHECK(box.ask({{"verb", "import"}, {"by", "x"}, {"rows", rows(0, 2001).at("rows")}}).at("ok") == false);
    }
    {
        Administrator hasty(box);
        CHECK(hasty.ask(begin).at("ok") == true);
        std::string flood;
        for (int n = 0; n < 40; ++n) flood += boost::json::serialize(rows(0, 100)) + "\n";
        hasty.send_raw(flood);
        int taken = 0;
        for (int n = 0; n < 40; ++n) taken += hasty.answer().at("ok") == true ? 1 : 0;
        CHECK(taken < 40);
        CHECK(taken >= 4);
    }
    Administrator endless(box);
    endless.send_raw(std::string(2U << 20U, 'x'));
    const auto last = endless.answer();
    if (!last.empty()) CHECK(last.at("ok") == false);
    CHECK(box.ask({{"verb", "status"}}).at("ok") == true);
}
