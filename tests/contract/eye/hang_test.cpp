// A child that hangs: in the kernel, in the video library, or only for a moment. The parent's patience is three
// seconds.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <opencv2/videoio.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "rig.hpp"

using namespace menshen;
using namespace menshen::test;

namespace {

/// A clip that comes through a FIFO: when it stops coming, a read of it blocks in the kernel, where no timeout of the
/// video library reaches. A picture's worth of bytes every 40 ms; after a stop it begins again at its head.
class Tap {
  public:
    explicit Tap(const TemporaryFolder& folder) : path_((folder.path() / "tap.avi").string()) {
        const auto clip = (folder.path() / "clip.avi").string();
        cv::VideoWriter writer(clip, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 25, {320, 240});
        for (int n = 0; n < 600; ++n) writer.write(cv::Mat(240, 320, CV_8UC3, cv::Scalar(n % 200, 90, 120)));
        writer.release();
        std::ifstream file(clip, std::ios::binary);
        bytes_.assign(std::istreambuf_iterator<char>(file), {});
        ::mkfifo(path_.c_str(), 0600);
        fifo_ = ::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);  // both ends: opening it never waits
        thread_ = std::jthread([this](const std::stop_token& stop) { pour(stop); });
    }
    ~Tap() {
        thread_.request_stop();
        thread_.join();
        ::close(fifo_);
    }
    Tap(const Tap&) = delete;
    Tap& operator=(const Tap&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }
    std::atomic<bool> flowing{true};

  private:
    void pour(const std::stop_token& stop) {
        for (std::size_t at = 0; !stop.stop_requested();) {
            const auto slice = std::min(bytes_.size() / 600, bytes_.size() - at);
            const auto n = flowing ? ::write(fifo_, bytes_.data() + at, slice) : 0;
            at = flowing ? at + static_cast<std::size_t>(std::max<ssize_t>(n, 0)) : 0;  // full: as fast as it is read
            std::this_thread::sleep_for(std::chrono::milliseconds(40));
        }
    }

    std::string path_, bytes_;
    int fifo_ = -1;
    std::jthread thread_;
};

const auto steady = [](const Client& client) { serve_mjpeg(client, [](int n) { return jpeg(640, 360, n); }); };

}  // namespace

TEST_CASE("a stopped child is silent: after three seconds it is killed and started again") {
    HttpPeer camera(steady);
    Rig rig(camera.url());
    REQUIRE(rig.gate.hears(20'000, beat("running")));
    rig.gate.clear();
    const int first = rig.child;
    ::kill(first, SIGSTOP);
    CHECK(rig.gate.hears(8000, beat("failed", "hung")));
    CHECK(rig.next_child(5000) > 0);
    CHECK(rig.child != first);
    CHECK(rig.gate.hears(20'000, beat("running")));
}

TEST_CASE("a grab that hangs in the video library: killed when its read is overdue, fault raised and cleared") {
    const TemporaryFolder folder;
    Tap tap(folder);
    Rig rig(tap.path());
    REQUIRE(rig.gate.hears(20'000, beat("running")));
    rig.gate.clear();
    const int first = rig.child;
    tap.flowing = false;
    // killed 3.5 s after the last frame; what twelve seconds without progress used to be must not come back
    CHECK(rig.gate.hears(8000, beat("failed", "hung")));
    tap.flowing = true;
    CHECK(rig.next_child(5000) > 0);
    CHECK(rig.child != first);
    rig.gate.clear();
    CHECK(rig.gate.hears(20'000, beat("running")));
    CHECK_FALSE(rig.gate.offended());
}

TEST_CASE("a camera that is silent for a moment costs no child: the library's own timeout is enough") {
    std::atomic<bool> frozen{false};
    HttpPeer camera([&](const Client& client) {
        serve_mjpeg(client, [&](int n) {
            while (frozen && client.pause(20)) {
            }
            return jpeg(640, 360, n);
        });
    });
    Rig rig(camera.url());
    REQUIRE(rig.gate.hears(20'000, beat("running")));
    frozen = true;
    CHECK(rig.gate.hears(10'000, beat("failed", "nothing for 2 s")));
    frozen = false;
    rig.gate.clear();
    CHECK(rig.gate.hears(20'000, beat("running")));
    CHECK(rig.next_child(50) == -1);  // the same child all the while
}
