// menshen-synth: draws what plate networks are trained with, and writes it to a file or a pipe. See --help; the records
// are described in plate-synth/record.hpp.
#include <CLI/CLI.hpp>
#include <opencv2/core/utility.hpp>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <memory>

#include "plate-synth/crops.hpp"
#include "plate-synth/scenes.hpp"
#include "sheet.hpp"

namespace {

using namespace menshen;
using namespace menshen::synth;

struct CommandLine {
    std::uint64_t count = 1000, seed = 1, first = 0;
    std::string out = "-", look_at;
    GlyphSources glyphs;
    CropOptions crops;
    SceneSources scenes;
    std::string size = "640x384";
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

void describe(CLI::App& app, CommandLine& line) {
    app.require_subcommand(1);
    const auto common = [&line](CLI::App* sub) {
        sub->add_option("--count", line.count, "how many records");
        sub->add_option("--seed", line.seed, "the same seed, the same records");
        sub->add_option("--first", line.first, "number of the first record: to go on where another run ended");
        sub->add_option("--out", line.out, "a file, or - for standard output");
        sub->add_option("--glyphs", line.glyphs.learnt, "folder with a folder of 20x20 pictures a character");
        sub->add_flag("--no-fonts", line.no_fonts,
                      "shapes of our own strokes and of --glyphs only, where there are any");
    };
    const auto crop_options = [&line](CLI::App* sub) {
        sub->add_option("--real", line.crops.real, "folders of real plates with labels.csv")->delimiter(',');
        sub->add_option("--real-share", line.crops.real_share, "their share of the records")
            ->check(CLI::Range(0.0, 1.0));
        sub->add_option("--negatives", line.crops.negatives, "folders of pictures without a Chinese plate")
            ->delimiter(',');
        sub->add_option("--negative-share", line.crops.negative_share, "records that show no plate")
            ->check(CLI::Range(0.0, 1.0));
        sub->add_option("--unreadable-share", line.crops.unreadable_share, "plates that nobody can read")
            ->check(CLI::Range(0.0, 1.0));
    };
    auto* crops = app.add_subcommand("crops", "straightened plates for the recogniser");
    common(crops);
    crop_options(crops);
    auto* scenes = app.add_subcommand("scenes", "frames with the corners of their plates for the detector");
    common(scenes);
    scenes->add_option("--size", line.size, "of a frame, WIDTHxHEIGHT");
    scenes->add_option("--cars", line.scenes.cars, "folders of cars with foreign plates and labels.csv")
        ->delimiter(',');
    scenes->add_option("--backgrounds", line.scenes.backgrounds, "folders of pictures without a Chinese plate")
        ->delimiter(',');
    scenes->add_option("--real", line.scenes.real, "folders of Chinese scenes with corners in labels.csv")
        ->delimiter(',');
    scenes
        ->add_option("--real-share", line.scenes.real_share,
                     "their share of the frames, untouched; as many get another plate")
        ->check(CLI::Range(0.0, 0.5));
    scenes->add_option("--empty-share", line.scenes.empty_share, "frames without a Chinese plate")
        ->check(CLI::Range(0.0, 1.0));
    auto* sheet = app.add_subcommand("sheet", "a picture of many crops, to look at");
    common(sheet);
    crop_options(sheet);
    sheet->add_option("--cars", line.scenes.cars, "show scenes: as for scenes")->delimiter(',');
    sheet->add_option("--backgrounds", line.scenes.backgrounds, "as for scenes")->delimiter(',');
    sheet->add_option("--columns", line.columns, "crops side by side")->check(CLI::Range(1, 40));
    sheet->add_option("--look-at", line.look_at, "show the pictures of this folder instead");
}

int failed(const Error& error) {
    std::cerr << "menshen-synth: " << error.message << '\n';
    return 1;
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

Status draw_scenes(CommandLine& line, const Painter& painter, bool sheet) {
    char rest = 0;
    cv::Size& size = line.scenes.size;
    if (std::sscanf(line.size.c_str(), "%dx%d%c", &size.width, &size.height, &rest) != 2 ||
        size.width < 64 ||  // NOLINT
        size.height < 64 || size.width > 4096 || size.height > 4096)
        return {Errc::invalid, "--size: write WIDTHxHEIGHT, 64 to 4096 each"};
    if (sheet) line.scenes.real = line.crops.real;
    auto scenes = Scenes::open(painter, line.scenes);
    if (!scenes) return scenes.error();
    if (sheet) return write_sheet(*scenes, line.seed, line.count, line.columns, line.out);
    return write_scenes(line, *scenes);
}

int run(const CLI::App& app, CommandLine& line) {
    if (line.out == "-" && isatty(STDOUT_FILENO) != 0)
        return failed({Errc::invalid, "--out: name a file or use a pipe"});
    line.glyphs.fonts = !line.no_fonts;
    if (!line.look_at.empty()) {
        const auto done =
            write_sheet_of(line.look_at, line.seed, static_cast<std::size_t>(line.count), line.columns, line.out);
        return done ? 0 : failed(done.error());
    }
    const auto glyphs = GlyphSet::load(line.glyphs);
    if (!glyphs) return failed(glyphs.error());
    const Textures textures;
    const Painter painter(*glyphs, textures);
    const bool sheet = app.got_subcommand("sheet");
    if (app.got_subcommand("scenes") || (sheet && !(line.scenes.cars.empty() && line.scenes.backgrounds.empty()))) {
        const auto done = draw_scenes(line, painter, sheet);
        return done ? 0 : failed(done.error());
    }
    auto crops = Crops::open(painter, line.crops);
    if (!crops) return failed(crops.error());
    const auto done =
        sheet ? write_sheet(*crops, line.seed, line.count, line.columns, line.out) : write_crops(line, *crops);
    return done ? 0 : failed(done.error());
}

}  // namespace

int main(int argc, char** argv) {
    cv::setNumThreads(1);
    CLI::App app("Draws plates to train networks with");
    CommandLine line;
    describe(app, line);
    CLI11_PARSE(app, argc, argv);
    return run(app, line);
}
