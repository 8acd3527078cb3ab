#include "eye/models.hpp"

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace menshen::eye {
namespace {

namespace fs = std::filesystem;

bool complete(const fs::path& folder) {
    std::error_code failed;
    for (const char* name : {"detector.onnx", "corners.onnx", "recogniser.onnx"}) {
        if (!fs::is_regular_file(folder / "plate" / name, failed)) return false;
    }
    return true;
}

}  // namespace

Result<std::string> find_models(const std::string& given) {
    std::vector<fs::path> places;
    if (!given.empty()) {
        places.emplace_back(given);
    } else if (const char* environment = std::getenv("MENSHEN_MODELS");
               environment != nullptr && *environment != '\0') {
        places.emplace_back(environment);
    } else {
        std::error_code failed;
        const auto program = fs::read_symlink("/proc/self/exe", failed);
        if (!failed) places.push_back(program.parent_path().parent_path().parent_path() / "models");
        places.emplace_back("/usr/share/menshen/models");
    }
    std::string looked;
    for (const auto& place : places) {
        if (complete(place)) return place.string();
        looked += (looked.empty() ? "" : ", ") + place.string();
    }
    return {Errc::not_found,
            "the plate networks are not in " + looked +
                "; build the target menshen-models, or name their folder with --models or MENSHEN_MODELS"};
}

}  // namespace menshen::eye
