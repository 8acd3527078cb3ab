// menshen-eval as a person runs it, on pictures and clips that are drawn here. It asks nothing of the networks but that
// they read a clean drawn plate.
#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <opencv2/imgcodecs.hpp>
#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "clip.hpp"
#include "eye/quad.hpp"
#include "support/temporary_folder.hpp"
#include "support/text_file.hpp"

using namespace menshen;

namespace {

struct Ran {
    int status = -1;
    std::string out, complaints;
    [[nodiscard]] boost::json::object json() const { return boost::json::parse(out).as_object(); }
};

Ran run(const std::string& arguments, const support::TemporaryFolder& folder) {
    Ran ran;
    const auto errors = folder / "stderr";
    const auto command = std::string(MENSHEN_EVAL) + " " + arguments + " 2>" + errors.string();
    FILE* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char piece[4096];
    for (std::size_t n = 0; (n = ::fread(piece, 1, sizeof piece, pipe)) > 0;) ran.out.append(piece, n);
    ran.status = WEXITSTATUS(::pclose(pipe));
    ran.complaints = support::text_in(errors);
    return ran;
}

std::int64_t number(const boost::json::object& json, const char* name) {
    return json.at(name).as_int64();
}

/// A car that waits at the barrier, and where its plate is.
twin::Frame waiting(const std::string& plate) {
    auto glyphs = twin::Glyphs::load();
    REQUIRE(glyphs);
    twin::Scene scene(std::move(*glyphs), {});
    if (!plate.empty()) REQUIRE(scene.arrive({"car", plate, {}, {}, 3, true}, Duration{}));
    return scene.render(milliseconds(2500));
}

std::string corners_of(const twin::Frame& frame) {
    std::stringstream out;
    for (const auto& p : frame.sights.at(0).plate) out << ',' << p.x << ',' << p.y;
    return out.str();
}

cv::Mat crop_of(const twin::Frame& frame) {
    eye::Quad quad;
    for (std::size_t i = 0; i < 4; ++i) quad[i] = cv::Point2f(frame.sights.at(0).plate[i]);
    return eye::straightened(frame.bgr, quad, {136, 36});
}

}  // namespace

TEST_CASE("pictures: read right, a wrong label, no plate, a picture that is none, a bad row; the run goes on") {
    const support::TemporaryFolder folder;
    const auto car = waiting("浙A12345");
    cv::imwrite(folder / "right.jpg", car.bgr);
    cv::imwrite(folder / "wrong.jpg", car.bgr);
    cv::imwrite(folder / "empty.jpg", waiting("").bgr);
    std::ofstream(folder / "broken.jpg") << "not a picture";
    std::ofstream(folder / "labels.csv") << "file,plate,x1,y1,x2,y2,x3,y3,x4,y4\n"
                                         << "right.jpg,浙A12345" << corners_of(car) << "\nwrong.jpg,京B77777"
                                         << corners_of(car) << "\nempty.jpg,,,,,,,,,\nbroken.jpg,浙A12345\n"
                                         << "missing.jpg,浙A12345\nbad.jpg,浙A12345,1,2,3\n";
    const auto set = folder.path().string();
    const auto page = (folder / "misses.html").string();
    const auto ran = run("plates --set " + set + " --json --threads 2 --page " + page, folder);
    CHECK(ran.status == 1);  // something was left out
    const auto json = ran.json();
    CHECK(number(json, "pictures") == 3);
    CHECK(number(json, "first") == 1);
    CHECK(number(json, "any") == 1);
    CHECK(number(json, "with_plate") == 2);
    CHECK(number(json, "detected") == 2);
    CHECK(number(json, "without_plate") == 1);
    CHECK(number(json, "false_plates") == 0);
    CHECK(number(json, "false_plates_at_grant") == 0);
    CHECK(number(json, "false_told") == 0);
    for (const auto* name : {"classes", "positions", "confusions", "widths", "likelihoods"}) CHECK(json.contains(name));
    CHECK(number(json, "unreadable") == 2);
    CHECK(number(json, "bad_rows") == 1);
    CHECK(json.at("median_ms").to_number<double>() > 0);
    CHECK(json.at("p95_ms").to_number<double>() >= json.at("median_ms").to_number<double>());
    CHECK(json.contains("ece"));
    CHECK(ran.complaints.find("broken.jpg") != std::string::npos);
    CHECK(ran.complaints.find("missing.jpg") != std::string::npos);
    CHECK(ran.complaints.find("labels.csv:7:") != std::string::npos);
    const auto html = support::text_in(page);
    CHECK(html.find("wrong.jpg") != std::string::npos);
    CHECK(html.find("right.jpg") == std::string::npos);

    const auto report = run("plates --set " + set, folder).out;
    CHECK(report.find("first result right") != std::string::npos);
    CHECK(report.find("small_car") != std::string::npos);
}

