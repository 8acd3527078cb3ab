// menshen-synth: draws what plate networks are trained with, and writes it to a file or a pipe. See --help; the records
// are described in plate-synth/record.hpp.
#include <CLI/CLI.hpp>
#include <opencv2/core/utility.hpp>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>

#include "folder.hpp"
#include "plate-synth/crops.hpp"
#include "plate-synth/scenes.hpp"
#include "sheet.hpp"

namespace {

using namespace menshen;
using namespace menshen::synth;

struct CommandLine {
    std::uint64_t count = 1000, seed = 1, first = 0;
    std::string out = "-", of = "crops", sort, look_at, size = "640x384";
    GlyphSources glyphs;
    CropOptions crops;
    SceneSources scenes;
    std::vector<std::string> real;
    std::optional<double> real_share;
    bool no_fonts = false;
    int columns = 8;
};

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Result<File> opened(const std::string& name) {
    if (name == "-") return File(stdout, [](std::FILE* f) { return std::fflush(f); });
    std::FILE* file = std::fopen(name.c_str(), "wb");
    if (file == nullptr) return {Errc::io, "cannot write " + name};
    return File(file, std::fclose);
}

void describe_common(CLI::App& sub, CommandLine& line) {
    sub.add_option("--count", line.count, "how many records");
    sub.add_option("--seed", line.seed, "the same seed, the same records");
    sub.add_option("--out", line.out, "a file, or - for standard output");
    sub.add_option("--glyphs", line.glyphs.learnt, "folder with a folder of 20x20 pictures a character");
    sub.add_flag("--no-fonts", line.no_fonts, "of fonts only Noto Sans CJK, beside our own strokes and --glyphs");
    sub.add_option("--real", line.real, "folders of real Chinese plates or scenes with labels.csv")->delimiter(',');
    sub.add_option("--real-share", line.real_share,
                   "their share of the records; of scenes, as many more get another plate")
        ->check(CLI::Range(0.0, 1.0));
}

void describe_crops(CLI::App& sub, CommandLine& line) {
    const auto share = CLI::Range(0.0, 1.0);
    sub.add_option("--negatives", line.crops.negatives, "folders of pictures without a Chinese plate")->delimiter(',');
    sub.add_option("--negative-share", line.crops.negative_share, "records that show no plate")->check(share);
    sub.add_option("--unreadable-share", line.crops.unreadable_share, "plates that nobody can read")->check(share);
    sub.add_option("--doubtful-share", line.crops.doubtful_share, "plates that can be read in part, with their text")
        ->check(share);
}

void describe_scenes(CLI::App& sub, CommandLine& line) {
    sub.add_option("--size", line.size, "of a frame, WIDTHxHEIGHT");
    sub.add_option("--cars", line.scenes.cars, "folders of cars with foreign plates and labels.csv")->delimiter(',');
    sub.add_option("--backgrounds", line.scenes.backgrounds, "folders of pictures without a Chinese plate")
        ->delimiter(',');
    const auto share = CLI::Range(0.0, 1.0);
    sub.add_option("--empty-share", line.scenes.empty_share, "frames without a Chinese plate")->check(share);
    sub.add_option("--car-share", line.scenes.car_share, "drawn plates that are put on cars, not on streets")
        ->check(share);
    sub.add_option("--night-share", line.scenes.night_share, "frames by night")->check(share);
    sub.add_option("--least-width", line.scenes.least_width, "of a plate, pixels of a frame 1920 pixels wide")
        ->check(CLI::Range(20.0, 620.0));
}

void describe(CLI::App& app, CommandLine& line) {
    app.require_subcommand(1);
    const char* first = "number of the first record: to go on where another run ended";
    auto* crops = app.add_subcommand("crops", "straightened plates for the recogniser, as records");
    auto* scenes = app.add_subcommand("scenes", "frames with the corners of their plates for the detector, as records");
    auto* sheet = app.add_subcommand("sheet", "one picture of many, to look at");
    auto* folder = app.add_subcommand("folder", "pictures with labels.csv, to judge with");
    for (auto* sub : {crops, scenes, sheet, folder}) {
        describe_common(*sub, line);
        if (sub != scenes) describe_crops(*sub, line);
        if (sub != crops) describe_scenes(*sub, line);
    }
    crops->add_option("--first", line.first, first);
    scenes->add_option("--first", line.first, first);
    for (auto* sub : {sheet, folder})
        sub->add_option("--of", line.of, "crops or scenes")->check(CLI::IsMember({"crops", "scenes"}));
    sheet->add_option("--columns", line.columns, "side by side")->check(CLI::Range(1, 40));
    sheet->add_option("--look-at", line.look_at, "show the pictures of this folder instead");
    folder->add_option("--sort", line.sort,
                       "plates of one sort only: blue, yellow_two_rows, police …; each: all by turns");
}

Status write_crops(const CommandLine& line, Crops& crops) {
    auto file = opened(line.out);
    if (!file) return file.error();
    for (std::uint64_t i = 0; i < line.count; ++i) {
        const CropRecord record = crops.draw(line.seed, line.first + i);
        if (std::fwrite(&record, sizeof record, 1, file->get()) != 1) return {Errc::io, "cannot write " + line.out};
    }
    return {};
}

Status write_scenes(const CommandLine& line, Scenes& scenes) {
    auto file = opened(line.out);
    if (!file) return file.error();
    cv::Mat frame;
    SceneLabels labels;
    for (std::uint64_t i = 0; i < line.count; ++i) {
        scenes.draw(line.seed, line.first + i, frame, labels);
        if (std::fwrite(frame.data, frame.total() * 3, 1, file->get()) != 1 ||
            std::fwrite(&labels, sizeof labels, 1, file->get()) != 1)
            return {Errc::io, "cannot write " + line.out};
    }
    return {};
}

Status with_scenes(CommandLine& line, const Painter& painter, const std::string& command) {
    char rest = 0;
    cv::Size& size = line.scenes.size;
    if (std::sscanf(line.size.c_str(), "%dx%d%c", &size.width, &size.height, &rest) != 2 ||
        size.width < 64 ||  // NOLINT
        size.height < 64 || size.width > 4096 || size.height > 4096)
        return {Errc::invalid, "--size: write WIDTHxHEIGHT, 64 to 4096 each"};
    line.scenes.real = line.real;
    line.scenes.real_share = line.real_share.value_or(line.scenes.real_share);
    auto scenes = Scenes::open(painter, line.scenes);
    if (!scenes) return scenes.error();
    if (command == "sheet") return write_sheet(*scenes, line.seed, line.count, line.columns, line.out);
    if (command == "folder") {
        const auto sorts = sorts_named(line.sort);
        return sorts ? write_folder(*scenes, *sorts, line.seed, line.count, line.out) : Status(sorts.error());
    }
    return write_scenes(line, *scenes);
}

Status with_crops(CommandLine& line, const Painter& painter, const std::string& command) {
    line.crops.real = line.real;
    line.crops.real_share = line.real_share.value_or(line.crops.real_share);
    auto crops = Crops::open(painter, line.crops);
    if (!crops) return crops.error();
    if (command == "sheet") return write_sheet(*crops, line.seed, line.count, line.columns, line.out);
    if (command == "crops") return write_crops(line, *crops);
    const auto sorts = sorts_named(line.sort);
    return sorts ? write_folder(*crops, *sorts, line.seed, line.count, line.out) : Status(sorts.error());
}

Status run(const CLI::App& app, CommandLine& line) {
    if (line.out == "-" && isatty(STDOUT_FILENO) != 0) return {Errc::invalid, "--out: name a file or use a pipe"};
    const std::string command = app.get_subcommands().front()->get_name();
    if (!line.look_at.empty()) return write_sheet_of(line.look_at, line.seed, line.count, line.columns, line.out);
    line.glyphs.fonts = !line.no_fonts;
    const auto glyphs = GlyphSet::load(line.glyphs);
    if (!glyphs) return glyphs.error();
    const Textures textures;
    const Painter painter(*glyphs, textures);
    const bool scenes = command == "scenes" || (command != "crops" && line.of == "scenes");
    return scenes ? with_scenes(line, painter, command) : with_crops(line, painter, command);
}

}  // namespace

int main(int argc, char** argv) {
    cv::setNumThreads(1);
    CLI::App app("Draws plates to train networks with");
    CommandLine line;
    describe(app, line);
    CLI11_PARSE(app, argc, argv);
    const auto done = run(app, line);
    if (!done) std::cerr << "menshen-synth: " << done.error().message << '\n';
    return done ? 0 : 1;
}
