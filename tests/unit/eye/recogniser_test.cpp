#include "eye/recogniser.hpp"

#include <doctest/doctest.h>
#include <opencv2/dnn.hpp>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

using namespace menshen;
using namespace menshen::eye;

namespace {

constexpr int input_width = 160, input_height = 32, columns = 40;

/// What models/plate/train/check_export.py stored: a picture, and what OpenCV answered to it when it was exported.
struct Stored {
    cv::Mat picture = cv::Mat(input_height, input_width, CV_8UC3);
    std::vector<float> answers;  // columns, colour, kind: logits
};

Stored stored() {
    std::ifstream file(MENSHEN_STORED_ANSWER, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    Stored out;
    const std::size_t picture = out.picture.total() * out.picture.elemSize();
    REQUIRE(bytes.size() > picture);
    std::memcpy(out.picture.data, bytes.data(), picture);
    out.answers.resize((bytes.size() - picture) / sizeof(float));
    std::memcpy(out.answers.data(), bytes.data() + picture, out.answers.size() * sizeof(float));
    return out;
}

Recognised nothing_but(PlateKind kind) {
    Recognised recognised;
    recognised.kinds = {0, 0, 0, 0};
    recognised.kinds.at(static_cast<std::size_t>(kind)) = 1;
    const Alphabet alphabet;
    for (const char* c : {"皖", "A", "1", "2", "3", "4", "5"}) {
        Column column;
        column.symbols.assign(alphabet.size(), 0);
        column.symbols.at(static_cast<std::size_t>(alphabet.find(c))) = 1;
        column.blank = 0;
        recognised.columns.push_back(column);
    }
    return recognised;
}

}  // namespace

TEST_CASE("the network in the repository answers a stored picture as it did when it was exported") {
    const auto [picture, answers] = stored();
    cv::dnn::Net network = cv::dnn::readNetFromONNX(MENSHEN_MODELS "/plate/recogniser.onnx");
    network.setInput(cv::dnn::blobFromImage(picture, 1 / 127.5, {input_width, input_height}, cv::Scalar::all(127.5)));
    std::vector<cv::Mat> out;
    network.forward(out, std::vector<cv::String>{"columns", "colour", "kind"});
    std::size_t at = 0;
    for (const cv::Mat& part : out) {
        REQUIRE(at + part.total() <= answers.size());
        for (std::size_t i = 0; i < part.total(); ++i, ++at) {
            CHECK(std::abs(part.ptr<float>()[i] - answers[at]) < 1e-3F);
        }
    }
    CHECK(at == answers.size());
}

TEST_CASE("what the recogniser says of a picture is a distribution everywhere") {
    auto recogniser = Recogniser::load(MENSHEN_MODELS, Networks::ours);
    REQUIRE(recogniser.ok());
    for (const cv::Size size : {cv::Size(1, 1), cv::Size(input_width, input_height), cv::Size(900, 40)}) {
        const auto recognised = (*recogniser)->recognise(cv::Mat(size, CV_8UC3, cv::Scalar(200, 60, 10)));
        CHECK(recognised.columns.size() == columns);
        float kinds = 0;
        for (const float p : recognised.kinds) kinds += p;
        CHECK(kinds == doctest::Approx(1));
        for (const auto& column : recognised.columns) {
            float sum = column.blank;
            for (const float p : column.symbols) sum += p;
            CHECK(sum == doctest::Approx(1));
        }
    }
}

TEST_CASE("a picture without a plate, or with one that cannot be read, spells nothing") {
    const Alphabet alphabet;
    for (const auto kind : {PlateKind::none, PlateKind::unreadable}) {
        const auto answer = answer_of(alphabet, nothing_but(kind));
        CHECK(answer.spelled.plates.empty());
        CHECK(answer.likelihood == 0);
    }
    for (const auto kind : {PlateKind::single_row, PlateKind::double_row}) {
        const auto answer = answer_of(alphabet, nothing_but(kind));
        REQUIRE_FALSE(answer.spelled.plates.empty());
        CHECK(answer.spelled.plates.front().plate == "皖A12345");
        CHECK(answer.likelihood > 0.99F);
    }
}

TEST_CASE("a folder without our network is a clear error") {
    const auto recogniser = Recogniser::load("/nonexistent", Networks::ours);
    REQUIRE_FALSE(recogniser.ok());
    CHECK(recogniser.error().message.find("/nonexistent/plate/recogniser.onnx") != std::string::npos);
}
