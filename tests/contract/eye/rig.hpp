// A menshen-eye with one camera and a gate that listens.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "../camera/peer.hpp"
#include "fake_gate.hpp"
#include "support/temporary_folder.hpp"

namespace menshen::test {

using support::TemporaryFolder;

inline int number_after(const std::string& text, const std::string& key) {
    const auto at = text.find(key);
    return at == std::string::npos ? -1 : std::atoi(text.c_str() + at + key.size());
}

/// VmHWM of a process in MiB: the most memory it ever used.
inline int peak_memory(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("VmHWM:")) return std::atoi(line.c_str() + 6) / 1024;
    }
    return -1;
}

struct Rig {
    explicit Rig(const std::string& camera, bool loop = false)
        : gate(socket), eye(command(camera, socket, loop)), child(number_after(eye.first_line(), "\"pid\":")) {}

    static std::vector<std::string> command(const std::string& camera, const std::string& socket, bool loop) {
        std::vector<std::string> words{MENSHEN_EYE, "--camera", camera,     "--lane", "in",
                                       "--id",      "entry",    "--socket", socket};
        if (loop) words.emplace_back("--loop");
        return words;
    }
    /// The process id of the next child that is started.
    int next_child(int ms) { return child = number_after(eye.line(ms), "\"pid\":"); }

    TemporaryFolder folder;
    std::string socket = (folder.path() / "eye.sock").string();
    FakeGate gate;
    Program eye;
    int child;
};

}  // namespace menshen::test
