#include "xlsx_archive.hpp"

#include <expat.h>
#include <fmt/format.h>
#include <zip.h>

#include <array>
#include <utility>

#include "tables/xlsx.hpp"

namespace menshen::tables {

namespace {

constexpr zip_int64_t most_parts = 10'000;
constexpr int deepest = 64;                                  // elements within each other; a workbook has about ten
constexpr std::size_t longest_token = std::size_t{1} << 20;  // bytes of one tag or comment: expat keeps it whole, and
                                                             // reads it anew with each piece that comes

using File = std::unique_ptr<zip_file_t, int (*)(zip_file_t*)>;
using Parser = std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)>;

std::string_view without_prefix(const char* name) {
    std::string_view text = name;
    const auto colon = text.rfind(':');
    return colon == std::string_view::npos ? text : text.substr(colon + 1);
}

/// Expat's callbacks, as one visitor's.
struct Walk {
    XML_Parser parser;
    XmlVisitor& visitor;
    Status status;
    int depth = 0;
    bool heard = false;  // anything, since the last piece

    void heed(Status done) {
        if (done || !status) return;
        status = std::move(done);
        XML_StopParser(parser, XML_FALSE);
    }
    static void begin(void* self, const char* name, const char** attributes) {
        auto& walk = *static_cast<Walk*>(self);
        walk.heard = true;
        if (!walk.status) return;
        if (++walk.depth > deepest) return walk.heed({Errc::invalid, "has too many elements within each other"});
        XmlVisitor::Attributes all;
        for (; attributes[0] != nullptr; attributes += 2) all.emplace(without_prefix(attributes[0]), attributes[1]);
        walk.heed(walk.visitor.begin(without_prefix(name), all));
    }
    static void end(void* self, const char* name) {
        auto& walk = *static_cast<Walk*>(self);
        walk.heard = true;
        --walk.depth;
        if (walk.status) walk.heed(walk.visitor.end(without_prefix(name)));
    }
    static void text(void* self, const char* piece, int size) {
        auto& walk = *static_cast<Walk*>(self);
        walk.heard = true;
        if (walk.status) walk.heed(walk.visitor.text({piece, static_cast<std::size_t>(size)}));
    }
    static void comment(void* self, const char*) { static_cast<Walk*>(self)->heard = true; }
    static void doctype(void* self, const char*, const char*, const char*, int) {
        static_cast<Walk*>(self)->heed({Errc::invalid, "has a document type, which no workbook has"});
    }
};

}  // namespace

struct Archive::Impl {
    zip_t* zip = nullptr;
    std::size_t unpacked = 0;
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() {
        if (zip != nullptr) zip_discard(zip);
    }
};

Archive::Archive(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    auto impl = std::make_unique<Impl>();
    if (source != nullptr) impl->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    const std::string said = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (impl->zip == nullptr) {
        if (source != nullptr) zip_source_free(source);
        return {Errc::invalid, fmt::format("this workbook is damaged ({}); save it again", said)};
    }
    if (zip_get_num_entries(impl->zip, 0) > most_parts) return {Errc::invalid, "this is no workbook: too many parts"};
    return Archive(std::move(impl));
}

bool Archive::has(const std::string& part) const {
    return zip_name_locate(impl_->zip, part.c_str(), ZIP_FL_NOCASE) >= 0;
}

Status Archive::walk(const std::string& part, XmlVisitor& visitor) {
    const auto index = zip_name_locate(impl_->zip, part.c_str(), ZIP_FL_NOCASE);
    if (index < 0) return {Errc::invalid, fmt::format("this is no workbook: {} is missing", part)};
    const File file(zip_fopen_index(impl_->zip, static_cast<zip_uint64_t>(index), 0), zip_fclose);
    if (!file) {
        return {Errc::invalid, fmt::format("{} cannot be unpacked ({}); save the workbook again without a password",
                                           part, zip_strerror(impl_->zip))};
    }
    const Parser parser(XML_ParserCreate(nullptr), XML_ParserFree);
    if (!parser) return {Errc::internal, "expat does not start"};
    Walk walk{parser.get(), visitor, {}};
    std::size_t unheard = 0;
    XML_SetUserData(parser.get(), &walk);
    XML_SetElementHandler(parser.get(), Walk::begin, Walk::end);
    XML_SetCharacterDataHandler(parser.get(), Walk::text);
    XML_SetCommentHandler(parser.get(), Walk::comment);
    XML_SetStartDoctypeDeclHandler(parser.get(), Walk::doctype);
    std::array<char, 65536> piece{};
    for (;;) {
        const auto n = zip_fread(file.get(), piece.data(), piece.size());
        if (n < 0) return {Errc::invalid, fmt::format("{} is damaged; save the workbook again", part)};
        impl_->unpacked += static_cast<std::size_t>(n);
        if (impl_->unpacked > max_unpacked) {
            return {Errc::invalid, fmt::format("the workbook unpacks to more than {} MiB", max_unpacked >> 20U)};
        }
        const auto parsed = XML_Parse(parser.get(), piece.data(), static_cast<int>(n), n == 0 ? 1 : 0);
        if (!walk.status) return walk.status.error().in(part);
        if (parsed != XML_STATUS_OK) {
            return {Errc::invalid, fmt::format("{}: line {}: {}", part, XML_GetCurrentLineNumber(parser.get()),
                                               XML_ErrorString(XML_GetErrorCode(parser.get())))};
        }
        if (n == 0) return {};
        unheard = std::exchange(walk.heard, false) ? 0 : unheard + static_cast<std::size_t>(n);
        if (unheard > longest_token) return {Errc::invalid, fmt::format("{} has too long a tag", part)};
    }
}

}  // namespace menshen::tables
