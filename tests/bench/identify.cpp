// What one read costs identify, in a scene that never lets it rest: four cars in view, none of them certain.
// Prints JSON lines {"name","value","unit","floor","ratio"}; the floor is the budget of one read at 25 frames a second,
// 4 plates a frame, were a hundredth of one core set aside for it.
#include "identify/identify.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using namespace menshen;

namespace {

constexpr int reads_in_all = 40'000;
constexpr double floor_us = 100;

Read read_of(std::mt19937& random, int car, int frame) {
    static constexpr std::array<const char*, 4> plates{"苏B12345", "苏AD12345", "京A8K966", "沪A12345D"};
    Read r;
    r.lane = "in";
    r.frame = static_cast<std::uint64_t>(frame);
    r.captured = Instant(milliseconds(40) * frame);
    const auto x = static_cast<float>(200 + 400 * car);
    r.corners = {Point{x, 500}, Point{x + 150, 500}, Point{x + 150, 550}, Point{x, 550}};
    for (const auto& c : characters(plates[static_cast<std::size_t>(car)])) {
        const float top = 0.5F + static_cast<float>(random() % 400) / 1000;
        CharacterRead position{{{std::string(c), top}}};
        for (int i = 0; i < 4; ++i) {
            const char other = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"[random() % 34];
            position.alternatives.push_back({std::string(1, other), (1 - top) / 5});
        }
        r.characters.push_back(std::move(position));
        r.text.append(c);
    }
    r.likelihood = 0.4F;
    r.sharpness = 0.3F;
    r.frame_width = 1920;
    r.frame_height = 1080;
    return r;
}

void print(const char* name, double value) {
    std::printf("{\"name\":\"%s\",\"value\":%.2f,\"unit\":\"us\",\"floor\":%.0f,\"ratio\":%.3f}\n", name, value,
                floor_us, value / floor_us);
}

/// Microseconds of every read; `sure` lets the vote come to its end, 2 keeps it voting for ever.
std::vector<double> measure(double sure) {
    std::mt19937 random(1);
    IdentifyPolicy policy;
    policy.sure = sure;
    policy.parked = std::chrono::hours(10);
    Identifier identifier("in", policy, 1);
    std::vector<double> took;
    std::size_t told = 0;
    for (int i = 0; i < reads_in_all; ++i) {
        const Read read = read_of(random, i % 4, i / 4);
        const auto begun = std::chrono::steady_clock::now();
        told += identifier.on_read(read, read.captured).claims.size();
        took.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count());
    }
    std::sort(took.begin(), took.end());
    if (told != 4) std::fprintf(stderr, "4 cars were shown, %zu claims were made\n", told);
    return took;
}

}  // namespace

int main() {
    for (const auto& [name, sure] : {std::pair{"identify_read", 0.98}, std::pair{"identify_read_undecided", 2.0}}) {
        const auto took = measure(sure);
        print((std::string(name) + "_p50").c_str(), took[took.size() / 2]);
        print((std::string(name) + "_p99").c_str(), took[took.size() * 99 / 100]);
    }
    return 0;
}
