#include "wire.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

namespace menshen::modbus {
namespace {

constexpr std::size_t most_items = 32;                      // relays or inputs of a profile
constexpr std::size_t longest_answer = 5 + most_items * 2;  // registers, with unit, function, count and CRC
constexpr std::size_t tcp_header = 7;

/// libmodbus's strerror and libc's share a static buffer; this does not.
std::string words(int error) {
    constexpr std::array<const char*, 12> exceptions{"",
                                                     "it does not know this function",
                                                     "it has no such address",
                                                     "it does not take this value",
                                                     "it reports a failure of its own",
                                                     "it needs longer",
                                                     "it is busy",
                                                     "it refuses",
                                                     "its memory fails",
                                                     "exception 9",
                                                     "the gateway has no path to it",
                                                     "nobody behind the gateway answers"};
    const int code = error - MODBUS_ENOBASE;
    if (code > 0 && code < static_cast<int>(exceptions.size())) return exceptions.at(static_cast<std::size_t>(code));
    if (error == EMBBADCRC) return "its answer has a wrong check sum";
    if (error >= EMBBADDATA && error <= EMBBADSLAVE) return "its answer is not one to our request";
    if (error == ETIMEDOUT) return "it does not answer";
    std::array<char, 128> buffer{};
    return strerror_r(error, buffer.data(), buffer.size());
}

/// A device or gateway that answers in good form but refuses.
bool is_exception(int error) {
    return error > MODBUS_ENOBASE && error < EMBBADCRC;
}

bool can_select(int fd) {
    return fd < FD_SETSIZE;
}

Error unavailable(std::string message) {
    return {Errc::unavailable, std::move(message)};
}

Error too_many_files() {
    return unavailable("this process has too many open files for a bus: open buses first");
}

/// Connects without ever blocking longer than `timeout`, and without select(), which aborts for descriptors from 1024
/// up.
Result<int> connect_socket(const Tcp& tcp, milliseconds timeout) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(tcp.port);
    if (inet_pton(AF_INET, tcp.address.c_str(), &address.sin_addr) != 1) {
        return {Errc::invalid, fmt::format("\"{}\" is not an IPv4 address", tcp.address)};
    }
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return unavailable(words(errno));
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int error = can_select(fd) ? 0 : EMFILE;
    if (error == 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) error = errno;
    if (error == EINPROGRESS) {
        pollfd waiting{fd, POLLOUT, 0};
        socklen_t size = sizeof error;
        if (::poll(&waiting, 1, static_cast<int>(timeout.count())) <= 0) {
            error = ETIMEDOUT;
        } else {
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        }
    }
    if (error == 0) return fd;
    ::close(fd);
    return error == EMFILE ? too_many_files() : unavailable(words(error));
}

}  // namespace

