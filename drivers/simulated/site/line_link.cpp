#include "director/line_link.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace menshen::director {
namespace asio = boost::asio;
namespace json = boost::json;
using Protocol = asio::generic::stream_protocol;

namespace {

constexpr std::size_t longest_line = 4UL << 20U;

/// Somebody waits for the answer, or nobody does.
struct Question {
    bool wanted = false;
    bool answered = false;
    json::object answer;
};

}  // namespace

struct LineLink::State : std::enable_shared_from_this<LineLink::State> {
    State(asio::any_io_executor loop, LineLink* link) : socket(loop), changed(loop), owner(link) {}

    Protocol::socket socket;
    Signal changed;
    LineLink* owner;  // null once the link is gone
    std::string input;
    std::deque<std::string> output;
    std::deque<std::shared_ptr<Question>> questions;

    void read() {
        asio::async_read_until(socket, asio::dynamic_buffer(input, longest_line), '\n',
                               [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
                                   if (error) return self->close();
                                   self->take(std::string_view(self->input).substr(0, size));
                                   self->input.erase(0, size);
                                   if (self->socket.is_open()) self->read();
                               });
    }

    void take(std::string_view line) {
        boost::system::error_code error;
        const auto value = json::parse(line, error);
        if (error || !value.is_object()) return;
        const auto& object = value.get_object();
        if (object.contains("event")) {
            if (owner != nullptr && owner->on_event) owner->on_event(object);
        } else if (!questions.empty()) {
            questions.front()->answer = object;
            questions.front()->answered = true;
            questions.pop_front();
            changed.notify();
        }
    }

    std::shared_ptr<Question> send(const json::object& request, bool wanted) {
        auto question = std::make_shared<Question>();
        question->wanted = wanted;
        questions.push_back(question);
        output.push_back(json::serialize(request) + "\n");
        if (output.size() == 1) write();
        return question;
    }

    void write() {
        asio::async_write(socket, asio::buffer(output.front()),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                              if (error) return self->close();
                              self->output.pop_front();
                              if (!self->output.empty()) self->write();
                          });
    }

    void close() {
        if (!socket.is_open()) return;
        boost::system::error_code ignored;
        socket.close(ignored);
        changed.notify();
        if (owner != nullptr && owner->on_closed) owner->on_closed();
    }
};

LineLink::LineLink(asio::any_io_executor loop) : state_(std::make_shared<State>(std::move(loop), this)) {}

LineLink::~LineLink() {
    state_->owner = nullptr;
    state_->close();
}

Status LineLink::connect(const Protocol::endpoint& to, const std::string& name) {
    const auto loop = state_->socket.get_executor();
    close();
    state_->owner = nullptr;
    state_ = std::make_shared<State>(loop, this);
    boost::system::error_code error;
    state_->socket.connect(to, error);  // on this machine: at once or not at all
    if (error) {
        boost::system::error_code ignored;
        state_->socket.close(ignored);
        return {Errc::unavailable, name + ": " + error.message()};
    }
    state_->read();
    return {};
}

Status LineLink::connect(unsigned short port) {
    return connect(asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port), "port " + std::to_string(port));
}

Status LineLink::connect(const std::string& socket_file) {
    return connect(asio::local::stream_protocol::endpoint(socket_file), socket_file);
}

void LineLink::close() {
    state_->close();
}
bool LineLink::open() const {
    return state_->socket.is_open();
}

Task<Result<json::object>> LineLink::ask(json::object request, Steady::duration within) {
    const auto state = state_;
    if (!state->socket.is_open()) co_return Error{Errc::unavailable, "not connected"};
    const auto question = state->send(request, true);
    const std::function<bool()> over = [state, question] { return question->answered || !state->socket.is_open(); };
    const bool done = co_await state->changed.until(over, within);
    if (!done) co_return Error{Errc::timeout, "no answer to " + json::serialize(request)};
    if (!question->answered) co_return Error{Errc::unavailable, "closed before it answered"};
    const auto* ok = question->answer.if_contains("ok");
    if (ok != nullptr && ok->is_bool() && !ok->get_bool()) {
        const auto* why = question->answer.if_contains("error");
        co_return Error{Errc::denied, why != nullptr && why->is_string() ? std::string(why->get_string())
                                                                         : json::serialize(question->answer)};
    }
    co_return std::move(question->answer);
}

void LineLink::tell(const json::object& request) {
    if (state_->socket.is_open()) state_->send(request, false);
}

}  // namespace menshen::director
