// A site file, as an installer wrote it.
#include "site/site.hpp"

#include "fuzz.hpp"

using namespace menshen;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto loaded = site::parse(fuzz::text_of(data, size), "/etc/menshen/site.toml");
    fuzz::must(loaded.site.has_value() == loaded.mistakes.empty(), "a site with mistakes, or none without");
    for (const auto& mistake : loaded.mistakes) fuzz::must(!mistake.text.empty(), "a mistake without a word");
    return 0;
}
