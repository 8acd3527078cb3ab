// Frames as a gate's camera has them, with the corners of the plates in them: drawn plates on real cars in place of
// theirs, on streets, and real scenes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plate-synth/camera.hpp"
#include "plate-synth/flat.hpp"
#include "plate-synth/pictures.hpp"
#include "plate-synth/record.hpp"

namespace menshen::synth {

struct SceneSources {
    cv::Size size{640, 384};
    std::vector<std::string> cars;         // cars with foreign plates, whose boxes labels.csv gives
    std::vector<std::string> backgrounds;  // no Chinese plate in them
    std::vector<std::string> real;         // Chinese scenes with corners
    double real_share = 0.2;    // frames that are real; as many again get another plate in place of the real one
    double empty_share = 0.12;  // frames without any plate
    double car_share = 0.65;    // drawn plates that are put on a car in place of its own; the rest hang on streets
    double night_share = 0.24;
    double least_width = 36;  // of a plate, pixels of a frame 1920 pixels wide
};

/// One thread. The same seed, index, options and fonts give the same frame.
class Scenes {
  public:
    static Result<Scenes> open(const Painter& painter, const SceneSources& sources);
    /// `frame` becomes CV_8UC3 of the size asked for; `texts` the plates' texts in the labels' order. `sort`: of every
    /// plate that is drawn, instead of chance.
    void draw(std::uint64_t seed, std::uint64_t index, cv::Mat& frame, SceneLabels& labels,
              std::vector<std::string>* texts = nullptr, std::optional<Sort> sort = std::nullopt);

  private:
    /// A picture moved, turned and scaled into the frame.
    struct Stage {
        cv::Mat frame;
        cv::Matx23d placing;  // picture to frame
        double enlarged = 1;  // frame pixels a picture pixel
        double dark = 1;      // what is left of the light by night
    };
    struct Placed {
        Corners corners{};
        Sort sort = Sort::blue;
        std::string text;
    };

    Scenes(const Painter& painter, const SceneSources& sources) : painter_(painter), sources_(sources) {}
    Stage staged(Rng& rng, const cv::Mat& picture, const Corners* around, double width, bool mirror) const;
    void darken(Rng& rng, Stage& stage) const;
    Sort sort_for(Rng& rng) const;
    double width_for(Rng& rng) const;
    std::vector<Placed> car_scene(Rng& rng, Stage& stage);
    std::vector<Placed> street_scene(Rng& rng, Stage& stage);
    std::vector<Placed> real_scene(Rng& rng, Stage& stage, bool replaced);
    Placed pasted(Rng& rng, Stage& stage, const Corners& corners, Sort sort) const;
    void distract(Rng& rng, Stage& stage, const std::vector<Placed>& placed) const;
    void finish(Rng& rng, Stage& stage, const std::vector<Placed>& placed, bool real, SceneLabels& labels) const;

    const Painter& painter_;
    SceneSources sources_;
    std::optional<Sort> sort_;  // of the frame that is being drawn
    std::vector<Labelled> cars_, backgrounds_, real_;
    Pictures cache_{800, std::size_t{1700} << 20U};
};

/// How a plate is put into a frame.
struct Pasting {
    double gain = 1;                      // its brightness
    std::array<double, 3> cast{1, 1, 1};  // BGR
    double blur = 0;                      // deviation, pixels
    double shadow = 0;                    // darkening around it, 0..1
};
void paste(cv::Mat& frame, const cv::Mat& bgr, const cv::Mat& cover, const Corners& source, const Corners& corners,
           const Pasting& how);
/// Mean brightness of the frame around the corners, 0..255.
[[nodiscard]] double brightness_around(const cv::Mat& frame, const Corners& corners);
/// Fills the quadrilateral with what lies around it, so that nothing of a plate remains.
void wipe(cv::Mat& frame, const Corners& corners);
/// Headlamps that dazzle.
void dazzle(Rng& rng, cv::Mat& frame, cv::Point2f middle, double plate_width);
[[nodiscard]] cv::Rect bounds_of(const Corners& corners, double margin, cv::Size inside);

}  // namespace menshen::synth
