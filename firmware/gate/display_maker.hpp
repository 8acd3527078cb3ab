// LED and voice boards made from the site file.
#pragma once

#include <boost/asio/io_context.hpp>

#include <memory>

#include "lane_host.hpp"
#include "ports/clock.hpp"
#include "site/site.hpp"

namespace menshen::gate {

/// Null where the lane has none, or where it cannot be made: that is a fault of the lane, not a reason to stay closed.
[[nodiscard]] std::shared_ptr<Display> make_display(boost::asio::io_context& loop, const site::Lane& lane,
                                                    const Clock& clock, LaneHost& host);

}  // namespace menshen::gate
