// Pictures on their way into the evidence folder, and out of it again.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "stores.hpp"
#include "values/evidence.hpp"

namespace menshen::gate {

namespace {

constexpr std::size_t most_picture_bytes = std::size_t{16} * 1024 * 1024;  // waiting to be written
constexpr auto tend_soon = seconds(1);

struct SoughtPicture {
    Picture picture;  // null: it is not here
    bool missed = false;
};

/// On the journal's thread.
Result<SoughtPicture> look_for(journal::Journal& journal, const std::string& sha256) {
    auto bytes = journal.read_picture(sha256);
    if (bytes) return SoughtPicture{std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes).value()), false};
    if (bytes.error().code != Errc::not_found && bytes.error().code != Errc::corrupt) return bytes.error();
    auto missed = journal.missed_picture(sha256);
    if (!missed) return missed.error();
    return SoughtPicture{nullptr, *missed};
}

}  // namespace

std::vector<PictureRef> Stores::keep(const std::vector<std::pair<std::string, Picture>>& pictures) {
    std::vector<PictureRef> refs;
    for (const auto& [name, picture] : pictures) {
        if (!picture || picture->empty() || picture_bytes_ + picture->size() > most_picture_bytes) continue;
        const auto bytes = static_cast<std::int64_t>(picture->size());
        if (bytes > max_picture_bytes) {
            spdlog::warn("a picture of {} bytes is not kept: at most {}", bytes, max_picture_bytes);
            continue;
        }
        refs.push_back({name, bundle::to_hex(bundle::sha256(*picture)), bytes});
        picture_bytes_ += picture->size();
        pictures_.push_back({refs.back().sha256, picture});
    }
    return refs;  // written once the event that binds them is durable
}

/// One at a time and only when no event waits: an intent is never behind more than one picture.
void Stores::write_next_picture() {
    if (pictures_.empty() || writing_ || std::exchange(writing_picture_, true)) return;
    const auto picture = pictures_.front().picture;
    pictures_.pop_front();
    picture_bytes_ -= picture->size();
    on(
        *journal_worker_,
        [this, picture, now = clock_.now()] { return journal_->write_picture("picture", *picture, now); },
        [this](const Result<journal::PictureRef>& written) {
            writing_picture_ = false;
            if (!written) spdlog::warn("a picture was not kept: {}", written.error().message);
            write_next_picture();
        });
}

void Stores::picture(const std::string& sha256, std::function<void(Picture)> then) {
    const auto unwritten =
        std::find_if(pictures_.begin(), pictures_.end(), [&](const Unwritten& each) { return each.sha256 == sha256; });
    if (unwritten != pictures_.end()) {
        return later([picture = unwritten->picture, then = std::move(then)] { then(picture); });
    }
    on(
        *journal_worker_, [this, sha256] { return look_for(*journal_, sha256); },
        [this, then = std::move(then)](const Result<SoughtPicture>& found) {
            if (found && found->missed) tend_journal_soon();
            then(found ? found->picture : nullptr);
        });
}

void Stores::tend_journal_soon() {
    if (std::exchange(tends_soon_, true)) return;
    soon_.expires_after(tend_soon);
    soon_.async_wait([this](boost::system::error_code error) {
        if (error) return;  // the end
        tends_soon_ = false;
        tend_journal();
    });
}

}  // namespace menshen::gate
