#include "hearing.hpp"

#include <boost/json.hpp>

#include <fstream>

#include "values/json.hpp"

namespace menshen::eval {

namespace json = boost::json;

void Hearing::hear(const Look& look) {
    settle(look.captured);
    judge(look);
    for (Read read : look.reads) {
        read.lane = "eval";
        read.frame = look.frame;
        read.captured = look.captured;
        if (!first_told_) first_told_ = look.captured;
        take(identifier_.on_read(read, look.told), look.told);
    }
}

/// The frame by itself, as if there were no vote: its most certain plate.
void Hearing::judge(const Look& look) {
    out_.told += look.reads.empty() ? 0 : 1;
    const Read* first = look.reads.empty() ? nullptr : &look.reads.front();
    const bool right = first != nullptr && labelled_as(clip_, first->text);
    const bool said = first != nullptr && (right || Plate::parse(first->text).ok());
    const bool grants = said && double{first->likelihood} >= grant_;
    out_.frames.all.count(said, right);
    out_.frames.at_grant.count(grants, right);
    if (said) out_.certainty.add(double{first->likelihood}, right);
    if (said && !hasty_) hasty_ = right;
    if (grants && !hasty_at_grant_) hasty_at_grant_ = right;
}

Clip Hearing::finish() {
    settle(Instant::max());
    out_.hasty.all.count(hasty_.has_value(), hasty_.value_or(false));
    out_.hasty.at_grant.count(hasty_at_grant_.has_value(), hasty_at_grant_.value_or(false));
    out_.arrivals = static_cast<int>(standings_.size());
    for (const auto& [id, standing] : standings_) {
        if (!standing.granted) continue;
        if (labelled_as(clip_, standing.plate)) {
            out_.granted_right = true;
        } else {
            ++out_.wrong_at_grant;
        }
    }
    if (!standings_.empty()) {
        const Standing& first = standings_.begin()->second;
        out_.verdict_text = first.plate;
        out_.likelihood = first.likelihood;
        out_.reads = first.reads;
        if (first_told_) out_.claim = first.at - *first_told_;
    }
    return std::move(out_);
}

/// Every deadline of the identifier up to `now`.
void Hearing::settle(Instant now) {
    constexpr int most = 100'000;  // a clip of an hour has less
    for (int i = 0; i < most; ++i) {
        const auto next = identifier_.next_deadline();
        if (!next || *next > now) return;
        take(identifier_.tick(*next), *next);
    }
}

void Hearing::take(const Identified& news, Instant now) {
    for (const auto* statements : {&news.claims, &news.revisions}) {
        for (const auto& claim : *statements) {
            Standing& standing = standings_[claim.arrival];
            if (standing.granted) continue;
            standing = {};
            standing.at = now;
            standing.reads = claim.reads;
            if (claim.candidates.empty()) continue;
            standing.plate = claim.candidates.front().plate;
            standing.likelihood = claim.candidates.front().likelihood;
            standing.granted = standing.likelihood >= grant_;
        }
    }
}

// ---- the file

std::string to_line(const std::string& clip, const std::vector<Look>& looks) {
    json::array all;
    for (const Look& look : looks) {
        json::array reads;
        for (const Read& read : look.reads) reads.push_back(to_json(read));
        all.push_back(json::object{{"frame", look.frame},
                                   {"captured", look.captured.time_since_epoch().count()},
                                   {"told", look.told.time_since_epoch().count()},
                                   {"reads", std::move(reads)}});
    }
    return json::serialize(json::object{{"clip", clip}, {"looks", std::move(all)}}) + "\n";
}

namespace {

Result<Look> look_of(const json::value& value) {
    const auto& fields = value.as_object();
    Look look;
    look.frame = fields.at("frame").to_number<std::uint64_t>();
    look.captured = Instant(Duration(fields.at("captured").to_number<std::int64_t>()));
    look.told = Instant(Duration(fields.at("told").to_number<std::int64_t>()));
    for (const auto& each : fields.at("reads").as_array()) {
        auto read = from_json<Read>(each);
        if (!read) return read.error();
        look.reads.push_back(std::move(*read));
    }
    return look;
}

Status add_line(const std::string& line, std::map<std::string, std::vector<Look>>& to) try {
    const auto value = json::parse(line);
    auto& looks = to[std::string(value.at("clip").as_string())];
    for (const auto& each : value.at("looks").as_array()) {
        auto look = look_of(each);
        if (!look) return look.error();
        looks.push_back(std::move(*look));
    }
    return {};
} catch (const std::exception& e) {
    return {Errc::invalid, e.what()};
}

}  // namespace

Result<std::map<std::string, std::vector<Look>>> load_looks(const std::string& path) {
    std::ifstream in(path);
    if (!in) return {Errc::io, path + " cannot be read"};
    std::map<std::string, std::vector<Look>> out;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (const auto added = add_line(line, out); !added) {
            return {added.error().code, path + ":" + std::to_string(number) + ": " + added.error().message};
        }
    }
    return out;
}

}  // namespace menshen::eval
