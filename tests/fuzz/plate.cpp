// A plate as somebody typed it.
#include "values/plate.hpp"

#include <algorithm>

#include "fuzz.hpp"

using namespace menshen;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto typed = fuzz::text_of(data, size);
    std::size_t bytes = 0;
    for (const auto& character : characters(typed)) bytes += character.size();
    fuzz::must(bytes == typed.size(), "characters lose bytes");
    const auto plate = Plate::parse(typed);
    if (!plate) {
        fuzz::must(plate.error().message.size() < 400, "a refusal that repeats all that was typed");
        return 0;
    }
    const auto again = Plate::parse(plate->text());
    fuzz::must(again && *again == *plate && again->plate_class() == plate->plate_class(), "parsing is not idempotent");
    for (const auto& other : look_alikes(*plate)) {
        fuzz::must(other != *plate, "a plate that is its own look-alike");
        fuzz::must(are_look_alikes(*plate, other) && are_look_alikes(other, *plate), "look-alikes are not mutual");
        const auto back = look_alikes(other);
        fuzz::must(std::find(back.begin(), back.end(), *plate) != back.end(), "a look-alike that does not lead back");
    }
    return 0;
}
