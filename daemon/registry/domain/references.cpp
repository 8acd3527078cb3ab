#include "describe.hpp"
#include "registry/fields.hpp"

namespace menshen::registry {

namespace {

class ReferenceVisitor final : public FieldVisitor {
  public:
    explicit ReferenceVisitor(const std::function<void(const Reference&)>& visit) : visit_(visit) {}

    void text(Key, std::string&, Presence, std::size_t) override {}
    void slug(Key, std::string&) override {}
    void plate(Key, std::string&) override {}
    void plates(Key, std::vector<std::string>&) override {}
    void flag(Key, bool&) override {}
    void number(Key, std::optional<int>&, int, int) override {}
    void time(Key, std::optional<LocalTime>&, Presence) override {}
    void reference(Key key, std::optional<Id>& id, Kind to, Presence) override {
        if (id) visit_({key, to, &*id});
    }
    void references(Key key, std::vector<Id>& ids, Kind to) override {
        for (auto& id : ids) visit_({key, to, &id});
    }
    void windows(Key, std::vector<Window>&) override {}
    void week(Key, Week&) override {}
    void dates(Key, std::vector<LocalDate>&) override {}
    void make_up(Key, std::vector<std::pair<LocalDate, int>>&) override {}

  private:
    std::size_t choose(Key, std::size_t at, std::span<const std::string_view>) override { return at; }
    const std::function<void(const Reference&)>& visit_;
};

}  // namespace

void each_reference(Value& value, const std::function<void(const Reference&)>& visit) {
    ReferenceVisitor visitor(visit);
    describe(visitor, value);
}

}  // namespace menshen::registry
