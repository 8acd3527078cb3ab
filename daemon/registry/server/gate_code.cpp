#include "gate_code.hpp"

#include <sodium.h>

#include "bundle/hash.hpp"

namespace menshen::registry::server {

std::string new_gate_code() {
    constexpr std::string_view letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    std::string code;
    for (int i = 0; i < 20; ++i) {
        if (i > 0 && i % 5 == 0) code += '-';
        code += letters[randombytes_uniform(static_cast<std::uint32_t>(letters.size()))];
    }
    return code;
}

Digest hash_of_gate_code(std::string_view typed) {
    std::string code = "gate code:";
    for (const char c : typed.substr(0, 100)) {
        if (c >= 'a' && c <= 'z') code += static_cast<char>(c - 'a' + 'A');
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) code += c;
    }
    return bundle::sha256(code);
}

}  // namespace menshen::registry::server
