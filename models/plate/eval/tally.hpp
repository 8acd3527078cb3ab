// What was read against what is there: counts that two runs can be compared by. Pure.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "labels.hpp"
#include "values/claim.hpp"

namespace menshen::eval {

/// One plate that was found in a picture.
struct Reading {
    std::string text;
    double likelihood = 0;
    bool whole = false;  // keeps the grammar of some plate
    bool told = false;   // the gate would have heard of it
    std::array<Point, 4> corners{};
};

/// What became of one picture. `readings`: the most certain first.
struct Outcome {
    std::vector<Reading> readings;
    double ms = 0;      // by the clock
    double cpu_ms = 0;  // of this thread: what a busy machine does not change
};

enum class Verdict { right, wrong, unread, quiet, false_plate, unlabelled };
[[nodiscard]] std::string_view to_string(Verdict verdict);

struct Share {
    int right = 0, of = 0;
    void count(bool is_right) {
        right += is_right ? 1 : 0;
        ++of;
    }
    [[nodiscard]] double value() const { return of == 0 ? 0 : static_cast<double>(right) / of; }
};

/// How two texts of plates lie upon each other: characters of the first and what stands for them ("" = nothing).
struct Pair {
    std::string is, read;
    int position = 0;  // in the first text, 0-based
};
[[nodiscard]] std::vector<Pair> aligned(std::string_view is, std::string_view read);

/// Intersection over union of two quadrilaterals, 0..1.
[[nodiscard]] double overlap(const std::array<Point, 4>& a, const std::array<Point, 4>& b);
/// Pixels: the mean of upper and lower edge.
[[nodiscard]] double width_of(const std::array<Point, 4>& corners);

/// `share` 0.5 is the median, 0.95 what one in twenty exceeds; 0 of nothing.
[[nodiscard]] double percentile(std::vector<double> values, double share);

/// Whether likelihoods mean what they say.
class Certainty {
  public:
    static constexpr int bins = 15;  // of the calibration error

    void add(double likelihood, bool right) { said_.emplace_back(likelihood, right); }
    void add(const Certainty& more) { said_.insert(said_.end(), more.said_.begin(), more.said_.end()); }
    [[nodiscard]] bool empty() const { return said_.empty(); }
    /// Expected calibration error, 0..1: mean distance of likelihood and share of right ones.
    [[nodiscard]] double error() const;
    /// Of the answers with a likelihood in [from, to).
    [[nodiscard]] Share between(double from, double to) const;
    /// Likelihood of the surest wrong answer; 0: none is wrong. A grant threshold above it would have stopped them all.
    [[nodiscard]] double surest_wrong() const;

  private:
    std::vector<std::pair<double, bool>> said_;
};

/// As reports name it; "other" where no grammar of ours holds the text.
[[nodiscard]] std::string class_name(const LabelledPlate& plate);

struct Kind {
    Share first, any, detected;
};

class Tally {
  public:
    static constexpr double same_plate = 0.5;                                       // overlap
    static constexpr std::array<int, 7> width_from{0, 60, 80, 120, 200, 300, 450};  // pixels of the plate

    /// `grant`: the likelihood from which the gate opens by itself.
    explicit Tally(double grant) : grant_(grant) {}

    Verdict count(const Labelled& picture, const Outcome& outcome);

    [[nodiscard]] int pictures() const { return static_cast<int>(ms_.size()); }
    [[nodiscard]] const Share& first() const { return all_.first; }
    [[nodiscard]] const Share& any() const { return all_.any; }
    [[nodiscard]] const Share& detected() const { return all_.detected; }
    /// Pictures without a plate in which the eye told of one; `right` counts the false ones.
    [[nodiscard]] const Share& false_plates() const { return false_plates_; }
    /// The same with a likelihood from which a gate opens; and with anything told at all, also what is no whole plate.
    [[nodiscard]] const Share& false_at_grant() const { return false_at_grant_; }
    [[nodiscard]] const Share& false_told() const { return false_told_; }
    [[nodiscard]] int wrong() const { return wrong_; }
    [[nodiscard]] int unread() const { return unread_; }
    /// First answers at or above the grant likelihood; `right` counts the wrong ones.
    [[nodiscard]] const Share& wrong_at_grant() const { return wrong_at_grant_; }
    [[nodiscard]] double grant() const { return grant_; }
    [[nodiscard]] const std::map<std::string, Kind>& classes() const { return classes_; }
    [[nodiscard]] const std::array<Kind, width_from.size()>& widths() const { return widths_; }
    [[nodiscard]] const std::vector<Share>& positions() const { return positions_; }
    /// Most frequent first: what it is, what was read, how often.
    [[nodiscard]] std::vector<std::pair<Pair, int>> confusions() const;
    /// Of the first answers.
    [[nodiscard]] const Certainty& certainty() const { return certainty_; }
    [[nodiscard]] double calibration_error() const { return certainty_.error(); }
    [[nodiscard]] double ms(double share) const { return percentile(ms_, share); }
    [[nodiscard]] double cpu_ms(double share) const { return percentile(cpu_ms_, share); }

  private:
    void count_characters(const LabelledPlate& plate, const Outcome& outcome);
    void count_detection(const LabelledPlate& plate, const Outcome& outcome);
    Verdict count_empty(const Outcome& outcome);
    void remember_sure(const Reading& first, bool right);

    double grant_;
    Kind all_;
    Share false_plates_, false_at_grant_, false_told_, wrong_at_grant_;
    int wrong_ = 0, unread_ = 0;
    std::map<std::string, Kind> classes_;
    std::array<Kind, width_from.size()> widths_{};
    std::vector<Share> positions_;
    std::map<std::pair<std::string, std::string>, int> confused_;
    Certainty certainty_;
    std::vector<double> ms_, cpu_ms_;
};

}  // namespace menshen::eval
