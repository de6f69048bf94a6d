#include "lib/gotemplate/funcs/groups.h"

// sprig's network.go. Templates reach no network, whatever the policy says.
namespace sidecar::gotemplate::funcs {
namespace {

Value GetHostByName(const Call&) {
  throw FunctionError("templates reach no network");
}

constexpr Definition kFunctions[] = {
    {"getHostByName", "(string) string", GetHostByName},
};

}  // namespace

Group NetworkFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
