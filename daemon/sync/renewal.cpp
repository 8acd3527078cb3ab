#include "renewal.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/spdlog.h>

#include <filesystem>

#include "files/read.hpp"

namespace menshen::sync {

namespace json = boost::json;

namespace {
constexpr auto look_every = std::chrono::hours(6);
constexpr auto look_at_disk_every = seconds(5);
constexpr auto not_sooner_than = seconds(10);  // whatever the registry says of its end
}  // namespace

Awaitable<void> Renewal::run() {
    auto backoff = common_.backoff();
    bool asked_for = false;
    while (!common_.stopping) {
        const auto validity = validity_of(identity_.certificate);
        if (asked_for || !validity || validity->is_due(common_.now())) {
            if (const auto failed = co_await renew()) {
                co_await common_.give_up_for_now("renewal", *failed, backoff);
                continue;
            }
            backoff.good();
            co_await common_.pause(not_sooner_than);
        }
        if (common_.stopping) co_return;
        const auto before = common_.now();
        co_await common_.renewal_wanted.wait(look_every);
        asked_for = common_.now() < before + look_every;
    }
}

Awaitable<void> Renewal::watch() {
    const auto file = common_.config.folder.identity();
    const auto written = [&] {
        std::error_code failed;
        return std::filesystem::last_write_time(file, failed);
    };
    auto before = written();
    while (!common_.stopping) {
        co_await common_.pause(look_at_disk_every);
        const auto now = written();
        if (now == before || common_.stopping) continue;
        before = now;
        take_from_disk();
    }
}

void Renewal::take_from_disk() {
    auto identity = read_identity(common_.config.folder.identity());
    if (!identity) return spdlog::warn("identity=unread why=\"{}\"", identity.error().message);
    if (identity->certificate == identity_.certificate) return;  // we have written it ourselves
    spdlog::info("identity=new: this gate was enrolled anew");
    identity_ = *identity;
    common_.http.use(std::move(identity).value());
    common_.try_now();
}

/// On the disk before it is shown to anybody. A repeated request bears the same key: else the registry would forget the
/// one in use.
Result<std::string> Renewal::next_key() const {
    const auto file = common_.config.folder.next_key();
    if (auto kept = files::read_small(file); kept && certificate_request(*kept)) return kept;
    auto key = make_tls_key();
    if (!key) return key;
    if (auto done = files::replace(file, *key); !done) return done.error();
    return key;
}

Awaitable<Outcome> Renewal::renew() {
    auto key = next_key();
    if (!key) co_return Failure{key.error()};
    const auto wanted = certificate_request(*key);
    if (!wanted) co_return Failure{wanted.error()};
    const auto before = identity_.certificate;
    const json::object body{{"csr", *wanted}};
    Request request;
    request.method = "POST";
    request.path = "/v1/renew";
    request.type = "application/json";
    request.body = json::serialize(body);
    request.within = seconds(60);
    const auto answer = co_await common_.http.ask(std::move(request));
    if (!answer) co_return no_answer(common_, "renewal", answer.error());
    if (answer->status != 200) co_return failure_of(common_, "renewal", *answer);
    common_.health.reached("renewal");
    take_from_disk();                                             // watch() looks now and then only
    if (identity_.certificate != before) co_return std::nullopt;  // enrolled anew meanwhile: that one counts
    if (auto done = take(*answer, std::move(key).value()); !done) co_return Failure{done.error()};
    co_return std::nullopt;
}

Status Renewal::take(const Answer& answer, std::string key) {
    boost::system::error_code failed;
    const auto body = json::parse(answer.body, failed);
    if (failed || !body.is_object()) return {Errc::invalid, "the registry's answer is no certificate"};
    Identity identity{text_of(body.get_object(), "certificate"), std::move(key)};
    if (auto done = write_identity(common_.config.folder.identity(), identity); !done) return done;
    (void)files::remove(common_.config.folder.next_key());
    identity_ = identity;
    common_.http.use(std::move(identity));
    spdlog::info("renewed=certificate until={}", text_of(body.get_object(), "until"));
    return {};
}

}  // namespace menshen::sync
