// The order of a snapshot's rows, kept by who writes it and required by who reads it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bundle/digest.hpp"
#include "bundle/feed.hpp"

namespace menshen::bundle {

class RowOrder {
  public:
    /// True if the row comes after the last one; it is the last one then.
    bool follows(std::uint16_t bucket, const Put& put) {
        const bool rises = bucket != bucket_ ? bucket > bucket_ : put.kind != kind_ ? put.kind > kind_ : put.id > id_;
        if (!rises) return false;
        bucket_ = bucket;
        if (put.kind != kind_) kind_ = put.kind;
        id_ = put.id;
        return true;
    }

  private:
    int bucket_ = -1;
    std::string kind_;
    std::int64_t id_ = 0;
};

}  // namespace menshen::bundle
