#include "values/result.hpp"

#include "values/names.hpp"

namespace menshen {
namespace {

constexpr Names<Errc, 10> names{{{Errc::invalid, "invalid"},
                                 {Errc::not_found, "not_found"},
                                 {Errc::conflict, "conflict"},
                                 {Errc::corrupt, "corrupt"},
                                 {Errc::io, "io"},
                                 {Errc::timeout, "timeout"},
                                 {Errc::unavailable, "unavailable"},
                                 {Errc::denied, "denied"},
                                 {Errc::exhausted, "exhausted"},
                                 {Errc::internal, "internal"}}};

}  // namespace

std::string_view to_string(Errc code) noexcept {
    return name_in(names, code);
}

}  // namespace menshen
