#include "registry/permit_office.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "plan.hpp"
#include "registry/fields.hpp"
#include "request_text.hpp"
#include "values/json_fields.hpp"

namespace menshen::registry {

namespace json = boost::json;

Result<Answer> PermitOffice::issue(const Issue& issue, const Request& request, const Now& now) {
    const auto print = print_of("permit.issue", request,
                                {{"scope", issue.scope},
                                 {"permit", to_json(Value(issue.permit))},
                                 {"unit", issue.unit},
                                 {"credentials", json_of(issue.credentials)}});
    if (auto before = repeated(print, request); !before || *before) return answer_from(std::move(before));
    Plan plan(store_, issue.scope, now);
    plan.set_.fingerprint = print;
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
    return commit(std::move(plan), "permit.issue", request, now);
}

Result<Answer> PermitOffice::change(Id permit, const json::object& fields, const Request& request, const Now& now) {
    const auto print = print_of("permit.change", request, {{"permit", permit}, {"fields", fields}});
    if (auto before = repeated(print, request); !before || *before) return answer_from(std::move(before));
    Plan plan(store_, {}, now);
    plan.set_.fingerprint = print;
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
    return commit(std::move(plan), "permit.change", request, now);
}

Result<Answer> PermitOffice::replace(Id permit, Id credential, const Presented& by, const Request& request,
                                     const Now& now) {
    const auto print =
        print_of("permit.replace", request, {{"permit", permit}, {"credential", credential}, {"by", json_of({by})}});
    if (auto before = repeated(print, request); !before || *before) return answer_from(std::move(before));
    Plan plan(store_, {}, now);
    plan.set_.fingerprint = print;
    auto owner = plan.load(Kind::permit, permit);
    if (!owner) return owner.error();
    auto old = plan.load(Kind::credential, credential);
    if (!old) return old.error();
    if (!*owner || !*old) return commit(std::move(plan), "permit.replace", request, now);
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
    return commit(std::move(plan), "permit.replace", request, now);
}

Result<Answer> PermitOffice::cancel(Id permit, const Request& request, const Now& now) {
    const auto print = print_of("permit.cancel", request, {{"permit", permit}});
    if (auto before = repeated(print, request); !before || *before) return answer_from(std::move(before));
    Plan plan(store_, {}, now);
    plan.set_.fingerprint = print;
    auto found = plan.load(Kind::permit, permit);
    if (!found) return found.error();
    if (*found) {
        auto value = (*found)->as<Permit>();
        if (value.state == PermitState::cancelled) plan.conflict(fmt::format("permit {} is cancelled already", permit));
        value.state = PermitState::cancelled;
        value.cancelled = now.local;
        plan.put(std::move(value), permit, "", request.if_version.value_or((*found)->version));
    }
    return commit(std::move(plan), "permit.cancel", request, now);
}

Result<Answer> PermitOffice::block(const std::string& scope, const Block& block, const Request& request,
                                   const Now& now) {
    const auto print = print_of("block.add", request, {{"scope", scope}, {"block", to_json(Value(block))}});
    if (auto before = repeated(print, request); !before || *before) return answer_from(std::move(before));
    Plan plan(store_, scope, now);
    plan.set_.fingerprint = print;
    plan.put(block, 0, "");
    return commit(std::move(plan), "block.add", request, now);
}

Result<Answer> PermitOffice::unblock(Id block, const Request& request, const Now& now) {
    const auto print = print_of("block.remove", request, {{"block", block}});
    if (auto before = repeated(print, request); !before || *before) return answer_from(std::move(before));
    Plan plan(store_, {}, now);
    plan.set_.fingerprint = print;
    auto found = plan.load(Kind::block, block);
    if (!found) return found.error();
    if (*found) plan.remove(Kind::block, block, request.if_version);
    return commit(std::move(plan), "block.remove", request, now);
}

}  // namespace menshen::registry
