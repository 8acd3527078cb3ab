// Cars in front of a camera, and a recogniser that makes the mistakes recognisers make. Seeded: the same seed is the
// same film.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "identify/identify.hpp"

namespace menshen::scene {

inline Instant at(double second) {
    return Instant(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(second + 1000)));
}

struct Noise {
    double wrong = 0.08;         // per character
    double lost_character = 0;   // per read
    double extra_character = 0;  // per read
    double missed = 0;           // per read: the detector saw nothing
};

struct Recogniser {
    std::mt19937 random{1};
    Noise noise;
    std::uint64_t frame = 0;

    double uniform(double from, double to) {
        return from + (to - from) * static_cast<double>(random()) / static_cast<double>(std::mt19937::max());
    }
    bool happens(double p) { return uniform(0, 1) < p; }

    /// What is taken for `c`: mostly something that looks like it.
    std::string mistaken(std::string_view c, int position) {
        const auto alike = confusable_with(c, position);
        if (!alike.empty() && happens(0.7)) return std::string(alike[random() % alike.size()]);
        if (position == 0) return std::string(provinces()[random() % provinces().size()]);
        static constexpr std::string_view any = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
        return std::string(1, any[random() % any.size()]);
    }

    CharacterRead character(std::string_view truth, int position) {
        const bool wrong = happens(noise.wrong);
        const std::string other = mistaken(truth, position);
        const auto top = static_cast<float>(wrong ? uniform(0.4, 0.85) : uniform(0.75, 0.99));
        const auto second = (1 - top) * 0.7F;
        if (other == truth) return {{{std::string(truth), top}}};
        if (wrong) return {{{other, top}, {std::string(truth), second}}};
        return {{{std::string(truth), top}, {other, second}}};
    }

    Read read(std::string_view plate, Point centre, float width, Instant when, std::uint64_t of_frame) {
        Read r;
        r.lane = "in";
        r.frame = of_frame;
        r.captured = when;
        const float half = width / 2;
        const float high = width / 6;
        r.corners = {Point{centre.x - half, centre.y - high}, Point{centre.x + half, centre.y - high},
                     Point{centre.x + half, centre.y + high}, Point{centre.x - half, centre.y + high}};
        int position = 0;
        for (const auto& c : characters(plate)) r.characters.push_back(character(c, position++));
        if (happens(noise.lost_character))
            r.characters.erase(r.characters.begin() + static_cast<long>(random() % r.characters.size()));
        if (happens(noise.extra_character)) r.characters.push_back(r.characters.back());
        r.likelihood = 1;
        for (const auto& c : r.characters) {
            r.text += c.alternatives[0].character;
            r.likelihood *= c.alternatives[0].likelihood;
        }
        r.colour = characters(plate).size() == 8 ? PlateColour::green : PlateColour::blue;
        r.colour_likelihood = 0.9F;
        r.detection = 0.9F;
        r.sharpness = static_cast<float>(uniform(0.5, 1));
        r.frame_width = 1920;
        r.frame_height = 1080;
        r.picture = "p" + std::to_string(of_frame);
        return r;
    }
};

/// A gate that looks at one lane, and everything it was told.
struct Watch {
    Identifier identifier;
    Recogniser eye;
    std::vector<Claim> claims, revisions;
    std::vector<ArrivalId> gone;
    std::uint64_t frame = 0;

    explicit Watch(unsigned seed, Noise noise = {}, IdentifyPolicy policy = {}, ArrivalId first = 1)
        : identifier("in", policy, first) {
        eye.random.seed(seed);
        eye.noise = noise;
    }

    void take(Identified got) {
        for (auto& c : got.claims) claims.push_back(std::move(c));
        for (auto& c : got.revisions) revisions.push_back(std::move(c));
        gone.insert(gone.end(), got.gone.begin(), got.gone.end());
    }
    void tick(double second) { take(identifier.tick(at(second))); }
    void see(std::string_view plate, Point centre, float width, double second) {
        if (eye.happens(eye.noise.missed)) return;
        take(identifier.on_read(eye.read(plate, centre, width, at(second), frame), at(second)));
    }
    /// Drives up for three seconds, stands until `until`, 10 frames a second.
    void arrive(std::string_view plate, double from, double until) {
        for (double t = from; t < until; t += 0.1) {
            ++frame;
            const auto way = static_cast<float>(std::min(1.0, (t - from) / 3));
            see(plate, {900 + 40 * way, 300 + 400 * way}, 60 + 100 * way, t);
        }
    }
    /// From the standing place out of the picture.
    void drive_on(std::string_view plate, double from) {
        for (double t = from; t < from + 1.5; t += 0.1) {
            ++frame;
            const auto way = static_cast<float>((t - from) / 1.5);
            see(plate, {940, 700 + 330 * way}, 160 + 40 * way, t);
        }
        tick(from + 4);
    }
    [[nodiscard]] std::string best(std::size_t claim = 0) const {
        return claim < claims.size() && !claims[claim].candidates.empty() ? claims[claim].candidates[0].plate : "";
    }
};

}  // namespace menshen::scene
