// One camera's scene: cars arrive, wait, go, back out. Time is an argument: the same commands at the same times give
// the same pictures, bit by bit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "twin-scene/backdrop.hpp"
#include "twin-scene/car.hpp"
#include "twin-scene/weather.hpp"
#include "values/time.hpp"

namespace menshen::twin {

struct SceneOptions {
    cv::Size size{1280, 720};
    double fps = 15;
    std::uint64_t seed = 1;
};

/// "day", "night", "rain", "dirty", "covered", "no_plate", or several joined by '+': "night+dirty". Empty fields: not
/// named.
struct Style {
    std::optional<Weather> weather;
    PlateState plate = PlateState::clean;
    bool no_plate = false;
    static Result<Style> parse(std::string_view text);
};

struct Arrival {
    std::string id;
    std::string plate;  // not needed with no_plate
    PlateColour colour = PlateColour::unknown;
    Style style;
    std::uint64_t seed = 1;
    bool wait = true;  // false: passes without stopping
};

/// One car as the frame shows it.
struct Sight {
    std::string id;
    Quad plate{};      // pixels
    double width = 0;  // of the plate, pixels: the longer of its upper and lower edge
    bool readable =
        false;            // a plate is mounted, wholly in the frame, at least 60 pixels wide and not behind another car
    bool stands = false;  // the car has come to a stop
};

struct Frame {
    cv::Mat bgr;                    // shared with the next frame when nothing changed: do not write into it
    bool changed = true;            // false: the same pixels as the frame before
    std::vector<Sight> sights;      // far to near
    std::vector<std::string> gone;  // cars that left since the frame before
};

class Scene {
  public:
    static constexpr std::size_t most_cars = 8;
    static constexpr double approach_seconds = 2.0;
    static constexpr double leave_seconds = 1.2;
    static constexpr double least_plate = 60;  // pixels

    Scene(Glyphs glyphs, const SceneOptions& options);

    /// The car enters and stops at the barrier, or behind the last car that waits there. conflict: the id is in view.
    Status arrive(const Arrival& arrival, Duration now);
    /// The car drives on below the camera; those behind it move up. not_found: no such car waits or approaches.
    Status go(std::string_view id, Duration now);
    /// The car backs out to the street.
    Status back(std::string_view id, Duration now);
    /// A parked car whose plate's middle shows at these fractions of the frame (0..1 from the upper left). invalid when
    /// no place between 6 and 16 metres away is seen there: lower in the frame is nearer.
    Status park(const Arrival& arrival, cv::Point2d at, Duration now);
    void clear(Duration now);
    void set_weather(Weather weather);
    void set_arm(double up);

    /// The frame at `now`, which never goes back.
    [[nodiscard]] Frame render(Duration now);
    [[nodiscard]] const View& view() const { return view_; }

  private:
    enum class Phase { approaching, leaving, backing, parked };
    struct Car {
        std::string id;
        CarBody body;
        std::optional<PlatePicture> plate;
        PlatePicture shaded;  // the plate in the present light
        Phase phase = Phase::approaching;
        bool wait = true;
        Duration since{};  // of this phase or move
        double from = 0;   // metres before the camera
        double to = 0;
        double x = 0;  // parked
        double seconds = approach_seconds;
        std::uint64_t seed = 0;
    };

    [[nodiscard]] Result<Car> make_car(const Arrival& arrival) const;
    void shade_plate(Car& car) const;
    [[nodiscard]] static double way(const Car& car, Duration now);  // 0 start … 1 end of its present move
    [[nodiscard]] static Pose pose_of(const Car& car, Duration now);
    void move_up(Duration now);
    void retire(Duration now);
    void keep_moving(Duration now);
    Car* find(std::string_view id);
    [[nodiscard]] std::vector<Sight> look(Duration now) const;
    void draw(Duration now, cv::Mat& picture);

    Glyphs glyphs_;
    SceneOptions options_;
    View view_;
    Sky sky_;
    Light light_;
    double arm_ = 0;
    bool touched_ = true;
    std::map<Weather, cv::Mat> backdrops_;
    std::vector<Car> cars_;  // in order of arrival
    std::vector<std::string> gone_;
    cv::Mat last_;
};

}  // namespace menshen::twin
