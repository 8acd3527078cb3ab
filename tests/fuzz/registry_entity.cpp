// An entity of any kind, as somebody sends it to the registry; and the body that gates get of it.
#include <boost/json.hpp>

#include "fuzz.hpp"
#include "registry/change_set.hpp"
#include "registry/feed_rows.hpp"
#include "registry/fields.hpp"

using namespace menshen;

namespace {

class Nothing final : public registry::Lookup {
  public:
    Result<const registry::Entity*> find(registry::Id) override { return nullptr; }
};

void look_at(const boost::json::object& object, registry::Value value) {
    for (const auto& error : registry::read_fields(object, value)) {
        fuzz::must(error.pointer.starts_with('/') && !error.code.empty() && !error.text.empty(),
                   "a mistake without a name");
    }
    if (!registry::check(value).empty()) return;
    auto again = registry::empty_value(registry::kind_of(value));
    fuzz::must(registry::read_fields(registry::to_json(value), again).empty(), "what is sound cannot be read again");
    fuzz::must(again == value && registry::check(again).empty() && again == value,
               "sound, and another when looked at again");
    Nothing nothing;
    const auto body = registry::feed_body({1, "yard", 1, value}, nothing, LocalTime{});
    if (body && *body) (void)boost::json::parse(**body);  // throws if it is no JSON
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    (void)registry::committed_from_text(text).ok();
    boost::system::error_code failed;
    const auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), failed);
    if (failed || !value.is_object()) return 0;
    for (std::size_t kind = 0; kind < std::variant_size_v<registry::Value>; ++kind) {
        look_at(value.get_object(), registry::empty_value(static_cast<registry::Kind>(kind)));
    }
    return 0;
}