TEST_CASE("crops, with the peer in the same run") {
    const support::TemporaryFolder folder;
    cv::imwrite(folder / "a.png", crop_of(waiting("浙A12345")));
    std::ofstream(folder / "labels.csv") << "a.png,浙A12345\n";
    const auto json = run("crops --set " + folder.path().string() + " --json --baseline", folder).json();
    CHECK(number(json, "first") == 1);
    CHECK(number(json, "with_corners") == 0);
    CHECK(number(json.at("baseline").as_object(), "pictures") == 1);
    CHECK(json.at("ratio").as_object().at("median_ms").to_number<double>() > 0);
}

TEST_CASE("clips: one claim a car, by the gate's own vote; nobody is claimed where nobody came") {
    const support::TemporaryFolder folder;
    twin::ClipOptions clip;
    clip.scene.size = {960, 540};
    clip.arrival.plate = "浙A12345";
    clip.file = folder / "car.mp4";
    REQUIRE(twin::write_clip(clip));
    std::ofstream(folder / "broken.mp4") << "no clip";
    std::ofstream(folder / "labels.csv") << "file,plate\ncar.mp4,浙A12345\nbroken.mp4,浙A12345\n";
    const auto ran = run("arrivals --set " + folder.path().string() + " --json --max-fps 4", folder);
    CHECK(ran.status == 1);
    const auto json = ran.json();
    CHECK(number(json, "clips") == 1);
    CHECK(number(json, "right") == 1);
    CHECK(number(json, "further_arrivals") == 0);
    CHECK(number(json, "wrong_at_grant") == 0);
    CHECK(number(json.at("single_frames").as_object(), "right") > 0);
    CHECK(number(json.at("vote").as_object().at("at_grant").as_object(), "wrong") == 0);
    CHECK(json.at("median_claim_frames").to_number<double>() >= 1);
    CHECK(json.at("classes").as_object().contains("small_car"));
    CHECK(ran.complaints.find("broken.mp4") != std::string::npos);

    const auto looks = (folder / "looks.jsonl").string();  // the same clip, its looks kept and voted on once more
    std::ofstream(folder / "labels.csv") << "file,plate\ncar.mp4,浙A12345\n";
    const auto set = "arrivals --set " + folder.path().string() + " --json ";
    auto seen = run(set + "--max-fps 4 --keep-looks " + looks, folder).json();
    CHECK(run(set + "--looks " + looks, folder).json().at("vote") == seen.at("vote"));
    CHECK(run(set + "--looks /nowhere", folder).status == 2);

    std::ofstream(folder / "labels.csv")
        << "file,plate\ncar.mp4,\n";  // the label says that nobody comes: a false claim
    const auto alarmed = run("arrivals --set " + folder.path().string() + " --json --max-fps 2", folder).json();
    CHECK(number(alarmed, "false_claims") == 1);
    CHECK(number(alarmed, "wrong_at_grant") == 1);
}

TEST_CASE("bad input is said with what to do, and judged by nobody") {
    const support::TemporaryFolder folder;
    const auto without = run("plates --set " + folder.path().string() + " --json", folder);
    CHECK(without.status == 2);
    CHECK(without.out.empty());
    CHECK(without.complaints.find("labels.csv cannot be read") != std::string::npos);
    std::ofstream(folder / "labels.csv") << "a.jpg,浙A12345\n";
    const auto networks = run("plates --models /nowhere --set " + folder.path().string(), folder);
    CHECK(networks.status == 2);
    CHECK(networks.complaints.find("/nowhere") != std::string::npos);
    CHECK(run("plates", folder).status != 0);
    CHECK(run("nonsense --set x", folder).status != 0);
    CHECK(run("plates --threads 0 --set " + folder.path().string(), folder).status != 0);
}
