#include "twin-scene/scene.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace menshen::twin {
namespace {

constexpr double start_z = 17;
constexpr double street_x = 5;      // cars come round a corner: from the right, out of view
constexpr double queue_step = 5.1;  // from one front to the next
constexpr double gone_z = -5.2;     // a car that has its front there shows nothing more
constexpr double plate_scale = 3;   // pixels a millimetre of the flat plate

double seconds_between(Duration a, Duration b) {
    return std::chrono::duration<double>(b - a).count();
}

Quad project(const View& view, const Quad3& corners) {
    Quad out;
    for (std::size_t i = 0; i < 4; ++i) {
        cv::Point3d p = view.to_camera(corners[i]);
        p.z = std::max(p.z, View::near);
        out[i] = view.to_pixel(p);
    }
    return out;
}

}  // namespace

Result<Style> Style::parse(std::string_view text) {
    Style style;
    while (!text.empty()) {
        const auto end = text.find('+');
        const std::string_view word = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (word == "day")
            style.weather = Weather::day;
        else if (word == "night")
            style.weather = Weather::night;
        else if (word == "rain")
            style.weather = Weather::rain;
        else if (word == "dirty")
            style.plate = PlateState::dirty;
        else if (word == "covered")
            style.plate = PlateState::covered;
        else if (word == "no_plate")
            style.no_plate = true;
        else
            return {Errc::invalid,
                    "style: write day, night, rain, dirty, covered, no_plate, or some of them joined by +"};
    }
    return style;
}

Scene::Scene(Glyphs glyphs, const SceneOptions& options)
    : glyphs_(std::move(glyphs)), options_(options), view_(options.size), sky_(options.size, options.seed) {}

Scene::Car* Scene::find(std::string_view id) {
    const auto found = std::ranges::find(cars_, id, &Car::id);
    return found == cars_.end() ? nullptr : &*found;
}

Result<Scene::Car> Scene::make_car(const Arrival& arrival) const {
    if (arrival.id.empty() || arrival.id.size() > 64) return {Errc::invalid, "id: 1 to 64 bytes wanted"};
    if (std::ranges::find(cars_, arrival.id, &Car::id) != cars_.end())
        return {Errc::conflict, "id " + arrival.id + " is in view: choose another, or send go, back or clear first"};
    if (cars_.size() >= most_cars) return {Errc::exhausted, "8 cars are in view: send some away first"};
    Car car;
    car.id = arrival.id;
    car.seed = arrival.seed;
    car.wait = arrival.wait;
    car.body = CarBody::from_seed(arrival.seed);
    if (!arrival.style.no_plate) {
        auto plate =
            synth::draw_plate(glyphs_, {arrival.plate, arrival.colour, arrival.style.plate, arrival.seed}, plate_scale);
        if (!plate) return plate.error();
        car.plate = std::move(plate.value());
    }
    return car;
}

void Scene::shade_plate(Car& car) const {
    if (!car.plate) return;
    car.shaded = *car.plate;
    cv::Mat table(1, 256, CV_8UC3);
    if (light_.weather == Weather::night) cv::cvtColor(car.shaded.bgr, car.shaded.bgr, cv::COLOR_BGR2GRAY);
    if (light_.weather == Weather::night) cv::cvtColor(car.shaded.bgr, car.shaded.bgr, cv::COLOR_GRAY2BGR);
    for (int i = 0; i < 256; ++i)  // plates throw light back to the lamp beside the camera
        for (int c = 0; c < 3; ++c)
            table.at<cv::Vec3b>(0, i)[c] = cv::saturate_cast<uchar>(light_.shade(cv::Scalar::all(i), 0.75)[c]);
    cv::LUT(car.shaded.bgr, table, car.shaded.bgr);
}

Status Scene::arrive(const Arrival& arrival, Duration now) {
    auto made = make_car(arrival);
    if (!made) return made.error();
    Car car = std::move(made.value());
    if (arrival.style.weather) set_weather(*arrival.style.weather);
    const auto before = std::ranges::count_if(cars_, [](const Car& c) { return c.phase == Phase::approaching; });
    car.since = now;
    car.from = start_z;
    car.to = stop_z + queue_step * static_cast<double>(before);
    shade_plate(car);
    cars_.push_back(std::move(car));
    touched_ = true;
    return {};
}

