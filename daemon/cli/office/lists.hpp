// Lists of permits at a registry, in and out.
#pragma once

#include "cli/list_target.hpp"
#include "office/verbs.hpp"

namespace menshen::office {

inline constexpr std::size_t rows_a_check = 5'000;    // of a dry run, so that a person sees it go on
inline constexpr std::size_t rows_a_commit = 60'000;  // the registry's own limit; all of them or none

/// Counts and problems of both; whether it was committed is the whole's.
void join(cli::GateReport& whole, cli::GateReport part);

/// The site's permits at the registry. Must not outlive what it is made of.
class RegistryList final : public cli::ListTarget {
  public:
    RegistryList(Desk& desk, link::Registry& registry, std::string site, std::string why)
        : desk_(desk), registry_(registry), site_(std::move(site)), why_(std::move(why)) {}

    Result<cli::GateReport> compare(const std::vector<tables::Row>& rows, const cli::MakeProgress& bar) override;
    Result<cli::GateReport> commit(const std::vector<tables::Row>& rows, const cli::MakeProgress& bar) override;
    int fail(const Error& error, std::ostream& err) override;
    [[nodiscard]] Bilingual question() const override {
        return {"写入登记中心？[y/N] ", "Import into the registry? [y/N] "};
    }

  private:
    Result<cli::GateReport> send(const std::vector<tables::Row>& rows, bool dry_run, std::size_t at_once,
                                 const cli::Progress& progress);
    Desk& desk_;
    link::Registry& registry_;
    std::string site_, why_;
};

}  // namespace menshen::office
