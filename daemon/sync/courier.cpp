#include "sync/courier.hpp"

#include <boost/asio/co_spawn.hpp>

#include "events.hpp"
#include "files/read.hpp"
#include "lists.hpp"
#include "pictures.hpp"
#include "renewal.hpp"
#include "reports.hpp"
#include "snapshots.hpp"

namespace menshen::sync {

struct Courier::Parts {
    Parts(boost::asio::io_context& io, Config config, std::string authority, Identity identity,
          std::function<UtcTime()> now)
        : common(io, std::move(config), std::move(authority), std::move(now)),
          keys(common),
          snapshots(common, keys),
          lists(common, keys, snapshots),
          events(common, keys),
          pictures(common, keys),
          renewal(common, identity),
          reports(common) {
        common.http.use(std::move(identity));
    }

    Common common;
    Keys keys;
    Snapshots snapshots;
    Lists lists;
    Events events;
    Pictures pictures;
    Renewal renewal;
    Reports reports;
};

namespace {

/// What a coroutine of ours throws is a defect: better ended and started again than half a courier.
void end_loudly(const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
}

}  // namespace

Courier::Courier(boost::asio::io_context& io, Config config, std::function<UtcTime()> now)
    : io_(io), config_(std::move(config)), now_(std::move(now)) {}

Courier::~Courier() = default;

Status Courier::start() {
    auto identity = read_identity(config_.folder.identity());
    if (!identity) return identity.error();
    auto authority = files::read_small(config_.folder.authority());
    if (!authority) return authority.error().in("run menshen enrol");
    parts_ = std::make_unique<Parts>(io_, config_, std::move(authority).value(), std::move(identity).value(), now_);
    boost::asio::co_spawn(io_, parts_->lists.run(), end_loudly);
    boost::asio::co_spawn(io_, parts_->snapshots.run(), end_loudly);
    boost::asio::co_spawn(io_, parts_->events.run(), end_loudly);
    boost::asio::co_spawn(io_, parts_->pictures.run(), end_loudly);
    boost::asio::co_spawn(io_, parts_->renewal.run(), end_loudly);
    boost::asio::co_spawn(io_, parts_->renewal.watch(), end_loudly);
    boost::asio::co_spawn(io_, parts_->reports.run(), end_loudly);
    return {};
}

void Courier::stop() {
    if (!parts_) return;
    parts_->common.stop();
    parts_->lists.close();
    parts_->snapshots.close();
    parts_->events.close();
    parts_->pictures.close();
    parts_->reports.close();
}

}  // namespace menshen::sync
