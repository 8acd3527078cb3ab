#include "registry/one_time_code.hpp"

#include <sodium.h>

#include "bundle/sha256.hpp"

namespace menshen::registry {

namespace {

constexpr std::string_view code_letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
constexpr int code_length = 20;
constexpr std::size_t most_typed = 100;

}  // namespace

std::string new_one_time_code() {
    std::string code;
    for (int i = 0; i < code_length; ++i) {
        if (i > 0 && i % 5 == 0) code += '-';
        code += code_letters[randombytes_uniform(static_cast<std::uint32_t>(code_letters.size()))];
    }
    return code;
}

Digest hash_of_code(std::string_view purpose, std::string_view typed) {
    std::string code;
    for (const char c : typed.substr(0, most_typed)) {
        if (c >= 'a' && c <= 'z') code += static_cast<char>(c - 'a' + 'A');
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) code += c;
    }
    return bundle::Sha256().raw(purpose).raw(code).end();
}

}  // namespace menshen::registry
