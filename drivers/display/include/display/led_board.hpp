// LED and voice board of a lane on a serial line or a serial server (TCP), never on the relay board's bus.
//
// Frame: DA VR(0x64) PN(FFFF) CMD DL DATA CRC16/Modbus, low byte first; texts in GBK. Used: 0x6F lines with voice, 0x62
// one line, 0x30 voice. 0x0F, the relay of such a board, is never sent: 255 there means for ever, and two actuators
// must not open one lane. The boards' answers are not needed and thrown away.
//
// THREADS. create, show and the destructor on the gate's loop; a thread of its own writes. show never blocks; a message
// that is not out when a newer one comes is dropped; one older than ten seconds is not sent any more. Destruction takes
// at most a second.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ports/clock.hpp"
#include "ports/display.hpp"
#include "values/result.hpp"
#include "values/time.hpp"

namespace menshen::display {

struct Serial {
    std::string device;
    int baud = 9600;  // 9600, 19200, 38400, 57600 or 115200; 8N1
};

struct Tcp {
    std::string address;  // IPv4 literal
    std::uint16_t port = 0;
};

/// Minutes since midnight; from > to goes over midnight. Lines are shown, nothing is spoken.
struct MuteHours {
    int from = 0;
    int to = 0;
};

struct Config {
    std::string id;
    std::variant<Serial, Tcp> link;
    int address = 0;  // DA, 0..255
    int lines = 2;    // 1..4; 0: the board only speaks
    std::optional<MuteHours> mute = std::nullopt;
    int days_left_from = 15;  // remaining days are shown when they are no more than this
};

class LedBoard : public Display {
  public:
    /// Errc::invalid says what to write instead. The clock is read in show().
    [[nodiscard]] static Result<std::unique_ptr<LedBoard>> create(boost::asio::io_context::executor_type loop,
                                                                  Config config, const Clock& clock);
    ~LedBoard() override;

    void show(const DisplayMessage& message) override;
    /// The board's line can be written / cannot, in words. On the gate's loop, when it changes.
    std::function<void(bool up, std::string detail)> on_link;

  private:
    class Writer;
    LedBoard(Config config, const Clock& clock);
    Config config_;
    const Clock& clock_;
    std::shared_ptr<Writer> writer_;
};

/// What is shown and spoken, UTF-8: the plate, the greeting or the reason, the days left; no name, no unit.
struct Texts {
    std::vector<std::string> lines;
    std::string voice;
};
[[nodiscard]] Texts compose(const DisplayMessage& message, const Config& config);
[[nodiscard]] bool muted(const std::optional<MuteHours>& hours, LocalTime now);

using Bytes = std::vector<std::uint8_t>;
/// Frames that bring the texts to the board, in the order to send; `speak` false leaves the voice out.
[[nodiscard]] std::vector<Bytes> frames(const Texts& texts, const Config& config, bool speak);
/// One frame; data of at most 255 bytes.
[[nodiscard]] Bytes frame(int address, std::uint8_t command, const Bytes& data);
/// GBK, cut between characters at `most` bytes; what GBK does not have becomes '?'.
[[nodiscard]] Bytes gbk(std::string_view utf8, std::size_t most);

}  // namespace menshen::display
