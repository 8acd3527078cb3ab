#include "page.hpp"

#include <doctest/doctest.h>

#include "support/temporary_folder.hpp"
#include "support/text_file.hpp"

using namespace menshen;
using namespace menshen::eval;

TEST_CASE("the page holds its pictures, what was read and what was right, and no markup of a file's name") {
    const support::TemporaryFolder folder;
    const auto path = (folder / "misses.html").string();
    const Labelled picture{"<a&b>.jpg", {{"皖AG898R", PlateClass::small_car, std::nullopt}}};
    const Outcome outcome{{{"皖AG898B", 0.81, true, true, {}}}, 1, 1};
    eye::Seen seen;
    seen.crop = cv::Mat(36, 136, CV_8UC3, cv::Scalar(200, 80, 20));
    const auto miss =
        make_miss(picture, Verdict::wrong, outcome, cv::Mat(90, 160, CV_8UC3, cv::Scalar::all(90)), {seen});
    REQUIRE(write_page(path, "Misses", {miss}, 3));
    const auto page = support::text_in(path);
    CHECK(page.find("皖AG898<b>B</b>") != std::string::npos);
    CHECK(page.find("皖AG898R") != std::string::npos);
    CHECK(page.find("0.810") != std::string::npos);
    CHECK(page.find("3 more left out") != std::string::npos);
    CHECK(page.find("&lt;a&amp;b&gt;.jpg") != std::string::npos);
    CHECK(page.find("<a&b>") == std::string::npos);
    CHECK(page.find("base64,/9j/") != page.rfind("base64,/9j/"));  // two JPEGs: the scene and the crop
    CHECK_FALSE(write_page((folder / "no/such/folder.html").string(), "Misses", {}, 0));
}

TEST_CASE("a clip that showed nothing is a miss without a picture") {
    const auto miss = make_miss({"a.mp4", {}}, Verdict::unread, {}, {}, {});
    CHECK(miss.scene.empty());
    CHECK(miss.readings.empty());
}
