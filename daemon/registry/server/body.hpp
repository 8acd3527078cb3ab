// Reading a request's JSON body and query: what is wrong is collected field by field.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "call.hpp"
#include "registry/entities.hpp"
#include "registry/field_error.hpp"

namespace menshen::registry::server {

enum class Need { optional, required };

class Body {
  public:
    /// Of the whole request; an empty body is an empty object.
    explicit Body(const Call& call);
    /// Of one object within a body.
    Body(boost::json::object object, std::string pointer);

    [[nodiscard]] std::string text(std::string_view key, Need need = Need::required, std::size_t most = 1000);
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view key, Need need = Need::optional);
    [[nodiscard]] bool flag(std::string_view key);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key, Need need = Need::optional);
    [[nodiscard]] std::vector<Id> ids(std::string_view key);
    /// Null: not there, or wrong.
    [[nodiscard]] const boost::json::object* object(std::string_view key, Need need = Need::required);
    [[nodiscard]] const boost::json::array* array(std::string_view key, std::size_t most, Need need = Need::required);
    /// The fields of an entity.
    void value(std::string_view key, Value& into);

    void wrong(std::string_view key, std::string code, std::string text);
    void take(FieldErrors errors);
    /// What nobody asked for is most likely misspelt.
    [[nodiscard]] const FieldErrors& finish();
    [[nodiscard]] const boost::json::object& whole() const { return object_; }

  private:
    [[nodiscard]] const boost::json::value* find(std::string_view key, Need need);
    boost::json::object object_;
    std::string pointer_;
    std::set<std::string, std::less<>> asked_;
    FieldErrors errors_;
    bool broken_ = false;
};

/// A query's number; `otherwise` if it is not there. Out of [least, most]: an error.
[[nodiscard]] std::int64_t asked_number(const Call& call, const std::string& name, std::int64_t otherwise,
                                        std::int64_t least, std::int64_t most, FieldErrors& errors);
[[nodiscard]] std::optional<LocalTime> asked_time(const Call& call, const std::string& name, FieldErrors& errors);
/// A whole number in decimal, or nothing.
[[nodiscard]] std::optional<std::int64_t> number_in(std::string_view text);

}  // namespace menshen::registry::server
