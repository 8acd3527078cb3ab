// Straightened plates as the recogniser is given them, with their texts: drawn, real, and such as are no plate or
// cannot be read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plate-synth/camera.hpp"
#include "plate-synth/flat.hpp"
#include "plate-synth/pictures.hpp"
#include "plate-synth/record.hpp"

namespace menshen::synth {

struct CropOptions {
    std::vector<std::string> real;       // folders with labels.csv
    double real_share = 0.1;             // of all records, when there are real ones
    std::vector<std::string> negatives;  // folders of pictures that show no Chinese plate
    double negative_share = 0.06, unreadable_share = 0.04;
    double doubtful_share = 0.1;  // plates of which not every character can be made out, with their whole text
};

/// Real plates: crops as they are, scenes by their corners. One thread.
class RealCrops {
  public:
    static Result<RealCrops> open(const std::vector<std::string>& folders);
    [[nodiscard]] bool empty() const { return provinces_.empty(); }
    /// One of a province that is twice as frequent as another comes 1.4 times as often: where a province is blurred, it
    /// shall not be guessed from where the pictures were taken. False when the picture cannot be read or its text keeps
    /// no grammar.
    bool draw(Rng& rng, const Textures& textures, CropRecord& record);

  private:
    /// The pictures whose plates begin alike.
    struct Province {
        std::vector<Labelled> pictures;
        double weight = 0;
    };
    RealCrops() : cache_(1200, std::size_t{600} << 20U) {}
    [[nodiscard]] const Labelled& pick(Rng& rng) const;
    std::vector<Province> provinces_;
    double weights_ = 0;  // together
    Pictures cache_;
};

/// What is no plate: patches of pictures, foreign plates, words. One thread.
class Negatives {
  public:
    static Result<Negatives> open(const std::vector<std::string>& folders);
    void draw(Rng& rng, const Painter& painter, CropRecord& record);

  private:
    Negatives() : cache_(1024, std::size_t{600} << 20U) {}
    cv::Mat patch(Rng& rng);
    std::vector<std::vector<Labelled>> folders_;
    Pictures cache_;
};

/// One thread. The same seed, index, options and fonts give the same record.
class Crops {
  public:
    static Result<Crops> open(const Painter& painter, const CropOptions& options);
    [[nodiscard]] CropRecord draw(std::uint64_t seed, std::uint64_t index);
    /// A plate of this sort that can be read, or `doubtful`: as doubtful_look() shows it, with its whole text.
    [[nodiscard]] CropRecord draw_plate(Rng& rng, Sort sort, bool doubtful = false) const;
    /// The same before it is laid in a row: the plate straightened, as a set to judge with holds it.
    struct Straightened {
        cv::Mat bgr;
        PlateText text;
    };
    [[nodiscard]] Straightened draw_straightened(Rng& rng, Sort sort) const;

  private:
    Crops(const Painter& painter, const CropOptions& options, RealCrops real, Negatives negatives)
        : painter_(painter), options_(options), real_(std::move(real)), negatives_(std::move(negatives)) {}
    [[nodiscard]] CropRecord draw_unreadable(Rng& rng) const;

    const Painter& painter_;
    CropOptions options_;
    RealCrops real_;
    Negatives negatives_;
};

/// Copies a row of characters into the record.
void put_image(CropRecord& record, const cv::Mat& row);
void put_text(CropRecord& record, const PlateText& text);

}  // namespace menshen::synth
