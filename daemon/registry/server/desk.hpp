// What a handler works with, on the thread it runs on.
#pragma once

#include <map>
#include <memory>
#include <string>

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

/// Answers of the feed that many gates ask for in the same moment. One reader's own.
class Segments {
  public:
    /// Rows of the scope after `since`, ended by the newest head. `newest` is what the asker knows of it: when it is
    /// another one than before, what was kept is dropped.
    struct Answer {
        FeedAnswer kind = FeedAnswer::rows;
        SignedHead head;
        std::shared_ptr<const std::string> lines;   // null unless `rows`
        std::shared_ptr<const std::string> packed;  // the same by zstd, where they are long
    };
    [[nodiscard]] Result<Answer> get(Feed& feed, const Position& since, const std::string& newest);

  private:
    struct Kept {
        std::string newest;
        std::map<std::pair<std::int64_t, std::int64_t>, Answer> answers;
    };
    std::map<std::string, Kept> scopes_;
};

struct Desk {
    const Services& services;
    Reader& reader;
    Store* store = nullptr;        // on the store's thread only
    SignIn* sign_in = nullptr;     // the same
    Segments* segments = nullptr;  // on a reader's
};

}  // namespace menshen::registry::server
