#include "labels.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "support/temporary_folder.hpp"

using namespace menshen;
using eval::load_labels;

namespace {

struct Folder {
    explicit Folder(const std::string& labels) { std::ofstream(folder / "labels.csv", std::ios::binary) << labels; }
    [[nodiscard]] eval::LabelledSet load() const {
        auto set = load_labels(folder.path().string());
        REQUIRE(set);
        return *set;
    }
    support::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("a plate, its corners, a picture without a plate, a plate that nobody can read") {
    const auto set = Folder(
                         "file,plate,x1,y1,x2,y2,x3,y3,x4,y4\n"
                         "a.jpg,皖AG898R,1,2,30,2,30,12.5,1,12\n"
                         "b.jpg,苏B·d12345,,,,,,,,\r\n"
                         "c.jpg,,,,,,,,,\n"
                         "d.jpg,,1,1,9,1,9,4,1,4\n")
                         .load();
    REQUIRE(set.pictures.size() == 4);
    CHECK(set.bad_rows.empty());
    CHECK(set.pictures[0].plates.at(0).text == "皖AG898R");
    CHECK(set.pictures[0].plates.at(0).plate_class == PlateClass::small_car);
    CHECK(set.pictures[0].plates.at(0).corners->at(2) == Point{30, 12.5F});
    CHECK(set.pictures[1].plates.at(0).text == "苏BD12345");  // as a person's typing is folded
    CHECK(set.pictures[1].plates.at(0).plate_class == PlateClass::new_energy_small);
    CHECK_FALSE(set.pictures[1].plates.at(0).corners);
    CHECK(set.pictures[2].plates.empty());
    CHECK(set.pictures[3].plates.at(0).text.empty());
    CHECK(set.pictures[3].plates.at(0).corners);
}

TEST_CASE("no header, a byte order mark, other columns, two plates in one picture") {
    CHECK(Folder("\xEF\xBB\xBFx.jpg,京N84E28\n").load().pictures.at(0).file == "x.jpg");
    const auto set = Folder("file,source,plate\na.jpg,web,京N84E28\na.jpg,web,沪A1Z726\n").load();
    REQUIRE(set.pictures.size() == 1);
    CHECK(set.pictures[0].plates.size() == 2);
}

TEST_CASE("a bad row is named with its line and left out") {
    const auto set = Folder(
                         "file,plate,x1,y1,x2,y2,x3,y3,x4,y4\n"
                         "a.jpg,皖AG898R\n"
                         "b.jpg\n"
                         ",皖AG898R\n"
                         "c.jpg,皖AG898R,1,2,3,4,5,6,7,\n"
                         "d.jpg,皖AG898R,1,2,3,4,5,left,7,8\n")
                         .load();
    CHECK(set.pictures.size() == 1);
    REQUIRE(set.bad_rows.size() == 4);
    CHECK(set.bad_rows[0].find("labels.csv:3: no plate column") != std::string::npos);
    CHECK(set.bad_rows[1].find("labels.csv:4: no file") != std::string::npos);
    CHECK(set.bad_rows[2].find("labels.csv:5: 7 of 8 coordinates") != std::string::npos);
    CHECK(set.bad_rows[3].find("labels.csv:6: y3 is 'left'") != std::string::npos);
}

TEST_CASE("a text of no plate is counted as it stands, and said") {
    const auto set = Folder("a.jpg,M5XSX\n").load();
    CHECK(set.pictures.at(0).plates.at(0).plate_class == PlateClass::unknown);
    REQUIRE(set.doubts.size() == 1);
    CHECK(set.doubts[0].find("labels.csv:1: 'M5XSX'") != std::string::npos);
}

TEST_CASE("a set that cannot be judged says what to do") {
    const support::TemporaryFolder empty;
    CHECK(load_labels(empty.path().string()).error().message.find("file,plate") != std::string::npos);
    CHECK(load_labels("/nowhere/at/all").error().code == Errc::not_found);
    std::ofstream(empty / "labels.csv") << "file,plate\n";
    CHECK(load_labels(empty.path().string()).error().message.find("names no picture") != std::string::npos);
}
