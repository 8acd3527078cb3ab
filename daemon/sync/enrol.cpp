#include "sync/enrol.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "bundle/key_file.hpp"
#include "bundle/key_set.hpp"
#include "files/read.hpp"
#include "sync/gate_link.hpp"

namespace menshen::sync {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

template <class T>
Awaitable<void> keep(Awaitable<Result<T>> task, std::optional<Result<T>>& into) {
    into = co_await std::move(task);
}

/// Runs one coroutine to its end on a loop of its own.
template <class T>
Result<T> wait_for(boost::asio::io_context& io, Awaitable<Result<T>> task) {
    std::optional<Result<T>> out;
    boost::asio::co_spawn(io, keep(std::move(task), out), boost::asio::detached);
    io.restart();
    io.run();
    return out ? std::move(*out) : Result<T>(Errc::internal, "the request did not end");
}

std::string plain_hex(std::string_view typed) {
    std::string hex;
    for (const char c : typed) {
        if (c == ':' || c == ' ' || c == '-') continue;
        hex += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return hex;
}

Status make_folder(const fs::path& folder, std::optional<files::Owner> owner) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) return {Errc::io, folder.string() + ": " + failed.message() + "; run this as root"};
    const bool done =
        ::chmod(folder.c_str(), 0700) == 0 && (!owner || ::chown(folder.c_str(), owner->user, owner->group) == 0);
    if (done) return {};
    return {Errc::denied, folder.string() + ": " + std::strerror(errno) + "; run this as root"};
}

/// In the order that an enrolment takes.
class Enrolling {
  public:
    explicit Enrolling(const Enrolment& wanted) : wanted_(wanted) {}

    Status folders();
    Status find_authority();
    Status make_keys();
    Status ask();
    Status check();
    Status write();
    [[nodiscard]] Enrolled enrolled() const { return {wanted_.gate, wanted_.scope, validity_.until}; }

  private:
    [[nodiscard]] fs::path tls_key() const { return wanted_.courier.path / "enrol.key"; }
    [[nodiscard]] fs::path event_key() const { return wanted_.gate_folder / "event-next.key"; }
    [[nodiscard]] Error refused(const Answer& answer) const;
    [[nodiscard]] Error unreachable(const Error& error) const;
    [[nodiscard]] Status check_clock(const std::string& certificate) const;
    [[nodiscard]] Status place_event_key() const;

    const Enrolment& wanted_;
    boost::asio::io_context io_{1};
    std::string authority_;
    std::optional<bundle::NamedSecret> events_;
    Identity identity_;
    json::object welcome_;
    Validity validity_;
};

Status Enrolling::folders() {
    if (plain_hex(wanted_.fingerprint).size() != 64 || !bundle::hash_from_hex(plain_hex(wanted_.fingerprint))) {
        return {Errc::invalid, "the fingerprint must be the 64 hex digits that the registry showed with the code"};
    }
    if (wanted_.code.empty()) return {Errc::invalid, "the one-time code is missing"};
    if (auto done = make_folder(wanted_.gate_folder, wanted_.gate_owner); !done) return done;
    return make_folder(wanted_.courier.path, wanted_.courier_owner);
}

Error Enrolling::unreachable(const Error& error) const {
    return {error.code, fmt::format("{}: {}", wanted_.registry, error.message)};
}

Status Enrolling::check_clock(const std::string& certificate) const {
    const auto validity = validity_of(certificate);
    if (!validity) return validity.error();
    if (wanted_.now >= validity->from && wanted_.now < validity->until) return {};
    return {Errc::denied,
            fmt::format("this machine's clock says {}, and the registry's certificate is good from {} to {}: set the "
                        "clock, or ask for a new certificate of the registry's server",
                        format_utc(wanted_.now), format_utc(validity->from), format_utc(validity->until))};
}

/// Among what the server shows, by the fingerprint alone: nobody else is told the code.
Status Enrolling::find_authority() {
    HttpClient client(io_, {wanted_.registry, {}, wanted_.proxy});
    const auto shown = wait_for(io_, client.shown_certificates());
    if (!shown) return unreachable(shown.error());
    std::string seen;
    for (const auto& certificate : *shown) {
        const auto fingerprint = fingerprint_of(certificate);
        if (!fingerprint) continue;
        if (*fingerprint == plain_hex(wanted_.fingerprint)) authority_ = certificate;
        seen = *fingerprint;
    }
    if (!authority_.empty()) return check_clock(shown->front());
    return {Errc::denied,
            fmt::format("{} is not the registry of that fingerprint: it shows {}. Compare it with the one that came "
                        "with the code; if they differ, somebody stands in between. Nothing was sent",
                        wanted_.registry, seen.empty() ? "no certificate" : seen)};
}

