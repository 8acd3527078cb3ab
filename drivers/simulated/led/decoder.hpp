// Takes the bytes of the line apart: DA VR(0x64) PN(FFFF) CMD DL DATA CRC16/Modbus, low byte first.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace menshen::twin {

class Decoder {
  public:
    /// Every whole frame, right or wrong, and every stretch of bytes that is none.
    std::function<void(const boost::json::object&)> on_frame;
    void take(std::span<const std::uint8_t> bytes);

  private:
    [[nodiscard]] bool take_one();
    std::vector<std::uint8_t> buffer_;
};

}  // namespace menshen::twin
