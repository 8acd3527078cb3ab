// A row's body as a registry signed it, whatever it is: it is kept, and found or not, and nothing breaks. The first
// line is the kind, the rest the body.
#include "fuzz.hpp"
#include "scope_key.hpp"

using namespace menshen;
using namespace menshen::whitelist;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto end = std::min(text.find('\n'), text.size());
    const auto kind = std::string_view(text).substr(0, end);
    const auto body = std::string_view(text).substr(std::min(end + 1, text.size()));
    for (const std::int64_t id : {std::int64_t{1}, (std::int64_t{1} << 43) - 1, std::int64_t{1} << 43}) {
        const auto key = row_key(kind, id);
        if (const auto place = place_of(key)) {
            const auto back = key_at(*place);
            fuzz::must(back.kind == key.kind && back.id == id && back.bucket == key.bucket, "a place is another row's");
            fuzz::must(*place >= first_place(key.bucket) && *place < first_place(key.bucket + 1),
                       "outside of its bucket");
        }
        const auto term = term_of(key, body);
        fuzz::must(!term || (kind_in(*term) == key.kind && id_in(*term) == id), "a term leads elsewhere");
    }
    return 0;
}
