// What is wrong with what somebody sent, field by field: the `errors` of a problem document (RFC 9457).
#pragma once

#include <string>
#include <vector>

namespace menshen::registry {

struct FieldError {
    std::string pointer;  // RFC 6901: "/valid_until", within a change set "/changes/3/valid_until"
    std::string code;     // stable, for translation: required, type, unknown_field, too_long, format, out_of_range,
                          // choice, plate, order, reference, scope, duplicate, referred_to, not_found, limit
    std::string text;     // for a person: what is wrong, and what to write instead
    friend bool operator==(const FieldError&, const FieldError&) = default;
};

using FieldErrors = std::vector<FieldError>;

}  // namespace menshen::registry
