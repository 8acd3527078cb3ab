#include "plan.hpp"

#include <fmt/format.h>

#include <charconv>

#include "registry/fields.hpp"
#include "request_text.hpp"

namespace menshen::registry {

void PermitOffice::Plan::put(Value value, Id id, std::string pointer, std::optional<std::int64_t> if_version) {
    set_.changes.emplace_back(Put{id, scope_, std::move(value), if_version});
    pointers_.push_back(std::move(pointer));
}

void PermitOffice::Plan::remove(Kind kind, Id id, std::optional<std::int64_t> if_version) {
    set_.changes.emplace_back(Remove{kind, id, if_version});
    pointers_.emplace_back();
}

void PermitOffice::Plan::wrong(std::string pointer, std::string code, std::string text) {
    if (!is_refused_) refused_ = {Errc::invalid, text, {}};
    is_refused_ = true;
    refused_.fields.push_back({std::move(pointer), std::move(code), std::move(text)});
}

void PermitOffice::Plan::conflict(std::string text) {
    if (!is_refused_) refused_ = {Errc::conflict, std::move(text), {}};
    is_refused_ = true;
}

Result<std::optional<Entity>> PermitOffice::Plan::load(Kind kind, Id id) {
    auto found = store_.directory().find(id);
    if (!found) return found;
    if (!*found || (*found)->kind() != kind) {
        is_refused_ = true;
        refused_ = {Errc::not_found, fmt::format("there is no {} {}", to_string(kind), id), {}};
        return std::optional<Entity>{};
    }
    scope_ = (*found)->scope;
    return found;
}

Status PermitOffice::Plan::present(const Presented& presented, Id permit, bool lasting, const std::string& pointer) {
    Credential credential{permit, presented.kind, presented.value, std::nullopt};
    Value value = credential;
    const bool sound = check(value).empty();  // what is not, the commit says
    put(value, 0, pointer);
    if (!sound) return {};
    const auto& text = std::get<Credential>(value).value;
    auto& directory = store_.directory();
    if (presented.kind == CredentialKind::plate) {
        auto block = block_in_force(directory, scope_, text, now_.local);
        if (!block) return block.error();
        if (*block)
            wrong(pointer + "/value", "blocked",
                  fmt::format("{} is on the blocklist ({}), which wins over every permit", text,
                              (*block)->as<Block>().reason));
        auto others = confusable_plates(directory, scope_, text);
        if (!others) return others.error();
        for (const auto& other : *others) {
            warnings_.push_back({pointer + "/value", "confusable",
                                 fmt::format("{} is easily confused with {}, which is listed; both are right only if "
                                             "both cars exist",
                                             text, other)});
        }
    }
    if (!lasting) return {};
    auto holders = lasting_permits(directory, scope_, look_up_key(presented.kind, text));
    if (!holders) return holders.error();
    for (const auto& holder : *holders) {
        if (holder.id == permit) continue;
        wrong(pointer + "/value", "duplicate",
              fmt::format("{} has permit {} already; change or cancel that", text, holder.id));
    }
    return {};
}

Status PermitOffice::Plan::name_unit(const std::string& name, std::optional<Id>& unit) {
    if (name.empty() || unit) return {};
    auto found = unit_named(store_.directory(), scope_, name);
    if (!found) return found.error();
    unit = *found ? (*found)->id : --next_new_;
    if (!*found) put(Unit{name, {}, {}, {}}, next_new_, "/unit");
    return {};
}

namespace {

/// "/changes/3/value" → 3 and "/value".
std::optional<std::pair<std::size_t, std::string_view>> change_in(std::string_view pointer) {
    constexpr std::string_view begin = "/changes/";
    if (!pointer.starts_with(begin)) return std::nullopt;
    const auto rest = pointer.substr(begin.size());
    std::size_t at = 0;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), at);
    if (failed != std::errc{}) return std::nullopt;
    return std::pair(at, rest.substr(static_cast<std::size_t>(end - rest.data())));
}

}  // namespace

Result<std::optional<Answer>> PermitOffice::Plan::repeated(boost::json::object what) {
    set_.fingerprint = print_of(set_.action, request_, std::move(what));
    if (request_.idempotency_key.empty()) return std::optional<Answer>{};
    auto outcome = store_.commits().repeated(request_.actor, request_.idempotency_key, set_.fingerprint);
    if (!outcome) return outcome.error();
    if (!*outcome) return std::optional<Answer>{};
    return std::optional(Answer{std::move(**outcome), {}});
}

Result<Answer> PermitOffice::Plan::commit() {
    if (is_refused_) return Answer{std::move(refused_), std::move(warnings_)};
    set_.why = request_.why;
    set_.idempotency_key = request_.idempotency_key;
    auto outcome = store_.commits().commit(set_, request_.actor, now_);
    if (!outcome) return outcome.error();
    if (auto* refused = std::get_if<Refused>(&*outcome)) {
        for (auto& field : refused->fields) {
            const auto change = change_in(field.pointer);
            if (change && change->first < pointers_.size()) {
                field.pointer = pointers_[change->first] + std::string(change->second);
            }
        }
        if (!refused->fields.empty()) refused->text = refused->fields[0].text;
    }
    return Answer{std::move(outcome).value(), std::move(warnings_)};
}

}  // namespace menshen::registry
