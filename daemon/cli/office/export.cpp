// Permits as a table that import reads again.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ostream>

#include "json_text.hpp"
#include "look_up.hpp"
#include "tables/csv.hpp"
#include "tables/xlsx.hpp"

namespace menshen::office {

namespace {

namespace json = boost::json;

using Table = std::vector<std::vector<std::string>>;

/// Visits have permits, too: they are no part of a list.
bool is_lasting(const std::string& permit_class) {
    return permit_class != "visitor" && permit_class != "group_visit";
}

std::string begin_text(const std::string& from) {
    const auto time = parse_local(from);
    return time && *time == LocalTime(date_of(*time)) ? format_date(date_of(*time)) : time_text(from);
}

/// One row for each plate; false: it has none.
bool add_rows(Table& table, const json::object& permit, const Desk& desk) {
    const auto& fields = object_in(permit, "value");
    const auto key = text_in(fields, "class");
    bool any = false;
    for (const auto& each : array_in(permit, "credentials")) {
        if (!each.is_object()) continue;
        const auto& credential = object_in(each.as_object(), "value");
        if (text_in(credential, "kind") != "plate") continue;
        any = true;
        const auto until = text_in(fields, "valid_until");
        table.push_back({text_in(credential, "value"), desk.zh() ? class_text(key, desk) : key,
                         text_in(permit, "holder"), text_in(permit, "unit"), text_in(fields, "phone"),
                         begin_text(text_in(fields, "valid_from")), until.empty() ? "" : end_text(until, desk),
                         text_in(fields, "note")});
    }
    return any;
}

/// A new file for its owner alone: names and telephones are in it.
Status write_new(const std::string& file, std::string_view bytes, bool replace) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (replace ? O_TRUNC : O_EXCL), 0600);
    if (fd < 0) {
        return {Errc::invalid,
                fmt::format("{}: {}{}", file, std::strerror(errno), errno == EEXIST ? "; add --force" : "")};
    }
    Status done;
    while (done && !bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno != EINTR) done = {Errc::invalid, fmt::format("{}: {}", file, std::strerror(errno))};
        if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::close(fd) != 0 && done) done = {Errc::invalid, fmt::format("{}: {}", file, std::strerror(errno))};
    return done;
}

Table header(const Desk& desk) {
    if (desk.zh()) return {{"车牌号", "类别", "姓名", "单位", "电话", "有效期起", "有效期至", "备注"}};
    return {{"plate", "class", "holder", "unit", "phone", "valid_from", "valid_until", "note"}};
}

}  // namespace

int run_export(const ExportOptions& options, Desk& desk) {
    return at_registry(desk, [&](link::Registry& registry) -> Result<int> {
        auto site = site_of(desk, registry);
        if (!site) return site.error();
        auto table = header(desk);
        std::size_t without = 0, seen = 0;
        const link::Query query{{"scope", *site}, {"state", "active"}, {"limit", "1000"}};
        auto done = registry.each("/v1/permits", query, [&](const json::object& permit) {
            if (desk.bar && ++seen % 1'000 == 0) desk.err << fmt::format("\r\033[K{} …", seen) << std::flush;
            if (!is_lasting(text_in(object_in(permit, "value"), "class"))) return true;
            if (!add_rows(table, permit, desk)) ++without;
            return true;
        });
        if (desk.bar && seen >= 1'000) desk.err << "\r\033[K" << std::flush;
        if (!done) return done.error();
        const bool workbook = options.file.ends_with(".xlsx");
        auto bytes = workbook ? tables::to_xlsx(table) : Result<std::string>(tables::to_csv(table));
        if (!bytes) return bytes.error();
        if (options.file.empty() || options.file == "-") {
            desk.out << *bytes;
            return Exit::done;
        }
        if (auto written = write_new(options.file, *bytes, options.force); !written) return written.error();
        if (desk.json) {
            desk.out << json::serialize(json::object{
                            {"file", options.file}, {"rows", table.size() - 1}, {"without_plate", without}})
                     << "\n";
            return Exit::done;
        }
        desk.out << fmt::format(fmt::runtime(desk.zh() ? "{}：{} 行\n" : "{}: {} rows\n"), options.file,
                                table.size() - 1);
        if (without > 0) {
            desk.out << fmt::format(fmt::runtime(desk.zh() ? "{} 个通行证没有车牌，不在其中\n"
                                                           : "{} permits have no plate and are not in it\n"),
                                    without);
        }
        return Exit::done;
    });
}

}  // namespace menshen::office
