#include "cli/upload.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace menshen::cli {

namespace json = boost::json;

namespace {

constexpr std::size_t rows_a_line = 500;           // about 100 kB, which the gate reads within a millisecond
constexpr std::size_t bytes_a_line = 512U << 10U;  // of texts; a line may have 1 MiB
constexpr std::size_t most_waiting = 3;  // lines without an answer: the gate never waits for us, nor we for it
constexpr auto answer_within = std::chrono::seconds(60);

json::value time_value(const std::optional<LocalTime>& time) {
    return time ? json::value(format_local(*time)) : json::value(nullptr);
}

std::size_t bytes_of(const tables::Row& row) {
    std::size_t bytes = 160 + row.plate.size();
    for (const auto* text : {&row.holder, &row.unit, &row.phone, &row.note}) bytes += *text ? (*text)->size() : 0;
    return bytes;
}

/// By plate: the gate writes its list from left to right then.
std::vector<const tables::Row*> sorted(const std::vector<tables::Row>& rows) {
    std::vector<const tables::Row*> order;
    order.reserve(rows.size());
    for (const auto& row : rows) order.push_back(&row);
    std::sort(order.begin(), order.end(),
              [](const tables::Row* a, const tables::Row* b) { return a->plate < b->plate; });
    return order;
}

/// The next line's rows, taken from `rows` at `at`.
json::array take(const std::vector<const tables::Row*>& rows, std::size_t& at) {
    json::array part;
    for (std::size_t bytes = 0; at < rows.size() && part.size() < rows_a_line && bytes < bytes_a_line; ++at) {
        bytes += bytes_of(*rows[at]);
        part.push_back(to_json(*rows[at]));
    }
    return part;
}

}  // namespace

json::object to_json(const tables::Row& row) {
    json::object object{{"line", row.line}, {"plate", row.plate}};
    if (row.permit_class) object["class"] = json::string_view(to_string(*row.permit_class));
    if (row.holder) object["holder"] = *row.holder;
    if (row.unit) object["unit"] = *row.unit;
    if (row.phone) object["phone"] = *row.phone;
    if (row.note) object["note"] = *row.note;
    if (row.valid_from) object["valid_from"] = time_value(*row.valid_from);
    if (row.valid_until) object["valid_until"] = time_value(*row.valid_until);
    return object;
}

Result<Upload> Upload::send(AdminClient& client, const std::vector<tables::Row>& rows, const Progress& progress) {
    if (auto begun = client.ask({{"verb", "import_begin"}, {"by", caller()}}, answer_within); !begun)
        return begun.error();
    const auto order = sorted(rows);
    std::size_t waiting = 0;
    for (std::size_t at = 0; at < order.size() || waiting > 0;) {
        if (at < order.size() && waiting < most_waiting) {
            if (auto sent = client.send({{"verb", "import_rows"}, {"rows", take(order, at)}}); !sent)
                return sent.error();
            ++waiting;
        } else {
            if (auto answer = client.receive(answer_within); !answer) return answer.error();
            --waiting;
            progress(at, order.size());
        }
    }
    return Upload(client, rows.size());
}

Result<GateReport> Upload::finish(bool dry_run, const Progress& progress) {
    if (auto sent = client_.send({{"verb", "import_finish"}, {"dry_run", dry_run}}); !sent) return sent.error();
    // at its end a million rows are copied into the list's file, on a small board for minutes
    const auto within = answer_within + std::chrono::milliseconds(rows_);
    for (;;) {
        auto answer = client_.receive(within);
        if (!answer) return answer.error();
        const auto* told = answer->if_contains("progress");
        if (told == nullptr) {
            progress(rows_, rows_);
            return gate_report_from(*answer);
        }
        const auto* now = told->is_object() ? told->as_object().if_contains("done") : nullptr;
        if (now != nullptr && now->is_int64()) progress(static_cast<std::size_t>(now->as_int64()), rows_);
    }
}

}  // namespace menshen::cli
