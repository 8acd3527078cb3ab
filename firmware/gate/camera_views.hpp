// What each camera sees, for somebody who aims it. Kept only while the panel asks; nothing is decided by it (I17).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "aim.hpp"
#include "ports/gate_control.hpp"
#include "site/site.hpp"
#include "values/eye_message.hpp"

namespace menshen::gate {

class CameraViews {
  public:
    static constexpr Duration asked_every = seconds(1);  // the eye, however many pages ask
    static constexpr Duration kept_for = seconds(10);    // a view after the panel asked last

    explicit CameraViews(const site::Site& site);

    // ---- from the eye; the names are those of its connection
    void on_beat(const std::string& camera, const eye_message::Beat& beat);
    void on_gone(const std::string& camera, const std::string& why);
    /// A view that nobody asked for is dropped: an eye fills no memory on its own.
    void on_view(const std::string& camera, eye_message::View view, Instant now);

    // ---- from the panel
    /// Somebody looks; true if the eye is to be asked now.
    [[nodiscard]] bool wanted(const std::string& camera, Instant now);
    /// As GateControl::camera_view.
    [[nodiscard]] Result<CameraView> view(const std::string& camera, Instant now) const;

    /// Forgets what nobody looks at any more.
    void tick(Instant now);

  private:
    struct Camera {
        std::string lane, lane_name;
        AimRegion region;
        std::string state, detail;
        std::optional<eye_message::View> seen;  // without its picture
        Picture picture;
        Instant seen_at{};
        std::uint64_t number = 0;  // of views
        std::optional<Instant> wanted, asked;
    };
    [[nodiscard]] Camera* find(const std::string& camera);

    std::map<std::string, Camera> cameras_;
};

}  // namespace menshen::gate
