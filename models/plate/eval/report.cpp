#include "report.hpp"

#include <boost/json/array.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace menshen::eval {
namespace {

namespace json = boost::json;

constexpr std::size_t most_confusions = 40, shown_confusions = 12;
constexpr std::array<double, 8> bands{0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.995, 1.0001};

std::string shown(const std::string& character) {
    return character.empty() ? "-" : character;
}

json::object kind_json(const Kind& kind) {
    return {{"pictures", kind.first.of},
            {"first", kind.first.right},
            {"any", kind.any.right},
            {"detected", kind.detected.right},
            {"with_corners", kind.detected.of}};
}

json::array confusions_json(const Tally& tally) {
    json::array out;
    for (const auto& [pair, times] : tally.confusions()) {
        if (out.size() >= most_confusions) break;
        out.push_back(json::object{{"is", pair.is}, {"read", pair.read}, {"times", times}});
    }
    return out;
}

json::array widths_json(const Tally& tally) {
    json::array out;
    for (std::size_t i = 0; i < Tally::width_from.size(); ++i) {
        auto band = kind_json(tally.widths()[i]);
        if (tally.widths()[i].detected.of == 0) continue;
        band["from"] = Tally::width_from[i];
        out.push_back(std::move(band));
    }
    return out;
}

std::string classes_text(const Tally& tally) {
    if (tally.classes().empty()) return {};
    auto out = fmt::format("\n{:18} {:>8} {:>8} {:>8} {:>9}\n", "class", "pictures", "first", "any", "detected");
    for (const auto& [name, kind] : tally.classes()) {
        out += fmt::format("{:18} {:8} {:>8} {:>8} {:>9}\n", name, kind.first.of, percent(kind.first),
                           percent(kind.any), percent(kind.detected));
    }
    return out;
}

std::string widths_text(const Tally& tally) {
    if (tally.detected().of == 0) return {};
    auto out =
        fmt::format("\n{:18} {:>8} {:>8} {:>8} {:>9}\n", "width in pixels", "plates", "first", "any", "detected");
    for (std::size_t i = 0; i < Tally::width_from.size(); ++i) {
        const Kind& band = tally.widths()[i];
        if (band.detected.of == 0) continue;
        out += fmt::format("from {:<13} {:8} {:>8} {:>8} {:>9}\n", Tally::width_from[i], band.detected.of,
                           percent(band.first), percent(band.any), percent(band.detected));
    }
    return out;
}

std::string characters_text(const Tally& tally) {
    if (tally.positions().empty()) return {};
    std::string out = "\ncharacters right, by position:";
    for (std::size_t i = 0; i < tally.positions().size(); ++i) {
        out += fmt::format("  {}: {}", i + 1, percent(tally.positions()[i]));
    }
    out += "\nconfusions (is>read):";
    const auto confused = tally.confusions();
    for (std::size_t i = 0; i < std::min(shown_confusions, confused.size()); ++i) {
        const auto& [pair, times] = confused[i];
        out += fmt::format("  {}>{} {}", shown(pair.is), shown(pair.read), times);
    }
    return out + (confused.empty() ? "  none\n" : "\n");
}

double ratio(double ours, double peer) {
    return peer > 0 ? ours / peer : 0;
}

}  // namespace

std::string percent(const Share& share) {
    return share.of == 0 ? "     -" : fmt::format("{:5.1f} %", 100 * share.value());
}

std::string counted(const Share& share) {
    return fmt::format("{}  {} of {}", percent(share), share.right, share.of);
}

json::array bands_json(const Certainty& certainty) {
    json::array out;
    for (std::size_t i = 0; i + 1 < bands.size(); ++i) {
        const auto share = certainty.between(bands[i], bands[i + 1]);
        out.push_back(json::object{{"from", bands[i]}, {"read", share.of}, {"wrong", share.of - share.right}});
    }
    return out;
}

std::string bands_text(const Certainty& certainty) {
    std::string out;
    for (std::size_t i = 0; i + 1 < bands.size(); ++i) {
        const auto share = certainty.between(bands[i], bands[i + 1]);
        out += fmt::format("  from {:g}: {}, wrong {}", bands[i], share.of, share.of - share.right);
    }
    const double wrong = certainty.surest_wrong();
    const int surer = certainty.between(std::nextafter(wrong, 2), 2).of;
    return out + fmt::format("\nthe surest wrong one has {:.4f}, {} are surer; expected calibration error {:.1f} %",
                             wrong, surer, 100 * certainty.error());
}

