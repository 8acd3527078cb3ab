// The control port: TCP on 127.0.0.1, one JSON object a line in both directions. Answers go to the one who asked,
// events to everybody.
//
// {"do":"arrive","lane":0,"id":"car1","tailgate":false,"length":4.5,"metres_per_second":2}   a car comes, waits, drives
// through
// {"do":"leave","lane":0,"id":"car1"}       it backs out           {"do":"hand_button","lane":0}   opened without
// menshen
// {"do":"fire","lane":0,"on":true}          the fire contact
// {"do":"stick","input":1,"value":true}     the raw input          {"do":"unstick","input":1}
// {"do":"weld","relay":0,"on":true}         on false: never closes; "undo":true repairs it
// {"do":"freeze"} {"do":"thaw"}             accepts, does nothing; thawed, it does what it had taken in
// {"do":"hang_up"} {"do":"dead"} {"do":"alive"}   closes connections; refuses new ones; heals every fault of the link
// {"do":"nonsense","kind":"transaction","count":1}   spoils answers (see faults.hpp); count 0: until alive
// {"do":"late","ms":800,"count":1}          answers late, acts at once
// {"do":"speed","factor":5}                 cars and arms          {"do":"state"}   everything at once
//
// {"event":"pulse","lane":0,"relay":0,"what":"open","ms":700,"on":true,"t":…}
// {"event":"relay","relay":0,"on":true,"t":…}
// {"event":"arm","lane":0,"arm":"down|between|up","t":…}
// {"event":"approach|under","lane":0,"id":"car1","occupied":true,"t":…}
// {"event":"passed","lane":0,"id":"car1","t":…}   {"event":"car_left","lane":0,"id":"car1","how":"through|back","t":…}
// t: nanoseconds of CLOCK_BOOTTIME.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <set>

#include "site.hpp"

namespace menshen::twin {

class Control {
  public:
    Control(boost::asio::io_context& io, Site& site, std::uint16_t port);
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    class Session;

  private:
    void accept();

    Site& site_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::set<std::shared_ptr<Session>> sessions_;
};

}  // namespace menshen::twin
