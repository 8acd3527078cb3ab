// What a handler works with, on the thread it runs on.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "registry/certificates.hpp"
#include "registry/data_folder.hpp"
#include "registry/server.hpp"
#include "registry/sign_in.hpp"
#include "registry/signer.hpp"
#include "registry/store.hpp"

namespace menshen::registry::server {

/// Never changes while the server runs: shared by all threads.
struct Services {
    Config config;
    DataFolder folder;
    Signer signer;
    Identity authority;
    std::string fingerprint;  // of the authority's certificate, in hex
};

/// Differs whenever the head does, also where only its time is another.
[[nodiscard]] std::string tag_of(const SignedHead& head);

/// Answers of the feed that many gates ask for in the same moment. One reader's own. What was asked for least lately
/// goes when they are more than `most` bytes.
class Segments {
  public:
    explicit Segments(std::size_t most = std::size_t{16} << 20) : most_(most) {}
    /// Rows of the scope after `since`, ended by the newest head. `newest` is what the asker knows of it: when it is
    /// another one than before, what was kept is dropped.
    struct Answer {
        FeedAnswer kind = FeedAnswer::rows;
        SignedHead head;
        std::shared_ptr<const std::string> lines;   // null unless `rows`
        std::shared_ptr<const std::string> packed;  // the same by zstd, where they are long
    };
    [[nodiscard]] Result<Answer> get(Feed& feed, const Position& since, const std::string& newest);
    /// Of all answers that are kept.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    using Key = std::tuple<std::string, std::int64_t, std::int64_t>;  // scope, epoch, seq
    struct Kept {
        Answer answer;
        std::string newest;  // the same for all of a scope
        std::size_t bytes = 0;
        std::list<Key>::iterator turn;
    };
    using Answers = std::map<Key, Kept>;
    void keep(Key key, const Answer& answer, const std::string& newest);
    [[nodiscard]] Answers::iterator first_of(const std::string& scope);
    void drop(Answers::iterator at);
    std::size_t most_;
    std::size_t bytes_ = 0;
    Answers answers_;
    std::list<Key> turns_;  // asked for last first
};

struct Desk {
    const Services& services;
    Reader& reader;
    Store* store = nullptr;        // on the store's thread only
    SignIn* sign_in = nullptr;     // the same
    Segments* segments = nullptr;  // on a reader's
};

}  // namespace menshen::registry::server
