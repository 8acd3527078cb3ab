#include "link/http.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cctype>

namespace menshen::link {

namespace {

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;
using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

constexpr long connect_within = 10;  // seconds

struct Hearing {
    HttpAnswer answer;
    bool too_long = false;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* into) {
    auto& hearing = *static_cast<Hearing*>(into);
    if (hearing.answer.body.size() + size * count > max_answer) {
        hearing.too_long = true;
        return 0;
    }
    hearing.answer.body.append(data, size * count);
    return size * count;
}

std::size_t take_field(char* data, std::size_t size, std::size_t count, void* into) {
    auto& fields = static_cast<Hearing*>(into)->answer.fields;
    std::string_view line(data, size * count);
    while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || fields.size() > 100) return size * count;
    std::string name(line.substr(0, colon));
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    line.remove_prefix(colon + 1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    fields[name] = line;
    return size * count;
}

/// Before these the request was surely not sent.
bool nobody_was_reached(CURLcode code) {
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_PROXY ||
           code == CURLE_SSL_CONNECT_ERROR || code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
}

Error error_of(CURLcode code, const char* detail, const std::string& url, bool sent) {
    const std::string said = *detail != '\0' ? detail : curl_easy_strerror(code);
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
        return {Errc::corrupt, fmt::format("{}: its certificate is not believed: {}", url, said)};
    }
    if (nobody_was_reached(code) || !sent) return {Errc::unavailable, fmt::format("{}: {}", url, said)};
    return {Errc::timeout, fmt::format("{}: no answer came: {}", url, said)};
}

void set_common(CURL* curl, const std::string& url) {
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_within);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
}

struct Library {
    Library() { curl_global_init(CURL_GLOBAL_DEFAULT); }
};

Handle new_handle() {
    static const Library library;
    return {curl_easy_init(), curl_easy_cleanup};
}

}  // namespace

struct Http::Impl {
    Trust trust;
    Handle curl = new_handle();
};

Http::Http(Trust trust) : impl_(std::make_unique<Impl>()) {
    impl_->trust = std::move(trust);
}
Http::~Http() = default;
Http::Http(Http&&) noexcept = default;
Http& Http::operator=(Http&&) noexcept = default;

Result<HttpAnswer> Http::ask(const HttpRequest& request) {
    auto* curl = impl_->curl.get();
    if (curl == nullptr) return {Errc::internal, "libcurl does not start"};
    curl_easy_reset(curl);  // the connection stays
    set_common(curl, request.url);
    List fields(nullptr, curl_slist_free_all);
    for (const auto& field : request.fields) fields.reset(curl_slist_append(fields.release(), field.c_str()));
    fields.reset(curl_slist_append(fields.release(), "Expect:"));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields.get());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(request.within.count()));
    if (!request.body.empty() || request.method == "POST") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
    }
    const auto& authority = impl_->trust.authority;
    if (!authority.empty()) {
        curl_blob blob{const_cast<char*>(authority.data()), authority.size(), CURL_BLOB_COPY};
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
        curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // this one and no other
    }
    Hearing hearing;
    char detail[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &hearing);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_field);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &hearing);
    const auto code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
    if (code == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &hearing.answer.status);
        return std::move(hearing.answer);
    }
    if (hearing.too_long) return {Errc::invalid, request.url + ": the answer is too long"};
    long sent = 0;
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &sent);
    return error_of(code, detail, request.url, sent > 0);
}

Result<std::vector<std::string>> Http::certificates_of(const std::string& url) {
    const auto curl = new_handle();
    set_common(curl.get(), url);
    char detail[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYPEER, 0L);  // to be shown to a person, or compared; nothing is sent
    curl_easy_setopt(curl.get(), CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CONNECT_ONLY, 1L);
    const auto code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) return error_of(code, detail, url, false);
    curl_certinfo* shown = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_CERTINFO, &shown);
    std::vector<std::string> all;
    for (int i = 0; shown != nullptr && i < shown->num_of_certs; ++i) {
        for (const auto* line = shown->certinfo[i]; line != nullptr; line = line->next) {
            constexpr std::string_view begin = "Cert:";
            const std::string_view text = line->data;
            if (text.starts_with(begin)) all.emplace_back(std::string(text.substr(begin.size())) + "\n");
        }
    }
    if (all.empty()) return {Errc::corrupt, url + ": it shows no certificate"};
    return all;
}

}  // namespace menshen::link
