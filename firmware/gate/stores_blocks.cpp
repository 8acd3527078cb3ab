// The blocks made at this gate, in two places: whitelist.db, which may be set aside at any time, and the journal. They
// stand nowhere else: a list that came back without them would admit whom a person has shut out.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "stores.hpp"
#include "values/json.hpp"

namespace menshen::gate {

namespace {

std::string text_of(const std::vector<Block>& blocks) {
    boost::json::array all;
    for (const auto& block : blocks) all.push_back(to_json(block));
    return boost::json::serialize(all);
}

Result<std::vector<Block>> blocks_from(std::string_view text) {
    boost::system::error_code failed;
    const auto all = boost::json::parse(text, failed);
    if (failed || !all.is_array()) return {Errc::corrupt, "the journal's copy is no list of blocks"};
    std::vector<Block> blocks;
    for (const auto& one : all.get_array()) {
        auto block = from_json<Block>(one);
        if (!block) return block.error();
        blocks.push_back(std::move(block).value());
    }
    return blocks;
}

}  // namespace

/// At start. What one of the two places has, both have from here on: where a crash came between them, the block stands.
Status Stores::open_blocks() {
    auto status = join_blocks();
    // Damage too deep for the look that opening takes.
    if (!status && status.error().code == Errc::corrupt) {
        status = open_whitelist(status.error().message);
        if (status) status = join_blocks();
    }
    if (!status && status.error().code == Errc::corrupt) return status;
    if (!status) spdlog::error("the gate's own blocks: {}", status.error().message);
    blocks_are_lost(!status || (!list_usable_ && blocks_kept_.empty()));
    blocks_ = text_of(own_blocks_);
    if (blocks_lost_ || blocks_ == blocks_kept_) return {};
    if (journal_->keep_blocks(blocks_)) blocks_kept_ = blocks_;  // else tend() tries again
    return {};
}

Status Stores::join_blocks() {
    const auto kept =
        blocks_kept_.empty() ? Result<std::vector<Block>>(std::vector<Block>()) : blocks_from(blocks_kept_);
    if (!kept) {
        spdlog::error("{}", kept.error().message);
        blocks_kept_.clear();
    } else {
        own_blocks_ = *kept;  // also where the list cannot take them yet
        if (auto done = list_writer_->restore_blocks(*kept, clock_.now().utc); !done) return done;
    }
    auto there = list_writer_->blocks();
    if (!there) return there.error();
    own_blocks_ = std::move(there).value();
    return {};
}

/// What the journal had and the list could not take when it was opened. On the list's worker.
Status Stores::restore_own_blocks(UtcTime now) {
    return list_writer_->restore_blocks(own_blocks_, now);
}

void Stores::blocks_are_lost(bool lost) {
    blocks_lost_ = lost;
    faults_("blocks_lost", lost, "");
}

/// Nothing is written over a copy while blocks are lost: a later start would take what was made since for all there
/// were.
void Stores::keep_blocks(const std::string& text, std::function<void()> then) {
    blocks_ = text;
    if (blocks_lost_) return then();
    on(
        *journal_worker_, [this, text] { return journal_->keep_blocks(text); },
        [this, text, then = std::move(then)](const Status& kept) {
            if (kept) blocks_kept_ = text;
            if (!kept) spdlog::error("the gate's own blocks have no second copy: {}", kept.error().message);
            then();
        });
}

void Stores::block(Block block, UtcTime now, std::function<void(Result<Block>)> then) {
    struct Made {
        Block block;
        std::string all;
    };
    on(
        *list_writer_worker_,
        [this, block = std::move(block), now]() -> Result<Made> {
            if (!list_writer_) return {Errc::unavailable, "the list is being made anew"};
            auto stored = list_writer_->upsert_block(block, now);
            if (!stored) return stored.error();
            std::erase_if(own_blocks_, [&](const auto& one) { return one.id == stored->id; });
            own_blocks_.push_back(*stored);
            return Made{std::move(stored).value(), text_of(own_blocks_)};
        },
        [this, then = std::move(then)](const Result<Made>& made) {
            if (!made) return then(made.error());
            keep_blocks(made->all,
                        [this, then, block = made->block] { refresh_summary([then, block] { then(block); }); });
        });
}

void Stores::unblock(std::int64_t id, UtcTime now, std::function<void(Status)> then) {
    on(
        *list_writer_worker_,
        [this, id, now]() -> Result<std::string> {
            if (!list_writer_) return {Errc::unavailable, "the list is being made anew"};
            if (auto done = list_writer_->remove_block(id, now); !done) return done.error();
            std::erase_if(own_blocks_, [&](const auto& one) { return one.id == id; });
            return text_of(own_blocks_);
        },
        [this, then = std::move(then)](const Result<std::string>& left) {
            if (!left) return then(left.error());
            keep_blocks(*left, [this, then] { refresh_summary([then] { then({}); }); });
        });
}

}  // namespace menshen::gate
