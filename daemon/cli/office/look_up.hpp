// Finding what a person names: a permit by its plate, a zone by its key.
#pragma once

#include "office/verbs.hpp"
#include "values/time.hpp"

namespace menshen::office {

/// "12": an id; nothing for anything else.
[[nodiscard]] std::optional<std::int64_t> id_from(std::string_view text);
/// As the list holds it. Errc::invalid: no plate.
[[nodiscard]] Result<std::string> plate_from(std::string_view text);
/// A time as the registry reads it; `end`: a date alone means through its end. Empty or "permanent": null.
[[nodiscard]] Result<boost::json::value> time_from(const std::string& text, bool end);
/// A class's key. Errc::invalid.
[[nodiscard]] Result<std::string> class_from(const std::string& text);

/// One permit by number or plate: the active one; if none is, the newest. As GET /v1/permits/{id} says it.
/// Errc::not_found; Errc::conflict: several, the message names them.
[[nodiscard]] Result<boost::json::object> find_permit(link::Registry& registry, const std::string& which,
                                                      const std::string& site);

/// Permits that have this credential, of those that the query means.
[[nodiscard]] Result<std::vector<boost::json::object>> permits_with(link::Registry& registry, const std::string& value,
                                                                    link::Query query);

/// What the registry keeps at `path` ("/v1/zones") whose `field` is `name`, in the site or in `common`.
[[nodiscard]] Result<std::optional<boost::json::object>> find_named(link::Registry& registry, std::string_view path,
                                                                    std::string_view field, const std::string& site,
                                                                    const std::string& name);
/// The ids of what the registry keeps at `path` ("/v1/zones") whose `field` is one of `names`, in the site or in
/// `common`. Errc::not_found names the first that is not there.
[[nodiscard]] Result<std::vector<std::int64_t>> ids_named(link::Registry& registry, std::string_view path,
                                                          std::string_view field, const std::string& site,
                                                          const std::vector<std::string>& names);

/// "浙A12345, 00A1B2C3" of a permit's credentials.
[[nodiscard]] std::string credentials_text(const boost::json::object& permit);
/// An exclusive end as people say it: midnight is the end of the day before. Empty: permanent.
[[nodiscard]] std::string end_text(const std::string& exclusive, const Desk& desk);
/// Without the T.
[[nodiscard]] std::string time_text(const std::string& time);
[[nodiscard]] std::string class_text(const std::string& key, const Desk& desk);

}  // namespace menshen::office
