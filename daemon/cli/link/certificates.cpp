#include "link/certificates.hpp"

#include <sodium.h>

#include <vector>

#include "bundle/hash.hpp"

namespace menshen::link {

Result<std::string> fingerprint_of(std::string_view pem) {
    constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
    constexpr std::string_view end = "-----END CERTIFICATE-----";
    const auto from = pem.find(begin);
    const auto to = from == std::string_view::npos ? from : pem.find(end, from);
    if (to == std::string_view::npos) return {Errc::invalid, "no certificate (PEM) is in there"};
    const auto text = pem.substr(from + begin.size(), to - from - begin.size());
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(),
                          "\r\n \t", &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
        return {Errc::invalid, "the certificate (PEM) is damaged"};
    }
    bytes.resize(size);
    return bundle::to_hex(bundle::sha256(bytes));
}

Result<std::string> fingerprint_from(std::string_view written) {
    std::string hex;
    for (const char c : written) {
        if (c == ':' || c == ' ') continue;
        hex += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (!bundle::hash_from_hex(hex)) {
        return {Errc::invalid, "a fingerprint has 64 hex digits (SHA-256), as `menshen-registry init` prints it"};
    }
    return hex;
}

std::string grouped(std::string_view fingerprint) {
    std::string out;
    for (std::size_t i = 0; i < fingerprint.size(); i += 4) {
        if (i > 0) out += ' ';
        out += fingerprint.substr(i, 4);
    }
    return out;
}

}  // namespace menshen::link
