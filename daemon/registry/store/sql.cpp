#include "sql.hpp"

#include <algorithm>

namespace menshen::registry {

std::string Rows::bytes(int column) const {
    const auto blob = statement_->blob(column);
    return {blob.begin(), blob.end()};
}

Digest Rows::digest(int column) const {
    Digest digest{};
    const auto blob = statement_->blob(column);
    if (blob.size() == digest.size()) std::ranges::copy(blob, digest.begin());
    return digest;
}

Result<store::Statement*> Sql::prepared(std::string_view sql) {
    if (const auto known = statements_.find(sql); known != statements_.end()) return &known->second;
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    return &statements_.emplace(sql, std::move(statement).value()).first->second;
}

}  // namespace menshen::registry
