// Chance that is the same on every machine: the standard's generators are, its distributions are not.
#pragma once

#include <cstdint>
#include <span>

namespace menshen::synth {

/// splitmix64. One stream a record, so that record 1000 is the same whether or not the 999 before it were drawn.
class Rng {
  public:
    explicit Rng(std::uint64_t seed, std::uint64_t stream = 0)
        : state_(seed * 0x9E3779B97F4A7C15U + mixed(stream + 1)) {}

    std::uint64_t next() { return mixed(state_ += 0x9E3779B97F4A7C15U); }
    /// 0 ≤ x < 1
    double unit() { return static_cast<double>(next() >> 11U) * 0x1p-53; }
    double uniform(double low, double high) { return low + (high - low) * unit(); }
    /// 0 ≤ i < n, n ≥ 1
    int below(int n) { return static_cast<int>((next() >> 32U) * static_cast<std::uint64_t>(n) >> 32U); }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(below(static_cast<int>(n))); }
    /// low ≤ i ≤ high
    int between(int low, int high) { return low + below(high - low + 1); }
    bool chance(double p) { return unit() < p; }
    /// About normal, never beyond 3.5 deviations.
    double normal(double mean = 0, double deviation = 1) {
        return mean + deviation * (unit() + unit() + unit() + unit() - 2) * 1.7320508;
    }
    template <class Range>
    const auto& pick(const Range& range) {
        return range[below(std::size(range))];
    }

  private:
    static std::uint64_t mixed(std::uint64_t z) {
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    std::uint64_t state_;
};

}  // namespace menshen::synth
