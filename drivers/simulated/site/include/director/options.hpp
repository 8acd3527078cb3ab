// What a simulated site is started with.
#pragma once

#include <string>

namespace menshen::director {

struct Options {
    std::string programs;           // folder of menshen-gate, menshen-eye, menshen, menshen-registry and the twins
    std::string config;             // folder of site.toml, barrier.toml, permits.csv
    std::string data;               // folder of databases, sockets and logs; must exist
    std::string size = "1280x720";  // of the pictures that the twins draw
    std::string camera;             // a real stream or clip for the entry lane; empty = the twin
    int panel = 0;                  // port; 0 = a free one
    int console = 0;                // port of the registry for administrators; 0 = a free one
    bool stand_alone = false;       // a gate with a list of its own, without registry and courier
    bool restarts = false;          // start again what dies
};

}  // namespace menshen::director
