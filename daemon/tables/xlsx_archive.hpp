// The parts of a workbook, unpacked within a limit, and walked through as XML.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "values/result.hpp"

namespace menshen::tables {

/// What a walk through a part meets, names without their prefix.
class XmlVisitor {
  public:
    using Attributes = std::map<std::string, std::string, std::less<>>;
    XmlVisitor() = default;
    XmlVisitor(const XmlVisitor&) = delete;
    XmlVisitor& operator=(const XmlVisitor&) = delete;
    virtual ~XmlVisitor() = default;
    /// A mistake ends the walk.
    virtual Status begin(std::string_view element, const Attributes& attributes) = 0;
    virtual Status end(std::string_view element) = 0;
    virtual Status text(std::string_view piece) = 0;
};

class Archive {
  public:
    /// `bytes` must outlive it. Errc::invalid: no zip, or a damaged one.
    [[nodiscard]] static Result<Archive> open(std::string_view bytes);
    Archive(Archive&&) noexcept;
    Archive& operator=(Archive&&) noexcept;
    ~Archive();

    [[nodiscard]] bool has(const std::string& part) const;
    /// Errc::invalid: it is not there, damaged, no XML, has a document type, or all parts together unpack to more than
    /// max_unpacked.
    [[nodiscard]] Status walk(const std::string& part, XmlVisitor& visitor);

  private:
    struct Impl;
    explicit Archive(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace menshen::tables
