#include "values/permit.hpp"

#include "tables.hpp"

namespace menshen {
namespace {

/// What the bureaus' own lists say for a class, besides the name we print.
constexpr Names<PermitClass, 37> aliases{{{PermitClass::staff, "工作人员"},
                                          {PermitClass::staff, "职工"},
                                          {PermitClass::staff, "员工"},
                                          {PermitClass::staff, "干部"},
                                          {PermitClass::staff, "在编"},
                                          {PermitClass::parking, "停车证"},
                                          {PermitClass::parking, "停车"},
                                          {PermitClass::parking, "长期"},
                                          {PermitClass::parking, "固定车"},
                                          {PermitClass::pass, "通行证"},
                                          {PermitClass::pass, "出入证"},
                                          {PermitClass::pass, "通行"},
                                          {PermitClass::temporary, "临时"},
                                          {PermitClass::temporary, "临时证"},
                                          {PermitClass::temporary, "临时通行证"},
                                          {PermitClass::temporary, "临时车"},
                                          {PermitClass::committee, "领导"},
                                          {PermitClass::committee, "常委"},
                                          {PermitClass::committee, "领导车辆"},
                                          {PermitClass::committee, "常委车辆"},
                                          {PermitClass::visitor, "访客"},
                                          {PermitClass::visitor, "来访"},
                                          {PermitClass::visitor, "预约"},
                                          {PermitClass::group_visit, "团体参观"},
                                          {PermitClass::group_visit, "团体"},
                                          {PermitClass::group_visit, "参观"},
                                          {PermitClass::official_car, "公务用车"},
                                          {PermitClass::official_car, "公务车"},
                                          {PermitClass::official_car, "公务"},
                                          {PermitClass::official_car, "公车"},
                                          {PermitClass::contractor, "施工单位"},
                                          {PermitClass::contractor, "施工"},
                                          {PermitClass::contractor, "服务单位"},
                                          {PermitClass::contractor, "外包"},
                                          {PermitClass::emergency, "应急车辆"},
                                          {PermitClass::emergency, "应急"},
                                          {PermitClass::emergency, "特种车辆"}}};

constexpr auto classes_listed = [] {
    std::array<PermitClass, permit_classes.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = permit_classes[i].first;
    return all;
}();

/// Lower case, without surrounding blanks; a key may be written "group visit" or "Group-Visit".
std::string folded(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 64)) {
        if (c >= 'A' && c <= 'Z') {
            out.push_back(static_cast<char>(c - 'A' + 'a'));
        } else {
            out.push_back(c == ' ' || c == '-' || c == '\t' || c == '\r' ? '_' : c);
        }
    }
    const auto first = out.find_first_not_of('_');
    if (first == std::string::npos) return {};
    return out.substr(first, out.find_last_not_of('_') - first + 1);
}

}  // namespace

std::string_view to_string(CredentialKind kind) {
    return name_in(credential_kinds, kind);
}
std::string_view to_string(PermitClass permit_class) {
    return name_in(permit_classes, permit_class);
}
std::string_view to_string(PermitState state) {
    return name_in(permit_states, state);
}
std::string_view to_string(BlockKind kind) {
    return name_in(block_kinds, kind);
}

Result<PermitClass> permit_class_from(std::string_view text) {
    const std::string wanted = folded(text);
    if (const auto found = value_in(permit_classes, wanted)) return *found;
    if (const auto found = value_in(aliases, wanted)) return *found;
    return Error{Errc::invalid, "'" + std::string(text.substr(0, 60)) + "' is no class of permit; write one of " +
                                    choices_of(permit_classes) +
                                    ", or 停车证, 通行证, 临时, 访客, 公务, 领导, 工作人员, 团体, 施工, 应急"};
}

Bilingual name_of(PermitClass permit_class) {
    switch (permit_class) {
        case PermitClass::staff:
            return {"工作人员", "Staff"};
        case PermitClass::parking:
            return {"停车证", "Parking permit"};
        case PermitClass::pass:
            return {"通行证", "Pass"};
        case PermitClass::temporary:
            return {"临时通行证", "Temporary pass"};
        case PermitClass::committee:
            return {"领导车辆", "Committee member"};
        case PermitClass::visitor:
            return {"访客", "Visitor"};
        case PermitClass::group_visit:
            return {"团体参观", "Group visit"};
        case PermitClass::official_car:
            return {"公务用车", "Official car"};
        case PermitClass::contractor:
            return {"施工/服务单位", "Contractor"};
        case PermitClass::emergency:
            return {"应急车辆", "Emergency vehicle"};
    }
    return {"未知", "Unknown"};
}

std::span<const PermitClass> all_permit_classes() {
    return classes_listed;
}

}  // namespace menshen
