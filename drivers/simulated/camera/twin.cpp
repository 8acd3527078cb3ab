#include "twin.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/value.hpp>

#include <cmath>

#include "rtsp_server.hpp"

namespace menshen::twin {

namespace net = boost::asio;
namespace json = boost::json;

namespace {

/// Fields of a command; the first wrong one is kept as the error.
class Fields {
  public:
    explicit Fields(const json::object& object) : object_(object) {}

    std::string text(const char* name, std::string otherwise = {}) {
        const json::value* v = object_.if_contains(name);
        if (v == nullptr || v->is_null()) return otherwise;
        if (v->is_string() && v->get_string().size() <= 256) return std::string(v->get_string());
        wrong(name, "text of at most 256 bytes");
        return {};
    }
    double number(const char* name, double otherwise, double low, double high) {
        const json::value* v = object_.if_contains(name);
        if (v == nullptr) return otherwise;
        boost::system::error_code error;
        const auto n = v->to_number<double>(error);
        if (!error && std::isfinite(n) && n >= low && n <= high) return n;
        wrong(name, "a number from " + std::to_string(static_cast<long long>(low)) + " to " +
                        std::to_string(static_cast<long long>(high)));
        return otherwise;
    }
    void wrong(const std::string& name, const std::string& wanted) {
        if (!error_) error_ = Error{Errc::invalid, name + ": write " + wanted};
    }
    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  private:
    const json::object& object_;
    std::optional<Error> error_;
};

Result<Arrival> arrival_from(const json::object& command) {
    Fields fields(command);
    Arrival arrival;
    arrival.id = fields.text("id");
    arrival.plate = fields.text("plate");
    arrival.seed = static_cast<std::uint64_t>(fields.number("seed", 1, 0, 1e15));
    if (arrival.id.empty()) fields.wrong("id", "a name for this car");
    const std::string colour = fields.text("colour");
    arrival.colour = plate_colour_from(colour);
    if (!colour.empty() && arrival.colour == PlateColour::unknown)
        fields.wrong("colour", "blue, yellow, green, yellow_green, white or black");
    const std::string then = fields.text("then", "wait");
    if (then != "wait" && then != "go") fields.wrong("then", "wait or go");
    arrival.wait = then == "wait";
    auto style = Style::parse(fields.text("style"));
    if (fields.error()) return *fields.error();
    if (!style) return style.error();
    arrival.style = style.value();
    if (arrival.plate.empty() && !arrival.style.no_plate)
        return {Errc::invalid, "plate: write its text, or style no_plate"};
    return arrival;
}

json::object answer_of(const Status& status) {
    if (status) return {{"ok", true}};
    return {{"ok", false}, {"error", status.error().message}, {"code", to_string(status.error().code)}};
}

constexpr const char* verbs = "arrive, go, back, park, clear, cut, restore, freeze, thaw, junk, arm or style";

}  // namespace

Result<std::unique_ptr<Twin>> Twin::start(net::io_context& io, const TwinOptions& options) {
    std::unique_ptr<Twin> twin(new Twin(io, options));
    if (options.rtsp) {
        auto rtsp = RtspServer::start(options.cameras, options.scene.size, options.scene.fps, options.rtsp_port);
        if (!rtsp) return rtsp.error();
        twin->rtsp_ = std::move(rtsp.value());
    }
    if (Status opened = twin->open_studios(); !opened) return opened.error();
    return twin;
}

Twin::Twin(net::io_context& io, TwinOptions options)
    : io_(io),
      options_(std::move(options)),
      http_(io, {net::ip::address_v4::loopback(), options_.port}, options_.cameras),
      control_(io, {net::ip::address_v4::loopback(), options_.control},
               [this](const json::object& command, const ControlServer::Reply& reply) { obey(command, reply); }) {}

Twin::~Twin() = default;

Status Twin::open_studios() {
    for (std::size_t i = 0; i < options_.cameras.size(); ++i) {
        const std::string& camera = options_.cameras[i];
        auto glyphs = Glyphs::load(options_.font);
        if (!glyphs) return glyphs.error();
        SceneOptions scene = options_.scene;
        scene.seed += i;
        studios_[camera] = std::make_unique<Studio>(
            std::move(glyphs.value()), scene,
            [this, camera](Picture picture) {
                if (rtsp_) rtsp_->publish(camera, picture);
                net::post(io_, [this, camera, p = std::move(picture)] { http_.publish(camera, p); });
            },
            [this, camera](SceneEvent event) { net::post(io_, [this, camera, event] { tell(camera, event); }); });
    }
    return {};
}

json::object Twin::ready() const {
    const std::string base = "http://127.0.0.1:" + std::to_string(http_.endpoint().port());
    json::object cameras;
    json::object streams;
    for (const std::string& camera : options_.cameras) {
        cameras[camera] = base + "/" + camera + ".mjpg";
        if (rtsp_) streams[camera] = rtsp_->url(camera);
    }
    json::object out{{"ready", true}, {"control", control_.port()}, {"url", base}, {"cameras", cameras}};
    if (rtsp_) out["rtsp"] = streams;
    return out;
}

void Twin::tell(const std::string& camera, const SceneEvent& event) {
    json::object out{{"event", event.kind == SceneEvent::Kind::gone ? "gone" : "shown"},
                     {"camera", camera},
                     {"id", event.id},
                     {"t", event.boottime_ns}};
    if (event.kind != SceneEvent::Kind::gone) {
        out["what"] = event.kind == SceneEvent::Kind::shown ? "readable" : "stop";
        out["plate_px"] = std::llround(event.plate_px);
    }
    control_.tell(out);
}

Result<std::string> Twin::camera_of(const json::object& command) const {
    Fields fields(command);
    const std::string camera = fields.text("camera", options_.cameras.front());
    if (fields.error()) return *fields.error();
    if (studios_.contains(camera)) return camera;
    std::string known;
    for (const std::string& name : options_.cameras) known += (known.empty() ? "" : ", ") + name;
    return {Errc::not_found, "camera: there is no " + camera.substr(0, 64) + "; write one of " + known};
}

/// What is done to the line rather than to the scene; false: not such a verb.
Result<bool> Twin::obey_line(const std::string& verb, const std::string& camera, const json::object& command) {
    if (verb == "cut") {
        http_.cut(camera);
        if (rtsp_) rtsp_->cut(camera, true);
    } else if (verb == "restore") {
        http_.restore(camera);
        if (rtsp_) rtsp_->cut(camera, false);
    } else if (verb == "freeze" || verb == "thaw") {
        http_.freeze(camera, verb == "freeze");
        if (rtsp_) rtsp_->freeze(camera, verb == "freeze");
    } else if (verb == "junk") {
        Fields fields(command);
        const double bytes = fields.number("bytes", 65536, 1, 4 << 20);
        if (fields.error()) return *fields.error();
        http_.junk(camera, static_cast<std::size_t>(bytes));
    } else {
        return false;
    }
    return true;
}

Result<Studio::Work> Twin::scene_work(const std::string& verb, const json::object& command) const {
    Fields fields(command);
    const std::string id = fields.text("id");
    if (verb == "arm") {
        const double up = fields.number("up", -1, 0, 1);
        if (up < 0) fields.wrong("up", "0.0 (down) to 1.0 (up)");
        if (fields.error()) return *fields.error();
        return Studio::Work([up](Scene& scene, Duration) -> Status { return scene.set_arm(up), Status{}; });
    }
    if (verb == "style") {
        auto style = Style::parse(fields.text("style"));
        if (!style || !style->weather) return {Errc::invalid, "style: write day, night or rain"};
        return Studio::Work(
            [w = *style->weather](Scene& scene, Duration) -> Status { return scene.set_weather(w), Status{}; });
    }
    if (verb == "arrive" || verb == "park") {
        auto arrival = arrival_from(command);
        if (!arrival) return arrival.error();
        if (verb == "arrive") return Studio::Work([a = *arrival](Scene& s, Duration now) { return s.arrive(a, now); });
        const cv::Point2d at(fields.number("x", 0.2, 0, 1), fields.number("y", 0.4, 0, 1));
        if (fields.error()) return *fields.error();
        return Studio::Work([a = *arrival, at](Scene& s, Duration now) { return s.park(a, at, now); });
    }
    if (fields.error()) return *fields.error();
    if (verb == "go") return Studio::Work([id](Scene& s, Duration now) { return s.go(id, now); });
    if (verb == "back") return Studio::Work([id](Scene& s, Duration now) { return s.back(id, now); });
    if (verb == "clear") return Studio::Work([](Scene& s, Duration now) -> Status { return s.clear(now), Status{}; });
    return {Errc::invalid, std::string("do: write ") + verbs};
}

void Twin::obey(const json::object& command, const ControlServer::Reply& reply) {
    const auto refuse = [&](const Error& error) { reply(answer_of(error)); };
    Fields fields(command);
    const std::string verb = fields.text("do");
    if (verb.empty()) return refuse({Errc::invalid, std::string("do: write ") + verbs});
    if (verb == "clear" && !command.contains("camera")) {  // all of them
        for (auto& [name, studio] : studios_)
            static_cast<void>(studio->ask([](Scene& s, Duration now) -> Status { return s.clear(now), Status{}; },
                                          [](const Status&) {}));
        return reply(answer_of({}));
    }
    const auto camera = camera_of(command);
    if (!camera) return refuse(camera.error());
    const auto line = obey_line(verb, *camera, command);
    if (!line) return refuse(line.error());
    if (*line) return reply(answer_of({}));
    auto work = scene_work(verb, command);
    if (!work) return refuse(work.error());
    const auto done = [this, reply](const Status& status) {
        net::post(io_, [reply, status] { reply(answer_of(status)); });
    };
    if (!studios_.at(*camera)->ask(std::move(work.value()), done))
        refuse({Errc::exhausted, "64 commands wait for the next frame: send fewer"});
}

}  // namespace menshen::twin
