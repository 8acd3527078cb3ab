// What benchmarks share: percentiles and the JSON line.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace menshen::bench {

inline double percentile(std::vector<double>& values, double share) {
    const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<long>(at), values.end());
    return values[at];
}

/// `floor`: what the same run measured, or what is aimed at; 0 = none.
inline void print(const char* name, double value, const char* unit, double floor = 0) {
    if (floor > 0) {
        std::printf(R"({"name":"%s","value":%.3f,"unit":"%s","floor":%.3f,"ratio":%.3f})"
                    "\n",
                    name, value, unit, floor, value / floor);
    } else {
        std::printf(R"({"name":"%s","value":%.3f,"unit":"%s","floor":null,"ratio":null})"
                    "\n",
                    name, value, unit);
    }
    std::fflush(stdout);
}

/// Microseconds that `work` takes.
template <class Work>
double micros(Work work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count();
}

/// Resident memory of this process in MiB.
inline double rss_mib() {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
    }
    return 0;
}

}  // namespace menshen::bench
