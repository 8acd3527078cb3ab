#include "display_maker.hpp"

#include "display/led_board.hpp"

namespace menshen::gate {

std::shared_ptr<Display> make_display(boost::asio::io_context& loop, const site::Lane& lane, const Clock& clock,
                                      LaneHost& host) {
    if (!lane.led) return nullptr;
    display::Config config;
    config.id = lane.id;
    config.mute = display::MuteHours{lane.led->mute_from, lane.led->mute_to};
    if (!lane.led->ip.empty()) {
        config.link = display::Tcp{lane.led->ip, lane.led->port};
    } else {
        config.link = display::Serial{lane.led->device, lane.led->baud};
    }
    auto board = display::LedBoard::create(loop.get_executor(), std::move(config), clock);
    if (!board) {
        host.fault(lane.id, "display_down", true, board.error().message);
        return nullptr;
    }
    (*board)->on_link = [&host, id = lane.id](bool up, const std::string& detail) {
        host.fault(id, "display_down", !up, detail);
    };
    return std::move(*board);
}

}  // namespace menshen::gate