json::object to_json(const Tally& tally) {
    json::object out{{"pictures", tally.pictures()},
                     {"with_plate", tally.first().of},
                     {"first", tally.first().right},
                     {"any", tally.any().right},
                     {"wrong", tally.wrong()},
                     {"unread", tally.unread()},
                     {"detected", tally.detected().right},
                     {"with_corners", tally.detected().of},
                     {"without_plate", tally.false_plates().of},
                     {"false_plates", tally.false_plates().right},
                     {"false_plates_at_grant", tally.false_at_grant().right},
                     {"false_told", tally.false_told().right},
                     {"first_share", tally.first().value()},
                     {"any_share", tally.any().value()},
                     {"detected_share", tally.detected().value()},
                     {"false_plates_share", tally.false_plates().value()},
                     {"median_ms", tally.ms(0.5)},
                     {"p95_ms", tally.ms(0.95)},
                     {"median_cpu_ms", tally.cpu_ms(0.5)},
                     {"p95_cpu_ms", tally.cpu_ms(0.95)},
                     {"ece", tally.calibration_error()},
                     {"grant_likelihood", tally.grant()},
                     {"at_grant", tally.wrong_at_grant().of},
                     {"wrong_at_grant", tally.wrong_at_grant().right},
                     {"surest_wrong", tally.certainty().surest_wrong()}};
    json::object classes;
    for (const auto& [name, kind] : tally.classes()) classes[name] = kind_json(kind);
    out["classes"] = std::move(classes);
    json::array positions;
    for (const auto& share : tally.positions()) {
        positions.push_back(json::object{{"right", share.right}, {"of", share.of}});
    }
    out["positions"] = std::move(positions);
    out["confusions"] = confusions_json(tally);
    out["widths"] = widths_json(tally);
    out["likelihoods"] = bands_json(tally.certainty());
    return out;
}

std::string to_text(const Tally& tally) {
    std::string out = fmt::format("{} pictures\n", tally.pictures());
    if (tally.first().of > 0) {
        out += fmt::format("first result right   {}   (wrong {}, not read {})\nany result right     {}\n",
                           counted(tally.first()), tally.wrong(), tally.unread(), counted(tally.any()));
    }
    if (tally.detected().of > 0) out += fmt::format("plate found          {}\n", counted(tally.detected()));
    if (tally.false_plates().of > 0) {
        out += fmt::format("false plates         {}   of pictures without a plate; at the grant threshold {}\n",
                           counted(tally.false_plates()), tally.false_at_grant().right);
        out += fmt::format("anything told there  {}   also what is no whole plate\n", counted(tally.false_told()));
    }
    out += fmt::format("ms a picture         median {:.1f}, p95 {:.1f}; processor time median {:.1f}, p95 {:.1f}\n",
                       tally.ms(0.5), tally.ms(0.95), tally.cpu_ms(0.5), tally.cpu_ms(0.95));
    return out + classes_text(tally) + widths_text(tally) + characters_text(tally) +
           fmt::format("\nlikelihood of the first answer:{}; at the grant threshold ({:g}) {} wrong of {}\n",
                       bands_text(tally.certainty()), tally.grant(), tally.wrong_at_grant().right,
                       tally.wrong_at_grant().of);
}

json::object ratios(const Tally& ours, const Tally& peer) {
    return {{"first", ratio(ours.first().value(), peer.first().value())},
            {"any", ratio(ours.any().value(), peer.any().value())},
            {"detected", ratio(ours.detected().value(), peer.detected().value())},
            {"median_ms", ratio(ours.ms(0.5), peer.ms(0.5))},
            {"p95_ms", ratio(ours.ms(0.95), peer.ms(0.95))},
            {"median_cpu_ms", ratio(ours.cpu_ms(0.5), peer.cpu_ms(0.5))},
            {"ece", ratio(ours.calibration_error(), peer.calibration_error())}};
}

}  // namespace menshen::eval
