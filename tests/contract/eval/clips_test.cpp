// Clips made without any real picture, as a person makes them: draw_cars, then make_clips.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "support/temporary_folder.hpp"
#include "support/text_file.hpp"

using namespace menshen;

namespace {

namespace fs = std::filesystem;

void run(const std::string& script, const std::string& arguments) {
    const auto command = std::string(MENSHEN_SUPPORT) + "/" + script + " " + arguments + " >/dev/null";
    CAPTURE(command);
    REQUIRE(std::system(command.c_str()) == 0);
}

std::map<std::string, std::string> files(const fs::path& folder) {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::directory_iterator(folder))
        out[entry.path().filename()] = support::text_in(entry.path());
    return out;
}

}  // namespace

TEST_CASE("cars are drawn with plates of every sort by turns, and become clips, the same for the same seed") {
    const support::TemporaryFolder folder;
    const auto at = [&](const char* name) { return (folder / name).string(); };
    run("draw_cars", at("cars") + " --count 3 --seed 4 --programs " + MENSHEN_PROGRAMS);
    const auto labels = support::text_in(folder / "cars/labels.csv");
    CHECK(labels.starts_with("file,plate,x1,y1,x2,y2,x3,y3,x4,y4\n000000.jpg,"));
    CHECK(std::count(labels.begin(), labels.end(), '\n') == 4);

    const std::string small = " --count 3 --seconds 0.4 --size 640x360 ";
    run("make_clips", at("cars") + " " + at("one") + small + "--night --motion --compression");
    run("make_clips", at("cars") + " " + at("two") + small + "--night --motion --compression");
    const auto one = files(folder / "one");
    CHECK(one == files(folder / "two"));
    CHECK(one.size() == 4);
    CHECK(one.at("labels.csv").find(",compression+motion+night\n") != std::string::npos);

    run("make_clips", at("cars") + " " + at("mix") + small);
    const auto mix = files(folder / "mix");
    CHECK(mix.contains("000000.mp4"));
    CHECK(mix.contains("000001-night.mp4"));
    CHECK(mix.contains("000002-motion.mp4"));
    CHECK(mix.at("labels.csv").find(",day\n") != std::string::npos);
}
