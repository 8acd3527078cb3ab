// A camera on the web that others wrote: Python's server, FFmpeg's muxers and x264.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "camera/source.hpp"
#include "peer.hpp"
#include "support/temporary_folder.hpp"

namespace menshen::test {

/// Python's web server with some pictures; see http_peer.py.
struct WebPeer {
    WebPeer() {
        for (int n = 0; n < 5; ++n) {
            std::ofstream(folder.path() / (std::to_string(n) + ".jpg"), std::ios::binary) << jpeg(320, 240, 40 * n);
        }
        program =
            std::make_unique<Program>(std::vector<std::string>{"/usr/bin/python3", HTTP_PEER, folder.path().string()});
        const auto& line = program->first_line();
        REQUIRE(line.starts_with("ready "));
        url = line.substr(6, line.find(' ', 6) - 6);
        has_ffmpeg = line.ends_with(" ffmpeg");
    }
    [[nodiscard]] camera::Options camera(const std::string& path, const std::string& credentials = {}) const {
        camera::Options options;
        options.url = url + path;
        options.credentials = credentials;
        return options;
    }
    support::TemporaryFolder folder;
    std::unique_ptr<Program> program;
    std::string url;
    bool has_ffmpeg = false;
};

}  // namespace menshen::test
