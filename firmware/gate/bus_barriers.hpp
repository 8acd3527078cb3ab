// The real boards: Modbus buses made from the site file.
#pragma once

#include <boost/asio/io_context.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gate.hpp"
#include "modbus/bus.hpp"

namespace menshen::gate {

class BusBarriers : public BarrierMaker {
  public:
    BusBarriers(boost::asio::io_context& loop, const site::Site& site);

    Result<std::shared_ptr<Barrier>> make(const site::Lane& lane) override;
    void start() override;
    void stop() override;

    /// Checks what only the profiles can tell: names, lengths of pulses, numbers of relays and inputs.
    static void check(const site::Site& site, std::vector<site::Mistake>& mistakes);

  private:
    Result<modbus::Bus*> bus_of(const site::Board& board);

    boost::asio::io_context& loop_;
    const site::Site& site_;
    std::map<std::string, std::unique_ptr<modbus::Bus>> buses_;
};

}  // namespace menshen::gate
