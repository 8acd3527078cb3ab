#include "sync/http_client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <optional>

#include "curl_loop.hpp"

namespace menshen::sync {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_waiting = std::size_t{1} << 20;  // bytes of a body that nobody has read yet
constexpr long connect_within = 15;                         // seconds

struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

void set_blob(CURL* easy, CURLoption option, const std::string& pem) {
    curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};
    curl_easy_setopt(easy, option, &blob);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

/// What the person who reads it can do, where libcurl's own words leave that open.
Error error_of(CURLcode code, const char* said) {
    const std::string why = *said != '\0' ? said : curl_easy_strerror(code);
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return {Errc::timeout, why};
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_ISSUER_ERROR:
            return {Errc::denied, why + "; is this the right registry, and is this machine's clock right?"};
        case CURLE_SSL_CERTPROBLEM:
            return {Errc::invalid, why + "; enrol again"};
        case CURLE_OUT_OF_MEMORY:
            return {Errc::exhausted, why};
        default:
            return {Errc::unavailable, why};
    }
}

}  // namespace

struct HttpClient::Impl : std::enable_shared_from_this<Impl> {
    Impl(asio::io_context& context, Endpoint given) : io(context), endpoint(std::move(given)), loop(context) {}
    asio::io_context& io;
    Endpoint endpoint;
    Identity identity;
    CurlLoop loop;
    bool closed = false;
    std::map<Transfer::State*, std::weak_ptr<Transfer::State>> under_way;
};

struct Transfer::State : std::enable_shared_from_this<State> {
    State(std::shared_ptr<HttpClient::Impl> of, Request asked)
        : client(std::move(of)), request(std::move(asked)), changed(client->io), easy(curl_easy_init()) {
        changed.expires_at(asio::steady_timer::time_point::max());
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { end(); }

    void set_up();
    void verify(bool good);
    void begin();
    void end() {
        client->loop.remove(easy.get());
        client->under_way.erase(this);
    }
    void finish(CURLcode code) {
        finished = true;
        if (code != CURLE_OK) failed = error_of(code, said.data());
        changed.cancel();
    }
    void fail(Error error) {
        client->loop.remove(easy.get());
        finished = true;
        failed = std::move(error);
        changed.cancel();
    }
    static std::size_t take_field(char* data, std::size_t size, std::size_t count, void* self) {
        return static_cast<State*>(self)->field({data, size * count});
    }
    static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self) {
        return static_cast<State*>(self)->bytes({data, size * count});
    }
    std::size_t field(std::string_view line);
    std::size_t bytes(std::string_view data);
    Awaitable<void> change() { co_await changed.async_wait(loop::as_awaitable); }

    std::shared_ptr<HttpClient::Impl> client;
    Request request;
    asio::steady_timer changed;  // cancelled when there is something new
    std::unique_ptr<CURL, FreeEasy> easy;
    std::unique_ptr<curl_slist, FreeList> list;
    std::array<char, CURL_ERROR_SIZE> said{};
    Answer answer;
    std::string waiting;  // of the body
    bool headed = false, paused = false, finished = false;
    std::optional<Error> failed;
};

std::size_t Transfer::State::field(std::string_view line) {
    const auto size = line.size();
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    if (line.starts_with("HTTP/")) {
        answer.fields.clear();  // of an interim answer
    } else if (line.empty()) {
        curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &answer.status);
        headed = answer.status >= 200;
        if (headed) changed.cancel();
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        auto value = line.substr(colon + 1);
        while (value.starts_with(' ')) value.remove_prefix(1);
        answer.fields[lower(line.substr(0, colon))] = value;
    }
    return size;
}

std::size_t Transfer::State::bytes(std::string_view data) {
    if (waiting.size() >= most_waiting) {
        paused = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    waiting += data;
    changed.cancel();
    return data.size();
}

void Transfer::State::verify(bool good) {
    CURL* curl = easy.get();
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, good ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, good ? 2L : 0L);
    if (!good) return;
    set_blob(curl, CURLOPT_CAINFO_BLOB, client->endpoint.authority);
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // this one and no other: not those of the system beside it
}