Status Scene::go(std::string_view id, Duration now) {
    Car* car = find(id);
    if (car == nullptr || car->phase != Phase::approaching)
        return {Errc::not_found, "id " + std::string(id) + ": no such car waits or approaches"};
    car->from = pose_of(*car, now).z;
    car->to = gone_z;
    car->phase = Phase::leaving;
    car->seconds = leave_seconds * std::max(1.0, (car->from - gone_z) / (stop_z - gone_z));
    car->since = now;
    move_up(now);
    touched_ = true;
    return {};
}

void Scene::move_up(Duration now) {
    double slot = stop_z;
    for (Car& car : cars_) {
        if (car.phase != Phase::approaching) continue;
        if (car.to > slot + 0.01) {
            car.from = pose_of(car, now).z;
            car.to = slot;
            car.since = now;
            car.seconds = 1.6;
        }
        slot += queue_step;
    }
}

Status Scene::back(std::string_view id, Duration now) {
    Car* car = find(id);
    if (car == nullptr || car->phase != Phase::approaching)
        return {Errc::not_found, "id " + std::string(id) + ": no such car waits or approaches"};
    car->from = pose_of(*car, now).z;
    car->to = start_z;
    car->phase = Phase::backing;
    car->seconds = approach_seconds;
    car->since = now;
    touched_ = true;
    return {};
}

Status Scene::park(const Arrival& arrival, cv::Point2d at, Duration now) {
    auto made = make_car(arrival);
    if (!made) return made.error();
    Car car = std::move(made.value());
    const auto place =
        view_.at_height({at.x * options_.size.width, at.y * options_.size.height}, car.body.plate_height);
    if (!place || place->z < 6 || place->z > 16)
        return {Errc::invalid, "park: no place 6 to 16 m away shows a plate at x, y: try x 0.25, y 0.4"};
    car.phase = Phase::parked;
    car.since = now;
    car.x = place->x;
    car.from = car.to = place->z;
    shade_plate(car);
    cars_.push_back(std::move(car));
    touched_ = true;
    return {};
}

void Scene::clear(Duration /*now*/) {
    for (const Car& car : cars_) gone_.push_back(car.id);
    cars_.clear();
    touched_ = true;
}

void Scene::set_weather(Weather weather) {
    touched_ = touched_ || light_.weather != weather;
    light_.weather = weather;
    for (Car& car : cars_) shade_plate(car);
}

void Scene::set_arm(double up) {
    up = std::clamp(up, 0.0, 1.0);
    touched_ = touched_ || up != arm_;
    arm_ = up;
}

double Scene::way(const Car& car, Duration now) {
    return std::clamp(seconds_between(car.since, now) / car.seconds, 0.0, 1.0);
}

Pose Scene::pose_of(const Car& car, Duration now) {
    if (car.phase == Phase::parked) return {car.x, car.from, 0.1, 0};
    const double u = way(car, now);
    double eased = u * (2 - u);                                        // brakes
    if (car.phase == Phase::leaving) eased = 0.25 * u + 0.75 * u * u;  // gathers speed
    if (car.phase == Phase::backing) eased = u * u;
    Pose pose;
    pose.z = car.from + (car.to - car.from) * eased;
    const double corner = std::clamp((pose.z - 10.5) / (start_z - 10.5), 0.0, 1.0);
    pose.x = street_x * corner * corner;
    pose.heading = std::atan(street_x * 2 * corner / (start_z - 10.5)) * 0.8;
    const double t = seconds_between(Duration{}, now) + static_cast<double>(car.seed % 97);
    pose.lift = 0.0015 * std::sin(t * 11) + (u < 1 ? 0.008 * std::sin(t * 17) : 0.0);  // engine, road
    return pose;
}

void Scene::keep_moving(Duration now) {
    std::vector<std::string> through;
    for (const Car& car : cars_)
        if (car.phase == Phase::approaching && !car.wait && car.to <= stop_z + 0.01 && way(car, now) >= 0.8)
            through.push_back(car.id);
    for (const std::string& id : through) static_cast<void>(go(id, now));
}

