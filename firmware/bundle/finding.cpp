#include "bundle/finding.hpp"

#include "values/names.hpp"

namespace menshen::bundle {
namespace {

constexpr Names<Finding, 17> finding_names{{{Finding::accept, "accept"},
                                            {Finding::repeated, "repeated"},
                                            {Finding::stale, "stale"},
                                            {Finding::expired, "expired"},
                                            {Finding::malformed, "malformed"},
                                            {Finding::unknown_key, "unknown_key"},
                                            {Finding::bad_signature, "bad_signature"},
                                            {Finding::key_out_of_time, "key_out_of_time"},
                                            {Finding::wrong_scope, "wrong_scope"},
                                            {Finding::old_epoch, "old_epoch"},
                                            {Finding::unknown_epoch, "unknown_epoch"},
                                            {Finding::rolled_back, "rolled_back"},
                                            {Finding::replayed, "replayed"},
                                            {Finding::backdated, "backdated"},
                                            {Finding::forked, "forked"},
                                            {Finding::gap, "gap"},
                                            {Finding::beyond, "beyond"}}};

}  // namespace

std::string_view to_string(Finding finding) {
    return name_in(finding_names, finding);
}

bool usable(Finding finding) {
    return finding == Finding::accept || finding == Finding::repeated || finding == Finding::stale ||
           finding == Finding::expired;
}

}  // namespace menshen::bundle
