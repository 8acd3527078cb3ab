#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/core.h>
#include <opencv2/core/utility.hpp>

#include <filesystem>
#include <map>
#include <optional>

#include "arrivals.hpp"
#include "eye/models.hpp"
#include "labels.hpp"
#include "pictures.hpp"
#include "report.hpp"

namespace {

using namespace menshen;
namespace json = boost::json;

struct Command {
    std::string set, models, page;
    bool baseline = false, as_json = false, nothing = false;
    std::string baseline_models;
    int threads = 1;
    double grant = 0.98;  // as firmware/decide
    std::size_t limit = 0;
    double max_fps = 12;
    int look_ms = 100;
    std::string keep_looks, looks;
    eye::ReaderOptions reader;
};

void complain(const std::string& text) {
    fmt::print(stderr, "menshen-eval: {}\n", text);
}

/// Everything that was left out, so that nobody takes a part for the whole.
int complain_of(const eval::LabelledSet& set, const std::vector<std::string>& unreadable) {
    for (const auto& row : set.bad_rows) complain(row);
    for (const auto& file : unreadable) complain(file);
    if (!set.doubts.empty()) {
        complain(fmt::format("{} labels keep no plate's grammar and are counted as they stand, the first: {}",
                             set.doubts.size(), set.doubts.front()));
    }
    const auto left_out = set.bad_rows.size() + unreadable.size();
    if (left_out == 0) return 0;
    complain(fmt::format("{} rows or pictures were left out; the numbers are of the others", left_out));
    return 1;
}

void put_problems(json::object& out, const eval::LabelledSet& set, std::size_t unreadable) {
    out["bad_rows"] = set.bad_rows.size();
    out["unreadable"] = unreadable;
}

int show_page(const Command& command, const std::vector<eval::Miss>& misses, int left_out) {
    if (command.page.empty()) return 0;
    const auto title = "Misses of " + std::filesystem::path(command.set).lexically_normal().string();
    const auto written = eval::write_page(command.page, title, misses, left_out);
    if (!written) complain(written.error().message);
    return written ? 0 : 1;
}

struct Readers {
    eval::ReaderChoice ours;
    std::optional<eval::ReaderChoice> peer;
};

/// Whose networks look.
Result<Readers> readers(const Command& command) {
    const auto models = eye::find_models(command.models);
    if (!models) return models.error();
    Readers found{{*models, command.reader}, std::nullopt};
    if (!command.baseline && command.baseline_models.empty()) return found;
    const auto baseline = eye::find_models(command.baseline_models);
    if (!baseline) return baseline.error().in("the baseline");
    found.peer = eval::ReaderChoice{*baseline, {}};
    found.peer->options.recogniser = found.peer->options.detector = eye::Networks::baseline;
    return found;
}

int pictures(const Command& command, const eval::LabelledSet& set, const Readers& who, bool crops) {
    eval::PicturesTask task{who.ours, who.peer, crops, command.nothing, command.threads, command.grant, command.limit};
    const auto result = eval::evaluate(set, task, !command.page.empty());
    if (!result) {
        complain(result.error().message);
        return 2;
    }
    if (command.as_json) {
        auto out = to_json(result->ours);
        put_problems(out, set, result->unreadable.size());
        if (result->with_peer) {
            out["baseline"] = to_json(result->peer);
            out["ratio"] = eval::ratios(result->ours, result->peer);
        }
        fmt::print("{}\n", json::serialize(out));
    } else {
        fmt::print("{}: {}", set.folder, to_text(result->ours));
        if (result->with_peer) {
            fmt::print("\nthe baseline, same pictures, same run: {}\nours / baseline: {}\n", to_text(result->peer),
                       json::serialize(eval::ratios(result->ours, result->peer)));
        }
    }
    return complain_of(set, result->unreadable) | show_page(command, result->misses, result->misses_left_out);
}

int arrivals(const Command& command, const eval::LabelledSet& set, const Readers& who) {
    eval::ArrivalsTask task{
        who.ours,      command.threads,    command.grant, command.max_fps, milliseconds(command.look_ms),
        command.limit, command.keep_looks, command.looks};
    const auto result = eval::evaluate_arrivals(set, task, !command.page.empty());
    if (!result) {
        complain(result.error().message);
        return 2;
    }
    auto out = to_json(result->tally);
    put_problems(out, set, result->unreadable.size());
    if (!command.as_json) fmt::print("{}: {}", set.folder, to_text(result->tally));
    if (who.peer) {
        task.reader = *who.peer;
        task.keep_looks.clear();
        const auto peer = eval::evaluate_arrivals(set, task, false);
        if (!peer) {
            complain(peer.error().message);
            return 2;
        }
        out["baseline"] = to_json(peer->tally);
        if (!command.as_json) fmt::print("\nthe baseline, same clips: {}", to_text(peer->tally));
    }
    if (command.as_json) fmt::print("{}\n", json::serialize(out));
    return complain_of(set, result->unreadable) | show_page(command, result->misses, 0);
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app(
        "menshen-eval: how well the eye reads a folder of labelled pictures or clips. The folder holds labels.csv,\n"
        "one line a picture: file,plate[,x1,y1,…,x4,y4]; an empty plate says that the picture holds none");
    Command command;
    app.require_subcommand(1);
    const std::map<std::string, eye::Networks> networks{{"ours", eye::Networks::ours},
                                                        {"baseline", eye::Networks::baseline}};
    const auto verb = [&](const char* name, const char* what) {
        auto* sub = app.add_subcommand(name, what);
        sub->add_option("--set", command.set, "the folder")->required();
        sub->add_option("--models", command.models, "folder of the networks; as menshen-eye if not given");
        sub->add_option("--detector", command.reader.detector, "ours or baseline: whose network finds the plates")
            ->transform(CLI::CheckedTransformer(networks));
        sub->add_option("--recogniser", command.reader.recogniser,
                        "ours or baseline: whose network reads the characters")
            ->transform(CLI::CheckedTransformer(networks));
        sub->add_option("--threads", command.threads, "pictures at once; times are honest with 1")
            ->check(CLI::Range(1, 64))
            ->capture_default_str();
        sub->add_option("--grant", command.grant, "likelihood from which a gate opens")->capture_default_str();
        sub->add_option("--limit", command.limit, "only the first so many");
        sub->add_option("--page", command.page, "write a page of the misses, with their pictures, to this .html");
        sub->add_flag("--json", command.as_json, "one JSON object instead of a report");
        sub->add_flag("--baseline", command.baseline, "run the PP-OCRv4 peer on the same pictures, too");
        sub->add_option("--baseline-models", command.baseline_models, "folder of the peer's networks");
        return sub;
    };
    auto* scenes = verb("plates", "pictures of cars and roads: find the plates and read them");
    auto* crops = verb("crops", "pictures that are one plate each, edge to edge");
    auto* clips = verb("arrivals", "clips of one arrival each, judged by the claim that the gate would get");
    for (auto* sub : {scenes, crops}) {
        sub->add_flag("--nothing", command.nothing, "whatever labels say, no picture holds a plate of ours");
    }
    clips->add_option("--max-fps", command.max_fps, "looks per second at most")->capture_default_str();
    clips->add_option("--look-ms", command.look_ms, "of the clip's time that a look takes")->capture_default_str();
    clips->add_option("--keep-looks", command.keep_looks, "write what the eye told of every frame to this file");
    clips->add_option("--looks", command.looks, "vote on the looks in this file again, and look at no clip")
        ->excludes("--baseline", "--baseline-models", "--page", "--keep-looks");
    CLI11_PARSE(app, argc, argv);

    cv::setNumThreads(1);
    const auto set = eval::load_labels(command.set);
    if (!set) {
        complain(set.error().message);
        return 2;
    }
    const auto who = readers(command);
    if (!who) {
        complain(who.error().message);
        return 2;
    }
    if (clips->parsed()) return arrivals(command, *set, *who);
    return pictures(command, *set, *who, crops->parsed());
} catch (const std::exception& e) {
    fmt::print(stderr, "menshen-eval: {}\n", e.what());
    return 2;
}
