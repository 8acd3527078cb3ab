#include <fmt/format.h>

#include <array>

#include "cli/report.hpp"
#include "values/decision.hpp"
#include "values/plate.hpp"

namespace menshen::cli {

namespace {

namespace json = boost::json;

std::string field(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->as_string());
    if (value->is_int64()) return std::to_string(value->as_int64());
    return {};
}

constexpr std::array<std::pair<std::string_view, Bilingual>, 17> kinds = {{
    {"boot", {"启动", "boot"}},
    {"decision", {"判定", "decision"}},
    {"intent", {"准备开闸", "intent"}},
    {"outcome", {"开闸结果", "outcome"}},
    {"passage", {"通过", "passage"}},
    {"guard_action", {"门岗操作", "guard"}},
    {"opened_externally", {"外部开闸", "opened externally"}},
    {"tailgate", {"跟车", "tailgate"}},
    {"alarm", {"报警", "alarm"}},
    {"fault_raised", {"故障", "fault"}},
    {"fault_cleared", {"故障恢复", "fault cleared"}},
    {"mode_changed", {"模式", "mode"}},
    {"list_changed", {"名单变更", "list changed"}},
    {"visitor_registered", {"登记访客", "visitor"}},
    {"pictures_dropped", {"图片清理", "pictures dropped"}},
    {"guard_session", {"门岗值守", "guard session"}},
    {"evidence", {"留证", "evidence"}},
}};

std::string_view pick(const Bilingual& both, Language language) {
    return language == Language::zh ? both.zh : both.en;
}

std::string kind_name(const std::string& kind, Language language) {
    for (const auto& [key, both] : kinds) {
        if (key == kind) return std::string(pick(both, language));
    }
    return kind;
}

/// A stored reason key as its sentence; a guard's own words as they are.
std::string reason_text(const std::string& reason, Language language) {
    for (const auto one : all_reasons()) {
        if (to_string(one) == reason) return std::string(pick(sentence(one), language));
    }
    return reason;
}

}  // namespace

std::string harmless(std::string_view line) {
    std::string out;
    for (const auto c : characters(line)) {
        const auto byte = [&](std::size_t n) { return static_cast<unsigned char>(c[n]); };
        const bool control =
            c.size() == 1 && (byte(0) < 0x20 || byte(0) >= 0x7F);  // a lone high byte is no text either
        const bool control_too = c.size() == 2 && byte(0) == 0xC2 && byte(1) < 0xA0;
        const bool turns = c.starts_with("\xE2\x80") ? byte(2) >= 0xA8 && byte(2) <= 0xAE
                                                     : c.starts_with("\xE2\x81") && byte(2) >= 0xA6 && byte(2) <= 0xA9;
        out += control || control_too || turns ? std::string_view(" ") : c;
    }
    return out;
}

Language language_of(const std::string& option) {
    if (option == "zh" || option == "en") return option == "zh" ? Language::zh : Language::en;
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0')
            return std::string_view(value).starts_with("zh") ? Language::zh : Language::en;
    }
    return Language::en;
}

std::string event_line(const json::object& event, Language language) {
    const auto* held = event.if_contains("body");
    const json::object body = held != nullptr && held->is_object() ? held->as_object() : json::object();
    const auto* decided = body.if_contains("decision");
    const json::object& said = decided != nullptr && decided->is_object() ? decided->as_object() : body;
    std::string line = fmt::format("{:>8}  {}  {:<8}  {}", field(event, "sequence"), field(event, "utc"),
                                   field(event, "lane"), kind_name(field(event, "kind"), language));
    const auto add = [&](const std::string& part) {
        if (!part.empty()) line += "  " + part;
    };
    add(field(said, "plate"));
    add(field(said, "verdict"));
    add(reason_text(field(said, "reason"), language));
    for (const char* name :
         {"outcome", "direction", "zone", "action", "alarm", "fault", "mode", "what", "count", "why", "detail"}) {
        add(field(body, name));
    }
    const auto by = field(body, "by").empty() ? field(body, "guard") : field(body, "by");
    if (!by.empty()) line += fmt::format("  ({})", by);
    return harmless(line);
}

}  // namespace menshen::cli