void Transfer::State::set_up() {
    CURL* curl = easy.get();
    const auto url = client->endpoint.address + request.path;
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_PROXY, client->endpoint.proxy.c_str());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_within);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(request.within.count()));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.quiet.count()));
    curl_easy_setopt(curl, CURLOPT_MAX_SEND_SPEED_LARGE, static_cast<curl_off_t>(request.bytes_per_second));
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.body.empty()) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    }
    if (request.packed) curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "zstd");
    curl_slist* fields = curl_slist_append(nullptr, "Accept:");  // a poll is short
    fields =
        curl_slist_append(fields, request.type.empty() ? "Content-Type:" : ("Content-Type: " + request.type).c_str());
    fields = curl_slist_append(fields, "Expect:");
    for (const auto& each : request.fields) fields = curl_slist_append(fields, each.c_str());
    list.reset(fields);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, said.data());
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &State::take_field);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &State::take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
    if (client->identity.certificate.empty()) return;
    set_blob(curl, CURLOPT_SSLCERT_BLOB, client->identity.certificate);
    set_blob(curl, CURLOPT_SSLKEY_BLOB, client->identity.key);
}

void Transfer::State::begin() {
    if (client->closed) return fail({Errc::unavailable, "the courier is stopping"});
    client->under_way.emplace(this, weak_from_this());
    client->loop.add(easy.get(), [this](CURLcode code) { finish(code); });
}

Transfer::~Transfer() {
    if (state_) state_->end();
}

Awaitable<Result<Answer>> Transfer::head() {
    const auto state = state_;
    while (!state->headed && !state->finished) co_await state->change();
    if (!state->headed) co_return state->failed.value_or(Error{Errc::unavailable, "no answer"});
    co_return state->answer;
}

Awaitable<Result<std::string>> Transfer::read() {
    const auto state = state_;
    while (state->waiting.empty() && !state->finished) {
        if (std::exchange(state->paused, false)) {
            curl_easy_pause(state->easy.get(), CURLPAUSE_CONT);
            continue;
        }
        co_await state->change();
    }
    if (state->waiting.empty() && state->failed) co_return *state->failed;
    co_return std::exchange(state->waiting, {});
}

HttpClient::HttpClient(asio::io_context& io, Endpoint endpoint)
    : impl_(std::make_shared<Impl>(io, std::move(endpoint))) {}

HttpClient::~HttpClient() {
    close();
}

void HttpClient::use(Identity identity) {
    impl_->identity = std::move(identity);
}

void HttpClient::close() {
    impl_->closed = true;
    for (const auto& [key, weak] : std::exchange(impl_->under_way, {})) {
        if (const auto state = weak.lock()) state->fail({Errc::unavailable, "the courier is stopping"});
    }
}

Transfer HttpClient::start(Request request) {
    const auto state = std::make_shared<Transfer::State>(impl_, std::move(request));
    state->set_up();
    state->verify(true);
    state->begin();
    return Transfer(state);
}

Awaitable<Result<Answer>> HttpClient::ask(Request request, std::size_t most) {
    auto transfer = start(std::move(request));
    auto answer = co_await transfer.head();
    while (answer) {
        auto more = co_await transfer.read();
        if (!more) co_return more.error();
        if (more->empty()) break;
        answer->body += *more;
        if (answer->body.size() > most) co_return Error{Errc::exhausted, "the answer is too long"};
    }
    co_return answer;
}

Awaitable<Result<std::vector<std::string>>> HttpClient::shown_certificates() {
    const auto state = std::make_shared<Transfer::State>(impl_, Request{.path = "/v1/health", .within = seconds(20)});
    state->set_up();
    state->verify(false);
    curl_easy_setopt(state->easy.get(), CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(state->easy.get(), CURLOPT_CONNECT_ONLY, 1L);
    state->begin();
    while (!state->finished) co_await state->change();
    if (state->failed) co_return *state->failed;
    curl_certinfo* shown = nullptr;
    curl_easy_getinfo(state->easy.get(), CURLINFO_CERTINFO, &shown);
    std::vector<std::string> all;
    for (int i = 0; shown != nullptr && i < shown->num_of_certs; ++i) {
        for (const auto* line = shown->certinfo[i]; line != nullptr; line = line->next) {
            const std::string_view text(line->data);
            if (text.starts_with("Cert:")) all.emplace_back(text.substr(5));
        }
    }
    co_return all;
}

}  // namespace menshen::sync
