// The endless programme of ./run: cars come and go, gently paced, the same for the same seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "director/scenario.hpp"
#include "director/site.hpp"

namespace menshen::director {

/// A car of config/simulated/cars.toml.
struct Regular {
    Car car;
    int often = 1;  // its share of the arrivals
    bool inside = false;
    bool on_its_way = false;
};

[[nodiscard]] Result<std::vector<Regular>> read_cars(const std::string& path);
[[nodiscard]] Result<std::vector<Regular>> parse_cars(std::string_view toml, const std::string& file);

class Programme {
  public:
    Programme(Site& site, std::vector<Regular> cars, std::uint32_t seed);

    /// Never ends; one of them for each lane.
    [[nodiscard]] Task<void> play(std::string lane);

    /// Whose turn it is at a lane: in for those outside, out for those inside. Null: nobody.
    [[nodiscard]] Regular* next(bool inwards);

  private:
    [[nodiscard]] Task<void> one(const std::string& lane, Regular& regular);
    [[nodiscard]] Task<void> follow_camera(const std::string& lane);

    Site& site_;
    std::vector<Regular> cars_;
    std::mt19937 random_;
    int count_ = 0;
};

}  // namespace menshen::director
