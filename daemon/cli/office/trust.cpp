#include "trust.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <ostream>
#include <sstream>

#include "link/certificates.hpp"

namespace menshen::office {

namespace {

Result<std::string> file_text(const std::string& name) {
    std::ifstream in(name, std::ios::binary);
    if (!in) return {Errc::invalid, fmt::format("{}: {}", name, std::strerror(errno))};
    std::ostringstream text;
    text << in.rdbuf();
    if (auto known = link::fingerprint_of(text.str()); !known) return known.error().in(name);
    return text.str();
}

/// The one of `certificates` that has this fingerprint.
Result<std::string> with_fingerprint(const std::vector<std::string>& certificates, const std::string& wanted,
                                     Desk& desk) {
    std::string seen;
    for (const auto& pem : certificates) {
        const auto is = link::fingerprint_of(pem);
        if (!is) return is.error();
        if (*is == wanted) return pem;
        seen += "\n  " + link::grouped(*is);
    }
    return {Errc::corrupt, fmt::format("{}{}",
                                       desk.say({"证书指纹不符，已停止；对方出示的是：",
                                                 "another certificate is shown there, so nothing was sent; it shows:"}),
                                       seen)};
}

bool system_believes(const std::string& address) {
    link::Http http(link::Trust{});
    return http.ask({"GET", address + "/v1/health", {}, {}, std::chrono::seconds(20)}).ok();
}

/// The last of them is the authority, where it is shown at all.
Result<std::string> confirmed(const std::string& address, const std::vector<std::string>& certificates, Desk& desk) {
    const auto is = link::fingerprint_of(certificates.back());
    if (!is) return is.error();
    const auto told =
        fmt::format(fmt::runtime(desk.zh() ? "{} 出示的证书尚不认识，SHA-256 指纹：\n  {}\n"
                                           : "{} shows a certificate that is not known here yet, SHA-256:\n  {}\n"),
                    address, link::grouped(*is));
    const auto refused = fmt::format(
        "{}{}", told,
        desk.say({"请与 menshen-registry init 打印的指纹核对，并加 --fingerprint 或 --ca",
                  "compare it with what `menshen-registry init` printed, and give it: --fingerprint, or --ca FILE"}));
    if (!desk.interactive) return {Errc::corrupt, refused};
    desk.err << told << std::flush;
    auto answer = desk.ask(desk.say({"与 menshen-registry init 打印的一致吗？[yes/no]",
                                     "Is it the one that `menshen-registry init` printed? [yes/no]"}),
                           false);
    if (!answer) return answer.error();
    if (*answer != "yes" && *answer != "是") return {Errc::corrupt, refused};
    return certificates.back();
}

}  // namespace

Result<link::Trust> trust_for(const std::string& address, const LoginOptions& options, Desk& desk) {
    std::string pem;
    if (!options.ca_file.empty()) {
        auto text = file_text(options.ca_file);
        if (!text) return text.error();
        pem = std::move(text).value();
    } else {
        auto known = link::trusted_authority(desk.folder, address);
        if (!known) return known.error();
        if (*known && options.fingerprint.empty()) return link::Trust{**known};
        if (options.fingerprint.empty() && system_believes(address)) return link::Trust{};
        auto wanted = options.fingerprint.empty() ? Result<std::string>(std::string())
                                                  : link::fingerprint_from(options.fingerprint);
        if (!wanted) return wanted.error();
        auto certificates = link::Http::certificates_of(address);
        if (!certificates) return certificates.error();
        auto chosen =
            wanted->empty() ? confirmed(address, *certificates, desk) : with_fingerprint(*certificates, *wanted, desk);
        if (!chosen) return chosen.error();
        pem = std::move(chosen).value();
    }
    if (auto kept = link::trust_authority(desk.folder, address, pem); !kept) return kept.error();
    return link::Trust{pem};
}

}  // namespace menshen::office
