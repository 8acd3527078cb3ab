// What people come to the office for (新办 更改 补办 注销): permits issued, changed, replaced, cancelled; visits
// booked; plates blocked. Each call makes one change set and commits it. On the store's thread.
#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "registry/store.hpp"

namespace menshen::registry {

/// Who asks, and under what conditions.
struct Request {
    Actor actor;
    std::string idempotency_key;  // empty: none
    std::string why;
    std::optional<std::int64_t> if_version;  // of the permit, visit or block that is changed
};

/// What is done, and what a person should look at all the same: plates that are easily confused with listed ones.
struct Answer {
    Outcome outcome;
    FieldErrors warnings;
};

struct Presented {
    CredentialKind kind = CredentialKind::plate;
    std::string value;
};

struct Issue {
    std::string scope;
    Permit permit;
    std::string unit;  // by name, where the permit names none: found, or made
    std::vector<Presented> credentials;
};

struct Booking {
    std::string scope;
    Visit visit;                                      // its state and permit are given here
    PermitClass permit_class = PermitClass::visitor;  // or group_visit
    std::vector<Id> zones;
    std::vector<Presented> credentials;  // beside the plates: a code
    bool escort = false;
};

struct PermitSearch {
    std::vector<std::string> scopes;
    std::string words;  // part of a plate, a card's number, a name, a unit, a phone number
    std::string permit_class, state;
    std::optional<Id> unit, person;
    std::string after;
    int limit = 50;
};

/// A permit with what a list shows of it.
struct PermitView {
    Entity permit;
    std::vector<Entity> credentials;
    std::string holder, unit;
};
struct PermitPage {
    std::vector<PermitView> permits;
    std::string next;
};

class PermitOffice {
  public:
    explicit PermitOffice(Store& store) : store_(store) {}

    /// The permit is changed[0]. Refused also: a plate or card that has an active permit in the scope already
    /// (duplicate), or that is blocked.
    [[nodiscard]] Result<Answer> issue(const Issue& issue, const Request& request, const Now& now);
    /// `fields` as read_fields() takes them; what is absent stays. Cancelling is cancel()'s.
    [[nodiscard]] Result<Answer> change(Id permit, const boost::json::object& fields, const Request& request,
                                        const Now& now);
    /// A lost card, a new plate: the old credential goes, the new one has another id.
    [[nodiscard]] Result<Answer> replace(Id permit, Id credential, const Presented& by, const Request& request,
                                         const Now& now);
    /// It stays in the feed for 30 days, so that the guard reads why.
    [[nodiscard]] Result<Answer> cancel(Id permit, const Request& request, const Now& now);

    /// The visit is changed[0], its permit changed[1].
    [[nodiscard]] Result<Answer> book(const Booking& booking, const Request& request, const Now& now);
    [[nodiscard]] Result<Answer> cancel_visit(Id visit, const Request& request, const Now& now);

    [[nodiscard]] Result<Answer> block(const std::string& scope, const Block& block, const Request& request,
                                       const Now& now);
    [[nodiscard]] Result<Answer> unblock(Id block, const Request& request, const Now& now);

  private:
    class Plan;
    Store& store_;
};

/// Reading, on any reader.
[[nodiscard]] Result<PermitPage> search_permits(Directory& directory, const PermitSearch& search);
/// Active permits that end within `days`, soonest first.
[[nodiscard]] Result<PermitPage> expiring_permits(Directory& directory, const PermitSearch& search, int days,
                                                  LocalTime now);

}  // namespace menshen::registry