/// On the disk before anybody hears of them, and the same ones when this is repeated.
Status Enrolling::make_keys() {
    auto kept = files::read_small(tls_key());
    if (!kept || !certificate_request(*kept)) {
        kept = make_tls_key();
        if (!kept) return kept.error();
        if (auto done = files::replace(tls_key(), *kept, {.mode = 0600}); !done) return done;
    }
    identity_.key = std::move(kept).value();
    auto secret = bundle::read_secret_file(event_key());
    if (!secret) {
        if (auto done = files::remove(event_key()); !done) return done;
        auto made = bundle::SecretKey::generate();
        if (!made) return made.error();
        const auto kid =
            fmt::format("event-{}", std::chrono::duration_cast<seconds>(wanted_.now.time_since_epoch()).count());
        const bundle::NamedSecret named{kid, std::move(made).value()};
        if (auto done = bundle::write_secret_file(event_key(), named); !done) return done;
        secret = bundle::read_secret_file(event_key());
    }
    if (!secret) return secret.error();
    events_ = std::move(secret).value();
    return {};
}

Error Enrolling::refused(const Answer& answer) const {
    boost::system::error_code failed;
    const auto body = json::parse(answer.body, failed);
    const auto detail = !failed && body.is_object() ? text_of(body.get_object(), "detail") : std::string();
    if (answer.status == 403) {
        return {Errc::denied, fmt::format("the registry does not take this code: {}",
                                          detail.empty() ? "ask the administrator for a new one" : detail)};
    }
    const auto why = fmt::format("the registry answers {}: {}", answer.status, detail);
    return {answer.status == 429 || answer.status >= 500 ? Errc::unavailable : Errc::conflict, why};
}

Status Enrolling::ask() {
    const auto csr = certificate_request(identity_.key);
    if (!csr) return csr.error();
    const auto events = bundle::public_key_text({events_->kid, events_->key.public_key()});
    HttpClient client(io_, {wanted_.registry, authority_, wanted_.proxy});
    Request request;
    request.method = "POST";
    request.path = "/v1/enroll";
    request.type = "application/json";
    request.body = json::serialize(json::object{{"code", wanted_.code}, {"csr", *csr}, {"event_key", events}});
    request.within = seconds(60);
    const auto answer = wait_for(io_, client.ask(std::move(request)));
    if (!answer) return unreachable(answer.error());
    if (answer->status != 201) return refused(*answer);
    boost::system::error_code failed;
    auto body = json::parse(answer->body, failed);
    if (failed || !body.is_object()) return {Errc::invalid, "the registry's answer cannot be read"};
    welcome_ = std::move(body.as_object());
    return {};
}

/// The gate would refuse what is not right here; better now than at its next start.
Status Enrolling::check() {
    const auto gate = text_of(welcome_, "gate"), scope = text_of(welcome_, "scope");
    if (gate != wanted_.gate || scope != wanted_.scope) {
        return {Errc::conflict,
                fmt::format("the code is for gate \"{}\" of \"{}\", and the site file's [registry] says gate = \"{}\", "
                            "scope = \"{}\": correct the site file and repeat this, or ask for the right code",
                            gate, scope, wanted_.gate, wanted_.scope)};
    }
    identity_.certificate = text_of(welcome_, "certificate");
    if (auto done = check_pair(identity_); !done) return done.error().in("the registry's certificate for this gate");
    const auto validity = validity_of(identity_.certificate);
    if (!validity) return validity.error();
    validity_ = *validity;
    const auto root = bundle::parse_public_key(text_of(welcome_, "root"));
    if (!root) return root.error().in("the registry's root key");
    const auto document = bundle::parse_signed(bundle::DocumentType::keys, text_of(welcome_, "keys"));
    if (!document) return document.error().in("the registry's key set");
    const auto judged = bundle::judge_key_set(*document, std::array{*root}, {});
    if (judged.document) return {};
    return {Errc::denied, fmt::format("the registry's key set is not its root's: {}", judged.why)};
}

/// The one that was shown to the registry takes the place of the one before.
Status Enrolling::place_event_key() const {
    const auto text = files::read_small(event_key());
    if (!text) return text.error();
    if (auto done =
            files::replace(wanted_.gate_folder / "event.key", *text, {.mode = 0600, .owner = wanted_.gate_owner});
        !done)
        return done;
    return files::remove(event_key());
}

/// The courier's first; the line by which the gate begins to believe comes last.
Status Enrolling::write() {
    const auto& folder = wanted_.gate_folder;
    auto done = files::replace(wanted_.courier.authority(), authority_, {.mode = 0600, .owner = wanted_.courier_owner});
    if (done) done = write_identity(wanted_.courier.identity(), identity_, wanted_.courier_owner);
    if (done) done = files::remove(wanted_.courier.next_key());
    if (done)
        done =
            files::replace(folder / "root.pub", text_of(welcome_, "root"), {.mode = 0644, .owner = wanted_.gate_owner});
    if (done) done = files::remove(folder / "root-next.pub");
    if (done) done = place_event_key();
    if (done)
        done = files::replace(folder / "enrolment", text_of(welcome_, "keys") + "\n",
                              {.mode = 0644, .owner = wanted_.gate_owner});
    return done ? files::remove(tls_key()) : done;
}

}  // namespace

Result<Enrolled> enrol(const Enrolment& wanted) {
    Enrolling enrolling(wanted);
    auto done = enrolling.folders();
    if (done) done = enrolling.find_authority();
    if (done) done = enrolling.make_keys();
    if (done) done = enrolling.ask();
    if (done) done = enrolling.check();
    if (done) done = enrolling.write();
    if (!done) return done.error();
    return enrolling.enrolled();
}

}  // namespace menshen::sync
