// The boards of the contract: who plays them and over what.
#pragma once

#include <string>

#include "rig.hpp"

namespace menshen::test {

struct TwinTcp {
    Peer peer{{TWIN_BARRIER, "--lanes", "2"}};
    [[nodiscard]] modbus::BusConfig bus() const { return tcp_bus(peer.modbus()); }
};

struct TwinRtu {
    Peer peer{{TWIN_BARRIER, "--lanes", "2", "--rtu", "pty", "--baud", "19200"}};
    [[nodiscard]] modbus::BusConfig bus() const { return rtu_bus(peer.rtu(), 19200); }
};

#define ALL_BOARDS TwinTcp, TwinRtu

}  // namespace menshen::test
