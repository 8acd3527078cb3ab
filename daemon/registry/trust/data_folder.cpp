#include "registry/data_folder.hpp"

#include "bundle/key_file.hpp"
#include "files/read.hpp"

namespace menshen::registry {

namespace {

Result<std::vector<bundle::NamedSecret>> load_secrets(const std::filesystem::path& folder) {
    std::vector<bundle::NamedSecret> secrets;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        auto secret = bundle::read_secret_file(entry.path());
        if (!secret) return secret.error();
        secrets.push_back(std::move(secret).value());
    }
    if (failed) return {Errc::io, folder.string() + ": " + failed.message()};
    return secrets;
}

}  // namespace

Result<Signer> load_signer(const DataFolder& folder) {
    auto root = bundle::read_public_file(folder.root_key());
    if (!root) return root.error();
    auto line = files::read_small(folder.key_set());
    if (!line) return line.error();
    while (line->ends_with('\n')) line->pop_back();
    auto secrets = load_secrets(folder.signing_keys());
    if (!secrets) return secrets.error();
    return Signer::create(*line, *root, std::move(secrets).value());
}

Result<Identity> load_identity(const std::filesystem::path& stem) {
    auto certificate = files::read_small(stem.string() + ".pem");
    if (!certificate) return certificate.error();
    auto key = files::read_small(stem.string() + ".key");
    if (!key) return key.error();
    return Identity{std::move(certificate).value(), std::move(key).value()};
}

}  // namespace menshen::registry
