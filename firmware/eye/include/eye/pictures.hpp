// Which pictures go to the gate: the best of each track, and now and then a live one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "eye/reader.hpp"
#include "values/eye_message.hpp"
#include "values/time.hpp"

namespace menshen::eye {

/// JPEG of at most `max_width` pixels across; empty if it cannot be encoded.
[[nodiscard]] std::vector<std::uint8_t> jpeg_of(const cv::Mat& image, int max_width, int quality);

/// Follows plates by position just well enough to know a better picture of the same car. Pure but for the JPEG encoder.
class Pictures {
  public:
    /// `camera` and `session` make the ids unique across cameras and restarts.
    Pictures(std::string camera, std::uint64_t session)
        : prefix_(std::move(camera) + '-' + std::to_string(session) + '-') {}

    /// Whether this read deserves a new picture. Sets read.picture either way: to a new id, or to the one sent for its
    /// track.
    [[nodiscard]] bool wanted(Read& read);

    static constexpr Duration between = milliseconds(300);  // pictures of one track
    static constexpr Duration forgotten = seconds(3);       // a track not seen for so long
    static constexpr double better = 1.15;                  // a picture must be this much better than the last
    static constexpr std::size_t most_tracks = 16;

  private:
    struct Track {
        cv::Point2f centre;
        float width = 0;
        Instant seen{};
        Instant sent{};
        double worth = 0;
        std::string id;
    };
    Track& track_of(const Read& read);

    std::string prefix_;
    std::uint64_t count_ = 0;
    std::vector<Track> tracks_;
};

}  // namespace menshen::eye
