// A change set in the making, out of a request: what is wrong with it already, and which field of the request each of
// its changes comes from.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "findings.hpp"
#include "registry/permit_office.hpp"

namespace menshen::registry {

class PermitOffice::Plan {
  public:
    /// `action`: as the audit calls it. `scope`: of what is made; empty where the request names an entity.
    Plan(Store& store, std::string action, std::string scope, const Request& request, const Now& now)
        : store_(store), scope_(std::move(scope)), request_(request), now_(now) {
        set_.action = std::move(action);
    }

    /// First of all: what the same request (`what` it asks for, under its key) has led to before, if anything.
    [[nodiscard]] Result<std::optional<Answer>> repeated(boost::json::object what);
    /// Last of all. What was found wrong is the answer, and nothing is committed.
    [[nodiscard]] Result<Answer> commit();

    /// `pointer`: of the request's part that it comes from, "" the request itself.
    void put(Value value, Id id, std::string pointer, std::optional<std::int64_t> if_version = std::nullopt);
    void remove(Kind kind, Id id, std::optional<std::int64_t> if_version = std::nullopt);

    /// A credential of `permit`; wrong where it is blocked, or (lasting permits) where another permit has it. Warns of
    /// listed plates that it could be confused with.
    [[nodiscard]] Status present(const Presented& presented, Id permit, bool lasting, const std::string& pointer);
    /// A unit by its name: found, or made.
    [[nodiscard]] Status name_unit(const std::string& name, std::optional<Id>& unit);

    /// The entity, or a refusal that it is not there.
    [[nodiscard]] Result<std::optional<Entity>> load(Kind kind, Id id);

    void wrong(std::string pointer, std::string code, std::string text);
    void conflict(std::string text);

    [[nodiscard]] const std::string& scope() const { return scope_; }

  private:
    friend class PermitOffice;
    Store& store_;
    std::string scope_;
    const Request& request_;
    const Now& now_;
    ChangeSet set_;
    std::vector<std::string> pointers_;  // of each change
    Refused refused_;
    bool is_refused_ = false;
    FieldErrors warnings_;
    Id next_new_ = -1'000'000;  // below what requests make
};

}  // namespace menshen::registry
