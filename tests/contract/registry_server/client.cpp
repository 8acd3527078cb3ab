#include "client.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <curl/curl.h>

#include <memory>

namespace menshen::registry::server::test {
namespace {

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
    static_cast<Heard*>(into)->body.append(data, size * count);
    return size * count;
}

std::size_t take_field(char* data, std::size_t size, std::size_t count, void* into) {
    std::string line(data, size * count);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
    const auto colon = line.find(':');
    if (colon == std::string::npos) return size * count;
    auto name = line.substr(0, colon);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto from = line.find_first_not_of(' ', colon + 1);
    static_cast<Heard*>(into)->fields[name] = from == std::string::npos ? "" : line.substr(from);
    return size * count;
}

void set_blob(CURL* curl, CURLoption option, const std::string& pem) {
    curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};
    curl_easy_setopt(curl, option, &blob);
}

}  // namespace

boost::json::object Heard::json() const {
    return boost::json::parse(body).as_object();
}

Heard Client::ask(const std::string& method, const std::string& path, const std::string& body,
                  std::vector<std::string> fields) const {
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
    const auto url = address_ + path;
    Heard heard;
    if (!bearer.empty()) fields.push_back("Authorization: Bearer " + bearer);
    curl_slist* list = nullptr;
    for (const auto& field : fields) list = curl_slist_append(list, field.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 30L);
    if (!body.empty()) {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.data());
    }
    set_blob(curl.get(), CURLOPT_CAINFO_BLOB, authority_);
    if (!shown_.certificate.empty()) {
        set_blob(curl.get(), CURLOPT_SSLCERT_BLOB, shown_.certificate);
        set_blob(curl.get(), CURLOPT_SSLKEY_BLOB, shown_.key);
    }
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &heard);
    curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, take_field);
    curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &heard);
    const auto result = curl_easy_perform(curl.get());
    if (result == CURLE_OK) curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &heard.status);
    curl_slist_free_all(list);
    return heard;
}

Heard Client::post(const std::string& path, const boost::json::object& body, std::vector<std::string> fields) const {
    return ask("POST", path, boost::json::serialize(body), std::move(fields));
}

Heard Client::patch(const std::string& path, const boost::json::object& body, std::vector<std::string> fields) const {
    return ask("PATCH", path, boost::json::serialize(body), std::move(fields));
}

}  // namespace menshen::registry::server::test
