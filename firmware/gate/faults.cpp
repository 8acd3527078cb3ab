#include "faults.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace menshen::gate {

namespace {

struct Named {
    std::string_view fault;
    Bilingual sentence;
};

constexpr std::array sentences{
    Named{"bus_down",
          {"道闸控制板无应答：检查电源和网线；可用手动按钮",
           "The barrier's board does not answer: check power and cable; use the hand button"}},
    Named{"approach_stuck",
          {"来车地感一直有信号：检查地感线圈", "The approach loop is stuck: check the loop detector"}},
    Named{"under_stuck",
          {"闸下地感一直有信号：检查地感线圈", "The loop under the arm is stuck: check the loop detector"}},
    Named{"photocell_blind",
          {"防砸光电异常：擦拭镜头、检查对准", "The photocell is blind: clean the lens, check its aim"}},
    Named{"arm_not_up",
          {"已开闸但闸杆未升起：检查道闸", "Commanded open, but the arm did not rise: check the barrier"}},
    Named{"arm_not_down", {"闸杆未落下：检查道闸", "The arm did not come down: check the barrier"}},
    Named{"slow_storage", {"存储变慢：来车转人工，检查磁盘", "The disk is slow: cars go to the guard, check the disk"}},
    Named{"fire_contact", {"消防输入断线：检查接线", "The fire input's wire is open: check the wiring"}},
    Named{"fire", {"消防联动：闸杆保持开启", "Fire alarm: the arm stays open"}},
    Named{"camera_down",
          {"摄像机无画面：检查电源、网线和地址", "The camera gives no picture: check power, cable and address"}},
    Named{"relay_wrong",
          {"继电器状态与命令不符：可能粘连，检查控制板",
           "A relay is not as commanded: it may be welded, check the board"}},
    Named{"display_down", {"显示屏不通：检查接线和供电", "The LED board cannot be reached: check wiring and power"}},
    Named{"evidence_full", {"照片空间已满：请通知管理员", "The space for pictures is full: tell the administrator"}},
    Named{"list_set_aside",
          {"名单损坏，已封存：请重新导入名单，期间人工放行",
           "The list was corrupt and was set aside: import it again; the guard decides meanwhile"}},
    Named{"list_unreadable",
          {"名单无法读取：来车转人工，检查磁盘", "The list cannot be read: cars go to the guard, check the disk"}},
    Named{
        "blocks_lost",
        {"名单损坏，本门自设的黑名单已丢失：来车转人工，请重新设置后再导入名单或重新登记本门",
         "The blocks made at this gate were lost with its list: cars go to the guard; make them again, then import the "
         "list or enrol this gate again"}},
    Named{"not_enrolled",
          {"未加入登记中心或凭据丢失：来车转人工，请管理员重新登记本门",
           "Not enrolled with the registry: cars go to the guard, the administrator enrols this gate again"}},
    Named{"list_missing",
          {"登记中心名单尚未到达：来车转人工，检查网络",
           "The registry's list is not here yet: cars go to the guard, check the network"}},
    Named{"list_stale",
          {"名单未及时更新：近期变更可能未到，检查网络",
           "The list is stale: recent changes may be missing, check the network"}},
    Named{"list_expired",
          {"名单已过期：请通知管理员，核对来车", "The list has expired: tell the administrator, look closely at cars"}},
    Named{"registry_unreachable",
          {"登记中心连接不上：名单照用，检查网络",
           "The registry cannot be reached: the list goes on as it is, check the network"}},
    Named{"registry_refuses",
          {"登记中心拒绝本门：请通知管理员", "The registry refuses this gate: tell the administrator"}},
    Named{"journal_set_aside",
          {"记录库损坏，已封存：请通知管理员", "The journal was corrupt and was set aside: tell the administrator"}},
    Named{
        "journal_unwritable",
        {"记录无法写入：来车转人工，检查磁盘", "The journal cannot be written: cars go to the guard, check the disk"}},
    Named{"disk_full", {"磁盘已满：正使用预留空间，请清理", "The disk is full: the reserve is in use, make room"}},
    Named{"clock_unset", {"时钟未设置：限时证件转人工", "The clock is not set: timed permits go to the guard"}},
    Named{"clock_drifting", {"时钟不可信：请校时", "The clock is in doubt: set it"}},
};

}  // namespace

Bilingual fault_sentence(std::string_view fault) {
    const auto* it = std::find_if(sentences.begin(), sentences.end(), [&](const Named& n) { return n.fault == fault; });
    return it == sentences.end() ? Bilingual{fault, fault} : it->sentence;
}

bool Faults::raise(const LaneId& lane, const std::string& fault, const std::string& detail, LocalTime since) {
    const auto [it, fresh] = active_.try_emplace({lane, fault}, Entry{detail, since});
    if (fresh) return true;
    if (it->second.detail == detail) return false;
    it->second.detail = detail;
    return true;
}

bool Faults::clear(const LaneId& lane, const std::string& fault) {
    return active_.erase({lane, fault}) > 0;
}

boost::json::array Faults::names() const {
    std::set<std::string> all;
    for (const auto& [key, entry] : active_) all.insert(key.second);
    return boost::json::array(all.begin(), all.end());
}

boost::json::array Faults::to_json() const {
    boost::json::array out;
    for (const auto& [key, entry] : active_) {
        const auto sentence = fault_sentence(key.second);
        out.push_back(boost::json::object{{"lane", key.first},
                                          {"fault", key.second},
                                          {"detail", entry.detail},
                                          {"zh", sentence.zh},
                                          {"en", sentence.en},
                                          {"since", format_local(entry.since)}});
    }
    return out;
}

}  // namespace menshen::gate
