// What the eye saw (Read) and what identify makes of it (Claim).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "values/plate.hpp"
#include "values/time.hpp"

namespace menshen {

using LaneId = std::string;             // as the site file names it, [a-z0-9-]{1,32}
using ArrivalId = std::uint64_t;        // unique within one journal, rising
using AuthorisationId = std::uint64_t;  // one opening at most; unique within one journal, rising. 0 = none

struct Point {
    float x = 0, y = 0;  // pixels of the full frame, origin top left
    friend bool operator==(const Point&, const Point&) = default;
};

/// One position of a plate: alternatives, most likely first; likelihoods in 0..1, sum ≤ 1. At most 8 alternatives.
struct CharacterRead {
    struct Alternative {
        std::string character;  // one UTF-8 character
        float likelihood = 0;
        friend bool operator==(const Alternative&, const Alternative&) = default;
    };
    std::vector<Alternative> alternatives;
    friend bool operator==(const CharacterRead&, const CharacterRead&) = default;
};

/// One plate in one frame.
struct Read {
    LaneId lane;
    std::uint64_t frame = 0;                // counts up per eye child
    Instant captured{};                     // CLOCK_BOOTTIME when the frame left the camera driver
    std::array<Point, 4> corners;           // clockwise from top left
    std::string text;                       // the recogniser's best text; may break the grammar, may be empty
    std::vector<CharacterRead> characters;  // 0..12 positions
    PlateColour colour = PlateColour::unknown;
    float colour_likelihood = 0;
    float detection = 0;   // detector's confidence, 0..1
    float sharpness = 0;   // 0..1, relative within one camera: variance of the Laplacian of the crop, squashed
    float likelihood = 0;  // of `text` as a whole, 0..1
    int frame_width = 0;   // pixels
    int frame_height = 0;
    std::string picture;  // id of the picture that may follow from the eye, or empty
    friend bool operator==(const Read&, const Read&) = default;
};

/// A plate that a claim may be, with its likelihood (0..1, whole millionths: those survive JSON exactly, so that a
/// replay of a stored decision compares the same numbers).
struct Candidate {
    std::string plate;
    double likelihood = 0;
    friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// One arrival of one car at one lane.
struct Claim {
    ArrivalId arrival = 0;
    LaneId lane;
    std::vector<Candidate> candidates;  // most likely first, sum ≤ 1, at most 8; empty = unreadable
    PlateColour colour = PlateColour::unknown;
    Instant first_seen{};
    Instant last_seen{};    // of the frame that completed the claim
    int reads = 0;          // frames that carried the plate
    float plate_width = 0;  // pixels, of the best read
    std::string picture;    // best read's picture id, or empty
    friend bool operator==(const Claim&, const Claim&) = default;
};

}  // namespace menshen
