#include "values/eye_message.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "values/json.hpp"
#include "values/json_fields.hpp"

namespace menshen::eye_message {
namespace {

namespace json = boost::json;

constexpr std::size_t prefix = 4;
constexpr std::array<std::string_view, 3> states{"opening", "running", "failed"};
constexpr std::array<std::string_view, 2> kinds{"scene", "crop"};

// ---- out

json::object header_of(const Hello& m) {
    return {{"type", "hello"}, {"camera", m.camera}, {"lane", m.lane}, {"version", m.version}, {"pid", m.pid}};
}
json::object header_of(const Read& m) {
    json::object out = to_json(m).as_object();
    out["type"] = "read";
    return out;
}
json::object header_of(const Beat& m) {
    return {{"type", "beat"}, {"camera", m.camera}, {"state", m.state}, {"detail", m.detail},
            {"fps", m.fps},   {"frame", m.frame},   {"width", m.width}, {"height", m.height}};
}
json::object header_of(const Picture& m) {
    return {{"type", "picture"}, {"id", m.id}, {"lane", m.lane}, {"kind", m.kind}, {"picture_bytes", m.jpeg.size()}};
}
json::object header_of(const View& m) {
    json::array plates;
    for (const Read& read : m.plates) plates.push_back(to_json(read));
    return {{"type", "view"},
            {"frames", m.frames},
            {"looks", m.looks},
            {"width", m.width},
            {"height", m.height},
            {"plates", std::move(plates)},
            {"picture_bytes", m.jpeg.size()}};
}

/// The bytes that follow the header, of the messages that carry a picture; else null.
template <class AnyMessage>
auto* jpeg_of(AnyMessage& message) {
    auto* picture = std::get_if<Picture>(&message);
    auto* view = std::get_if<View>(&message);
    return picture != nullptr ? &picture->jpeg : view != nullptr ? &view->jpeg : nullptr;
}

// ---- in

bool load_name(const JsonNode& node, std::string& out) {
    if (!load(node, out)) return false;
    bool good = !out.empty() && out.size() <= 32;
    for (const char c : out) good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    return good || node.fail("must be 1 to 32 of a-z, 0-9 and '-'");
}

template <std::size_t N>
bool load_one_of(const JsonNode& node, const std::array<std::string_view, N>& choices, std::string& out) {
    if (!load(node, out)) return false;
    for (const auto& each : choices) {
        if (each == out) return true;
    }
    return node.fail("is none of ours: " + out.substr(0, 40));
}

bool load_short(const JsonNode& node, std::string& out, std::size_t most) {
    return load(node, out) && (out.size() <= most || node.fail("is longer than " + std::to_string(most) + " bytes"));
}

bool load_hello(const JsonNode& node, Hello& out) {
    const JsonFields fields(node);
    return fields.with("camera", [&](const JsonNode& n) { return load_name(n, out.camera); }) &&
           fields.with("lane", [&](const JsonNode& n) { return load_name(n, out.lane); }) &&
           fields("version", out.version) && fields("pid", out.pid);
}

bool load_beat(const JsonNode& node, Beat& out) {
    const JsonFields fields(node);
    return fields.with("camera", [&](const JsonNode& n) { return load_name(n, out.camera); }) &&
           fields.with("state", [&](const JsonNode& n) { return load_one_of(n, states, out.state); }) &&
           fields.with("detail", [&](const JsonNode& n) { return load_short(n, out.detail, 1024); }) &&
           fields("fps", out.fps) && fields("frame", out.frame) && fields("width", out.width) &&
           fields("height", out.height);
}

bool load_picture(const JsonNode& node, Picture& out) {
    const JsonFields fields(node);
    return fields.with("id", [&](const JsonNode& n) { return load_short(n, out.id, 64); }) &&
           fields.with("lane", [&](const JsonNode& n) { return load_name(n, out.lane); }) &&
           fields.with("kind", [&](const JsonNode& n) { return load_one_of(n, kinds, out.kind); });
}

bool load_plate(const JsonNode& node, Read& out) {
    auto read = from_json<Read>(node.value);
    if (!read) return node.fail(read.error().message);
    if (read->text.size() > 64) return node.fail("text is longer than 64 bytes");
    out = std::move(read).value();
    return true;
}

bool load_side(const JsonNode& node, int& out) {
    return load(node, out) && ((out > 0 && out <= 100'000) || node.fail("must lie in 1..100000"));
}

bool load_rate(const JsonNode& node, double& out) {
    return load(node, out) && ((out >= 0 && out <= max_rate) || node.fail("must lie in 0..1000"));
}

bool load_view(const JsonNode& node, View& out) {
    const JsonFields fields(node);
    return fields.with("frames", [&](const JsonNode& n) { return load_rate(n, out.frames); }) &&
           fields.with("looks", [&](const JsonNode& n) { return load_rate(n, out.looks); }) &&
           fields.with("width", [&](const JsonNode& n) { return load_side(n, out.width); }) &&
           fields.with("height", [&](const JsonNode& n) { return load_side(n, out.height); }) &&
           fields.array("plates", out.plates, max_view_plates, load_plate);
}

Result<Message> as_message(const Result<Read>& read) {
    if (!read) return read.error();
    return Message(*read);
}
template <class T, class Load>
Result<Message> as_message(const json::value& header, Load load_it) {
    auto value = read_document<T>(header, load_it);
    if (!value) return value.error();
    return Message(std::move(value).value());
}

Result<Message> message_of(const json::value& header) {
    const std::string_view type = header.at("type").as_string();
    if (type == "read") return as_message(from_json<Read>(header));
    if (type == "beat") return as_message<Beat>(header, load_beat);
    if (type == "picture") return as_message<Picture>(header, load_picture);
    if (type == "view") return as_message<View>(header, load_view);
    if (type == "hello") return as_message<Hello>(header, load_hello);
    return Error{Errc::invalid, "unknown type '" + std::string(type.substr(0, 40)) + "'"};
}

std::size_t big_endian(std::string_view four) {
    std::size_t n = 0;
    for (const char c : four) n = n << 8U | static_cast<unsigned char>(c);
    return n;
}

struct Header {
    json::value value;
    std::size_t picture_bytes = 0;
};

Result<Header> header_from(std::string_view text) {
    boost::system::error_code failed;
    json::parse_options options;
    options.max_depth = 8;  // ours have five levels; deeper nesting is an attack on the stack
    Header out{json::parse(text, failed, {}, options)};
    if (failed) return Error{Errc::invalid, "the header is not JSON: " + failed.message()};
    const auto* object = out.value.if_object();
    if (object == nullptr) return Error{Errc::invalid, "the header is not a JSON object"};
    const auto* type = object->if_contains("type");
    if (type == nullptr || !type->is_string()) return Error{Errc::invalid, "the header has no type"};
    const bool picture = type->get_string() == "picture" || type->get_string() == "view";
    const auto* bytes = object->if_contains("picture_bytes");
    if (!picture) {
        return bytes == nullptr ? Result(out) : Error{Errc::invalid, "only a picture or a view carries picture_bytes"};
    }
    const auto* count = bytes == nullptr ? nullptr : bytes->if_int64();
    if (count == nullptr || *count <= 0) return Error{Errc::invalid, "picture_bytes must be a whole number above 0"};
    if (static_cast<std::uint64_t>(*count) > max_message) return Error{Errc::invalid, "the picture is too large"};
    out.picture_bytes = static_cast<std::size_t>(*count);
    return out;
}

}  // namespace

Result<std::vector<std::uint8_t>> encode(const Message& message) {
    const std::string header = std::visit([](const auto& m) { return json::serialize(header_of(m)); }, message);
    if (header.size() > max_header) return Error{Errc::invalid, "the header is longer than 64 KiB"};
    std::vector<std::uint8_t> out;
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        out.push_back(static_cast<std::uint8_t>(header.size() >> shift & 0xFFU));
    out.insert(out.end(), header.begin(), header.end());
    if (const auto* jpeg = jpeg_of(message)) {
        if (jpeg->empty()) return Error{Errc::invalid, "the picture has no bytes"};
        if (out.size() + jpeg->size() > max_message) return Error{Errc::invalid, "the message is longer than 4 MiB"};
        out.insert(out.end(), jpeg->begin(), jpeg->end());
    }
    return out;
}

Result<std::vector<Message>> Parser::feed(std::string_view bytes) {
    if (failed_) return Error{Errc::invalid, "the stream broke before; the connection must be closed"};
    buffer_.append(bytes);
    std::vector<Message> out;
    std::size_t done = 0;
    while (buffer_.size() - done >= wanted_) {
        auto step = take(std::string_view(buffer_).substr(done), out);
        if (!step) {
            failed_ = true;
            std::string().swap(buffer_);
            return step.error();
        }
        if (*step == 0) break;
        done += *step;
    }
    buffer_.erase(0, done);
    return out;
}

Result<std::size_t> Parser::take(std::string_view bytes, std::vector<Message>& out) {
    if (bytes.size() < prefix) {
        wanted_ = prefix;
        return std::size_t{0};
    }
    const std::size_t header_bytes = big_endian(bytes.substr(0, prefix));
    if (header_bytes == 0 || header_bytes > max_header)
        return Error{Errc::invalid, "a header of " + std::to_string(header_bytes) + " bytes; 1 to 65536 are allowed"};
    wanted_ = prefix + header_bytes;
    if (bytes.size() < wanted_) return std::size_t{0};
    const auto header = header_from(bytes.substr(prefix, header_bytes));
    if (!header) return header.error();
    const std::size_t whole = wanted_ + header->picture_bytes;
    if (whole > max_message)
        return Error{Errc::invalid, "a message of " + std::to_string(whole) + " bytes; 4 MiB are allowed"};
    wanted_ = whole;
    if (bytes.size() < whole) return std::size_t{0};
    auto message = message_of(header->value);
    if (!message) return message.error();
    if (auto* jpeg = jpeg_of(message.value())) {
        const std::string_view carried = bytes.substr(prefix + header_bytes, header->picture_bytes);
        jpeg->assign(carried.begin(), carried.end());
    }
    out.push_back(std::move(message).value());
    wanted_ = prefix;
    return whole;
}

}  // namespace menshen::eye_message
