#include "registry/permit_office.hpp"

#include <fmt/format.h>

#include "plan.hpp"
#include "registry/fields.hpp"
#include "request_text.hpp"

namespace menshen::registry {

namespace json = boost::json;

Result<Answer> PermitOffice::issue(const Issue& issue, const Request& request, const Now& now) {
    Plan plan(store_, "permit.issue", issue.scope, request, now);
    if (auto before = plan.repeated({{"scope", issue.scope},
                                     {"permit", to_json(Value(issue.permit))},
                                     {"unit", issue.unit},
                                     {"credentials", json_of(issue.credentials)}});
        !before || *before)
        return answer_from(std::move(before));
    Permit permit = issue.permit;
    permit.state = PermitState::active;
    plan.put(permit, -1, "");
    Status done;
    for (std::size_t i = 0; done && i < issue.credentials.size(); ++i) {
        done = plan.present(issue.credentials[i], -1, true, fmt::format("/credentials/{}", i));
    }
    if (done) done = plan.name_unit(issue.unit, permit.unit);
    if (!done) return done.error();
    std::get<Put>(plan.set_.changes[0]).value = permit;
    if (issue.credentials.empty()) plan.wrong("/credentials", "required", "a permit needs a plate, a card or a code");
    return plan.commit();
}

Result<Answer> PermitOffice::change(Id permit, const json::object& fields, const Request& request, const Now& now) {
    Plan plan(store_, "permit.change", {}, request, now);
    if (auto before = plan.repeated({{"permit", permit}, {"fields", fields}}); !before || *before)
        return answer_from(std::move(before));
    auto found = plan.load(Kind::permit, permit);
    if (!found) return found.error();
    if (*found) {
        Value value = (*found)->value;
        for (auto& error : read_fields(fields, value)) plan.wrong(error.pointer, error.code, error.text);
        if ((*found)->as<Permit>().state == PermitState::cancelled) {
            plan.conflict(fmt::format("permit {} is cancelled; issue a new one", permit));
        } else if (std::get<Permit>(value).state == PermitState::cancelled || fields.contains("cancelled")) {
            plan.wrong("/state", "choice", "to cancel is an operation of its own");
        }
        plan.put(std::move(value), permit, "", request.if_version.value_or((*found)->version));
    }
    return plan.commit();
}

Result<Answer> PermitOffice::replace(Id permit, Id credential, const Presented& by, const Request& request,
                                     const Now& now) {
    Plan plan(store_, "permit.replace", {}, request, now);
    if (auto before = plan.repeated({{"permit", permit}, {"credential", credential}, {"by", json_of({by})}});
        !before || *before)
        return answer_from(std::move(before));
    auto owner = plan.load(Kind::permit, permit);
    if (!owner) return owner.error();
    auto old = plan.load(Kind::credential, credential);
    if (!old) return old.error();
    if (!*owner || !*old) return plan.commit();
    if ((*old)->as<Credential>().permit != permit) {
        plan.wrong("/credential", "reference", fmt::format("permit {} has no credential {}", permit, credential));
    }
    if ((*owner)->as<Permit>().state == PermitState::cancelled) {
        plan.conflict(fmt::format("permit {} is cancelled; issue a new one", permit));
    }
    if (request.if_version && *request.if_version != (*owner)->version) {
        plan.conflict(fmt::format("permit {} has version {}: somebody else changed it", permit, (*owner)->version));
    }
    if (auto done = plan.present(by, permit, true, "/by"); !done) return done.error();
    plan.remove(Kind::credential, credential);
    return plan.commit();
}

Result<Answer> PermitOffice::cancel(Id permit, const Request& request, const Now& now) {
    Plan plan(store_, "permit.cancel", {}, request, now);
    if (auto before = plan.repeated({{"permit", permit}}); !before || *before) return answer_from(std::move(before));
    auto found = plan.load(Kind::permit, permit);
    if (!found) return found.error();
    if (*found) {
        auto value = (*found)->as<Permit>();
        if (value.state == PermitState::cancelled) plan.conflict(fmt::format("permit {} is cancelled already", permit));
        value.state = PermitState::cancelled;
        value.cancelled = now.local;
        plan.put(std::move(value), permit, "", request.if_version.value_or((*found)->version));
    }
    return plan.commit();
}

Result<Answer> PermitOffice::block(const std::string& scope, const Block& block, const Request& request,
                                   const Now& now) {
    Plan plan(store_, "block.add", scope, request, now);
    if (auto before = plan.repeated({{"scope", scope}, {"block", to_json(Value(block))}}); !before || *before)
        return answer_from(std::move(before));
    plan.put(block, 0, "");
    return plan.commit();
}

Result<Answer> PermitOffice::unblock(Id block, const Request& request, const Now& now) {
    Plan plan(store_, "block.remove", {}, request, now);
    if (auto before = plan.repeated({{"block", block}}); !before || *before) return answer_from(std::move(before));
    auto found = plan.load(Kind::block, block);
    if (!found) return found.error();
    if (*found) plan.remove(Kind::block, block, request.if_version);
    return plan.commit();
}

}  // namespace menshen::registry
