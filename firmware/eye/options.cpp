#include "eye/options.hpp"

#include <boost/json.hpp>

#include <exception>

namespace menshen::eye {

std::string to_text(const CameraOptions& options) {
    boost::json::array region;
    for (const auto& p : options.region) region.push_back(boost::json::array{p.x, p.y});
    return boost::json::serialize(boost::json::object{{"id", options.id},
                                                      {"lane", options.lane},
                                                      {"url", options.url},
                                                      {"credentials", options.credentials},
                                                      {"region", std::move(region)},
                                                      {"loop", options.loop},
                                                      {"max_fps", options.max_fps},
                                                      {"socket", options.socket},
                                                      {"models", options.models},
                                                      {"memory_mb", options.memory_mb}});
}

Result<CameraOptions> camera_options_from(std::string_view text) try {
    const auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()));
    const auto& o = value.as_object();
    const auto string = [&](const char* key) { return std::string(o.at(key).as_string()); };
    CameraOptions options;
    options.id = string("id");
    options.lane = string("lane");
    options.url = string("url");
    options.credentials = string("credentials");
    for (const auto& p : o.at("region").as_array()) {
        options.region.emplace_back(p.as_array().at(0).to_number<float>(), p.as_array().at(1).to_number<float>());
    }
    options.loop = o.at("loop").as_bool();
    options.max_fps = o.at("max_fps").to_number<double>();
    options.socket = string("socket");
    options.models = string("models");
    options.memory_mb = o.at("memory_mb").to_number<int>();
    return options;
} catch (const std::exception& e) {
    return {Errc::invalid, std::string("a child's options: ") + e.what()};
}

}  // namespace menshen::eye