Instant boot_now() {
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return Instant(seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

void Wire::Free::operator()(modbus_t* context) const {
    modbus_close(context);
    modbus_free(context);
}

Wire::Wire(BusConfig config) : config_(std::move(config)) {}

std::string Wire::name() const {
    if (const auto* tcp = std::get_if<Tcp>(&config_.link)) return fmt::format("{}:{}", tcp->address, tcp->port);
    return std::get<Rtu>(config_.link).device;
}

Status Wire::connect() {
    close();
    Status status = serial() ? connect_rtu(std::get<Rtu>(config_.link)) : connect_tcp(std::get<Tcp>(config_.link));
    if (!status) {
        close();
        return status.error().in(name());
    }
    // recovery inside libmodbus can hang for ever and would repeat a request: everything is our own doing
    modbus_set_error_recovery(context_.get(), MODBUS_ERROR_RECOVERY_NONE);
    modbus_set_byte_timeout(context_.get(), 0, 0);  // the response timeout bounds the whole answer, not its first byte
    return {};
}

Status Wire::connect_tcp(const Tcp& tcp) {
    const auto fd = connect_socket(tcp, config_.timeout);
    if (!fd) return fd.error();
    context_.reset(modbus_new_tcp(tcp.address.c_str(), tcp.port));
    if (context_ == nullptr) {
        ::close(*fd);
        return unavailable(words(errno));
    }
    modbus_set_socket(context_.get(), *fd);
    return {};
}

Status Wire::connect_rtu(const Rtu& rtu) {
    context_.reset(modbus_new_rtu(rtu.device.c_str(), rtu.baud, rtu.parity, 8, rtu.stop_bits));
    if (context_ == nullptr) return unavailable(words(errno));
    if (modbus_connect(context_.get()) != 0) return unavailable(words(errno));
    if (!can_select(modbus_get_socket(context_.get()))) return too_many_files();
    flush();
    return {};
}

void Wire::flush() {
    if (context_ != nullptr && serial()) modbus_flush(context_.get());
}

milliseconds Wire::time_for(std::size_t bytes_out, std::size_t bytes_in) const {
    const auto* rtu = std::get_if<Rtu>(&config_.link);
    if (rtu == nullptr) return config_.timeout;
    const int bits = 9 + (rtu->parity == 'N' ? 0 : 1) + rtu->stop_bits;
    constexpr std::size_t pauses = 7;  // 3.5 characters before and after
    const auto characters = static_cast<std::int64_t>(bytes_out + bytes_in + pauses);
    return config_.timeout + milliseconds(characters * bits * 1000 / rtu->baud + 1);
}

milliseconds Wire::silence() const {
    return serial() ? time_for(8, longest_answer) : milliseconds(0);
}

Status Wire::prepare(int unit, milliseconds time) {
    if (!connected()) return unavailable("not connected");
    const int fd = modbus_get_socket(context_.get());
    int waiting = 0;
    if (ioctl(fd, FIONREAD, &waiting) == 0 && waiting > 0) {
        // an answer nobody waits for: the next one would be taken for another's
        return {Errc::io, fmt::format("{}: {} bytes came unasked", name(), waiting)};
    }
    char byte = 0;
    if (!serial() && ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) {
        // found out before anything is sent, so that a command is known not to have been written
        return {Errc::io, fmt::format("{}: it hung up", name())};
    }
    modbus_set_slave(context_.get(), unit);
    const auto whole = std::chrono::duration_cast<seconds>(time);
    const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(time - whole);
    modbus_set_response_timeout(context_.get(), static_cast<std::uint32_t>(whole.count()),
                                static_cast<std::uint32_t>(rest.count()));
    return {};
}

Error Wire::failure(const std::string& doing) const {
    const int error = errno;
    const Errc code = is_exception(error) ? Errc::denied : error == ETIMEDOUT ? Errc::timeout : Errc::io;
    return {code, fmt::format("{} {}: {}", name(), doing, words(error))};
}

Result<std::vector<bool>> Wire::read(int unit, const ReadMap& map, int count) {
    const std::size_t data =
        map.function <= 2 ? (static_cast<std::size_t>(count) + 7) / 8 : static_cast<std::size_t>(count) * 2;
    if (const Status ready = prepare(unit, time_for(8, 5 + data)); !ready) return ready.error();
    std::array<std::uint8_t, most_items> bits{};
    std::array<std::uint16_t, most_items> words{};
    const int n = std::min(count, static_cast<int>(most_items));
    modbus_t* const context = context_.get();
    int got = -1;
    switch (map.function) {
        case 1:
            got = modbus_read_bits(context, map.address, n, bits.data());
            break;
        case 2:
            got = modbus_read_input_bits(context, map.address, n, bits.data());
            break;
        case 3:
            got = modbus_read_registers(context, map.address, n, words.data());
            break;
        default:
            got = modbus_read_input_registers(context, map.address, n, words.data());
            break;
    }
    if (got != n) return failure(fmt::format("unit {} reading", unit));
    std::vector<bool> result;
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) result.push_back(bits.at(i) != 0 || words.at(i) != 0);
    return result;
}

Status Wire::write(int unit, const std::vector<std::uint8_t>& request) {
    if (const Status ready = prepare(unit, time_for(request.size() + 3, request.size() + 3)); !ready) {
        return unavailable(ready.error().message);  // whatever it was, nothing was sent
    }
    std::vector<std::uint8_t> raw{static_cast<std::uint8_t>(unit)};
    raw.insert(raw.end(), request.begin(), request.end());
    if (modbus_send_raw_request(context_.get(), raw.data(), static_cast<int>(raw.size())) < 0) {
        return unavailable(failure(fmt::format("unit {} writing", unit)).message);
    }
    std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> answer{};
    const int got = modbus_receive_confirmation(context_.get(), answer.data());
    if (got < 0) return failure(fmt::format("unit {} writing", unit));
    return check_echo(request, unit, std::span(answer).first(static_cast<std::size_t>(got)));
}

/// modbus_receive_confirmation takes any answer: transaction id (always 0 in a raw request), unit and echo are compared
/// here.
Status Wire::check_echo(const std::vector<std::uint8_t>& request, int unit,
                        std::span<const std::uint8_t> answer) const {
    const Error wrong{Errc::io, fmt::format("{} unit {} writing: its answer is not one to our request", name(), unit)};
    const std::size_t header = serial() ? 1 : tcp_header;
    const std::size_t trailer = serial() ? 2 : 0;
    if (answer.size() < header + trailer + 2) return wrong;
    if (!serial() && (answer[0] != 0 || answer[1] != 0 || answer[2] != 0 || answer[3] != 0)) return wrong;
    if (answer[header - 1] != unit) return wrong;
    const auto pdu = answer.subspan(header, answer.size() - header - trailer);
    if (!serial() && static_cast<std::size_t>(answer[4] << 8U | answer[5]) != pdu.size() + 1) return wrong;
    if (pdu.size() == 2 && pdu[0] == (request[0] | 0x80U)) {
        return {Errc::denied, fmt::format("{} unit {} writing: {}", name(), unit, words(MODBUS_ENOBASE + pdu[1]))};
    }
    return std::equal(pdu.begin(), pdu.end(), request.begin(), request.end()) ? Status{} : Status{wrong};
}

}  // namespace menshen::modbus