void Scene::retire(Duration now) {
    std::erase_if(cars_, [&](const Car& car) {
        const bool over = (car.phase == Phase::leaving || car.phase == Phase::backing) && way(car, now) >= 1;
        if (over) {
            gone_.push_back(car.id);
            touched_ = true;
        }
        return over;
    });
}

std::vector<Sight> Scene::look(Duration now) const {
    std::vector<const Car*> order;
    for (const Car& car : cars_) order.push_back(&car);
    std::ranges::stable_sort(order,
                             [&](const Car* a, const Car* b) { return pose_of(*a, now).z > pose_of(*b, now).z; });
    std::vector<Sight> sights;
    const cv::Rect2d frame(0, 0, options_.size.width, options_.size.height);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Car& car = *order[i];
        const Pose pose = pose_of(car, now);
        Sight sight{.id = car.id};
        sight.stands = car.phase == Phase::parked || (car.phase == Phase::approaching && way(car, now) >= 1);
        sight.plate =
            project(view_, plate_corners(car.body, pose, car.plate ? car.plate->size_mm : cv::Size2d(440, 140)));
        sight.width = std::max(cv::norm(sight.plate[1] - sight.plate[0]), cv::norm(sight.plate[2] - sight.plate[3]));
        sight.readable = car.plate.has_value() && sight.width >= least_plate &&
                         std::ranges::all_of(sight.plate, [&](const cv::Point2d& p) { return frame.contains(p); });
        for (std::size_t k = i + 1; k < order.size() && sight.readable; ++k) {
            const auto hull = outline(view_, order[k]->body, pose_of(*order[k], now));
            for (const cv::Point2d& p : sight.plate)
                if (!hull.empty() && cv::pointPolygonTest(hull, p, false) >= 0) sight.readable = false;
        }
        sights.push_back(std::move(sight));
    }
    return sights;
}

void Scene::draw(Duration now, cv::Mat& picture) {
    cv::Mat& backdrop = backdrops_[light_.weather];
    if (backdrop.empty()) backdrop = draw_backdrop(glyphs_, view_, light_, options_.seed);
    backdrop.copyTo(picture);
    Canvas canvas(picture, view_, light_);
    std::vector<const Car*> order;
    for (const Car& car : cars_) order.push_back(&car);
    std::ranges::stable_sort(order,
                             [&](const Car* a, const Car* b) { return pose_of(*a, now).z > pose_of(*b, now).z; });
    std::vector<Glare> glares;
    const bool lamps_on = light_.weather != Weather::day;
    for (const Car* car : order) {
        const Pose pose = pose_of(*car, now);
        const bool lit = lamps_on && car->phase != Phase::parked;
        draw_car(canvas, car->body, pose, car->plate ? &car->shaded : nullptr, lit);
        if (!lit) continue;
        for (const cv::Point3d& lamp : lamps(car->body, pose)) {
            const cv::Point3d p = view_.to_camera(lamp);
            const double reach = light_.weather == Weather::night ? 0.55 : 0.3;  // metres of glow
            if (p.z > 1.5) glares.push_back({view_.to_pixel(p), reach * options_.size.width * 1.48 / p.z});
        }
    }
    draw_arm(canvas, arm_);
    const auto frame = static_cast<std::uint64_t>(std::llround(seconds_between(Duration{}, now) * options_.fps));
    sky_.apply(picture, light_.weather, glares, frame);
}

Frame Scene::render(Duration now) {
    keep_moving(now);
    retire(now);
    Frame frame;
    frame.gone.swap(gone_);
    const bool idle = cars_.empty() && light_.weather != Weather::rain;
    frame.changed = touched_ || !idle || last_.empty();
    if (frame.changed) {
        cv::Mat picture(options_.size, CV_8UC3);
        draw(now, picture);
        last_ = picture;
    }
    touched_ = false;
    frame.bgr = last_;
    frame.sights = look(now);
    return frame;
}

}  // namespace menshen::twin
