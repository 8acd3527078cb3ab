// The wire between an eye child and the gate (/run/menshen/eye.sock, a stream socket served by the gate).
//
// A message is  u32 big-endian N | N bytes of JSON header | header.picture_bytes bytes of JPEG.  N ≤ 64 KiB, the whole
// ≤ 4 MiB.
//   {"type":"hello","camera":"…","lane":"…","version":1,"pid":123}   first message of a connection
//   {"type":"read", …to_json(Read)…}
//   {"type":"beat","camera":"…","state":"running|opening|failed","detail":"…","fps":12.5,"frame":123,"width":…,"height":…}
//   every second
//   {"type":"picture","id":"…","lane":"…","kind":"scene|crop","picture_bytes":N}   follows the reads it belongs to,
//   best read of a track
//   {"type":"view","frames":25,"looks":8.1,"width":…,"height":…,"plates":[…to_json(Read)…],"picture_bytes":N}
//   for somebody who aims the camera: a frame and the plates seen in it just now
// The gate says one thing: a byte of any value, at most one a second, asks for views in the next seconds. An eye that
// never reads it is none the worse.
// Reads go before pictures when the socket is slow, pictures before views. The gate never decodes a JPEG; it stores the
// bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "values/claim.hpp"
#include "values/result.hpp"

namespace menshen::eye_message {

inline constexpr std::size_t max_header = std::size_t{64} * 1024;
inline constexpr std::size_t max_message = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t max_view_plates = 8;
inline constexpr double max_rate = 1000;  // a second

struct Hello {
    std::string camera;
    LaneId lane;
    int version = 1;
    int pid = 0;
};
struct Beat {
    std::string camera;
    std::string state;   // "opening", "running", "failed"
    std::string detail;  // what failed, for the guard
    double fps = 0;      // frames looked at per second
    std::uint64_t frame = 0;
    int width = 0, height = 0;
};
struct Picture {
    std::string id;
    LaneId lane;
    std::string kind;  // "scene" or "crop"
    std::vector<std::uint8_t> jpeg;
};
/// What the camera sees, for a person: nothing is decided by it.
struct View {
    double frames = 0;          // a second, from the camera
    double looks = 0;           // frames looked at per second
    int width = 0, height = 0;  // pixels of the camera's frame; the picture may be smaller
    std::vector<Read> plates;   // seen just now, also outside of the region; at most max_view_plates
    std::vector<std::uint8_t> jpeg;
};
using Message = std::variant<Hello, Read, Beat, Picture, View>;

/// The bytes of one message.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode(const Message& message);

/// Takes bytes as they come from the socket. After an error the connection must be closed: the stream has no way back.
class Parser {
  public:
    /// Appends bytes; returns the messages completed by them. Memory never exceeds max_message plus one read.
    Result<std::vector<Message>> feed(std::string_view bytes);

  private:
    /// Takes one message off the front; how many bytes it used, 0 when `wanted_` more are needed.
    Result<std::size_t> take(std::string_view bytes, std::vector<Message>& out);

    std::string buffer_;
    std::size_t wanted_ = 4;  // bytes of the message in front, as far as known: a picture in pieces is parsed once
    bool failed_ = false;
};

}  // namespace menshen::eye_message
